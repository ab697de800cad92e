//! HTTPS endpoints.

use crate::support::{Bus, endpoints, plan, secrets, send, write_secret};
use aev_connect::actions::{self, Actions, Job, Outcome};
use aev_connect::server::{BindError, Listener, Mount, Options, TlsError};
use aev_plan::finished::{Finished, FinishedHttp};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};

const CONFIG: &str = r#"{"endpoint":"/in","port":"12000","serverCertSecret":{"name":"tls","key":"crt"},
    "serverKeySecret":{"name":"tls","key":"key"}}"#;

fn certify(dir: &Path) -> CertificateDer<'static> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    write_secret(dir, "tls", "crt", &made.cert.pem());
    write_secret(dir, "tls", "key", &made.signing_key.serialize_pem());
    made.cert.der().clone()
}

async fn bind(dir: &Path, bus: Arc<Bus>) -> Result<Listener, BindError> {
    let mount = |endpoint| Mount { endpoint, publisher: bus.clone(), secrets: secrets(dir) };
    let mounts = endpoints(&plan("webhook", CONFIG)).into_iter().map(mount).collect();
    Listener::bind(mounts, Options { ports: [(12000, 0)].into(), ..Options::default() }).await
}

async fn post(address: std::net::SocketAddr, trusted: &CertificateDer<'static>) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await?;
    let mut stream =
        TlsConnector::from(Arc::new(config)).connect("localhost".try_into().unwrap(), stream).await?;
    stream
        .write_all(
            b"POST /in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
        )
        .await?;
    let mut answer = Vec::new();
    // The other side may close without a farewell.
    let _ = stream.read_to_end(&mut answer).await;
    Ok(String::from_utf8(answer).unwrap())
}

#[tokio::test]
async fn https_is_served_and_a_new_certificate_needs_no_restart() {
    let (dir, bus) = (TempDir::new().unwrap(), Arc::new(Bus::default()));
    let first = certify(dir.path());
    let listener = bind(dir.path(), bus.clone()).await.unwrap();
    let address = listener.addresses()[&12000];
    assert_eq!(listener.urls()[0].1, format!("https://{address}/in"));
    let _server = listener.serve();
    assert!(post(address, &first).await.unwrap().starts_with("HTTP/1.1 200 "));
    let second = certify(dir.path());
    assert!(post(address, &first).await.is_err());
    assert!(post(address, &second).await.unwrap().starts_with("HTTP/1.1 200 "));
    // A broken one does not take the good one away.
    write_secret(dir.path(), "tls", "crt", "broken");
    assert!(post(address, &second).await.unwrap().starts_with("HTTP/1.1 200 "));
    assert_eq!(bus.taken().len(), 3);
}

#[tokio::test]
async fn an_action_calls_nobody_whom_it_cannot_know() {
    let (dir, bus) = (TempDir::new().unwrap(), Arc::new(Bus::default()));
    certify(dir.path());
    let listener = bind(dir.path(), bus.clone()).await.unwrap();
    let mut options = actions::Options::new(dir.path());
    options.connect_to.add(&format!("localhost:443={}", listener.addresses()[&12000])).unwrap();
    let _server = listener.serve();
    let url = "https://localhost/in".to_owned();
    let http = FinishedHttp {
        method: "POST".into(),
        url,
        headers: vec![],
        body: None,
        timeout: None,
        basic_auth: None,
    };
    let action = Finished::Http(Box::new(http));
    let job = Job { pipeline: "pipe", trigger: "tell", firing: "f", action: &action, trace: None };
    let outcome = Actions::new(options).unwrap().perform(job, secrets(dir.path()).as_ref()).await;
    let Outcome::Failed { retriable: true, error } = outcome else { panic!("{outcome:?}") };
    assert!(
        error.to_string().starts_with("no connection to https://localhost: invalid peer certificate"),
        "{error}"
    );
    assert_eq!(bus.taken(), []);
}

#[tokio::test]
async fn plain_http_gets_nothing() {
    let dir = TempDir::new().unwrap();
    certify(dir.path());
    let listener = bind(dir.path(), Arc::default()).await.unwrap();
    let address = listener.addresses()[&12000];
    let _server = listener.serve();
    let sent = tokio::spawn(async move { send(address, "POST /in", b"{}").await });
    assert!(sent.await.is_err());
}

#[tokio::test]
async fn without_a_certificate_nothing_starts() {
    let dir = TempDir::new().unwrap();
    let why = async |crt: &str, key: &str| {
        write_secret(dir.path(), "tls", "crt", crt);
        write_secret(dir.path(), "tls", "key", key);
        match bind(dir.path(), Arc::default()).await.err() {
            Some(BindError::Tls { error, .. }) => error,
            other => panic!("{other:?}"),
        }
    };
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (crt, key) = (made.cert.pem(), made.signing_key.serialize_pem());
    assert!(matches!(why("", &key).await, TlsError::Secret(_)));
    assert!(matches!(why("canary", &key).await, TlsError::NoCertificate(_)));
    assert!(matches!(why(&crt, "canary").await, TlsError::NoKey(_)));
    assert!(matches!(why(&crt, &other.signing_key.serialize_pem()).await, TlsError::Rejected(_)));
}
