//! A process is killed at random points, again and again: what it was told is stored is there, in order, once.

use aev_bus::conformance::spec;
use aev_bus::{Bus, Embedded, Key, Lane, Options};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const ROUNDS: u64 = 20;

/// The example `publisher`, which cargo builds with the tests.
fn publisher() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let example = test.parent().and_then(Path::parent).unwrap().join("examples/publisher");
    assert!(
        example.exists(),
        "{} is missing: run `cargo build -p aev-bus --example publisher`",
        example.display()
    );
    example
}

async fn drain(lane: &mut dyn Lane) -> Vec<String> {
    let mut ids = Vec::new();
    while let Ok(events) = tokio::time::timeout(Duration::from_millis(300), lane.next(4096)).await {
        ids.extend(events.unwrap().iter().map(|delivery| delivery.event.as_ref().unwrap().id.clone()));
    }
    ids
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_points_nothing_acknowledged_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged: Vec<String> = Vec::new();
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    for run in 0..ROUNDS {
        let mut child = Command::new(publisher())
            .arg(dir.path())
            .arg(format!("{run:02}"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let reader = std::thread::spawn(move || out.lines().map_while(Result::ok).collect::<Vec<_>>());
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        tokio::time::sleep(Duration::from_millis(20 + seed % 150)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        // A line that the kill cut off is shorter than an id.
        let lines = reader.join().unwrap();
        acknowledged.extend(lines.into_iter().filter(|line| line.len() == "00-0-000000".len()));
    }
    assert!(acknowledged.len() > 500, "only {} events were published", acknowledged.len());

    let options = Options { max_unacknowledged: usize::MAX, ..Options::new(dir.path()) };
    let bus = Embedded::open(options).unwrap();
    let stored = drain(&mut *bus.lane(spec("all", &["a", "b"])).await.unwrap()).await;
    let once: BTreeSet<_> = stored.iter().collect();
    assert_eq!(once.len(), stored.len(), "an event is there twice");
    let lost: Vec<_> = acknowledged.iter().filter(|id| !once.contains(id)).collect();
    assert!(lost.is_empty(), "{} acknowledged events are lost, such as {:?}", lost.len(), lost.first());
    for run in 0..ROUNDS {
        for publisher in 0..8 {
            let prefix = format!("{run:02}-{publisher}-");
            let mine: Vec<_> = stored.iter().filter(|id| id.starts_with(&prefix)).collect();
            assert!(mine.is_sorted(), "the order of {prefix} changed");
        }
    }

    // The worker's record and its acknowledgements went together, whatever the moment of the kill.
    let mut worker = bus.lane(spec("worker", &["a", "b"])).await.unwrap();
    let (record, _) = worker.load(&Key("count".to_owned())).await.unwrap();
    let counted: usize = String::from_utf8(record.unwrap()).unwrap().parse().unwrap();
    let left = drain(&mut *worker).await.len();
    assert_eq!(counted + left, stored.len(), "the record says {counted}, {left} events are not acknowledged");
}
