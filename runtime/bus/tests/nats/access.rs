//! Getting in, and being told why not.

use crate::support::{OnServer, tls};
use aev_bus::nats::Auth;
use aev_bus::{BusError, ConnectOptions, JetStream, Nats};
use aev_servers::{Access, Options};

async fn refusal(options: ConnectOptions) -> String {
    match JetStream::connect(options).await {
        Ok(_) => panic!("it connected"),
        Err(error) => {
            assert!(matches!(error, BusError::Refused { .. }), "{error}");
            assert!(!error.passes());
            error.to_string()
        }
    }
}

#[tokio::test]
async fn a_wrong_password_is_said_without_it() {
    let access = Access::UserAndPassword("aev".to_owned(), "right".to_owned());
    let Some(setup) =
        OnServer::start("a_wrong_password_is_said_without_it", &Options { access, ..Options::default() })
    else {
        return;
    };
    let mut options = setup.options.clone();
    options.auth = Auth::UserAndPassword { user: "aev".into(), password: "wr0ng-and-secret".into() };
    let said = refusal(options).await;
    assert!(said.contains("check the access secret") && !said.contains("wr0ng"), "{said}");
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused() {
    let name = "a_certificate_of_an_unknown_authority_is_refused";
    let Some(setup) = OnServer::start(name, &Options { tls: tls(), ..Options::default() }) else { return };
    let mut options = setup.options.clone();
    options.tls.ca = tls().map(|other| other.ca);
    let said = refusal(options).await;
    assert!(said.contains("certificate"), "{said}");
}

#[tokio::test]
async fn a_client_shows_its_certificate() {
    let name = "a_client_shows_its_certificate";
    let server = Options { tls: tls(), verify_clients: true, ..Options::default() };
    let Some(setup) = OnServer::start(name, &server) else { return };
    JetStream::connect(setup.options.clone()).await.unwrap();
    let mut without = setup.options.clone();
    without.tls.client = None;
    assert!(JetStream::connect(without).await.is_err());
}

#[tokio::test]
async fn tls_that_is_required_is_not_gone_without() {
    let name = "tls_that_is_required_is_not_gone_without";
    let Some(setup) = OnServer::start(name, &Options::default()) else { return };
    let mut options = setup.options.clone();
    options.tls.required = true;
    assert!(Nats::connect(options).await.is_err());
}

#[tokio::test]
async fn what_cannot_be_read_is_said() {
    let mut options = ConnectOptions::new("nats://127.0.0.1:1");
    options.auth = Auth::Credentials("no credentials".into());
    assert!(refusal(options.clone()).await.contains("credentials file"));
    options.auth = Auth::None;
    options.tls.ca = Some("no certificate".to_owned());
    assert!(refusal(options.clone()).await.contains("no certificate in PEM"));
    options.tls.ca = None;
    options.stream_config = "maxAge: soon".to_owned();
    assert!(refusal(options.clone()).await.contains("`maxAge`"));
    options.stream_config = String::new();
    // Nobody listens there: that may change, so it is no refusal.
    let error = JetStream::connect(options).await.err().unwrap();
    assert!(error.passes(), "{error}");
}
