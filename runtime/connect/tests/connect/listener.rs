//! Ports, what the bus says, and the end.

use crate::support::{
    Bus, PATIENCE, closed, connect, endpoints, limits, plan, plan_of, secrets, send, send_on, start,
    start_with,
};
use aev_connect::publish::PublishError;
use aev_connect::server::{BindError, Limits, Listener, Mount, Options};
use aev_connect::sources::Endpoint;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

const CONFIG: &str = r#"{"endpoint":"/in","port":"12000"}"#;

fn mount(endpoint: Endpoint) -> Mount {
    Mount { endpoint, publisher: Arc::new(Bus::default()), secrets: secrets("/nowhere".as_ref()) }
}

async fn bind(endpoints: Vec<Endpoint>, options: Options) -> Result<Listener, BindError> {
    Listener::bind(endpoints.into_iter().map(mount).collect(), options).await
}

fn free() -> Options {
    Options { ports: [(12000, 0), (13000, 0)].into(), ..Options::default() }
}

#[tokio::test]
async fn sources_and_endpoints_share_ports() {
    let plan = plan_of(
        r#"[{"name":"hub","events":[
              {"name":"pr","kind":"github","config":{"webhook":{"endpoint":"/pr","port":"12000"}}},
              {"name":"raw","kind":"webhook","config":{"endpoint":"/raw","port":"12000"}}]},
            {"name":"shop","events":[{"name":"shop","kind":"webhook","config":{"endpoint":"/shop","port":12000}}]},
            {"name":"far","events":[{"name":"far","kind":"webhook","config":{"endpoint":"/raw","port":13000}}]}]"#,
    );
    let run = start(plan).await;
    assert_eq!(run.addresses.keys().copied().collect::<Vec<_>>(), [12000, 13000]);
    let (near, far) = (run.addresses[&12000], run.addresses[&13000]);
    for (address, path, place) in [
        (near, "/pr", "hub.pr"),
        (near, "/raw", "hub.raw"),
        (near, "/shop", "shop.shop"),
        (far, "/raw", "far.far"),
    ] {
        let head = format!("POST {path}\nContent-Type: application/json");
        assert_eq!(send(address, &head, b"{}").await.status, 200);
        let event = run.bus.one();
        assert_eq!(format!("{}.{}", event.source, event.event), place);
    }
    assert_eq!(send(far, "POST /shop", b"{}").await.status, 404);
    assert_eq!(send(far, "GET /health", b"").await.status, 200);
}

#[tokio::test]
async fn the_urls_have_the_real_ports() {
    let listener = bind(endpoints(&plan("webhook", CONFIG)), free()).await.unwrap();
    let address = listener.addresses()[&12000];
    assert!(address.ip() == Ipv4Addr::LOCALHOST && address.port() != 0, "{address}");
    let urls: Vec<_> = listener.urls().into_iter().map(|(place, url)| format!("{place} {url}")).collect();
    assert_eq!(urls, [format!("in http://{address}/in")]);
}

#[tokio::test]
async fn a_port_in_use_is_named_and_the_others_are_given_back() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let blocker = TcpListener::bind(taken).await.unwrap();
    let plan = plan_of(
        r#"[{"name":"a","events":[{"name":"a","kind":"webhook","config":{"endpoint":"/","port":12000}},
                                  {"name":"b","kind":"webhook","config":{"endpoint":"/","port":13000}}]}]"#,
    );
    let other = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let options =
        Options { ports: [(12000, other.port()), (13000, taken.port())].into(), ..Options::default() };
    let error = bind(endpoints(&plan), options).await.err().expect("in use");
    assert_eq!(error, BindError::InUse { declared: 13000, address: taken });
    let text = error.to_string();
    assert!(
        text.contains(&format!("port {} on 127.0.0.1", taken.port())) && text.contains("--port 13000=N"),
        "{text}"
    );
    // The first port is free again.
    drop(TcpListener::bind(other).await.unwrap());
    drop(blocker);
}

#[tokio::test]
async fn an_address_of_another_machine_is_named() {
    let options = Options { address: Ipv4Addr::new(192, 0, 2, 1).into(), ..free() };
    let error = bind(endpoints(&plan("webhook", CONFIG)), options).await.err().expect("no such address");
    assert_eq!(error, BindError::NoSuchAddress { address: SocketAddr::from(([192, 0, 2, 1], 0)) });
}

#[tokio::test]
async fn two_endpoints_that_are_one_are_an_error() {
    let mut both = endpoints(&plan("webhook", CONFIG));
    both.extend(endpoints(&plan("github", r#"{"webhook":{"endpoint":"in","port":12000}}"#)));
    let error = bind(both, free()).await.err().expect("one endpoint twice");
    assert!(matches!(&error, BindError::SameEndpoint { port: 12000, path, .. } if path == "/in"), "{error}");
}

#[tokio::test]
async fn what_the_bus_says_is_answered() {
    let run = start(plan("webhook", CONFIG)).await;
    let say = |error| *run.bus.error.lock().unwrap() = error;
    say(Some(PublishError::Unavailable { retry_after: Duration::from_millis(2500) }));
    let answer = send(run.address(), "POST /in", b"{}").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("3")));
    assert!(answer.body.contains("the bus cannot take events now; send the event again later"), "{answer:?}");
    say(Some(PublishError::TooLarge { limit: 1000, size: 1234 }));
    let answer = send(run.address(), "POST /in", b"{}").await;
    assert_eq!(answer.status, 413);
    assert!(answer.body.contains("1234 bytes on the bus, which takes at most 1000"), "{answer:?}");
    say(None);
    assert_eq!(send(run.address(), "POST /in", b"{}").await.status, 200);
}

#[tokio::test]
async fn success_is_never_said_before_the_bus_has_the_event() {
    let bus = Bus::gated();
    let limits = Limits { publish: Duration::from_millis(200), ..limits() };
    let run = start_with(plan("webhook", CONFIG), bus, limits).await;
    let answer = send(run.address(), "POST /in", b"{}").await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")));
    assert!(answer.body.contains("too slowly"), "{answer:?}");
    assert_eq!(run.bus.taken(), []);
}

#[tokio::test]
async fn health_is_true() {
    let health = Arc::new(|| Err("the bus is away".to_owned()));
    let listener = bind(endpoints(&plan("webhook", CONFIG)), Options { health, ..free() }).await.unwrap();
    let address = listener.addresses()[&12000];
    let _server = listener.serve();
    let answer = send(address, "GET /health", b"").await;
    assert_eq!((answer.status, answer.body.as_str()), (503, "{\"error\":\"the bus is away\"}\n"));
}

#[tokio::test]
async fn one_connection_carries_many_requests() {
    let run = start(plan("webhook", CONFIG)).await;
    let mut stream = connect(run.address()).await;
    for (body, status) in [("{}", 200), ("{", 400), ("[]", 200)] {
        assert_eq!(send_on(&mut stream, "POST /in", body.as_bytes()).await.status, status);
    }
    assert_eq!(run.bus.taken().len(), 2);
}

#[tokio::test]
async fn draining_finishes_what_has_begun_and_takes_nothing_new() {
    let bus = Bus::gated();
    let run = start_with(plan("webhook", CONFIG), bus, limits()).await;
    let address = run.address();
    let mut idle = connect(address).await;
    let begun = tokio::spawn(async move {
        let mut stream = connect(address).await;
        let answer = send_on(&mut stream, "POST /in", b"{}").await;
        assert_eq!(answer.header("connection"), Some("close"));
        closed(&mut stream).await;
        answer.status
    });
    while run.bus.waiting() < 1 {
        sleep(Duration::from_millis(5)).await;
    }
    let drained = tokio::spawn(run.server.drain(PATIENCE));
    assert_eq!(closed(&mut idle).await, b"");
    while TcpStream::connect(address).await.is_ok() {
        sleep(Duration::from_millis(5)).await;
    }
    assert!(!drained.is_finished());
    run.bus.open(1);
    assert_eq!(begun.await.unwrap(), 200);
    assert_eq!(drained.await.unwrap(), 0);
    run.bus.one();
}

#[tokio::test]
async fn draining_waits_for_no_idle_client() {
    let run = start(plan("webhook", CONFIG)).await;
    let mut idle = connect(run.address()).await;
    assert_eq!(send_on(&mut idle, "POST /in", b"{}").await.status, 200);
    // The client keeps its side open; that is no reason to wait, let alone to call it cut.
    assert_eq!(run.server.drain(Duration::from_millis(500)).await, 0);
    assert_eq!(closed(&mut idle).await, b"");
}

#[tokio::test]
async fn draining_ends_in_time() {
    let run = start(plan("webhook", CONFIG)).await;
    let mut stuck = connect(run.address()).await;
    stuck.write_all(b"POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{").await.unwrap();
    assert_eq!(send(run.address(), "POST /in", b"{}").await.status, 200);
    assert_eq!(run.server.drain(Duration::from_millis(200)).await, 1);
    assert_eq!(closed(&mut stuck).await, b"");
}
