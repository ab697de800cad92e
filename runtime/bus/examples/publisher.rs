//! A process that publishes and consumes until it is killed; the crash test of the embedded bus starts it.
//!
//! `publisher DIR RUN` prints the id of each event once the bus has acknowledged it. Its lane `worker` acknowledges events
//! and counts them in a record, both with one commit.

use aev_bus::conformance::{event, spec};
use aev_bus::{Bus, Commit, Embedded, Key, Options, Outgoing, Publish};
use std::error::Error;
use std::io::Write;
use std::sync::Arc;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(dir), Some(run)) = (arguments.next(), arguments.next()) else { return Err("DIR RUN".into()) };
    let bus = Arc::new(Embedded::open(Options::new(dir))?);
    drop(bus.lane(spec("all", &["a", "b"])).await?);
    let mut worker = bus.lane(spec("worker", &["a", "b"])).await?;
    for publisher in 0..8 {
        let (bus, run) = (bus.clone(), run.clone());
        tokio::spawn(async move {
            for n in 0_u32.. {
                let id = format!("{run}-{publisher}-{n:06}");
                let subject = if n % 2 == 0 { "a" } else { "b" };
                if bus.publish(Outgoing::new(&event(subject, &id))).await.is_ok() {
                    let mut out = std::io::stdout().lock();
                    if writeln!(out, "{id}").and_then(|()| out.flush()).is_err() {
                        return;
                    }
                }
            }
        });
    }
    let key = Key("count".to_owned());
    loop {
        let events = worker.next(64).await?;
        let (record, revision) = worker.load(&key).await?;
        let count: u64 =
            record.and_then(|record| String::from_utf8(record).ok()).map_or(Ok(0), |text| text.parse())?;
        let count = count + events.len() as u64;
        let commit = Commit {
            records: vec![(key.clone(), revision, Some(count.to_string().into_bytes()))],
            ack: events.iter().map(|delivery| delivery.position).collect(),
            ..Commit::default()
        };
        worker.commit(commit).await?;
    }
}
