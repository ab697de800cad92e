//! Dead letters that are tried again and events that are replayed, while the process is killed in the middle.

use crate::support::{Answers, Load, Place, Reply, Target, jetstream, server, until};
use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::BuildHasher as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

/// The keys under which each id of ours had an effect, and how often.
fn effects(target: &Target) -> BTreeMap<String, BTreeMap<String, usize>> {
    let mut effects: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for call in target.calls().into_iter().filter(|call| call.reply == Reply::Taken) {
        *effects.entry(call.id).or_default().entry(call.key).or_default() += 1;
    }
    effects
}

/// Asks the running process, which is killed some time after, as often as is said, and once more without that.
fn ask_and_kill(place: &Place, args: &[&str], kills: usize) {
    let random = RandomState::new();
    for kill in 0..kills {
        let aev = place.start();
        let asking = place.ask(args);
        sleep(Duration::from_millis(random.hash_one(kill) % 250));
        aev.kill();
        // It may have been answered before.
        let _ = asking.wait_with_output().unwrap();
    }
}

fn load(place: &Place, name: &str, count: usize) -> Answers {
    let load = Load::start(place, name, Duration::from_millis(2));
    load.goes_on(count);
    load.end()
}

/// Each letter has its effect, under the id that its firing had.
#[test]
fn letters_are_tried_again_through_kills() {
    let Some(server) = server("again::letters_are_tried_again_through_kills") else { return };
    let refuses = Arc::new(AtomicBool::new(true));
    let said = refuses.clone();
    let target = Target::answering(move |_, _| match said.load(Ordering::SeqCst) {
        true => Reply::Status(500),
        false => Reply::Taken,
    });
    let place = Place::new(&jetstream(server.address()), &target, "");
    let aev = place.start();
    let answers = load(&place, "d", 400);
    until("all are dead letters", || (place.dead().len() >= answers.taken.len()).then_some(()));
    aev.kill();
    refuses.store(false, Ordering::SeqCst);
    ask_and_kill(&place, &["dead", "redrive", "--all"], 5);
    let aev = place.start();
    until("no letter is left", || {
        let asked = place.ask(&["dead", "redrive", "--all"]).wait_with_output().unwrap();
        asked.status.success().then_some(()).filter(|()| place.dead().is_empty())
    });
    // What was asked is under way; the law holds that every call of an id has one key, the failed first ones included.
    let settled = answers.settle(&place, &target);
    settled.none_dead();
    aev.stop(20);
}

/// Each event has its effect again: under the id that it had, or under the one that the number of the replay gives it.
#[test]
fn events_are_replayed_through_kills() {
    let Some(server) = server("again::events_are_replayed_through_kills") else { return };
    let target = Target::new();
    let place = Place::new(&jetstream(server.address()), &target, "");
    let aev = place.start();
    let answers = load(&place, "r", 400);
    let settled = answers.settle(&place, &target);
    assert_eq!((settled.dead.len(), settled.repeated), (0, 0));
    aev.kill();
    let before = effects(&target);

    let wanted = |more: &dyn Fn(&BTreeMap<String, usize>, &str) -> bool| {
        let effects = effects(&target);
        answers.taken.keys().all(|id| {
            let first = before[id].keys().next().unwrap();
            effects.get(id).is_some_and(|keys| more(keys, first))
        })
    };
    let same = ["replay", "--since=10m", "--same-ids"];
    ask_and_kill(&place, &same, 3);
    let aev = place.start();
    assert!(place.ask(&same).wait_with_output().unwrap().status.success());
    until("each has its effect again", || wanted(&|keys, first| keys[first] >= 2).then_some(()));
    assert!(wanted(&|keys, _| keys.len() == 1), "the ids are the same");
    aev.kill();

    let numbered = ["replay", "--since=10m", "--run=7"];
    ask_and_kill(&place, &numbered, 3);
    let aev = place.start();
    assert!(place.ask(&numbered).wait_with_output().unwrap().status.success());
    until("each has its effect under another id", || wanted(&|keys, _| keys.len() == 2).then_some(()));
    let effects = effects(&target);
    let keys: BTreeSet<&String> = effects.values().flat_map(BTreeMap::keys).collect();
    assert_eq!(keys.len(), 2 * answers.taken.len(), "no two events have one id");
    assert_eq!(place.dead().len(), 0);
    aev.stop(20);
}
