//! What is measured of each candidate.

use crate::Failure;
use crate::candidate::{Candidate, Kind};
use crate::generator::Load;
use crate::ledger::Outcome;
use crate::process::{Process, Times};
use crate::scene::Scene;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::time::{Duration, Instant};

/// So long a candidate may take until its first event arrives.
const START: Duration = Duration::from_secs(30);
/// So long what was accepted may take to arrive after the generator has ended.
const REST: Duration = Duration::from_secs(60);
/// Before memory is looked at.
const QUIET: Duration = Duration::from_secs(2);
/// Events of a backlog.
const BACKLOG: u64 = 20_000;
/// So long a backlog may take without a slow target.
const DRAIN: Duration = Duration::from_secs(30);
/// Offered when latency is looked at, in events a second.
const OFFERED: f64 = 300.0;
/// How long the slow target takes.
const SLOW: Duration = Duration::from_millis(5);

/// Three decimals are more than these figures are good for.
pub fn rounded(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

fn load(candidate: &Candidate<'_>, rate: Option<f64>, lasts: Duration) -> Load {
    Load { port: candidate.port, path: "/e".to_owned(), rate, lasts }
}

/// Events a second.
pub fn rate(events: usize, within: Duration) -> f64 {
    if within.is_zero() { 0.0 } else { rounded(events as f64 / within.as_secs_f64()) }
}

fn memory(processes: &[Process]) -> Result<Value, Failure> {
    let each =
        processes.iter().map(|process| Ok((process.name.to_owned(), json!(rounded(process.resident()?)))));
    each.collect::<Result<Map<_, _>, Failure>>().map(Value::Object)
}

/// Milliseconds for one event, of each process and of those of the candidate together.
pub fn cpu(times: &Times, events: usize) -> Result<Value, Failure> {
    let each = times.per_event(events)?;
    let own: f64 = each.iter().filter(|(name, _)| *name != "nats").map(|(_, spent)| spent).sum();
    let mut cpu: Map<String, Value> =
        each.into_iter().map(|(name, spent)| (name.to_owned(), json!(rounded(spent)))).collect();
    cpu.insert("own".to_owned(), json!(rounded(own)));
    Ok(Value::Object(cpu))
}

fn counts(outcome: &Outcome) -> Value {
    json!({
        "accepted": outcome.accepted, "refused": outcome.refused, "arrived": outcome.arrived, "again": outcome.again,
    })
}

fn latency(outcome: &Outcome) -> Value {
    json!({
        "p50": rounded(outcome.percentile(500)), "p99": rounded(outcome.percentile(990)),
        "p999": rounded(outcome.percentile(999)), "max": rounded(outcome.percentile(1000)),
    })
}

/// Throughput, latency at a fixed rate, and memory: one start, one after the other.
async fn flow(candidate: &Candidate<'_>, scene: &Scene, lasts: Duration) -> Result<Value, Failure> {
    scene.empty().await?;
    let running = candidate.start()?;
    load(candidate, None, lasts).until_ready(&scene.target.run(Duration::ZERO), START).await?;
    tokio::time::sleep(QUIET).await;
    let own = running.processes();
    let idle = memory(&own)?;
    let mut all = own.clone();
    all.push(scene.nats()?);

    // Connections and buffers are made here.
    let warm = scene.target.run(Duration::ZERO);
    load(candidate, None, Duration::from_millis(500)).send(&warm).await?;
    warm.wait(warm.accepted(), REST).await;

    let times = Times::of(&all)?;
    let ledger = scene.target.run(Duration::ZERO);
    load(candidate, None, lasts).send(&ledger).await?;
    ledger.wait(ledger.accepted(), REST).await;
    let outcome = ledger.outcome();
    let full = json!({
        "eventsPerSecond": rate(outcome.arrived, outcome.until_last),
        "acceptedPerSecond": rate(outcome.accepted, lasts),
        "cpuMillisecondsPerEvent": cpu(&times, outcome.arrived)?,
        "latencyMilliseconds": latency(&outcome), "counts": counts(&outcome),
    });
    tokio::time::sleep(QUIET).await;
    let after = memory(&own)?;

    let times = Times::of(&all)?;
    let ledger = scene.target.run(Duration::ZERO);
    load(candidate, Some(OFFERED), lasts).send(&ledger).await?;
    ledger.wait(ledger.accepted(), REST).await;
    let outcome = ledger.outcome();
    let offered = json!({
        "offeredPerSecond": OFFERED, "cpuMillisecondsPerEvent": cpu(&times, outcome.arrived)?,
        "latencyMilliseconds": latency(&outcome), "counts": counts(&outcome),
    });
    running.stop()?;
    Ok(json!({ "full": full, "offered": offered, "memoryMebibytes": { "idle": idle, "after": after } }))
}

/// How fast what has gathered while nobody was there is done; for at most so long.
async fn drain(
    candidate: &Candidate<'_>,
    scene: &Scene,
    takes: Duration,
    lasts: Duration,
) -> Result<Value, Failure> {
    scene.empty().await?;
    // It makes its consumers at its first start; they hold the events while it is away.
    let running = candidate.start()?;
    load(candidate, None, lasts).until_ready(&scene.target.run(Duration::ZERO), START).await?;
    tokio::time::sleep(QUIET).await;
    running.stop()?;
    let ledger = scene.target.run(takes);
    let numbers: Vec<u64> = (0..BACKLOG).map(|_| ledger.next()).collect();
    for number in &numbers {
        ledger.sent(*number, Instant::now());
    }
    scene.backlog(candidate.source(), &numbers).await?;
    let running = candidate.start()?;
    ledger.wait(1, START).await;
    ledger.wait(numbers.len(), lasts).await;
    let outcome = ledger.outcome();
    drop(running);
    Ok(json!({
        "eventsPerSecond": rate(outcome.arrived.saturating_sub(1), outcome.spread),
        "backlog": BACKLOG, "arrived": outcome.arrived, "again": outcome.again,
    }))
}

/// Everything of one candidate.
pub async fn all(kind: Kind, scene: &Scene, program: &Path, lasts: Duration) -> Result<Value, Failure> {
    let candidate = Candidate::new(kind, scene, program)?;
    let flow = flow(&candidate, scene, lasts).await?;
    let backlog = drain(&candidate, scene, Duration::ZERO, DRAIN).await?;
    let kind = match kind {
        Kind::Argo { .. } => Kind::Argo { at_least_once: true },
        kind => kind,
    };
    let slow = drain(&Candidate::new(kind, scene, program)?, scene, SLOW, lasts).await?;
    Ok(json!({ "flow": flow, "backlog": backlog, "slowTarget": slow }))
}
