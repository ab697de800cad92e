//! The tests that every driver passes. A driver's test binary says how a bus is opened ([`Setup`]) and lists the laws with
//! [`conformance_tests!`](crate::conformance_tests).

mod fenced;
mod given_up;

pub use fenced::{an_older_handle_is_fenced, who_waits_learns_that_the_lane_is_gone};
pub use given_up::{waiting_may_be_given_up, waiting_may_be_given_up_at_every_point};

use crate::Pending;
use crate::bus::{Bus, Span};
use crate::dead::{DeadEvent, DeadLetter};
use crate::error::{BusError, CommitError};
use crate::event::{CloudEvent, Extension, Subject};
use crate::lane::{Commit, Delivery, Key, Lane, LaneSpec, Position, Reads, Revision};
use crate::publish::Outgoing;
use std::fmt::{Debug, Display};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// How a test gets its bus. Each value is a place of its own, empty at first.
pub trait Setup: Send + Sync {
    /// Opens the bus; what was stored in it before is there again.
    fn open(&self) -> Pending<'_, Result<Arc<dyn Bus>, BusError>>;
}

/// What a law returns: nothing, or what was found instead.
pub type Verdict = Result<(), String>;

/// Makes a test of each law: `conformance_tests!(|| MySetup::new());` What the expression gives is waited for when it is a
/// [`Setup`] in an `Option`: none means that something is missing here, which was said, and the test is skipped. Laws that a
/// driver cannot keep are left out by naming those that it keeps, with the reason in its test file.
#[macro_export]
macro_rules! conformance_tests {
    ($setup:expr) => {
        $crate::conformance_tests!($setup;
            events_come_in_order, a_subjects_events_come_in_order, a_new_lane_begins_at_the_end,
            lanes_do_not_wait_for_each_other, unacknowledged_events_come_again,
            acknowledgements_come_in_any_order, a_lane_reads_its_subjects_only,
            a_known_id_is_the_same_event, too_large_is_said_with_the_numbers, a_commit_is_all_or_nothing,
            records_have_revisions, published_with_a_commit, an_older_handle_is_fenced,
            who_waits_learns_that_the_lane_is_gone, dead_letters_are_kept,
            a_forgotten_lane_holds_nothing, waiting_may_be_given_up,
            waiting_may_be_given_up_at_every_point, many_publish_at_once, a_renamed_lane_keeps_its_place, a_new_subject_begins_at_its_end, history_comes_in_pages,
            outstanding_events_are_handed_out_once, a_closed_bus_says_so);
    };
    ($setup:expr; $($law:ident),+ $(,)?) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $law() {
            let Some(setup) = $crate::conformance::Prepared::prepared(($setup)(), stringify!($law)) else { return };
            if let Err(found) = $crate::conformance::$law(&setup).await {
                panic!("{found}");
            }
        })+
    };
}

/// What a test file gives: a setup, or one that there is only where a server can be had.
pub trait Prepared {
    /// The setup.
    type Setup: Setup;
    /// The setup, or none when it cannot be had here, which is said under the test's name.
    fn prepared(self, test: &str) -> Option<Self::Setup>;
}

impl<S: Setup> Prepared for S {
    type Setup = S;
    fn prepared(self, _: &str) -> Option<S> {
        Some(self)
    }
}

impl<S: Setup, F: FnOnce(&str) -> Option<S>> Prepared for Sometimes<F> {
    type Setup = S;
    fn prepared(self, test: &str) -> Option<S> {
        (self.0)(test)
    }
}

/// A setup that there is only where its server can be had: the function is given the test's name, to say that it is skipped.
pub struct Sometimes<F>(pub F);

/// An event of the source `s`.
pub fn event(subject: &str, id: &str) -> CloudEvent {
    CloudEvent {
        id: id.to_owned(),
        source: "s".to_owned(),
        kind: "webhook".to_owned(),
        subject: subject.to_owned(),
        datacontenttype: "application/json".to_owned(),
        time: "2026-01-02T03:04:05Z".to_owned(),
        extensions: extensions(),
        data: format!(r#"{{"body":{{"id":"{id}"}}}}"#).into_bytes(),
    }
}

/// What a foreign publisher may have put on an event: a bus hands it out again.
fn extensions() -> Vec<(String, Extension)> {
    let number = Extension::parse("7").map(|seven| ("count".to_owned(), seven));
    let text = ("traceparent".to_owned(), "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into());
    std::iter::once(text).chain(number).collect()
}

/// A lane that reads events of the source `s`: the trigger's name is given, pipeline and sensor are `p` and `q`.
pub fn spec(trigger: &str, subjects: &[&str]) -> LaneSpec {
    let reads = subjects.iter().map(|subject| Reads {
        subject: Subject::new("s", *subject),
        dependency: format!("on-{}", subject.replace('.', "-")),
    });
    LaneSpec {
        pipeline: "p".to_owned(),
        sensor: "q".to_owned(),
        trigger: trigger.to_owned(),
        subjects: reads.collect(),
    }
}

fn said(error: impl Display) -> String {
    error.to_string()
}

fn same<T: PartialEq + Debug>(what: &str, found: T, wanted: T) -> Verdict {
    if found == wanted { Ok(()) } else { Err(format!("{what}: found {found:?}, wanted {wanted:?}")) }
}

async fn send(bus: &dyn Bus, subject: &str, id: &str) -> Verdict {
    let published = bus.publish(Outgoing::new(&event(subject, id))).await.map_err(said)?;
    same("a new event is no duplicate", published.duplicate, false)
}

/// Takes so many events, in however many steps.
async fn take(lane: &mut dyn Lane, count: usize) -> Result<Vec<Delivery>, String> {
    let mut taken = Vec::new();
    while taken.len() < count {
        let next = tokio::time::timeout(Duration::from_secs(10), lane.next(count - taken.len())).await;
        let next = next.map_err(|_| format!("after {} of {count} events none came for 10 s", taken.len()))?;
        taken.extend(next.map_err(said)?);
    }
    Ok(taken)
}

async fn nothing(lane: &mut dyn Lane) -> Verdict {
    match tokio::time::timeout(Duration::from_millis(200), lane.next(10)).await {
        Err(_) => Ok(()),
        Ok(next) => Err(format!("no event was expected, found {:?}", next.map(|events| ids(&events)))),
    }
}

fn ids(events: &[Delivery]) -> Vec<String> {
    let id = |delivery: &Delivery| delivery.event.as_ref().map_or_else(said, |event| event.id.clone());
    events.iter().map(id).collect()
}

fn positions(events: &[Delivery]) -> Vec<Position> {
    events.iter().map(|delivery| delivery.position).collect()
}

async fn ack(lane: &mut dyn Lane, ack: Vec<Position>) -> Verdict {
    lane.commit(Commit { ack, ..Commit::default() }).await.map(drop).map_err(said)
}

/// Events come in the order in which they were published, each once, and as they were.
pub async fn events_come_in_order(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let mut lane = bus.lane(spec("l", &["a", "b"])).await.map_err(said)?;
    for n in 0..20 {
        send(&*bus, if n % 3 == 0 { "a" } else { "b" }, &format!("{n}")).await?;
    }
    let taken = take(&mut *lane, 20).await?;
    same("order", ids(&taken), (0..20).map(|n| n.to_string()).collect())?;
    same("content", taken.first().and_then(|d| d.event.clone().ok()), Some(Arc::new(event("a", "0"))))?;
    same("subject", taken.get(1).map(|d| d.subject.clone()), Some(Subject::new("s", "b")))?;
    nothing(&mut *lane).await
}

/// The events of one subject come in the order in which they were published, and those of all subjects come.
pub async fn a_subjects_events_come_in_order(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let mut lane = bus.lane(spec("l", &["a", "b"])).await.map_err(said)?;
    let (mut a, mut b) = (Vec::new(), Vec::new());
    for n in 0..40 {
        let (subject, sent) = if n % 3 == 0 { ("a", &mut a) } else { ("b", &mut b) };
        send(&*bus, subject, &format!("{n}")).await?;
        sent.push(format!("{n}"));
    }
    let taken = take(&mut *lane, 40).await?;
    for (subject, sent) in [("a", a), ("b", b)] {
        let subject = Subject::new("s", subject);
        let of_it: Vec<Delivery> =
            taken.iter().filter(|delivery| delivery.subject == subject).cloned().collect();
        same("order", ids(&of_it), sent)?;
        same("positions grow", positions(&of_it).is_sorted(), true)?;
    }
    nothing(&mut *lane).await
}

/// A new lane sees what is published after it was opened, and nothing before.
pub async fn a_new_lane_begins_at_the_end(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    send(&*bus, "a", "before").await?;
    let mut lane = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    send(&*bus, "a", "after").await?;
    same("events", ids(&take(&mut *lane, 1).await?), vec!["after".to_owned()])
}

/// Each lane has its own place.
pub async fn lanes_do_not_wait_for_each_other(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let mut slow = bus.lane(spec("slow", &["a"])).await.map_err(said)?;
    let mut fast = bus.lane(spec("fast", &["a"])).await.map_err(said)?;
    for n in 0..10 {
        send(&*bus, "a", &format!("{n}")).await?;
    }
    let taken = take(&mut *fast, 10).await?;
    ack(&mut *fast, positions(&taken)).await?;
    same("the slow lane", take(&mut *slow, 10).await?.len(), 10)
}

/// What was handed out and not acknowledged comes again after a restart, and nothing else does.
pub async fn unacknowledged_events_come_again(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let mut lane = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    for n in 0..6 {
        send(&*bus, "a", &format!("{n}")).await?;
    }
    let taken = take(&mut *lane, 4).await?;
    ack(&mut *lane, positions(&taken).into_iter().take(2).collect()).await?;
    drop(lane);
    bus.close().await;
    let bus = setup.open().await.map_err(said)?;
    let mut lane = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    let taken = take(&mut *lane, 4).await?;
    same("again", ids(&taken), ["2", "3", "4", "5"].map(str::to_owned).to_vec())
}

/// Acknowledgements come in any order; a gap stays one.
pub async fn acknowledgements_come_in_any_order(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let mut lane = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    for n in 0..5 {
        send(&*bus, "a", &format!("{n}")).await?;
    }
    let taken = positions(&take(&mut *lane, 5).await?);
    for n in [4, 0, 3, 1] {
        ack(&mut *lane, taken.get(n).copied().into_iter().collect()).await?;
    }
    drop(lane);
    bus.close().await;
    let bus = setup.open().await.map_err(said)?;
    let mut lane = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    same("again", ids(&take(&mut *lane, 1).await?), vec!["2".to_owned()])?;
    ack(&mut *lane, taken.get(2).copied().into_iter().collect()).await?;
    nothing(&mut *lane).await
}

/// Events of other subjects pass a lane by, and names with dots are not confused.
pub async fn a_lane_reads_its_subjects_only(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let mut lane = bus.lane(spec("l", &["a", "b.c"])).await.map_err(said)?;
    for (subject, id) in [("b", "1"), ("a", "2"), ("c", "3"), ("b.c", "4")] {
        send(&*bus, subject, id).await?;
    }
    let mut taken = ids(&take(&mut *lane, 2).await?);
    taken.sort();
    same("events", taken, vec!["2".to_owned(), "4".to_owned()])?;
    nothing(&mut *lane).await
}

/// The same id from the same source and subject is the same event, also after a restart; from another subject it is not.
pub async fn a_known_id_is_the_same_event(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let lane = bus.lane(spec("l", &["a", "b"])).await.map_err(said)?;
    send(&*bus, "a", "1").await?;
    drop(lane);
    bus.close().await;
    let bus = setup.open().await.map_err(said)?;
    let again = bus.publish(Outgoing::new(&event("a", "1"))).await.map_err(said)?;
    same("duplicate", again.duplicate, true)?;
    send(&*bus, "b", "1").await?;
    let mut lane = bus.lane(spec("l", &["a", "b"])).await.map_err(said)?;
    same("events", take(&mut *lane, 2).await?.len(), 2)?;
    nothing(&mut *lane).await
}

/// An event beyond the limit is refused with both numbers, and one at the limit is taken.
pub async fn too_large_is_said_with_the_numbers(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let limit = bus.max_event_bytes();
    let mut large = event("a", "large");
    large.data.clear();
    // Base64 makes four bytes of three.
    let room = limit - Outgoing::new(&large).size();
    large.data = vec![b' '; room / 4 * 3];
    let fits = Outgoing::new(&large);
    bus.publish(fits).await.map_err(said)?;
    large.data.extend([b' '; 3]);
    large.id = "larger".to_owned();
    let over = Outgoing::new(&large);
    let size = over.size();
    same("refusal", bus.publish(over).await, Err(BusError::TooLarge { size, limit }))
}

/// A commit with one stale record changes nothing.
pub async fn a_commit_is_all_or_nothing(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let mut lane = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    send(&*bus, "a", "1").await?;
    let taken = positions(&take(&mut *lane, 1).await?);
    let (fresh, stale) = (Key("fresh".to_owned()), Key("stale".to_owned()));
    let commit = Commit {
        records: vec![
            (fresh.clone(), Revision(0), Some(b"x".to_vec())),
            (stale.clone(), Revision(7), Some(b"y".to_vec())),
        ],
        publish: vec![Outgoing::new(&event("a", "2"))],
        dead: vec![letter("no")],
        ack: taken,
        kept: None,
    };
    same("verdict", lane.commit(commit).await, Err(CommitError::Conflict { key: stale }))?;
    same("record", lane.load(&fresh).await.map_err(said)?, (None, Revision(0)))?;
    same("dead letters", bus.dead_letters(None, None, 10).await.map_err(said)?.len(), 0)?;
    drop(lane);
    let mut lane = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    same("events", ids(&take(&mut *lane, 1).await?), vec!["1".to_owned()])?;
    nothing(&mut *lane).await
}

/// Records are replaced only under the revision they were read with, stay through a restart, and belong to their lane.
pub async fn records_have_revisions(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let mut lane = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    let key = Key("k".to_owned());
    let put = |revision, value: Option<&str>| Commit {
        records: vec![(key.clone(), revision, value.map(|value| value.as_bytes().to_vec()))],
        ..Commit::default()
    };
    let first = lane.commit(put(Revision(0), Some("one"))).await.map_err(said)?;
    let first = first.first().copied().unwrap_or_default();
    same("revision", lane.load(&key).await.map_err(said)?, (Some(b"one".to_vec()), first))?;
    let conflict = Err(CommitError::Conflict { key: key.clone() });
    same("stale", lane.commit(put(Revision(0), Some("two"))).await, conflict)?;
    let second = lane.commit(put(first, Some("two"))).await.map_err(said)?;
    drop(lane);
    bus.close().await;
    let bus = setup.open().await.map_err(said)?;
    let other = bus.lane(spec("l2", &["a"])).await.map_err(said)?;
    same("another lane", other.records().await.map_err(said)?, Vec::new())?;
    let mut lane = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    let second = second.first().copied().unwrap_or_default();
    same("kept", lane.records().await.map_err(said)?, vec![(key.clone(), b"two".to_vec(), second)])?;
    lane.commit(put(second, None)).await.map_err(said)?;
    same("deleted", lane.load(&key).await.map_err(said)?, (None, Revision(0)))
}

/// What a commit publishes comes like any other event.
pub async fn published_with_a_commit(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let mut lane = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    let publish = vec![Outgoing::new(&event("a", "1")), Outgoing::new(&event("a", "2"))];
    lane.commit(Commit { publish, ..Commit::default() }).await.map_err(said)?;
    same("events", ids(&take(&mut *lane, 2).await?), vec!["1".to_owned(), "2".to_owned()])
}

fn letter(reason: &str) -> DeadLetter {
    DeadLetter {
        time: "2026-01-02T03:04:05Z".to_owned(),
        trigger: "t".to_owned(),
        firing: "f".to_owned(),
        reason: reason.to_owned(),
        attempts: 3,
        events: vec![DeadEvent {
            stream: "a".to_owned(),
            run: 1,
            order: 2,
            event: Some(event("a", "1")),
            message_base64: None,
        }],
    }
}

/// Dead letters stay through a restart until they are dropped, and are counted by lane.
pub async fn dead_letters_are_kept(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    for (name, count) in [("l", 2), ("m", 1)] {
        let mut lane = bus.lane(spec(name, &["a"])).await.map_err(said)?;
        let dead = (0..count).map(|n| letter(&format!("{name}{n}"))).collect();
        lane.commit(Commit { dead, ..Commit::default() }).await.map_err(said)?;
    }
    bus.close().await;
    let bus = setup.open().await.map_err(said)?;
    let all = bus.dead_letters(None, None, 10).await.map_err(said)?;
    let first = all.first().map(|(_, letter)| letter.events.clone());
    same("content", first, Some(letter("").events))?;
    let letters: Vec<_> = all.iter().map(|(_, letter)| letter.clone()).collect();
    same("letters", letters, ["l0", "l1", "m0"].map(letter).to_vec())?;
    let first = all.first().map(|(id, _)| *id);
    same("of one lane, after one", bus.dead_letters(Some("p/q/l"), first, 10).await.map_err(said)?.len(), 1)?;
    let status = bus.status().await.map_err(said)?;
    same("counts", status.lanes.iter().map(|lane| lane.dead).collect::<Vec<_>>(), vec![2, 1])?;
    bus.drop_dead_letters(&first.into_iter().collect::<Vec<_>>()).await.map_err(said)?;
    same("left", bus.status().await.map_err(said)?.dead, 2)
}

/// A lane that was forgotten holds no events, and begins anew when it is opened.
pub async fn a_forgotten_lane_holds_nothing(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let mut lane = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    let commit =
        Commit { records: vec![(Key("k".to_owned()), Revision(0), Some(Vec::new()))], ..Commit::default() };
    lane.commit(commit).await.map_err(said)?;
    send(&*bus, "a", "1").await?;
    drop(lane);
    same("lanes", bus.lanes().await.map_err(said)?, vec!["p/q/l".to_owned()])?;
    same("unacknowledged", bus.forget_lane("p/q/l").await.map_err(said)?, 1)?;
    same("lanes left", bus.lanes().await.map_err(said)?, Vec::new())?;
    let mut lane = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    same("records", lane.records().await.map_err(said)?, Vec::new())?;
    nothing(&mut *lane).await
}

/// Many publishers at once: each event comes once, those of one publisher in their order.
pub async fn many_publish_at_once(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let mut lane = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    let publishers = (0..16).map(|publisher| {
        let bus = bus.clone();
        tokio::spawn(async move {
            for n in 0..50 {
                send(&*bus, "a", &format!("{publisher}-{n:02}")).await?;
            }
            Ok::<(), String>(())
        })
    });
    for publisher in publishers.collect::<Vec<_>>() {
        publisher.await.map_err(said)??;
    }
    let mut taken = ids(&take(&mut *lane, 800).await?);
    for publisher in 0..16 {
        let mine: Vec<_> = taken.iter().filter(|id| id.starts_with(&format!("{publisher}-"))).collect();
        same("events of one publisher", mine.len(), 50)?;
        same("their order", mine.is_sorted(), true)?;
    }
    taken.sort();
    taken.dedup();
    same("each once", taken.len(), 800)
}

/// A lane with another name, such as that of a trigger that was renamed, goes on where it was, and has its records.
pub async fn a_renamed_lane_keeps_its_place(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let mut lane = bus.lane(spec("old", &["a"])).await.map_err(said)?;
    for n in 0..4 {
        send(&*bus, "a", &format!("{n}")).await?;
    }
    let taken = positions(&take(&mut *lane, 2).await?);
    let record = (Key("k/1".to_owned()), Revision(0), Some(b"one".to_vec()));
    let commit =
        Commit { records: vec![record], ack: taken.into_iter().take(1).collect(), ..Commit::default() };
    lane.commit(commit).await.map_err(said)?;
    same("renamed", bus.rename_lane("p/q/old", spec("new", &["a"])).await.map_err(said)?, true)?;
    same(
        "older handle",
        lane.commit(Commit { ack: vec![Position(1)], ..Commit::default() }).await,
        Err(CommitError::Fenced),
    )?;
    drop(lane);
    same("again", bus.rename_lane("p/q/old", spec("other", &["a"])).await.map_err(said)?, false)?;
    same("lanes", bus.lanes().await.map_err(said)?, vec!["p/q/new".to_owned()])?;
    let mut lane = bus.lane(spec("new", &["a"])).await.map_err(said)?;
    let mut left = ids(&take(&mut *lane, 3).await?);
    left.sort();
    same("left", left, ["1", "2", "3"].map(str::to_owned).to_vec())?;
    let records = lane.records().await.map_err(said)?;
    same(
        "records",
        records.into_iter().map(|(key, record, _)| (key.0, record)).collect(),
        vec![("k/1".to_owned(), b"one".to_vec())],
    )
}

/// A subject that a lane begins to read later begins with its next event; the others go on.
pub async fn a_new_subject_begins_at_its_end(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let keeper = bus.lane(spec("keeper", &["a", "b"])).await.map_err(said)?;
    let lane = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    send(&*bus, "a", "1").await?;
    send(&*bus, "b", "before").await?;
    drop(lane);
    let mut lane = bus.lane(spec("l", &["a", "b"])).await.map_err(said)?;
    send(&*bus, "b", "after").await?;
    let mut taken = ids(&take(&mut *lane, 2).await?);
    taken.sort();
    same("events", taken, vec!["1".to_owned(), "after".to_owned()])?;
    drop(keeper);
    nothing(&mut *lane).await
}

/// What was taken can be read again by time, page by page, also when every lane has acknowledged it.
pub async fn history_comes_in_pages(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let mut lane = bus.lane(spec("l", &["a", "b"])).await.map_err(said)?;
    send(&*bus, "a", "early").await?;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let since = SystemTime::now();
    for n in 0..10 {
        send(&*bus, if n % 2 == 0 { "a" } else { "b" }, &format!("{n}")).await?;
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    let until = SystemTime::now();
    send(&*bus, "a", "late").await?;
    let taken = take(&mut *lane, 12).await?;
    ack(&mut *lane, positions(&taken)).await?;
    let subjects = vec![Subject::new("s", "a"), Subject::new("s", "b")];
    let mut span = Span { subjects, since, until, after: None, max: 4 };
    let mut found = Vec::new();
    for wanted in [4, 4, 2] {
        let page = bus.history(span.clone()).await.map_err(said)?;
        same("events of a page", page.len(), wanted).map_err(|e| format!("{e} {:?}", ids(&page)))?;
        span.after = page.last().map(|delivery| delivery.position);
        found.extend(page);
    }
    same("events", ids(&found), (0..10).map(|n| n.to_string()).collect())?;
    same("content", found.get(1).and_then(|d| d.event.clone().ok()), Some(Arc::new(event("b", "1"))))?;
    same("subject", found.get(1).map(|d| d.subject.clone()), Some(Subject::new("s", "b")))?;
    let one = Span { subjects: vec![Subject::new("s", "b")], after: None, max: 100, ..span };
    same(
        "of one subject",
        ids(&bus.history(one).await.map_err(said)?),
        ["1", "3", "5", "7", "9"].map(str::to_owned).to_vec(),
    )
}

/// An event that is handed out and not acknowledged is not handed out by the same handle again, however long that takes.
pub async fn outstanding_events_are_handed_out_once(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let mut lane = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    for n in 0..3 {
        send(&*bus, "a", &format!("{n}")).await?;
    }
    let taken = positions(&take(&mut *lane, 3).await?);
    // Longer than the time after which a server delivers anew what nobody speaks of.
    match tokio::time::timeout(Duration::from_secs(7), lane.next(10)).await {
        Err(_) => {}
        Ok(next) => return Err(format!("handed out twice: {:?}", next.map(|events| ids(&events)))),
    }
    ack(&mut *lane, taken).await?;
    nothing(&mut *lane).await
}

/// Once it is closed, who waits and who asks is told.
pub async fn a_closed_bus_says_so(setup: &dyn Setup) -> Verdict {
    let bus = setup.open().await.map_err(said)?;
    let mut lane = bus.lane(spec("l", &["a"])).await.map_err(said)?;
    let waiting = tokio::spawn(async move { lane.next(1).await.map(|events| events.len()) });
    tokio::time::sleep(Duration::from_millis(50)).await;
    bus.close().await;
    let told = tokio::time::timeout(Duration::from_secs(5), waiting).await.map_err(|_| "nobody was told")?;
    same("who waits", matches!(told.map_err(said)?, Err(BusError::Away { .. })), true)?;
    let published = bus.publish(Outgoing::new(&event("a", "1"))).await;
    same("who publishes", matches!(published, Err(BusError::Away { .. })), true)
}
