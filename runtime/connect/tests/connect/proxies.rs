//! Proxies and authorities of the environment. Both are read when a process starts, so each test starts itself with others.

use crate::calls::{Server, World, answer, call, read_request};
use crate::support::write_secret;
use aev_connect::actions::Actions;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, crypto::ring};

/// For the process that a test starts: what to call, where a host is reached instead, and the file for the outcomes.
const CALLS: &str = "AEV_TEST_CALLS";
const ELSEWHERE: &str = "AEV_TEST_ELSEWHERE";
const OUTCOMES: &str = "AEV_TEST_OUTCOMES";

const ENVIRONMENT: [&str; 11] = [
    "ALL_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "REQUEST_METHOD",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

const ANSWERED: &str = "Done(Answered { status: 200, retry_after: None })";

/// Makes the calls if this is the process for it.
async fn is_the_caller() -> bool {
    let Ok(calls) = std::env::var(CALLS) else { return false };
    let mut world = World::new();
    if let Ok(elsewhere) = std::env::var(ELSEWHERE) {
        world.options.connect_to.add(&elsewhere).unwrap();
    }
    let actions = Actions::new(world.options.clone()).unwrap();
    let mut outcomes = String::new();
    for url in calls.split(' ') {
        outcomes += &format!("{:?}\n", world.perform_with(&actions, call(url)).await);
    }
    std::fs::write(std::env::var_os(OUTCOMES).unwrap(), outcomes).unwrap();
    true
}

/// What becomes of the calls in a process with these variables and no others that matter.
async fn outcomes(test: &str, calls: &[&str], variables: &[(&str, &str)]) -> Vec<String> {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("outcomes");
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("proxies::{test}")]);
    for name in ENVIRONMENT {
        command.env_remove(name);
    }
    command.env(CALLS, calls.join(" ")).env(OUTCOMES, &file).envs(variables.iter().copied());
    let run = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
    std::fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect()
}

/// The last answer on its connection, so that the server takes that of the next host.
fn last() -> String {
    answer(200, "Connection: close\r\n")
}

/// The certificate of `localhost` and `service.example`, in a file, and a server's configuration with it.
fn certified(dir: &Path, protocols: &[&str]) -> (String, TlsAcceptor) {
    let names = ["localhost".to_owned(), "service.example".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    write_secret(dir, "tls", "crt", &made.cert.pem());
    let key = PrivateKeyDer::from_pem_slice(made.signing_key.serialize_pem().as_bytes()).unwrap();
    let chain = vec![CertificateDer::from_pem_slice(made.cert.pem().as_bytes()).unwrap()];
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    (dir.join("tls/crt").to_str().unwrap().to_owned(), TlsAcceptor::from(Arc::new(config)))
}

/// What a server has seen, a text a request.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn add(&self, text: String) {
        self.0.lock().unwrap().push(text);
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// A server with TLS; if it is asked for a tunnel first, there is one, to itself. HTTP/2 is spoken if that is agreed on, and
/// then the first requests are refused, so many.
async fn secured(acceptor: TlsAcceptor, tunnel: bool, refused: usize) -> (SocketAddr, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, seen) = (listener.local_addr().unwrap(), Seen::default());
    let sees = seen.clone();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            if tunnel {
                sees.add(read_request(&mut stream).await.unwrap());
                stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
            }
            // The client may not like the certificate.
            let Ok(stream) = acceptor.accept(stream).await else { continue };
            match stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                true => tokio::spawn(http2(stream, sees.clone(), refused)),
                false => tokio::spawn(http1(stream, sees.clone())),
            };
        }
    });
    (address, seen)
}

async fn http1(mut stream: impl AsyncRead + AsyncWrite + Unpin, seen: Seen) {
    while let Some(request) = read_request(&mut stream).await {
        seen.add(request);
        stream.write_all(answer(200, "").as_bytes()).await.unwrap();
    }
}

async fn http2(stream: impl AsyncRead + AsyncWrite + Unpin, seen: Seen, mut refused: usize) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        let key = request.headers()["idempotency-key"].to_str().unwrap();
        seen.add(format!("{} {} {:?} {key}", request.method(), request.uri(), request.version()));
        assert!(!request.headers().contains_key("host"), "{request:?}");
        match refused.checked_sub(1) {
            Some(left) => {
                refused = left;
                respond.send_reset(h2::Reason::REFUSED_STREAM);
            }
            None => drop(respond.send_response(http::Response::new(()), true).unwrap()),
        }
    }
}

#[tokio::test]
async fn a_proxy_gets_the_whole_url_and_its_own_password() {
    if is_the_caller().await {
        return;
    }
    let (ok, test) = (last(), "a_proxy_gets_the_whole_url_and_its_own_password");
    for (variable, scheme) in [("HTTP_PROXY", "http://"), ("http_proxy", ""), ("ALL_PROXY", "http://")] {
        let proxy = Server::start(&[&ok, &ok]).await;
        let at = format!("{scheme}proxy%20user:can%40ary@{}", proxy.address);
        let calls = ["http://service.example/path?q=1", "http://me:too@service.example:8080/"];
        assert_eq!(outcomes(test, &calls, &[(variable, &at)]).await, [ANSWERED, ANSWERED], "{variable}");
        let requests = proxy.requests();
        assert!(
            requests[0].starts_with("POST http://service.example/path?q=1 HTTP/1.1\r\n"),
            "{variable}: {requests:?}"
        );
        assert!(requests[0].contains("host: service.example\r\n"), "{requests:?}");
        assert!(requests[0].ends_with("{\"n\":12345678901234567890}"), "{requests:?}");
        assert!(!requests[0].contains("\r\nauthorization"), "{requests:?}");
        assert!(requests[1].starts_with("POST http://service.example:8080/ HTTP/1.1\r\n"), "{requests:?}");
        assert!(requests[1].contains("host: service.example:8080\r\n"), "{requests:?}");
        assert!(requests[1].contains("\r\nauthorization: Basic bWU6dG9v\r\n"), "{requests:?}");
        for request in requests {
            // `proxy user:can@ary`.
            let authorization = "proxy-authorization: Basic cHJveHkgdXNlcjpjYW5AYXJ5\r\n";
            assert!(request.contains(authorization), "{request}");
        }
    }
}

#[tokio::test]
async fn no_proxy_is_asked_for_this_machine_nor_for_what_the_environment_excepts() {
    if is_the_caller().await {
        return;
    }
    let (ok, test) = (last(), "no_proxy_is_asked_for_this_machine_nor_for_what_the_environment_excepts");
    for (variable, excepted) in
        [("HTTP_PROXY", "NO_PROXY"), ("http_proxy", "no_proxy"), ("ALL_PROXY", "NO_PROXY")]
    {
        let (proxy, server) = (Server::start(&[&ok]).await, Server::start(&[&ok, &ok, &ok]).await);
        let at = format!("http://user:canary@{}", proxy.address);
        // Taken for another machine, it is this one all the same.
        let elsewhere = format!("service.example:80={}", server.address);
        let by_address = server.url("/a");
        let by_name = format!("http://localhost:{}/b", server.address.port());
        let calls = [&by_address, &by_name, "http://service.example/c", "http://excepted.invalid/d"];
        let variables =
            [(variable, at.as_str()), (excepted, "10.0.0.0/8, .invalid"), (ELSEWHERE, &elsewhere)];
        let outcomes = outcomes(test, &calls, &variables).await;
        assert_eq!(outcomes[..3], [ANSWERED; 3]);
        assert!(outcomes[3].starts_with("Failed { retriable: true, error: Connect {"), "{outcomes:?}");
        let requests = server.requests();
        for (request, path) in requests.iter().zip(["/a", "/b", "/c"]) {
            assert!(request.starts_with(&format!("POST {path} HTTP/1.1\r\n")), "{request}");
            assert!(!request.contains("proxy-authorization"), "{request}");
        }
        assert_eq!((requests.len(), proxy.requests().len()), (3, 0));
    }
}

#[tokio::test]
async fn a_proxy_that_cannot_be_used_is_a_failure_that_may_pass() {
    if is_the_caller().await {
        return;
    }
    let test = "a_proxy_that_cannot_be_used_is_a_failure_that_may_pass";
    let proxy = Server::start(&["HTTP/1.1 407 X\r\n\r\n"]).await;
    let at = format!("http://{}", proxy.address);
    let calls = ["https://service.example/secret", "http://service.example:81/secret"];
    let variables = [("https_proxy", at.as_str()), ("HTTP_PROXY", "socks5://127.0.0.1:1")];
    let said = outcomes(test, &calls, &variables).await;
    let reasons = [
        r#"target: "https://service.example", reason: "tunnel error: proxy authorization required""#,
        r#"target: "http://service.example:81", reason: "a proxy of the scheme `socks5` cannot be used""#,
    ];
    let expected =
        reasons.map(|reason| format!("Failed {{ retriable: true, error: Connect {{ {reason} }} }}"));
    assert_eq!(said, expected);
    assert!(!proxy.one().contains("proxy-authorization"));
}

#[tokio::test]
async fn a_proxy_of_https_gets_a_tunnel_and_sees_nothing_else() {
    if is_the_caller().await {
        return;
    }
    let (dir, test) = (TempDir::new().unwrap(), "a_proxy_of_https_gets_a_tunnel_and_sees_nothing_else");
    for (protocols, variable) in [(&["http/1.1"][..], "HTTPS_PROXY"), (&["h2", "http/1.1"], "ALL_PROXY")] {
        let (authority, acceptor) = certified(dir.path(), protocols);
        let (address, seen) = secured(acceptor, true, 0).await;
        let at = format!("http://user:canary@{address}");
        let variables = [(variable, at.as_str()), ("SSL_CERT_FILE", &authority)];
        let calls = ["https://service.example/path", "https://service.example/again"];
        assert_eq!(outcomes(test, &calls, &variables).await, [ANSWERED; 2]);
        let seen = seen.all();
        assert_eq!(seen.len(), 3, "{seen:?}");
        assert!(seen[0].starts_with("CONNECT service.example:443 HTTP/1.1\r\n"), "{seen:?}");
        let asked = seen[0].to_lowercase();
        assert!(asked.contains("proxy-authorization: basic dxnlcjpjyw5hcnk=\r\n"), "{seen:?}");
        assert!(asked.contains("user-agent: aev/"), "{seen:?}");
        if protocols.contains(&"h2") {
            assert_eq!(seen[1], "POST https://service.example/path HTTP/2.0 firing-1");
            continue;
        }
        assert!(seen[1].starts_with("POST /path HTTP/1.1\r\n"), "{seen:?}");
        assert!(seen[1].contains("host: service.example\r\n"), "{seen:?}");
        assert!(!seen[1].contains("proxy-authorization"), "{seen:?}");
    }
}

#[tokio::test]
async fn what_a_server_has_not_begun_with_is_sent_again() {
    if is_the_caller().await {
        return;
    }
    let (dir, test) = (TempDir::new().unwrap(), "what_a_server_has_not_begun_with_is_sent_again");
    let (authority, acceptor) = certified(dir.path(), &["h2"]);
    let (address, seen) = secured(acceptor, false, 5).await;
    let url = format!("https://localhost:{}/", address.port());
    let said = outcomes(test, &[&url, &url], &[("SSL_CERT_FILE", &authority)]).await;
    // Twice more each: the first call is given up then, the last attempt of the second one is answered.
    assert!(said[0].starts_with("Unknown { error: Broken {"), "{said:?}");
    assert_eq!(said[1], ANSWERED);
    assert_eq!(seen.all(), vec![format!("POST {url} HTTP/2.0 firing-1"); 6]);
}

#[tokio::test]
async fn behind_another_address_the_certificate_is_still_that_of_the_host() {
    if is_the_caller().await {
        return;
    }
    let (dir, test) =
        (TempDir::new().unwrap(), "behind_another_address_the_certificate_is_still_that_of_the_host");
    let (authority, acceptor) = certified(dir.path(), &["h2", "http/1.1"]);
    let (address, seen) = secured(acceptor, false, 0).await;
    for (host, good) in [("service.example", true), ("another.example", false)] {
        let elsewhere = format!("{host}:443={address}");
        let variables = [("SSL_CERT_FILE", authority.as_str()), (ELSEWHERE, &elsewhere)];
        let said = outcomes(test, &[&format!("https://{host}/path")], &variables).await;
        match good {
            true => assert_eq!(said, [ANSWERED]),
            false => assert!(said[0].contains("reason: \"invalid peer certificate"), "{said:?}"),
        }
    }
    let seen = seen.all();
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert!(seen[0].starts_with("POST /path HTTP/1.1\r\n"), "{seen:?}");
    assert!(seen[0].contains("host: service.example\r\n"), "{seen:?}");
}
