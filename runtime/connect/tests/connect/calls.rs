//! The `http` action against a server that says exactly what it is told.

use crate::support::{PATIENCE, write_secret};
use aev_connect::actions::{ActionError, Actions, Done, Job, Options, Outcome};
use aev_connect::secrets::DirectorySecrets;
use aev_connect::trace::Context;
use aev_plan::duration::GoDuration;
use aev_plan::finished::{Finished, FinishedHttp, HeaderContent};
use aev_plan::json::Json;
use aev_plan::model::{BasicAuth, ConfigMapRef, SecretRef};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// Answers its n-th request with the n-th text, over as many connections as the client opens.
pub struct Server {
    pub address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    connections: Arc<Mutex<usize>>,
}

impl Server {
    pub async fn start(answers: &[&str]) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (requests, connections) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(0)));
        let mut answers: Vec<String> = answers.iter().rev().map(|text| text.to_string()).collect();
        let (seen, opened) = (requests.clone(), connections.clone());
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                *opened.lock().unwrap() += 1;
                while let Some(request) = read_request(&mut stream).await {
                    seen.lock().unwrap().push(request);
                    let Some(answer) = answers.pop() else { return };
                    match answer.strip_suffix("[wait]") {
                        Some(part) => {
                            stream.write_all(part.as_bytes()).await.unwrap();
                            tokio::time::sleep(PATIENCE).await;
                        }
                        None => stream.write_all(answer.as_bytes()).await.unwrap(),
                    }
                    if !answer.contains("Content-Length") {
                        break;
                    }
                }
            }
        });
        Server { address, requests, connections }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub fn one(&self) -> String {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests[0].clone()
    }
}

pub async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut text = String::new();
    loop {
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(text);
            }
        }
        let mut buffer = [0; 4096];
        let n = stream.read(&mut buffer).await.ok().filter(|n| *n > 0)?;
        text += std::str::from_utf8(&buffer[..n]).unwrap();
    }
}

pub fn answer(status: u16, headers: &str) -> String {
    format!("HTTP/1.1 {status} X\r\nContent-Length: 2\r\n{headers}\r\nok")
}

pub fn call(url: &str) -> FinishedHttp {
    FinishedHttp {
        method: "POST".into(),
        url: url.into(),
        headers: vec![],
        body: Some(Json::parse(r#"{"n": 12345678901234567890}"#).unwrap()),
        timeout: None,
        basic_auth: None,
    }
}

fn named(name: &str, key: &str) -> SecretRef {
    SecretRef { name: name.into(), key: key.into() }
}

/// With a token and a password, and whatever the test sets.
pub struct World {
    dir: TempDir,
    pub options: Options,
}

impl World {
    pub fn new() -> World {
        let dir = TempDir::new().unwrap();
        write_secret(dir.path(), "api", "token", "canary\n");
        write_secret(dir.path(), "api", "user", "aladdin");
        let options = Options::new(dir.path());
        World { dir, options }
    }

    async fn perform(&self, http: FinishedHttp) -> Outcome {
        self.perform_with(&Actions::new(self.options.clone()).unwrap(), http).await
    }

    pub async fn perform_with(&self, actions: &Actions, http: FinishedHttp) -> Outcome {
        let action = Finished::Http(Box::new(http));
        let job = Job { pipeline: "pipe", trigger: "tell", firing: "firing-1", action: &action, trace: None };
        tokio::time::timeout(PATIENCE, actions.perform(job, &DirectorySecrets::new(self.dir.path())))
            .await
            .unwrap()
    }
}

fn answered(status: u16) -> Outcome {
    Outcome::Done(Done::Answered { status, retry_after: None })
}

#[tokio::test]
async fn a_call_has_the_payload_the_key_and_the_type() {
    let server = Server::start(&[&answer(200, "")]).await;
    assert_eq!(World::new().perform(call(&server.url("/path?q=1"))).await, answered(200));
    let request = server.one();
    assert!(request.starts_with("POST /path?q=1 HTTP/1.1\r\n"), "{request}");
    for part in [
        "\r\ncontent-type: application/json\r\n",
        "\r\nidempotency-key: firing-1\r\n",
        "\r\nuser-agent: aev/",
        "\r\n\r\n{\"n\":12345678901234567890}",
    ] {
        assert!(request.contains(part), "{part}: {request}");
    }
}

#[tokio::test]
async fn what_the_action_says_wins() {
    let server = Server::start(&[&answer(204, ""), &answer(204, "")]).await;
    let text = |name: &str, value: &str| (name.to_owned(), HeaderContent::Text(value.to_owned()));
    let http = FinishedHttp {
        headers: vec![text("Content-Type", "text/x"), text("idempotency-key", "mine")],
        ..call(&server.url("/"))
    };
    let world = World::new();
    assert_eq!(world.perform(http).await, answered(204));
    let request = server.one();
    assert!(
        request.contains("content-type: text/x\r\n") && request.contains("idempotency-key: mine\r\n"),
        "{request}"
    );
    assert!(!request.contains("application/json") && !request.contains("firing-1"), "{request}");
    let timeout = Some(GoDuration(Duration::ZERO));
    let http = FinishedHttp { method: "GET".into(), body: None, timeout, ..call(&server.url("/")) };
    assert_eq!(world.perform(http).await, answered(204));
    let request = &server.requests()[1];
    assert!(request.starts_with("GET / ") && !request.contains("content-type"), "{request}");
}

#[tokio::test]
async fn every_status_is_an_answer_and_retry_after_is_read() {
    for (status, headers, retry_after) in [
        (500, "", None),
        (404, "", None),
        (304, "", None),
        (429, "Retry-After: 7\r\n", Some(Duration::from_secs(7))),
        (503, "Retry-After: Sun, 22 Nov 2015 16:00:30 GMT\r\n", Some(Duration::ZERO)),
        (503, "Retry-After: soon\r\n", None),
    ] {
        let server = Server::start(&[&answer(status, headers)]).await;
        let outcome = World::new().perform(call(&server.url("/"))).await;
        assert_eq!(outcome, Outcome::Done(Done::Answered { status, retry_after }), "{status} {headers}");
    }
}

#[tokio::test]
async fn secrets_are_read_at_each_call() {
    let server = Server::start(&[&answer(200, ""), &answer(200, "")]).await;
    let http = || FinishedHttp {
        headers: vec![("X-Token".into(), HeaderContent::Secret(named("api", "token")))],
        basic_auth: Some(BasicAuth { username: named("api", "user"), password: named("api", "token") }),
        ..call(&server.url("/"))
    };
    let world = World::new();
    assert_eq!(world.perform(http()).await, answered(200));
    write_secret(world.dir.path(), "api", "token", "open sesame");
    assert_eq!(world.perform(http()).await, answered(200));
    let requests = server.requests();
    assert!(requests[0].contains("x-token: canary\r\n"), "{requests:?}");
    assert!(requests[0].contains("authorization: Basic YWxhZGRpbjpjYW5hcnk=\r\n"), "{requests:?}");
    assert!(requests[1].contains("x-token: open sesame\r\n"), "{requests:?}");
    assert!(requests[1].contains("authorization: Basic YWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"), "{requests:?}");
}

#[tokio::test]
async fn a_redirect_to_another_host_takes_no_secret_along() {
    let other = Server::start(&[&answer(200, "")]).await;
    let location = format!("Location: {}\r\n", other.url("/there"));
    let server = Server::start(&[&answer(307, "Location: /here\r\n"), &answer(308, &location)]).await;
    let http = FinishedHttp {
        headers: vec![
            ("X-Token".into(), HeaderContent::Secret(named("api", "token"))),
            ("X-Plain".into(), HeaderContent::Text("plain".into())),
            ("Cookie".into(), HeaderContent::Text("canary".into())),
        ],
        basic_auth: Some(BasicAuth { username: named("api", "user"), password: named("api", "token") }),
        ..call(&server.url("/"))
    };
    assert_eq!(World::new().perform(http).await, answered(200));
    let requests = server.requests();
    assert!(
        requests[1].starts_with("POST /here ") && requests[1].contains("x-token: canary"),
        "{requests:?}"
    );
    let redirected = other.one();
    assert!(
        redirected.starts_with("POST /there ") && redirected.ends_with("{\"n\":12345678901234567890}"),
        "{redirected}"
    );
    assert!(redirected.contains("x-plain: plain"), "{redirected}");
    for gone in ["canary", "authorization", "x-token", "cookie"] {
        assert!(!redirected.contains(gone), "{gone}: {redirected}");
    }
}

#[tokio::test]
async fn a_found_redirect_becomes_a_get_and_endless_ones_end() {
    let server = Server::start(&[&answer(302, "Location: /b\r\n"), &answer(200, "")]).await;
    assert_eq!(World::new().perform(call(&server.url("/"))).await, answered(200));
    let redirected = &server.requests()[1];
    assert!(redirected.starts_with("GET /b ") && redirected.ends_with("\r\n\r\n"), "{redirected}");
    assert!(!redirected.contains("content-type"), "{redirected}");
    let back = answer(302, "Location: /\r\n");
    let server = Server::start(&[back.as_str(); 20]).await;
    let outcome = World::new().perform(call(&server.url("/"))).await;
    assert!(matches!(
        outcome,
        Outcome::Failed { retriable: false, error: ActionError::Redirects { limit: 10, .. } }
    ));
    assert_eq!(server.requests().len(), 11);
    // One that leads nowhere is the answer.
    let server = Server::start(&[&answer(302, "Location: ftp://x/\r\n")]).await;
    assert_eq!(World::new().perform(call(&server.url("/"))).await, answered(302));
}

#[tokio::test]
async fn name_and_password_of_a_url_become_a_header() {
    let server = Server::start(&[&answer(307, "Location: /b\r\n"), &answer(200, ""), &answer(200, "")]).await;
    let world = World::new();
    let url = format!("http://me:can%20ary@{}/a", server.address);
    assert_eq!(world.perform(call(&url)).await, answered(200));
    let own = ("Authorization".to_owned(), HeaderContent::Text("mine".into()));
    assert_eq!(world.perform(FinishedHttp { headers: vec![own], ..call(&url) }).await, answered(200));
    let requests = server.requests();
    for request in &requests[..2] {
        assert!(request.contains("authorization: Basic bWU6Y2FuIGFyeQ==\r\n"), "{request}");
    }
    assert!(requests[2].contains("authorization: mine\r\n"), "{requests:?}");
}

#[tokio::test]
async fn connections_are_used_again() {
    // More than comes at once with the head, so that it has to be read to its end.
    let long =
        |status| format!("HTTP/1.1 {status} X\r\nContent-Length: 100000\r\n\r\n{}", "x".repeat(100_000));
    let server = Server::start(&[&long(200), &long(500), &long(200)]).await;
    let world = World::new();
    let actions = Actions::new(world.options.clone()).unwrap();
    for status in [200, 500, 200] {
        assert_eq!(world.perform_with(&actions, call(&server.url("/"))).await, answered(status));
    }
    assert_eq!((server.requests().len(), *server.connections.lock().unwrap()), (3, 1));
}

#[tokio::test]
async fn without_an_answer_the_outcome_is_unknown() {
    let limit = Duration::from_millis(200);
    let slow = Server::start(&["[wait]"]).await;
    let http = FinishedHttp { timeout: Some(GoDuration(limit)), ..call(&slow.url("/secret-path")) };
    let target = format!("http://{}", slow.address);
    assert_eq!(
        World::new().perform(http).await,
        Outcome::Unknown { error: ActionError::Timeout { target, limit } }
    );
    for half in ["", "HTTP/1.1 20", "HTTP/1.1 200 X\r\nContent-Le"] {
        let server = Server::start(&[half]).await;
        let outcome = World::new().perform(call(&server.url("/"))).await;
        assert!(
            matches!(outcome, Outcome::Unknown { error: ActionError::Broken { .. } }),
            "{half:?}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn the_status_decides_whatever_becomes_of_the_body() {
    let short =
        Server::start(&["HTTP/1.1 200 X\r\nConnection: close\r\ncontent-length: 100\r\n\r\nhalf"]).await;
    assert_eq!(World::new().perform(call(&short.url("/"))).await, answered(200));
    let slow = Server::start(&["HTTP/1.1 201 X\r\nContent-Length: 100\r\n\r\nhalf[wait]"]).await;
    let http = FinishedHttp { timeout: Some(GoDuration(Duration::from_millis(300))), ..call(&slow.url("/")) };
    assert_eq!(World::new().perform(http).await, answered(201));
}

#[tokio::test]
async fn a_large_answer_is_not_read_to_its_end() {
    let huge = format!("HTTP/1.1 200 X\r\nContent-Length: 999999999\r\n\r\n{}[wait]", "x".repeat(1 << 20));
    let server = Server::start(&[&huge]).await;
    assert_eq!(World::new().perform(call(&server.url("/"))).await, answered(200));
}

#[tokio::test]
async fn nobody_there_is_a_failure_that_may_pass() {
    let address = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let outcome = World::new().perform(call(&format!("http://me:canary@{address}/canary?canary"))).await;
    let Outcome::Failed { retriable: true, error } = outcome else { panic!("{outcome:?}") };
    let text = error.to_string();
    assert!(text.starts_with(&format!("no connection to http://{address}: Connection refused")), "{text}");
    assert!(!text.contains("canary"), "{text}");
}

#[tokio::test]
async fn another_address_is_called_with_the_name_of_the_host() {
    let server = Server::start(&[&answer(200, ""), &answer(200, "")]).await;
    let mut world = World::new();
    world.options.connect_to.add(&format!("builds.ci.svc:80={}", server.address)).unwrap();
    world.options.connect_to.add(&format!("10.0.0.1:8080={}", server.address)).unwrap();
    assert_eq!(world.perform(call("http://Builds.ci.svc/run")).await, answered(200));
    assert_eq!(world.perform(call("http://10.0.0.1:8080/run")).await, answered(200));
    let requests = server.requests();
    assert!(requests[0].contains("host: builds.ci.svc\r\n"), "{requests:?}");
    assert!(requests[1].contains("host: 10.0.0.1:8080\r\n"), "{requests:?}");
    // Another port of the same host is another place.
    let outcome = world.perform(call("http://builds.ci.svc:81/run")).await;
    assert!(matches!(outcome, Outcome::Failed { retriable: true, .. }), "{outcome:?}");
}

#[tokio::test]
async fn what_cannot_be_sent_is_not_tried_again() {
    let header = |content| vec![("X-A".to_owned(), content)];
    let ok = || call("http://127.0.0.1:1/");
    let newline = HeaderContent::Text("a\r\nX-B: c".into());
    let member = HeaderContent::ConfigMap(ConfigMapRef { name: "c".into(), key: "k".into() });
    let missing = HeaderContent::Secret(named("api", "gone"));
    for (http, retriable, reason) in [
        (call("nowhere"), false, "no absolute URL"),
        (call("ftp://127.0.0.1/"), false, "`http://` nor with `https://`"),
        (call("http:///"), false, "URL"),
        (FinishedHttp { method: "G T".into(), ..ok() }, false, "`G T` is no HTTP method"),
        (FinishedHttp { headers: header(newline), ..ok() }, false, "the header `X-A` cannot be sent"),
        (
            FinishedHttp { headers: vec![("a b".into(), HeaderContent::Text("c".into()))], ..ok() },
            false,
            "`a b`",
        ),
        (FinishedHttp { headers: header(member), ..ok() }, false, "the config map `c`"),
        (
            FinishedHttp { headers: header(missing), ..ok() },
            true,
            "the key `gone` of the secret `api` is missing",
        ),
    ] {
        match World::new().perform(http).await {
            Outcome::Failed { retriable: found, error } => {
                assert_eq!(found, retriable, "{error}");
                assert!(error.to_string().contains(reason), "{error}");
            }
            other => panic!("{reason}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_trace_goes_along_unless_the_file_says_another() {
    let (server, world) = (Server::start(&[&answer(200, ""), &answer(200, "")]).await, World::new());
    let actions = Actions::new(world.options.clone()).unwrap();
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    let trace = Context::parse(parent, ["a=1"]).unwrap();
    let mut own = call(&server.url("/own"));
    own.headers = vec![("Traceparent".into(), HeaderContent::Text("mine".into()))];
    for http in [call(&server.url("/")), own] {
        let action = Finished::Http(Box::new(http));
        let job = Job { pipeline: "p", trigger: "t", firing: "f", action: &action, trace: Some(&trace) };
        let done = actions.perform(job, &DirectorySecrets::new(world.dir.path())).await;
        assert_eq!(done, answered(200));
    }
    let requests = server.requests();
    assert!(requests[0].contains(&format!("traceparent: {parent}\r\n")), "{}", requests[0]);
    assert!(requests[0].contains("tracestate: a=1\r\n"), "{}", requests[0]);
    assert!(requests[1].contains("traceparent: mine\r\n"), "{}", requests[1]);
    assert!(!requests[1].contains("tracestate"), "{}", requests[1]);
}
