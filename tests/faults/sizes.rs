//! Payloads of every size up to the limit, and beyond it.

use crate::support::{CANARY, Place, Sender, Target, full, jetstream, repeated, server, until};
use std::collections::BTreeSet;

/// What NATS takes in one message unless told otherwise.
const MIB: usize = 1 << 20;

/// A body of exactly so many bytes.
fn body(id: &str, size: usize) -> String {
    let (head, tail) = (format!(r#"{{"id":"{id}","kind":"wanted","note":"{CANARY}"#), r#""}"#);
    format!("{head}{}{tail}", "x".repeat(size - head.len() - tail.len()))
}

#[test]
fn each_has_its_effect_or_is_refused_as_too_large() {
    let Some(server) = server("sizes::each_has_its_effect_or_is_refused_as_too_large") else { return };
    for bus in [jetstream(server.address()), "embedded:bus".to_owned()] {
        let target = Target::new();
        let place = Place::new(&bus, &target, "");
        let aev = place.start();
        let mut sizes: Vec<usize> =
            (7..=21).flat_map(|bits| [(1 << bits) - 1, 1 << bits, (1 << bits) + 1]).collect();
        // Around where base64 and the envelope make a message of the limit.
        let step = if full() { 64 } else { 1024 };
        sizes.extend((MIB * 3 / 4 - 8192..MIB * 3 / 4 + 1024).step_by(step));
        sizes.extend([3 << 20, 5 << 20]);
        let (mut taken, mut refused) = (BTreeSet::new(), BTreeSet::new());
        for size in sizes {
            // A connection of its own: after a body that was not read to its end the last one is closed.
            let answer = Sender::new(place.address()).post(body(&size.to_string(), size).as_bytes());
            let (status, retry_after, text) = answer.unwrap_or_else(|error| panic!("{size} bytes: {error}"));
            match status {
                200 => drop(taken.insert(size)),
                413 => {
                    assert_eq!(retry_after, None, "sending {size} bytes again would not help");
                    refused.insert(size);
                }
                other => panic!("{size} bytes were answered with {other}: {text}"),
            }
        }
        let (largest, smallest) = (taken.last().unwrap(), refused.first().unwrap());
        assert!(largest < smallest, "{bus}: {largest} bytes were taken and {smallest} not");
        assert!(*largest > MIB / 2, "{bus}: no more than {largest} bytes were taken");
        until("each has its effect", || {
            let called: BTreeSet<usize> =
                target.calls().iter().map(|call| call.id.parse().unwrap()).collect();
            (called == taken).then_some(())
        });
        assert_eq!(repeated(&target), 0);
        aev.stop(10);
    }
}
