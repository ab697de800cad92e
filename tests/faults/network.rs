//! The network between the process and its bus is cut, gone for a while, and slow.

use crate::support::{Load, Place, Proxy, REDELIVERED, Target, full, jetstream, server};
use std::thread::sleep;
use std::time::Duration;

#[test]
fn it_is_cut_under_load() {
    let Some(server) = server("network::it_is_cut_under_load") else { return };
    let proxy = Proxy::new(server.address());
    let target = Target::new();
    let place = Place::new(&jetstream(proxy.address), &target, "");
    let aev = place.start();
    let load = Load::start(&place, "n", Duration::from_millis(2));
    let rounds = if full() { 10 } else { 3 };
    for _ in 0..rounds {
        load.goes_on(100);
        proxy.cut(true);
    }
    // Gone for longer than a delivery is left with its reader.
    load.goes_on(100);
    proxy.cut(false);
    sleep(REDELIVERED);
    proxy.mend();
    load.goes_on(300);
    let answers = load.end();
    answers.each_once(&place, &target);
    assert!(!answers.refused.is_empty(), "while the bus was away, senders were turned away");
    aev.stop(10 * rounds + 10);
}

#[test]
fn it_is_slow() {
    let Some(server) = server("network::it_is_slow") else { return };
    let proxy = Proxy::new(server.address());
    let target = Target::new();
    let place = Place::new(&jetstream(proxy.address), &target, "");
    let aev = place.start();
    let load = Load::start(&place, "s", Duration::from_millis(2));
    for delay in [100, 300] {
        load.goes_on(100);
        proxy.slow(Duration::from_millis(delay));
        load.goes_on(100);
        proxy.slow(Duration::ZERO);
    }
    let answers = load.end();
    answers.each_once(&place, &target);
    aev.stop(20);
}
