//! A plan, a publisher that remembers, a listener on a free port, and a client that says exactly what it is told.

use aev_connect::publish::{Incoming, Publish, PublishError, Publishing};
use aev_connect::secrets::{DirectorySecrets, Secrets};
use aev_connect::server::{Limits, Listener, Mount, Options, Server};
use aev_connect::sources::{self, Endpoint};
use aev_plan::Plan;
use aev_plan::document::Document;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Nothing in these tests takes so long unless it is broken.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Set in the process that a test has started for itself.
#[cfg(target_os = "linux")]
const ALONE: &str = "AEV_TEST_ALONE";

/// Whether the test has the process for itself. Otherwise it is run in one of its own here, and has passed when this returns.
#[cfg(target_os = "linux")]
pub fn alone(test: &str) -> bool {
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    let run = command.args(["--exact", test]).env(ALONE, "1").output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
    false
}

/// A plan with one source of one event.
pub fn plan(kind: &str, config: &str) -> Plan {
    plan_of(&format!(r#"[{{"name":"in","events":[{{"name":"in","kind":"{kind}","config":{config}}}]}}]"#))
}

pub fn plan_of(sources: &str) -> Plan {
    serde_json::from_str(&format!(r#"{{"name":"pipe","sources":{sources}}}"#)).unwrap()
}

pub fn endpoints(plan: &Plan) -> Vec<Endpoint> {
    sources::read(plan).unwrap().endpoints
}

/// A publisher that keeps what it gets.
#[derive(Default)]
pub struct Bus {
    pub events: Mutex<Vec<Incoming>>,
    /// What is answered instead of success.
    pub error: Mutex<Option<PublishError>>,
    /// When set, every event waits for a permit.
    gate: Option<Semaphore>,
    waiting: AtomicUsize,
    pub most_waiting: AtomicUsize,
}

impl Bus {
    /// A publisher that lets no event through until its gate has permits.
    pub fn gated() -> Bus {
        Bus { gate: Some(Semaphore::new(0)), ..Bus::default() }
    }

    /// Lets so many events through.
    pub fn open(&self, events: usize) {
        self.gate.as_ref().unwrap().add_permits(events);
    }

    pub fn taken(&self) -> Vec<Incoming> {
        std::mem::take(&mut self.events.lock().unwrap())
    }

    pub fn one(&self) -> Incoming {
        let mut events = self.taken();
        assert_eq!(events.len(), 1, "{events:?}");
        events.remove(0)
    }

    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }
}

impl Publish for Bus {
    fn publish(&self, event: Incoming) -> Publishing<'_> {
        Box::pin(async move {
            if let Some(gate) = &self.gate {
                let waiting = self.waiting.fetch_add(1, Ordering::SeqCst) + 1;
                self.most_waiting.fetch_max(waiting, Ordering::SeqCst);
                gate.acquire().await.unwrap().forget();
                self.waiting.fetch_sub(1, Ordering::SeqCst);
            }
            if let Some(error) = self.error.lock().unwrap().clone() {
                return Err(error);
            }
            // Whatever is taken must be readable, or it would be lost behind the bus.
            Document::parse(event.data.as_str()).unwrap();
            self.events.lock().unwrap().push(event);
            Ok(())
        })
    }
}

/// A listener that runs.
pub struct Running {
    pub bus: Arc<Bus>,
    pub server: Server,
    pub addresses: BTreeMap<u16, SocketAddr>,
    /// Secrets, as `DIR/name/key`.
    pub dir: TempDir,
}

impl Running {
    pub fn address(&self) -> SocketAddr {
        *self.addresses.values().next().unwrap()
    }
}

/// Short, so that the tests are; and long enough for a busy machine where nothing should be cut.
pub fn limits() -> Limits {
    Limits { publish: Duration::from_secs(5), ..Limits::default() }
}

pub fn write_secret(dir: &Path, name: &str, key: &str, value: &str) {
    std::fs::create_dir_all(dir.join(name)).unwrap();
    std::fs::write(dir.join(name).join(key), value).unwrap();
}

pub fn secrets(dir: &Path) -> Arc<dyn Secrets> {
    Arc::new(DirectorySecrets::new(dir))
}

/// Starts the plan on free ports of loopback.
pub async fn start(plan: Plan) -> Running {
    start_with(plan, Bus::default(), limits()).await
}

pub async fn start_with(plan: Plan, bus: Bus, limits: Limits) -> Running {
    let (bus, dir) = (Arc::new(bus), TempDir::new().unwrap());
    write_secret(dir.path(), "hub", "hook", "It's a Secret to Everybody\n");
    write_secret(dir.path(), "api", "token", "open sesame\n");
    let endpoints = endpoints(&plan);
    let ports = endpoints.iter().map(|endpoint| (endpoint.port(), 0)).collect();
    let mount = |endpoint| Mount { endpoint, publisher: bus.clone(), secrets: secrets(dir.path()) };
    let mounts = endpoints.into_iter().map(mount).collect();
    let listener = Listener::bind(mounts, Options { ports, limits, ..Options::default() }).await.unwrap();
    let addresses = listener.addresses();
    Running { bus, server: listener.serve(), addresses, dir }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// Reads one answer, and leaves the connection as it is.
pub async fn read_answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    loop {
        if let Some(answer) = parse(&bytes) {
            return answer;
        }
        let mut buffer = [0; 4096];
        let n =
            timeout(PATIENCE, stream.read(&mut buffer)).await.expect("an answer in time").expect("an answer");
        assert!(n > 0, "closed after {:?}", String::from_utf8_lossy(&bytes));
        bytes.extend_from_slice(&buffer[..n]);
    }
}

fn parse(bytes: &[u8]) -> Option<Answer> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut answer =
        Answer { status: head.split(' ').nth(1)?.parse().ok()?, head: head.into(), body: body.into() };
    if answer.status == 100 {
        return parse(&bytes[head.len() + 4..]);
    }
    let length: usize = answer.header("content-length").map_or(0, |length| length.parse().unwrap());
    answer.body = body.get(..length)?.to_owned();
    Some(answer)
}

pub async fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

/// One request on a connection of its own. `head` is the request line and the headers, a line each.
pub async fn send(address: SocketAddr, head: &str, body: &[u8]) -> Answer {
    let mut stream = connect(address).await;
    send_on(&mut stream, head, body).await
}

pub async fn send_on(stream: &mut TcpStream, head: &str, body: &[u8]) -> Answer {
    let (line, headers) = head.split_once('\n').unwrap_or((head, ""));
    let mut text = format!("{line} HTTP/1.1\r\nHost: here\r\nContent-Length: {}\r\n", body.len());
    for header in headers.lines() {
        text += &format!("{}\r\n", header.trim());
    }
    stream.write_all(&[text.as_bytes(), b"\r\n", body].concat()).await.unwrap();
    read_answer(stream).await
}

/// Waits until the other side has closed; what it still sends is returned.
pub async fn closed(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A reset is a way to close, too.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("the connection was not closed");
    bytes
}
