//! A bus that is full by its own measure, and a disk that is.

use aev_bus::conformance::{event, spec};
use aev_bus::{Bus, BusError, Commit, Delivery, Embedded, Lane, Options, Outgoing, Publish, Span, Subject};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

fn large(id: &str) -> Outgoing {
    let mut event = event("a", id);
    event.data = vec![b'x'; 30_000];
    Outgoing::new(&event)
}

async fn acknowledge(lane: &mut dyn Lane, events: &[Delivery]) {
    let ack = events.iter().map(|delivery| delivery.position).collect();
    lane.commit(Commit { ack, ..Commit::default() }).await.unwrap();
}

#[tokio::test]
async fn a_full_bus_refuses_new_events_and_keeps_the_old() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { max_bytes: 1 << 20, ..Options::new(dir.path()) };
    let bus = Embedded::open(options).unwrap();
    let mut lane = bus.lane(spec("l", &["a"])).await.unwrap();
    let mut stored = 0;
    let refusal = loop {
        match bus.publish(large(&stored.to_string())).await {
            Ok(_) => stored += 1,
            Err(refusal) => break refusal,
        }
    };
    assert!(matches!(refusal, BusError::Full { limit: 1_048_576, .. }) && refusal.passes(), "{refusal}");
    let events = lane.next(1000).await.unwrap();
    assert_eq!(events.len(), stored, "nothing old was dropped for something new");
    acknowledge(&mut *lane, &events).await;
    // What was acknowledged makes room.
    assert_eq!(bus.publish(large("again")).await.map(|published| published.duplicate), Ok(false));
    assert_eq!(lane.next(1000).await.unwrap().len(), 1);
}

/// What is kept for a replay is never in the way of new events, and goes after its time.
#[tokio::test]
async fn the_past_gives_way() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { max_bytes: 1 << 20, ..Options::new(dir.path()) };
    let bus = Embedded::open(options.clone()).unwrap();
    let mut lane = bus.lane(spec("l", &["a"])).await.unwrap();
    let all = Span {
        subjects: vec![Subject::new("s", "a")],
        since: SystemTime::UNIX_EPOCH,
        until: SystemTime::now() + Duration::from_secs(60),
        after: None,
        max: 1000,
    };
    let ids = |events: Vec<Delivery>| -> Vec<String> {
        events.into_iter().map(|delivery| delivery.event.unwrap().id.clone()).collect()
    };
    for n in 0..200 {
        bus.publish(large(&n.to_string())).await.unwrap();
        let events = lane.next(10).await.unwrap();
        acknowledge(&mut *lane, &events).await;
    }
    let past = ids(bus.history(all.clone()).await.unwrap());
    // A quarter of a MiB has room for six of these.
    assert!((4..=7).contains(&past.len()) && past.last().unwrap() == "199", "{past:?}");
    // As many new ones as the bus holds are taken, whatever lies there of old ones.
    for n in 200..224 {
        bus.publish(large(&n.to_string())).await.unwrap();
    }
    assert_eq!(bus.status().await.unwrap().events, 24);
    drop(lane);
    bus.close().await;
    let bus = Embedded::open(Options { keep: Duration::ZERO, ..options }).unwrap();
    let mut lane = bus.lane(spec("l", &["a"])).await.unwrap();
    let events = lane.next(1000).await.unwrap();
    assert_eq!(events.len(), 24);
    acknowledge(&mut *lane, &events).await;
    bus.publish(large("last")).await.unwrap();
    assert_eq!(ids(bus.history(all).await.unwrap()), ["last"]);
}

#[tokio::test]
async fn one_event_that_is_not_done_keeps_only_itself() {
    let dir = tempfile::tempdir().unwrap();
    let bus = Embedded::open(Options::new(dir.path())).unwrap();
    let mut lane = bus.lane(spec("l", &["a"])).await.unwrap();
    for n in 0..100 {
        bus.publish(large(&n.to_string())).await.unwrap();
    }
    let events = lane.next(1000).await.unwrap();
    acknowledge(&mut *lane, &events[1..]).await;
    assert_eq!(bus.status().await.unwrap().events, 1);
    assert_eq!(bus.status().await.unwrap().lanes[0].lag, 1);
    acknowledge(&mut *lane, &events[..1]).await;
    let status = bus.status().await.unwrap();
    assert_eq!((status.events, status.bytes), (0, 0));
}

#[tokio::test]
async fn a_lane_hands_out_a_bounded_number_of_events() {
    let dir = tempfile::tempdir().unwrap();
    let bus = Embedded::open(Options { max_unacknowledged: 10, ..Options::new(dir.path()) }).unwrap();
    let mut lane = bus.lane(spec("l", &["a"])).await.unwrap();
    for n in 0..30 {
        bus.publish(Outgoing::new(&event("a", &n.to_string()))).await.unwrap();
    }
    let first = lane.next(100).await.unwrap();
    assert_eq!(first.len(), 10);
    assert!(tokio::time::timeout(Duration::from_millis(100), lane.next(100)).await.is_err());
    acknowledge(&mut *lane, &first[3..7]).await;
    assert_eq!(lane.next(100).await.unwrap().len(), 4);
}

#[tokio::test]
async fn who_waits_is_told_when_the_bus_goes_away() {
    let dir = tempfile::tempdir().unwrap();
    let bus = Embedded::open(Options::new(dir.path())).unwrap();
    let mut lane = bus.lane(spec("l", &["a"])).await.unwrap();
    let waiting = tokio::spawn(async move { lane.next(1).await.map(drop) });
    tokio::time::sleep(Duration::from_millis(50)).await;
    bus.close().await;
    let told = tokio::time::timeout(Duration::from_secs(5), waiting).await.expect("nobody was told").unwrap();
    assert!(matches!(told, Err(BusError::Away { .. })), "{told:?}");
    assert!(matches!(bus.publish(large("1")).await, Err(BusError::Away { .. })));
}

#[tokio::test]
async fn ids_are_known_for_the_window_and_in_a_bounded_number() {
    let dir = tempfile::tempdir().unwrap();
    let bus = Embedded::open(Options { duplicate_ids: 10, ..Options::new(dir.path()) }).unwrap();
    for n in 0..20 {
        bus.publish(Outgoing::new(&event("a", &n.to_string()))).await.unwrap();
    }
    assert!(bus.publish(Outgoing::new(&event("a", "15"))).await.unwrap().duplicate);
    assert!(!bus.publish(Outgoing::new(&event("a", "3"))).await.unwrap().duplicate);
}

/// The small disk that this process was started on, or none: then the test of that name is started again on one, and
/// that it passes there is all there is to do here. No root is needed where the system allows user namespaces; elsewhere
/// it says so and is not run.
fn small_disk(name: &str, mount_options: &str) -> Option<PathBuf> {
    if let Some(disk) = std::env::var_os("AEV_TEST_DISK") {
        return Some(disk.into());
    }
    let dir = tempfile::tempdir().unwrap();
    let test = std::env::current_exe().unwrap();
    let script = format!(
        r#"mount -t tmpfs -o {mount_options} tmpfs "$1" || exit 77; AEV_TEST_DISK="$1" exec "$2" --exact {name} --nocapture"#
    );
    let run = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script, "sh"])
        .arg(dir.path())
        .arg(&test)
        .output();
    match run {
        Ok(output) if output.status.success() => {
            assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "{name} was not run");
        }
        Ok(output)
            if output.status.code() == Some(77)
                || String::from_utf8_lossy(&output.stderr).contains("unshare") =>
        {
            println!("skipped: {name}: this system allows no user namespaces, so no small disk can be made");
        }
        Ok(output) => {
            panic!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
        }
        Err(error) => {
            println!("skipped: {name}: no small disk can be made, `unshare` does not start: {error}")
        }
    }
    None
}

#[test]
fn a_read_only_disk_is_said() {
    let Some(disk) = small_disk("limits::a_read_only_disk_is_said", "ro") else { return };
    let error = Embedded::open(Options::new(disk.join("bus"))).err().expect("it opened").to_string();
    assert!(error.contains("the disk is read-only"), "{error}");
}

/// Another program fills the disk while events come: whatever was acknowledged is there afterwards, and with room on the
/// disk the bus takes events again by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_nothing_and_heals() {
    let Some(disk) = small_disk("limits::a_full_disk_loses_nothing_and_heals", "size=160m") else { return };
    for min_free_bytes in [8 << 20, 0] {
        fill_and_heal(&disk, min_free_bytes).await;
    }
}

async fn fill_and_heal(disk: &Path, min_free_bytes: u64) {
    let dir = disk.join(format!("bus{min_free_bytes}"));
    let bus = Embedded::open(Options { min_free_bytes, max_unacknowledged: 100_000, ..Options::new(&dir) })
        .unwrap();
    let mut lane = bus.lane(spec("l", &["a"])).await.unwrap();
    let ballast = disk.join("ballast");
    let mut stored = Vec::new();
    let mut refused = 0;
    for n in 0..2000 {
        if n == 100 {
            let free = rustix::fs::statvfs(disk).map(|stat| stat.f_bavail * stat.f_frsize).unwrap();
            std::fs::write(&ballast, vec![1; usize::try_from(free).unwrap() - (20 << 20)]).unwrap();
        }
        match bus.publish(large(&n.to_string())).await {
            Ok(_) => stored.push(n.to_string()),
            Err(error) => {
                assert!(error.passes(), "{error}");
                refused += 1;
            }
        }
        if refused == 5 {
            break;
        }
    }
    assert_eq!(refused, 5, "the disk never filled");
    std::fs::remove_file(&ballast).unwrap();
    let healed = async {
        while bus.publish(large("healed")).await.is_err() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), healed).await.expect("the bus did not come back");
    stored.push("healed".to_owned());
    let mut found = Vec::new();
    while let Ok(events) = tokio::time::timeout(Duration::from_millis(500), lane.next(1000)).await {
        let events = events.unwrap();
        found.extend(events.iter().map(|delivery| delivery.event.as_ref().unwrap().id.clone()));
        acknowledge(&mut *lane, &events).await;
    }
    found.retain(|id| stored.contains(id));
    assert_eq!(found, stored, "min_free_bytes {min_free_bytes}");
    bus.close().await;
    std::fs::remove_dir_all(&dir).unwrap();
}
