//! No error, notice or log line shows the value of a secret, whatever goes wrong around it.

use crate::support::{Bus, limits, plan, send, start_with, write_secret};
use aev_connect::actions::{Actions, Job, Options};
use aev_connect::secrets::{DirectorySecrets, SecretValue, Secrets};
use aev_plan::finished::{Finished, FinishedHttp, HeaderContent};
use aev_plan::model::{BasicAuth, SecretRef};
use std::error::Error;
use tempfile::TempDir;

const CANARY: &str = "canary-7f3a";

fn silent(shown: &[String]) {
    for text in shown {
        assert!(!text.contains(CANARY) && !text.contains("7f3a"), "{text}");
    }
}

fn every_form(error: &(dyn Error + 'static)) -> Vec<String> {
    let mut forms = vec![];
    let mut next = Some(error);
    while let Some(error) = next {
        forms.extend([format!("{error}"), format!("{error:?}"), format!("{error:#?}")]);
        next = error.source();
    }
    forms
}

#[test]
fn values_and_their_errors_are_silent() {
    let dir = TempDir::new().unwrap();
    write_secret(dir.path(), "a", "k", CANARY);
    let secrets = DirectorySecrets::new(dir.path());
    let value: SecretValue = secrets.get(&SecretRef { name: "a".into(), key: "k".into() }).unwrap();
    silent(&[format!("{value:?}"), format!("{value:#?}"), format!("{secrets:?}")]);
    for (name, key) in [("a", "gone"), ("a/..", "k"), ("b", "k")] {
        silent(&every_form(&secrets.get(&SecretRef { name: name.into(), key: key.into() }).unwrap_err()));
    }
}

#[tokio::test]
async fn failed_calls_are_silent() {
    let dir = TempDir::new().unwrap();
    write_secret(dir.path(), "a", "good", CANARY);
    write_secret(dir.path(), "a", "bad", &format!("{CANARY}\nno header\u{1}"));
    let secret = |key: &str| SecretRef { name: "a".into(), key: key.into() };
    let actions = Actions::new(Options::new(dir.path())).unwrap();
    for url in [
        "http://127.0.0.1:1/canary-7f3a?canary-7f3a".to_owned(),
        format!("http://user:{CANARY}@127.0.0.1:1/"),
        format!("https://127.0.0.1:1/#{CANARY}"),
        format!("gopher://{CANARY}/"),
        format!("http://[{CANARY}/"),
        CANARY.to_owned(),
    ] {
        for key in ["good", "bad", "gone"] {
            let http = FinishedHttp {
                method: "POST".into(),
                url: url.clone(),
                headers: vec![("X-Token".into(), HeaderContent::Secret(secret(key)))],
                body: None,
                timeout: None,
                basic_auth: Some(BasicAuth { username: secret("good"), password: secret(key) }),
            };
            let action = Finished::Http(Box::new(http));
            let job = Job { pipeline: "p", trigger: "t", firing: "f", action: &action, trace: None };
            let outcome = actions.perform(job, &DirectorySecrets::new(dir.path())).await;
            silent(&[format!("{outcome:?}"), format!("{outcome:#?}")]);
            let aev_connect::actions::Outcome::Failed { error, .. } = outcome else { panic!("{outcome:?}") };
            silent(&every_form(&error));
        }
    }
}

#[tokio::test]
async fn answers_events_and_logs_are_silent() {
    let log = log::capture();
    let config = r#"{"endpoint":"/in","port":"12000","authSecret":{"name":"api","key":"token"}}"#;
    let run = start_with(plan("webhook", config), Bus::default(), limits()).await;
    write_secret(run.dir.path(), "api", "token", CANARY);
    let right = format!("POST /in\nAuthorization: Bearer {CANARY}");
    let mut shown = vec![];
    for (head, body) in [
        (right.clone(), &b"{}"[..]),
        (right.clone(), b"{"),
        (format!("{right}x"), b"{}"),
        (format!("POST /in\nAuthorization: Basic {CANARY}"), b"{}"),
    ] {
        let answer = send(run.address(), &head, body).await;
        shown.push(format!("{answer:?}"));
    }
    write_secret(run.dir.path(), "api", "token", "");
    shown.push(format!("{:?}", send(run.address(), &right, b"{}").await));
    shown.extend(run.bus.taken().iter().map(|event| format!("{event:?}")));
    let lines = log.lines();
    assert!(lines.iter().any(|line| line.contains("is empty")), "{lines:?}");
    shown.extend(lines);
    silent(&shown);
}

/// Collects what is logged.
mod log {
    use std::fmt::Write;
    use std::sync::{Arc, Mutex};
    use tracing::field::{Field, Visit};
    use tracing::{Event, Metadata, span, subscriber};

    pub struct Log(
        Arc<Mutex<Vec<String>>>,
        #[expect(dead_code, reason = "ends the capture when it goes")] subscriber::DefaultGuard,
    );

    /// Everything that this thread logs from now on.
    pub fn capture() -> Log {
        let lines = Arc::<Mutex<Vec<String>>>::default();
        Log(lines.clone(), subscriber::set_default(Collector(lines)))
    }

    impl Log {
        pub fn lines(&self) -> Vec<String> {
            self.0.lock().unwrap().clone()
        }
    }

    struct Collector(Arc<Mutex<Vec<String>>>);

    struct Line(String);

    impl Visit for Line {
        fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
            write!(self.0, "{field}={value:?} ").unwrap();
        }
    }

    impl tracing::Subscriber for Collector {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
            span::Id::from_u64(1)
        }
        fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
        fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
        fn event(&self, event: &Event<'_>) {
            let mut line = Line(String::new());
            event.record(&mut line);
            self.0.lock().unwrap().push(line.0);
        }
        fn enter(&self, _: &span::Id) {}
        fn exit(&self, _: &span::Id) {}
    }
}
