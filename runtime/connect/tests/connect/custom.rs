//! Actions of a foreign server over gRPC.

use crate::support::{PATIENCE, secrets, write_secret};
use aev_connect::actions::{ActionError, Actions, ConnectTo, Done, Job, Options, Outcome};
use aev_plan::argo::Operation;
use aev_plan::finished::{Finished, FinishedCustom, FinishedPatch};
use aev_plan::json::Json;
use aev_plan::model::{GrpcServer, SecretRef};
use aev_servers::extension::{Called, Code, Script, Status};
use aev_servers::{Certificates, Extension};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio::time::timeout;

struct Scene {
    dir: TempDir,
    actions: Actions,
}

impl Scene {
    fn new() -> Scene {
        Scene::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut Options)) -> Scene {
        let dir = TempDir::new().unwrap();
        let mut options = Options::new(dir.path());
        change(&mut options);
        Scene { actions: Actions::new(options).unwrap(), dir }
    }

    async fn perform(&self, custom: FinishedCustom) -> Outcome {
        let action = Finished::Custom(Box::new(custom));
        let job = Job { pipeline: "p", trigger: "t", firing: "f1", action: &action, trace: None };
        let secrets = secrets(self.dir.path());
        timeout(PATIENCE * 3, self.actions.perform(job, &*secrets)).await.unwrap()
    }
}

fn to(url: &str) -> FinishedCustom {
    let server =
        GrpcServer { url: url.to_owned(), secure: false, cert_secret: None, server_name_override: None };
    FinishedCustom { server, spec: vec![("url".into(), "x".into())], patches: Vec::new(), payload: None }
}

fn patch(dest: &str, operation: Operation, value: impl Into<Json>) -> FinishedPatch {
    FinishedPatch { dest: dest.to_owned(), operation, value: value.into() }
}

fn called(method: &'static str, content: &str, payload: &str) -> Called {
    Called {
        method,
        content: content.to_owned(),
        payload: payload.to_owned(),
        key: Some("f1".to_owned()),
        traceparent: None,
    }
}

const DONE: Outcome = Outcome::Done(Done::Executed { doubted: None });

#[tokio::test(flavor = "multi_thread")]
async fn a_firing_is_three_calls_under_its_id() {
    let (server, scene) = (Extension::start(None).unwrap(), Scene::new());
    server.actions.script("FetchResource", Script::Answer(br#"{"metadata":{"name":"a"},"n":[1]}"#.to_vec()));
    server.actions.script("Execute", Script::Answer(b"made".to_vec()));
    let mut custom = to(&server.url());
    custom.spec = vec![("url".into(), "https://a.example/x.yaml".into()), ("branch".into(), "true".into())];
    custom.patches = vec![
        patch("metadata.name", Operation::Append, "-1"),
        patch("metadata.name", Operation::Prepend, "x-"),
        patch("metadata.namespace", Operation::Overwrite, "ci"),
        patch("n.-1", Operation::Overwrite, 2),
    ];
    custom.payload = Some(Json::from_iter([("id", Json::from(1))]));
    assert_eq!(scene.perform(custom).await, DONE);
    assert_eq!(
        server.actions.calls(),
        [
            called("FetchResource", "branch: \"true\"\nurl: https://a.example/x.yaml\n", ""),
            called("Execute", r#"{"metadata":{"name":"x-a-1","namespace":"ci"},"n":[1,2]}"#, r#"{"id":1}"#),
            called("ApplyPolicy", "made", ""),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resource_that_is_not_changed_may_be_anything() {
    let (server, scene) = (Extension::start(None).unwrap(), Scene::new());
    server.actions.script("FetchResource", Script::Answer(b"kind: Pod".to_vec()));
    assert_eq!(scene.perform(to(&server.url())).await, DONE);
    assert_eq!(server.actions.calls()[1], called("Execute", "kind: Pod", ""));
    for resource in [&b"kind: Pod"[..], b"[1]", b"{\"a\":\"\xff\"}", b"", b"{\"a\":1} x"] {
        server.actions.script("FetchResource", Script::Answer(resource.to_vec()));
        let mut custom = to(&server.url());
        custom.patches = vec![patch("a", Operation::Overwrite, "b")];
        let Outcome::Failed { retriable: false, error } = scene.perform(custom).await else {
            panic!("{resource:?} was taken");
        };
        assert!(error.to_string().contains("needs a resource that is a JSON object"), "{error}");
    }
    assert_eq!(server.actions.methods().iter().filter(|method| **method == "Execute").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_says_whether_another_attempt_makes_sense() {
    let (server, scene) = (Extension::start(None).unwrap(), Scene::new());
    let statuses = [
        (Code::InvalidArgument, Some(false)),
        (Code::NotFound, Some(false)),
        (Code::PermissionDenied, Some(false)),
        (Code::Unauthenticated, Some(false)),
        (Code::FailedPrecondition, Some(false)),
        (Code::Unimplemented, Some(false)),
        (Code::Unknown, Some(true)),
        (Code::ResourceExhausted, Some(true)),
        (Code::Aborted, Some(true)),
        // Whoever says these may not know what became of the call.
        (Code::Unavailable, None),
        (Code::Internal, None),
        (Code::DeadlineExceeded, None),
        (Code::Cancelled, None),
    ];
    for (code, wanted) in statuses {
        server.actions.script("Execute", Script::Refuse(Status::new(code, "so it is")));
        let error = match (scene.perform(to(&server.url())).await, wanted) {
            (Outcome::Failed { retriable, error }, Some(wanted)) if retriable == wanted => error,
            (Outcome::Unknown { error }, None) => error,
            (other, _) => panic!("{code:?}: {other:?}"),
        };
        assert!(error.to_string().contains("does not take it: so it is ("), "{error}");
        // Before anything is carried out, nothing is unknown.
        server.actions.script("FetchResource", Script::Refuse(Status::new(code, "so it is")));
        let outcome = scene.perform(to(&server.url())).await;
        let retriable = wanted.unwrap_or(true);
        assert!(matches!(&outcome, Outcome::Failed { retriable: r, .. } if *r == retriable), "{outcome:?}");
    }
    assert!(!server.actions.methods().contains(&"ApplyPolicy"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_carried_out_is_not_done_again_for_a_verdict() {
    let (server, scene) = (Extension::start(None).unwrap(), Scene::new());
    for _ in 0..3 {
        server.actions.script("ApplyPolicy", Script::Refuse(Status::unavailable("not yet")));
    }
    assert_eq!(scene.perform(to(&server.url())).await, DONE);
    let asked = ["FetchResource", "Execute", "ApplyPolicy", "ApplyPolicy", "ApplyPolicy", "ApplyPolicy"];
    assert_eq!(server.actions.methods(), asked);
    server.actions.script("ApplyPolicy", Script::Refuse(Status::unimplemented("no such thing")));
    let outcome = scene.perform(to(&server.url())).await;
    let error = ActionError::Verdict { target: server.url(), reason: "no such thing (UNIMPLEMENTED)".into() };
    assert_eq!(outcome, Outcome::Failed { retriable: false, error });
    // A bad verdict is said and changes nothing, as in Argo Events.
    server.actions.script("ApplyPolicy", Script::Answer(b"it\nfailed".to_vec()));
    let doubted = Some("it failed".to_owned());
    assert_eq!(scene.perform(to(&server.url())).await, Outcome::Done(Done::Executed { doubted }));
}

#[tokio::test(flavor = "multi_thread")]
async fn silence_leaves_open_what_had_an_effect_only() {
    let server = Extension::start(None).unwrap();
    let limit = Duration::from_millis(500);
    let scene = Scene::with(|options| options.call_timeout = limit);
    let late = ActionError::Timeout { target: server.url(), limit };
    server.actions.script("FetchResource", Script::Hang);
    let outcome = scene.perform(to(&server.url())).await;
    assert_eq!(outcome, Outcome::Failed { retriable: true, error: late.clone() });
    server.actions.script("Execute", Script::Hang);
    let outcome = scene.perform(to(&server.url())).await;
    // The server may itself end what has taken as long as it was told.
    assert!(
        matches!(&outcome, Outcome::Unknown { error } if *error == late || matches!(error, ActionError::Refused { .. })),
        "{outcome:?}"
    );
    server.actions.script("ApplyPolicy", Script::Hang);
    let outcome = scene.perform(to(&server.url())).await;
    assert!(
        matches!(&outcome, Outcome::Failed { retriable: false, error: ActionError::Verdict { .. } }),
        "{outcome:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_has_gone_is_found_again() {
    let (server, scene) = (Extension::start(None).unwrap(), Scene::new());
    let url = server.url();
    assert_eq!(scene.perform(to(&url)).await, DONE);
    let (address, events, actions) = server.stop().await;
    let outcome = scene.perform(to(&url)).await;
    let Outcome::Failed { retriable: true, error: ActionError::Connect { target, .. } } = &outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(*target, url);
    let server = Extension::again(address, events, actions).unwrap();
    assert_eq!(scene.perform(to(&url)).await, DONE);
    assert_eq!(server.actions.methods().len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_dies_over_a_call_leaves_it_open() {
    let (server, scene) = (Extension::start(None).unwrap(), Scene::new());
    server.actions.script("Execute", Script::Hang);
    let (url, actions) = (server.url(), server.actions.clone());
    let asked = scene.perform(to(&url));
    let dies = async {
        while !actions.methods().contains(&"Execute") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        server.stop().await
    };
    let (outcome, _) = tokio::join!(asked, dies);
    assert!(matches!(&outcome, Outcome::Unknown { error: ActionError::Broken { .. } }), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_is_given_up_is_given_up_at_the_server() {
    let (server, scene) = (Extension::start(None).unwrap(), Scene::new());
    server.actions.script("Execute", Script::Hang);
    let asked = async {
        while !server.actions.methods().contains(&"Execute") {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        outcome = scene.perform(to(&server.url())) => panic!("{outcome:?}"),
        () = asked => {}
    }
    let gone = async {
        while server.actions.given_up() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, gone).await.unwrap();
    assert_eq!(scene.perform(to(&server.url())).await, DONE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_speak_the_protocol_fails_the_attempt() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await);
        }
    });
    let outcome = Scene::new().perform(to(&url)).await;
    assert!(matches!(&outcome, Outcome::Failed { retriable: true, .. }), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn large_resources_and_payloads_come_through() {
    let (server, scene) = (Extension::start(None).unwrap(), Scene::new());
    // Larger than clients and servers of gRPC take unless told.
    let text = "x".repeat(6 << 20);
    server.actions.script("FetchResource", Script::Answer(format!(r#"{{"a":"{text}"}}"#).into_bytes()));
    let mut custom = to(&server.url());
    custom.patches = vec![patch("b", Operation::Overwrite, 1)];
    custom.payload = Some(Json::from(text.as_str()));
    assert_eq!(scene.perform(custom).await, DONE);
    let calls = server.actions.calls();
    assert_eq!((calls[1].content.len(), calls[1].payload.len()), (text.len() + 14, text.len()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secured_server_must_have_the_right_certificate() {
    let certificates = Certificates::make().unwrap();
    let server = Extension::start(Some(&certificates)).unwrap();
    let mut connect_to = ConnectTo::default();
    connect_to.add(&format!("builder.ci.svc:9000={}", server.address)).unwrap();
    let scene = Scene::with(|options| options.connect_to = connect_to);
    let other = Certificates::make().unwrap();
    for (key, pem) in [("right", certificates.ca.as_str()), ("other", &other.ca), ("none", "canary")] {
        write_secret(scene.dir.path(), "ca", key, pem);
    }
    let secured = |key: &str, name: Option<&str>| {
        let mut custom = to("builder.ci.svc:9000");
        custom.server.secure = true;
        custom.server.cert_secret = Some(SecretRef { name: "ca".into(), key: key.into() });
        custom.server.server_name_override = name.map(str::to_owned);
        custom
    };
    assert_eq!(scene.perform(secured("right", Some("localhost"))).await, DONE);
    // Another name, another authority, none at all, and clear text.
    for custom in [secured("right", None), secured("other", Some("localhost")), to("builder.ci.svc:9000")] {
        let outcome = scene.perform(custom).await;
        assert!(matches!(&outcome, Outcome::Failed { retriable: true, .. }), "{outcome:?}");
    }
    let Outcome::Failed { retriable: true, error } = scene.perform(secured("none", Some("localhost"))).await
    else {
        panic!("it was carried out");
    };
    assert_eq!(
        error.to_string(),
        "the server cannot be called: the key `none` of the secret `ca` is no certificate in PEM"
    );
    // A secret that is mended is read anew.
    write_secret(scene.dir.path(), "ca", "none", &certificates.ca);
    assert_eq!(scene.perform(secured("none", Some("localhost"))).await, DONE);
    assert_eq!(server.actions.methods().len(), 6);
}
