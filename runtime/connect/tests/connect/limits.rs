//! No client costs more than its share.

#[cfg(target_os = "linux")]
use crate::support::alone;
use crate::support::{
    Bus, Running, closed, connect, limits, plan, plan_of, read_answer, send, send_on, start, start_with,
};
use aev_connect::server::Limits;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::time::{sleep, timeout};

const CONFIG: &str = r#"{"endpoint":"/in","port":"12000"}"#;
const SHORT: Duration = Duration::from_millis(200);

async fn limited(limits: Limits) -> Running {
    start_with(plan("webhook", CONFIG), Bus::default(), limits).await
}

#[tokio::test]
async fn max_payload_size_is_exact() {
    let run = start(plan("webhook", r#"{"endpoint":"/in","port":"12000","maxPayloadSize":10}"#)).await;
    assert_eq!(send(run.address(), "POST /in", b"[1,2,3,45]").await.status, 200);
    let answer = send(run.address(), "POST /in", b"[1,2,3,456]").await;
    assert_eq!(answer.status, 413);
    assert!(answer.body.contains("more than 10 bytes"), "{answer:?}");
    // The same in chunks, which announce nothing.
    for (chunks, status) in
        [("5\r\n[1,2,\r\n5\r\n3,45]\r\n0\r\n\r\n", 200), ("5\r\n[1,2,\r\n6\r\n3,456]\r\n", 413)]
    {
        let mut stream = connect(run.address()).await;
        let text = format!("POST /in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");
        stream.write_all(text.as_bytes()).await.unwrap();
        assert_eq!(read_answer(&mut stream).await.status, status);
    }
}

#[tokio::test]
async fn without_max_payload_size_it_is_argos_mebibyte() {
    let run = start(plan("webhook", CONFIG)).await;
    for (length, status) in [(1 << 20, 200), ((1 << 20) + 1, 413)] {
        let body = format!("\"{}\"", "x".repeat(length - 2));
        assert_eq!(send(run.address(), "POST /in", body.as_bytes()).await.status, status);
    }
}

/// Resident memory of this process in bytes.
#[cfg(target_os = "linux")]
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_hundred_megabytes_are_refused_before_they_are_read() {
    const SIZE: usize = 100 << 20;
    // Others need much memory at the same time.
    if !alone("limits::a_hundred_megabytes_are_refused_before_they_are_read") {
        return;
    }
    let run = start(plan("webhook", CONFIG)).await;
    let before = resident();
    for head in [format!("Content-Length: {SIZE}"), "Transfer-Encoding: chunked".to_owned()] {
        let (mut reading, mut writing) = connect(run.address()).await.into_split();
        writing
            .write_all(format!("POST /in HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n").as_bytes())
            .await
            .unwrap();
        let chunked = head.starts_with("Transfer");
        let sender = tokio::spawn(async move {
            let block = vec![b'1'; 1 << 20];
            let mut sent = 0;
            while sent < SIZE {
                let frame =
                    if chunked { [b"100000\r\n", &block[..], b"\r\n"].concat() } else { block.clone() };
                if writing.write_all(&frame).await.is_err() {
                    break;
                }
                sent += block.len();
            }
            sent
        });
        let mut answer = vec![0; 12];
        tokio::io::AsyncReadExt::read_exact(&mut reading, &mut answer).await.unwrap();
        assert_eq!(answer, b"HTTP/1.1 413");
        let sent = sender.await.unwrap();
        assert!(sent < SIZE / 2, "{sent} bytes were taken");
    }
    let grown = resident().saturating_sub(before);
    assert!(grown < 40 << 20, "memory grew by {grown} bytes");
}

#[tokio::test]
async fn a_client_that_waits_to_be_told_sends_nothing() {
    let run = start(plan("webhook", CONFIG)).await;
    let mut stream = connect(run.address()).await;
    let head = "POST /in HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 104857600\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    assert_eq!(read_answer(&mut stream).await.status, 413);
}

#[tokio::test]
async fn a_head_that_dribbles_is_cut() {
    let run = limited(Limits { head: SHORT, ..limits() }).await;
    let mut stream = connect(run.address()).await;
    stream.write_all(b"POST /in HTTP/1.1\r\nHost: x\r\n").await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let dribble = tokio::spawn(async move {
        // Always another byte before any single wait could be too long.
        while writing.write_all(b"a").await.is_ok() {
            sleep(SHORT / 8).await;
        }
    });
    let mut rest = Vec::new();
    let cut =
        timeout(Duration::from_secs(10), tokio::io::AsyncReadExt::read_to_end(&mut reading, &mut rest)).await;
    assert!(cut.is_ok(), "the connection stayed open");
    assert_eq!(rest, b"");
    dribble.abort();
    assert_eq!(send(run.address(), "POST /in", b"{}").await.status, 200);
}

#[tokio::test]
async fn a_body_that_dribbles_is_answered_and_cut() {
    let run = limited(Limits { body: SHORT, ..limits() }).await;
    let mut stream = connect(run.address()).await;
    stream.write_all(b"POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    for _ in 0..1000 {
        let mut buffer = [0; 1024];
        let read = tokio::io::AsyncReadExt::read(&mut stream, &mut buffer);
        match timeout(SHORT / 8, read).await {
            Err(_) => stream.write_all(b" ").await.unwrap(),
            Ok(Ok(0)) => break,
            Ok(read) => answer.extend_from_slice(&buffer[..read.unwrap()]),
        }
    }
    let answer = String::from_utf8(answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 408 ") && answer.contains("did not arrive within 0.2 s"),
        "{answer}"
    );
    assert_eq!(run.bus.taken(), []);
}

#[tokio::test]
async fn idle_connections_are_closed() {
    let run = limited(Limits { idle: SHORT, ..limits() }).await;
    let mut never_used = connect(run.address()).await;
    assert_eq!(closed(&mut never_used).await, b"");
    let mut used = connect(run.address()).await;
    for _ in 0..3 {
        assert_eq!(send_on(&mut used, "POST /in", b"{}").await.status, 200);
        sleep(SHORT / 4).await;
    }
    assert_eq!(closed(&mut used).await, b"");
}

#[tokio::test]
async fn a_slow_bus_is_no_idle_client() {
    let bus = Bus::gated();
    let limits = Limits { idle: SHORT, head: SHORT, body: SHORT, ..limits() };
    let run = start_with(plan("webhook", CONFIG), bus, limits).await;
    let bus = run.bus.clone();
    tokio::spawn(async move {
        sleep(SHORT * 3).await;
        bus.open(1);
    });
    assert_eq!(send(run.address(), "POST /in", b"{}").await.status, 200);
}

#[tokio::test]
async fn further_connections_wait_until_one_is_free() {
    let run = limited(Limits { connections: 2, ..limits() }).await;
    let mut first = connect(run.address()).await;
    let mut second = connect(run.address()).await;
    for stream in [&mut first, &mut second] {
        assert_eq!(send_on(stream, "POST /in", b"{}").await.status, 200);
    }
    let address = run.address();
    let third = tokio::spawn(async move { send(address, "POST /in", b"{}").await.status });
    sleep(SHORT).await;
    assert!(!third.is_finished());
    assert_eq!(run.bus.taken().len(), 2);
    drop(first);
    assert_eq!(third.await.unwrap(), 200);
    assert_eq!(send_on(&mut second, "POST /in", b"{}").await.status, 200);
}

#[tokio::test]
async fn a_port_where_nobody_comes_takes_no_room() {
    let plan = plan_of(
        r#"[{"name":"a","events":[{"name":"a","kind":"webhook","config":{"endpoint":"/in","port":12000}},
                                  {"name":"b","kind":"webhook","config":{"endpoint":"/in","port":13000}}]}]"#,
    );
    let run = start_with(plan, Bus::default(), Limits { connections: 1, ..limits() }).await;
    for _ in 0..3 {
        for address in run.addresses.values() {
            assert_eq!(send(*address, "POST /in", b"{}").await.status, 200);
        }
    }
}

#[tokio::test]
async fn a_client_that_sends_all_before_it_listens_still_hears_why() {
    let run = start(plan("webhook", CONFIG)).await;
    let body = vec![b'1'; 8 << 20];
    for _ in 0..10 {
        assert_eq!(send(run.address(), "POST /in\nContent-Type: text/plain", &body).await.status, 413);
    }
}

#[tokio::test]
async fn a_client_that_never_listens_is_cut() {
    let run = limited(Limits { write: SHORT, ..limits() }).await;
    let mut stream = connect(run.address()).await;
    let requests = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1000);
    // First the buffers between the two fill up, then nothing moves, then the connection ends.
    let cut = async { while stream.write_all(&requests).await.is_ok() {} };
    timeout(Duration::from_secs(20), cut).await.expect("the connection stayed open");
}

#[tokio::test]
async fn a_head_has_a_size() {
    let run = limited(Limits { head_bytes: 8192, ..limits() }).await;
    let mut stream = connect(run.address()).await;
    let head = format!("POST /in HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "x".repeat(9000));
    stream.write_all(head.as_bytes()).await.unwrap();
    let answer = String::from_utf8(closed(&mut stream).await).unwrap();
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
}

#[tokio::test]
async fn bodies_share_a_bounded_memory() {
    let run = limited(Limits { buffered_bytes: 100, ..limits() }).await;
    let big = format!("\"{}\"", "x".repeat(200));
    let answer = send(run.address(), "POST /in", big.as_bytes()).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")));
    // What was held is given back.
    for _ in 0..20 {
        assert_eq!(
            send(run.address(), "POST /in", b"\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"").await.status,
            200
        );
    }
}

#[tokio::test]
async fn no_more_events_than_allowed_are_handed_over_at_once() {
    let bus = Bus::gated();
    let run = start_with(plan("webhook", CONFIG), bus, Limits { in_flight: 3, ..limits() }).await;
    let address = run.address();
    let clients: Vec<_> =
        (0..10).map(|_| tokio::spawn(async move { send(address, "POST /in", b"{}").await.status })).collect();
    while run.bus.waiting() < 3 {
        sleep(Duration::from_millis(5)).await;
    }
    sleep(SHORT).await;
    run.bus.open(10);
    for client in clients {
        assert_eq!(client.await.unwrap(), 200);
    }
    assert_eq!(run.bus.most_waiting.load(Ordering::SeqCst), 3);
}
