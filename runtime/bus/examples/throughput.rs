//! How fast the bus on JetStream is beside the bare client of NATS on the same server: `cargo run --release -p aev-bus --example
//! throughput [EVENTS]`. It starts a server of its own and prints one line of JSON: events a second for publishing (256 under
//! way) and for consuming with acknowledgements, each with its ratio to the bare client; and how long a thousand lanes take to
//! open, for the first time and again, with what they cost in memory.

use aev_bus::conformance::{event, spec};
use aev_bus::{Bus, Commit, ConnectOptions, JetStream, Outgoing, Publish};
use aev_servers::{NatsServer, Options};
use async_nats::jetstream::{self, consumer::pull};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use std::error::Error;
use std::io::Write as _;
use std::time::Instant;

type Failure = Box<dyn Error + Send + Sync>;

/// As many are under way at once.
const PIPELINE: usize = 256;

fn rate(events: usize, since: Instant) -> f64 {
    events as f64 / since.elapsed().as_secs_f64()
}

/// Resident memory of this process in KiB; nought where the system does not say.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// The bare client: publishes with ids and waits for each confirmation; takes batches and acknowledges without confirmation.
async fn bare(url: &str, events: usize) -> Result<(f64, f64), Failure> {
    let context = jetstream::new(async_nats::connect(url).await?);
    let stream = context.get_stream("default").await?;
    let config = pull::Config {
        durable_name: Some("bare".to_owned()),
        filter_subject: "default.s.bare".to_owned(),
        ..pull::Config::default()
    };
    let consumer = stream.create_consumer(config).await?;
    let since = Instant::now();
    let published = stream::iter(0..events).map(|n| {
        let context = context.clone();
        async move {
            let id = format!("bare-{n}");
            let mut headers = async_nats::HeaderMap::new();
            headers.insert("Nats-Msg-Id", id.as_str());
            let payload = event("bare", &id).encode().into();
            context.publish_with_headers("default.s.bare", headers, payload).await?.await?;
            Ok::<(), Failure>(())
        }
    });
    published.buffer_unordered(PIPELINE).try_collect::<Vec<()>>().await?;
    let publish = rate(events, since);
    let since = Instant::now();
    let mut messages = consumer.stream().max_messages_per_batch(PIPELINE).messages().await?.take(events);
    while let Some(message) = messages.next().await {
        let message = message?;
        aev_bus::CloudEvent::decode(&message.payload)?;
        message.ack().await?;
    }
    Ok((publish, rate(events, since)))
}

async fn ours(bus: &JetStream, round: &str, events: usize) -> Result<(f64, f64), Failure> {
    let mut lane = bus.lane(spec("throughput", &["ours"])).await?;
    let since = Instant::now();
    let published =
        stream::iter(0..events).map(|n| bus.publish(Outgoing::new(&event("ours", &format!("{round}-{n}")))));
    published.buffer_unordered(PIPELINE).try_collect::<Vec<_>>().await?;
    let publish = rate(events, since);
    let since = Instant::now();
    let mut taken = 0;
    while taken < events {
        let batch = lane.next(PIPELINE).await?;
        taken += batch.len();
        let ack = batch.iter().map(|delivery| delivery.position).collect();
        lane.commit(Commit { ack, ..Commit::default() }).await?;
    }
    Ok((publish, rate(events, since)))
}

/// Seconds to open a thousand lanes, and KiB that each costs.
async fn lanes(options: &ConnectOptions) -> Result<(f64, f64), Failure> {
    let bus = JetStream::connect(options.clone()).await?;
    let specs: Vec<_> = (0..1000).map(|n| spec(&format!("many{n}"), &[&format!("e{n}")])).collect();
    let (before, since) = (resident(), Instant::now());
    let mut lanes = bus.open_lanes(specs).await?;
    let took = since.elapsed().as_secs_f64();
    // Each waits for an event, as in a process that runs.
    let waiting = stream::iter(&mut lanes).for_each_concurrent(None, |lane| async move {
        let _ = tokio::time::timeout(std::time::Duration::from_millis(500), lane.next(1)).await;
    });
    waiting.await;
    let each = resident().saturating_sub(before) as f64 / 1000.0;
    bus.close().await;
    Ok((took, each))
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let events = std::env::args().nth(1).map_or(Ok(100_000), |text| text.parse())?;
    let server = NatsServer::start(&Options::default())?;
    let options = ConnectOptions::new(&server.url());
    let (first, each) = lanes(&options).await?;
    let (again, _) = lanes(&options).await?;
    let bus = JetStream::connect(options).await?;
    // A first round of each warms up both.
    ours(&bus, "warm", events / 10).await?;
    let (bare_publish, bare_consume) = bare(&server.url(), events).await?;
    let (publish, consume) = ours(&bus, "ours", events).await?;
    let line = serde_json::json!({
        "events": events,
        "publishPerSecond": publish.round(), "bare": { "publishPerSecond": bare_publish.round(), "consumePerSecond": bare_consume.round() },
        "consumePerSecond": consume.round(),
        "publishRatio": publish / bare_publish, "consumeRatio": consume / bare_consume,
        "thousandLanes": { "firstSeconds": first, "againSeconds": again, "kibibytesEach": each },
    });
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}
