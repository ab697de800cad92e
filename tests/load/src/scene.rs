//! What all candidates share: one NATS server, one target, one pipeline.

use crate::Failure;
use crate::pipe::SUBJECT;
use crate::process::Process;
use crate::target::Target;
use aev_bus::CloudEvent;
use aev_language::compile::{Options as How, compile};
use aev_language::target::argo;
use aev_plan::Plan;
use aev_servers::{Certificates, NatsServer, Options};
use async_nats::jetstream::{self, stream};
use async_nats::{ConnectOptions, HeaderMap};
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;

/// The server, the target and a folder.
pub struct Scene {
    /// Argo Events demands TLS, so everybody has it.
    pub server: NatsServer,
    /// What is called.
    pub target: Target,
    /// For files.
    pub folder: TempDir,
    context: jetstream::Context,
}

/// The pipeline of all candidates but the bare pipe.
pub fn pipeline(name: &str, path: &str, port: u16, target: u16) -> String {
    format!(
        r#"pipeline {name} {{ namespace: "load" }}
source {name}: webhook<{{ n: int, kind: string, pad: string }}> {{ endpoint: "{path}", port: {port}, method: "POST" }}
filter wanted from {name} as e where e.body.kind == "wanted"
trigger call on wanted as e {{
  http {{
    url: "http://127.0.0.1:{target}/", method: "POST"
    payload: {{ n: e.body.n, kind: e.body.kind, pad: e.body.pad }}
  }}
}}
"#
    )
}

/// An event source and a sensor of Argo Events.
pub struct Manifests {
    /// With one webhook.
    pub source: Value,
    /// With one trigger, as the file says it: at least once.
    pub sensor: Value,
}

/// What Argo Events runs for a pipeline.
pub fn manifests(text: &str) -> Result<Manifests, Failure> {
    let compiled = compile("load.aev", text, &How::default());
    let plan: Plan = compiled.plan.ok_or_else(|| format!("{:?}", compiled.diagnostics))?;
    let manifests = argo(&plan).map_err(|refused| format!("{refused:?}"))?;
    let object = |kind: &str| -> Result<Value, Failure> {
        let found = manifests.objects.iter().find(|object| object.kind() == kind);
        let json = found.ok_or_else(|| format!("there is no {kind}"))?.node.to_json();
        Ok(serde_json::from_str(&json.to_string())?)
    };
    Ok(Manifests { source: object("EventSource")?, sensor: object("Sensor")? })
}

impl Scene {
    /// Starts the server and the target.
    pub async fn new() -> Result<Scene, Failure> {
        let certificates = Certificates::make()?;
        let folder = tempfile::tempdir()?;
        let ca = folder.path().join("ca.pem");
        std::fs::write(&ca, &certificates.ca)?;
        let server = NatsServer::start(&Options { tls: Some(certificates), ..Options::default() })?;
        let options = ConnectOptions::new().add_root_certificates(ca).require_tls(true);
        let context = jetstream::new(options.connect(server.url()).await?);
        Ok(Scene { server, target: Target::start().await?, folder, context })
    }

    /// The certificate of the server's authority.
    pub fn ca(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// The address of the bus for aev; as Argo Events, it does not check the certificate.
    pub fn bus(&self) -> String {
        format!("jetstream://{}?tls&insecure", self.server.address())
    }

    /// The server as a process that is measured.
    pub fn nats(&self) -> Result<Process, Failure> {
        Ok(Process { name: "nats", pid: self.server.pid().ok_or("the server does not run")? })
    }

    /// An empty bus: Argo's stream, but with room for all events of a run.
    pub async fn empty(&self) -> Result<(), Failure> {
        let names: Vec<String> = self.context.stream_names().try_collect().await?;
        for name in names {
            self.context.delete_stream(name).await?;
        }
        let config = stream::Config {
            name: "default".to_owned(),
            subjects: vec!["default.*.*".to_owned()],
            max_messages: 2_000_000,
            duplicate_window: Duration::from_secs(300),
            max_age: Duration::from_secs(7 * 24 * 3600),
            ..stream::Config::default()
        };
        self.context.create_stream(config).await?;
        Ok(())
    }

    /// Puts a backlog onto the bus: events as a webhook source would make them of the generator's requests, or their bodies
    /// alone for the bare pipe.
    pub async fn backlog(&self, source: Option<&str>, numbers: &[u64]) -> Result<(), Failure> {
        let subject = source.map_or(SUBJECT.to_owned(), |name| format!("default.{name}.{name}"));
        let stored = futures_util::stream::iter(numbers).map(|number| {
            let (subject, body) = (subject.clone(), crate::generator::body(*number));
            async move {
                let id = format!("backlog-{number}");
                let mut headers = HeaderMap::new();
                headers.insert("Nats-Msg-Id", id.as_str());
                let payload = match source {
                    Some(name) => event(name, &id, &body).encode(),
                    None => body.into_bytes(),
                };
                self.context.publish_with_headers(subject, headers, payload.into()).await?.await?;
                Ok::<(), Failure>(())
            }
        });
        stored.buffer_unordered(256).try_collect::<Vec<()>>().await.map(drop)
    }
}

/// What a webhook makes of a request.
fn event(name: &str, id: &str, body: &str) -> CloudEvent {
    let data = format!(
        r#"{{"header":{{"Content-Type":["application/json"],"Content-Length":["{}"],"Host":["localhost"]}},"body":{body}}}"#,
        body.len()
    );
    CloudEvent {
        id: id.to_owned(),
        source: name.to_owned(),
        subject: name.to_owned(),
        kind: "webhook".to_owned(),
        datacontenttype: "application/json".to_owned(),
        time: "2026-01-01T00:00:00Z".to_owned(),
        data: data.into_bytes(),
        ..CloudEvent::default()
    }
}
