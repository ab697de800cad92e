//! Argo Events' event source and sensor as processes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::Error;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Which of the two a pod is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An `EventSource`.
    EventSource,
    /// A `Sensor`.
    Sensor,
}

/// A running event source or sensor, killed when it is dropped.
#[derive(Debug)]
pub struct Pod {
    child: Child,
    log: PathBuf,
}

/// In the log of an event source, once for each webhook that takes requests. Its port may still need a moment.
pub const TAKES_REQUESTS: &str = "route is activated";
/// In the log of a sensor, once for each trigger and each event that it reads. Earlier events do not reach it.
pub const SUBSCRIBED: &str = "successfully subscribed to subject";

impl Pod {
    /// Starts one and keeps its output, with every detail, in the file `log`. The rest is as in [`command`].
    ///
    /// # Errors
    /// The object has no name or no namespace, the program does not start, or the file cannot be written.
    pub fn start(program: &Path, role: Role, object: &Value, bus: &Value, log: &Path) -> Result<Pod, Error> {
        let output = File::create(log)?;
        let mut command = command(program, role, object, bus)?;
        command.env("LOG_LEVEL", "debug").stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output);
        Ok(Pod { child: command.spawn()?, log: log.to_owned() })
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has printed so far: a line of JSON for each entry of its log.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn log(&self) -> Result<String, Error> {
        fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Waits until its log has a text `times` times.
    ///
    /// # Errors
    /// The process ended, or the time is over; both with the log.
    pub fn wait_for(&mut self, text: &str, times: usize, within: Duration) -> Result<(), Error> {
        let until = Instant::now() + within;
        loop {
            let ended = self.child.try_wait()?;
            let log = self.log()?;
            if log.matches(text).count() >= times {
                return Ok(());
            }
            if let Some(status) = ended {
                return Err(Error::other(format!("it ended ({status}) without `{text}`:\n{log}")));
            }
            if Instant::now() > until {
                return Err(Error::other(format!("no `{text}` within {within:?}:\n{log}")));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Pod {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What starts one as in a pod: `object` is the manifest, of which it reads `metadata` and `spec`; `bus` is what an `EventBus`
/// has in `status.config`, such as [`jetstream`] makes.
///
/// # Errors
/// The object has no name or no namespace.
pub fn command(program: &Path, role: Role, object: &Value, bus: &Value) -> Result<Command, Error> {
    let (argument, variable) = match role {
        Role::EventSource => ("eventsource", "EVENTSOURCE_OBJECT"),
        Role::Sensor => ("sensor", "SENSOR_OBJECT"),
    };
    let metadata = |key: &str| {
        let found = object.pointer(&format!("/metadata/{key}")).and_then(Value::as_str);
        found.ok_or_else(|| Error::other(format!("the object has no {key}")))
    };
    let mut command = Command::new(program);
    command
        .arg(argument)
        .env(variable, STANDARD.encode(object.to_string()))
        .env("EVENTBUS_CONFIG", STANDARD.encode(bus.to_string()))
        .env("EVENTBUS_SUBJECT", format!("eventbus-{}", metadata("namespace")?))
        .env("POD_NAME", format!("{}-0", metadata("name")?))
        // Whoever runs the tests may have a cluster; it is none of ours.
        .env_remove("KUBECONFIG")
        .env_remove("LEADER_ELECTION");
    Ok(command)
}

/// A JetStream bus at an address such as `nats://127.0.0.1:4222`, with the stream that Argo Events' controller asks for by
/// default, but one replica. The server has to offer TLS; its certificate is not verified.
pub fn jetstream(url: &str) -> Value {
    json!({ "jetstream": {
        "url": url,
        "streamConfig":
            "duplicates: 300s\ndiscard: 0\nmaxage: 168h\nmaxbytes: -1\nmaxmsgs: 50000\nreplicas: 1\nretention: 0\n",
    } })
}
