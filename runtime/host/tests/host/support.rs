//! Plans, a target that answers as it is told and remembers what came, and a client.

use aev_host::decision::{Next, What};
use aev_host::settings::Name;
use aev_host::{Decisions, Host, Layers, Settings};
use aev_plan::Plan;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Nothing in these tests takes so long unless it is broken.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A plan with a webhook source `hook` on port 12000, whose events are `names` at `/<name>`, and these streams and triggers.
pub fn plan(names: &[&str], streams: &str, triggers: &str) -> Plan {
    let events: Vec<String> = names
        .iter()
        .map(|name| {
            format!(
                r#"{{"name":"{name}","kind":"webhook","config":{{"endpoint":"/{name}","port":"12000","method":"POST"}}}}"#
            )
        })
        .collect();
    let json = format!(
        r#"{{"name":"pipe","sources":[{{"name":"hook","events":[{}]}}],
            "sensors":[{{"name":"pipe","streams":[{streams}],"triggers":[{triggers}]}}]}}"#,
        events.join(",")
    );
    serde_json::from_str(&json).unwrap()
}

/// A stream of all events of one name.
pub fn stream(name: &str) -> String {
    format!(r#"{{"name":"{name}","from":{{"event":{{"source":"hook","event":"{name}"}}}}}}"#)
}

/// A stream of those events `e` whose `body.<key>` is this text.
pub fn filtered(name: &str, event: &str, key: &str, value: &str) -> String {
    format!(
        r#"{{"name":"{name}","from":{{"event":{{"source":"hook","event":"{event}"}}}},"declared":true,
            "predicate":{{"aev":{{"compare":{{"op":"==","left":{{"path":{{"event":"e","steps":["body","{key}"]}}}},
            "right":{{"const":"{value}"}}}}}}}}}}"#
    )
}

/// An HTTP action that posts `body.id` of the event `e`.
pub fn http(url: &str) -> String {
    format!(
        r#"{{"http":{{"url":{{"const":"{url}"}},"method":"POST","timeout":"5s",
            "payload":{{"object":[["id",{{"path":{{"event":"e","steps":["body","id"]}}}}]]}}}}}}"#
    )
}

/// A trigger `name` on one stream. `more` are further fields, beginning with a comma.
pub fn trigger(name: &str, on: &str, action: &str, more: &str) -> String {
    format!(
        r#"{{"name":"{name}","on":{{"stream":"{on}"}},"bindings":[{{"name":"e","streams":["{on}"]}}],"action":{action}{more}}}"#
    )
}

/// Directories of one test.
pub struct Place(pub TempDir);

impl Place {
    pub fn new() -> Place {
        Place(tempfile::tempdir().unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn settings(&self, more: &[(Name, &str)]) -> Settings {
        let mut flags = vec![
            (Name::Bus, format!("embedded:{}", self.path("bus").display())),
            (Name::Objects, self.path("objects").display().to_string()),
            (Name::Records, self.path("records").display().to_string()),
            (Name::Port, "12000=0".to_owned()),
        ];
        flags.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        Settings::resolve(&Layers { flags, ..Layers::default() }).unwrap()
    }

    pub async fn start(&self, plan: &Plan) -> Host {
        Host::start(std::slice::from_ref(plan), &self.settings(&[]))
            .await
            .unwrap_or_else(|errors| panic!("{errors:?}"))
    }
}

/// The one bus of a host.
pub async fn bus(host: &Host) -> Arc<dyn aev_bus::Bus> {
    host.buses().await.remove(0).1
}

pub fn address(host: &Host) -> SocketAddr {
    *host.addresses().values().next().unwrap()
}

/// A call that the target got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    pub path: String,
    /// `Idempotency-Key`.
    pub key: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Call {
    /// A header of it.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The `id` of its body.
    pub fn id(&self) -> &str {
        self.body.trim_start_matches(r#"{"id":""#).trim_end_matches(r#""}"#)
    }
}

/// What the target answers to a path: a status, after a while.
type Answer = dyn Fn(&str, usize) -> (u16, Duration) + Send + Sync;

/// A server that remembers what it was called with.
#[derive(Clone)]
pub struct Target {
    pub address: SocketAddr,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Target {
    /// Answers 200 at once.
    pub async fn new() -> Target {
        Target::answering(|_, _| (200, Duration::ZERO)).await
    }

    /// Answers as told by the path and by how many calls of that path came before.
    pub async fn answering(
        answer: impl Fn(&str, usize) -> (u16, Duration) + Send + Sync + 'static,
    ) -> Target {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = Target { address: listener.local_addr().unwrap(), calls: Arc::default() };
        let (calls, answer): (_, Arc<Answer>) = (target.calls.clone(), Arc::new(answer));
        tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { return };
                tokio::spawn(serve(stream, calls.clone(), answer.clone()));
            }
        });
        target
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    pub fn of(&self, path: &str) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.path == path).collect()
    }

    /// Waits until so many calls have come.
    pub async fn wait(&self, path: &str, count: usize) -> Vec<Call> {
        let came = async {
            while self.of(path).len() < count {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, came).await.is_ok();
        assert!(in_time, "only {} of {count} calls of {path} came", self.of(path).len());
        self.of(path)
    }
}

/// One message of text.
async fn message(stream: &mut BufReader<TcpStream>) -> Option<(String, Vec<(String, String)>, String)> {
    let (first, headers, body) = any_message(stream).await?;
    Some((first, headers, String::from_utf8(body).unwrap()))
}

/// One message: its first line, its headers, its body. None at the end of the connection.
pub async fn any_message(
    stream: &mut BufReader<TcpStream>,
) -> Option<(String, Vec<(String, String)>, Vec<u8>)> {
    let mut first = String::new();
    let mut headers = Vec::new();
    if stream.read_line(&mut first).await.ok()? == 0 {
        return None;
    }
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map_or(0, |(_, n)| n.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some((first.trim_end().to_owned(), headers, body))
}

async fn serve(stream: TcpStream, calls: Arc<Mutex<Vec<Call>>>, answer: Arc<Answer>) {
    let mut stream = BufReader::new(stream);
    while let Some((first, headers, body)) = message(&mut stream).await {
        let path = first.split(' ').nth(1).unwrap().to_owned();
        let key = headers.iter().find(|(name, _)| name == "idempotency-key").map(|(_, key)| key.clone());
        let before = {
            let mut calls = calls.lock().unwrap();
            let before = calls.iter().filter(|call| call.path == path).count();
            calls.push(Call { path: path.clone(), key: key.unwrap_or_default(), headers, body });
            before
        };
        let (status, pause) = answer(&path, before);
        tokio::time::sleep(pause).await;
        let response = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n");
        if stream.write_all(response.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// A connection to a webhook.
pub struct Client(BufReader<TcpStream>);

/// What a webhook answered.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    pub retry_after: Option<String>,
    pub body: String,
}

impl Client {
    pub async fn connect(address: SocketAddr) -> std::io::Result<Client> {
        Ok(Client(BufReader::new(TcpStream::connect(address).await?)))
    }

    /// None when the connection ended before the answer.
    pub async fn get(&mut self, path: &str) -> Option<Response> {
        self.0.write_all(format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n").as_bytes()).await.ok()?;
        self.answer().await
    }

    /// None when the connection ended before the answer.
    pub async fn post(&mut self, path: &str, body: &str) -> Option<Response> {
        self.post_with(path, "", body).await
    }

    /// The same with further headers, each with its line end.
    pub async fn post_with(&mut self, path: &str, headers: &str, body: &str) -> Option<Response> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n{headers}content-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.write_all(request.as_bytes()).await.ok()?;
        self.answer().await
    }

    async fn answer(&mut self) -> Option<Response> {
        let (first, headers, body) = message(&mut self.0).await?;
        let status = first.split(' ').nth(1)?.parse().ok()?;
        let retry_after = headers.into_iter().find(|(name, _)| name == "retry-after").map(|(_, value)| value);
        Some(Response { status, retry_after, body })
    }
}

/// Posts `{"id": id}` and expects 200.
pub async fn post(host: &Host, path: &str, id: &str) {
    post_json(host, path, &format!(r#"{{"id":"{id}"}}"#)).await;
}

pub async fn post_json(host: &Host, path: &str, body: &str) {
    let mut client = Client::connect(address(host)).await.unwrap();
    let response = client.post(path, body).await.unwrap();
    assert_eq!(response.status, 200, "{response:?}");
}

pub async fn settled(host: &Host) {
    let settled = tokio::time::timeout(PATIENCE, host.settled()).await;
    if settled.is_err() {
        panic!("not settled: {:?}", host.status().await);
    }
}

/// What has been decided so far, as the words of the decisions and results.
pub async fn words(decisions: &mut Decisions) -> Vec<String> {
    let mut words = Vec::new();
    while let Some(Next::Decided(decided)) = decisions.next_within(Duration::from_millis(100)).await {
        for line in decided.lines() {
            let json = serde_json::to_value(line).unwrap();
            words.push(match line.what {
                What::Note(_) => json["decision"].as_str().unwrap().to_owned(),
                What::Result(_) => format!("result {}", json["result"]),
                What::Unreadable { .. } => "unreadable".to_owned(),
            });
        }
    }
    words
}

/// An example that cargo builds with the tests.
pub fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let example = test.parent().and_then(Path::parent).unwrap().join("examples").join(name);
    assert!(example.exists(), "{} is missing: run `cargo build -p aev-host --examples`", example.display());
    example
}
