//! The disk is full: as the process sees it, none of its files may grow.

use crate::support::{Load, Place, Target};
use aev_servers::{NatsServer, Options, program};
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
    assert_eq!(settled.dead.len(), 0, "{:?}", settled.dead);
    assert_eq!(settled.repeated, 0, "an effect was repeated though its outcome was known");
    assert_eq!(answers.unanswered.len(), 0, "the process was there");
    aev.stop(30);
}

/// On a bus elsewhere only the records need the disk, and they hold up nothing.
#[test]
fn it_is_full_and_only_records_need_it() {
    if program::missing("faults::disk::it_is_full_and_only_records_need_it") {
        return;
    }
    let server = NatsServer::start(&Options::default()).unwrap();
    let target = Target::new();
    let place = Place::new(&format!("jetstream://{}", server.address()), &target, "");
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
