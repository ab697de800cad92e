//! The disk is full: under the process, none of whose files may grow, or under the server of its bus.

use crate::support::{Load, Place, Target, jetstream, server};
use aev_servers::{NatsServer, Options, program};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The embedded bus has nowhere to put an event, so senders are turned away until there is room.
#[test]
fn it_is_full_under_the_embedded_bus() {
    let target = Target::new();
    let place = Place::new("embedded:bus", &target, "");
    let aev = place.start();
    let load = Load::start(&place, "d", Duration::from_millis(3));
    load.goes_on(200);
    aev.limit_files(Some(4096));
    load.refused(50);
    aev.limit_files(None);
    load.goes_on(200);
    let answers = load.end();
    let settled = answers.settle(&place, &target);
    settled.none_dead();
    assert_eq!(settled.repeated, 0, "an effect was repeated though its outcome was known");
    assert_eq!(answers.unanswered.len(), 0, "the process was there");
    aev.stop(30);
}

/// On a bus elsewhere only the records need the disk, and they hold up nothing.
#[test]
fn it_is_full_and_only_records_need_it() {
    let Some(server) = server("disk::it_is_full_and_only_records_need_it") else { return };
    let target = Target::new();
    let place = Place::new(&jetstream(server.address()), &target, "");
    let aev = place.start();
    aev.limit_files(Some(4096));
    let load = Load::start(&place, "r", Duration::from_millis(3));
    load.goes_on(500);
    let answers = load.end();
    let settled = answers.settle(&place, &target);
    assert_eq!((settled.dead.len(), settled.repeated), (0, 0));
    assert_eq!((answers.refused.len(), answers.unanswered.len()), (0, 0), "records hold up nothing");
    aev.stop(20);
}

/// The disk of the server is full: senders are turned away, and nothing that was answered is lost. A server without room ends
/// its JetStream for good, so it is started anew once there is room; the process needs nobody.
#[test]
fn it_is_full_under_the_server() {
    if program::missing("faults::disk::it_is_full_under_the_server") {
        return;
    }
    let Some(disk) = small_disk("disk::it_is_full_under_the_server", "size=24m") else { return };
    let options = Options { store: Some(disk.join("store")), ..Options::default() };
    let mut server = NatsServer::start(&options).unwrap();
    let target = Target::new();
    let place = Place::new(&jetstream(server.address()), &target, "");
    let aev = place.start();
    let load = Load::start(&place, "s", Duration::from_millis(3));
    load.goes_on(200);
    let filler = disk.join("filler");
    fill(&filler);
    load.refused(50);
    std::fs::remove_file(&filler).unwrap();
    server.kill().unwrap();
    server.start_again().unwrap();
    load.goes_on(200);
    let answers = load.end();
    let settled = answers.settle(&place, &target);
    settled.none_dead();
    assert_eq!(answers.unanswered.len(), 0, "the process was there");
    aev.stop(40);
}

/// Writes until there is no room.
fn fill(file: &Path) {
    let mut file = std::fs::File::create(file).unwrap();
    for size in [1 << 20, 1 << 12, 1] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
}

/// The small disk that this process was started on, or none: then the test of that name is started again on one, and that it
/// passes there is all there is to do here. Where the system allows no user namespaces it says so and is not run.
fn small_disk(name: &str, mount_options: &str) -> Option<PathBuf> {
    if let Some(disk) = std::env::var_os("AEV_TEST_DISK") {
        return Some(disk.into());
    }
    let dir = tempfile::tempdir().unwrap();
    let script = format!(
        r#"mount -t tmpfs -o {mount_options} tmpfs "$1" || exit 77; AEV_TEST_DISK="$1" exec "$2" --exact {name} --nocapture"#
    );
    let run = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script, "sh"])
        .arg(dir.path())
        .arg(std::env::current_exe().unwrap())
        .output();
    let (out, err) = match &run {
        Ok(run) => (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr)),
        Err(_) => Default::default(),
    };
    match &run {
        Ok(run) if run.status.success() => assert!(out.contains("1 passed"), "{name} was not run"),
        Ok(run) if run.status.code() != Some(77) && !err.contains("unshare") => panic!("{out}{err}"),
        _ => {
            #[expect(clippy::print_stdout, reason = "skipped tests are counted by what they say")]
            {
                println!("skipped: faults::{name}: this system makes no small disk");
            }
        }
    }
    None
}
