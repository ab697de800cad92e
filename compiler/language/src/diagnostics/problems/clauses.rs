//! AEV0349–AEV0355: clauses of a trigger, and what holds its firings back.

use super::{list_names, quoted};
use crate::diagnostics::{Diagnostic, Place};

/// AEV0349: something in a `match` that is no path.
pub fn no_key(at: Place, compares: bool) -> Diagnostic {
    let problem = Diagnostic::error(349, at, "this is no key");
    match compares {
        true => problem
            .saying("events belong together when values are equal, and for no other reason")
            .help("put what an event must be like into a `filter`, and compare one path of each event here: `a.body.id == b.body.id`"),
        false => problem
            .saying("expected a path into an event")
            .help("compare one path of each event: `match a.body.id == b.body.id`"),
    }
}

/// AEV0349: an attribute in a `match`.
pub fn attribute_as_key(at: Place) -> Diagnostic {
    Diagnostic::error(349, at, "an attribute is no key")
        .saying("expected a path into the data of an event")
        .help("compare one path of each event: `match a.body.id == b.body.id`")
}

/// AEV0349: two paths of one event.
pub fn one_event_twice(at: Place, event: &str) -> Diagnostic {
    Diagnostic::error(349, at, format!("both sides are of `{event}`"))
        .saying("a `match` compares one event with another")
        .help("what holds of one event is asked in a `filter`")
}

/// AEV0350: events without a part of the key.
pub fn without_key(at: Place, lacking: &[&str], known: &str, below: &str) -> Diagnostic {
    let have = if lacking.len() == 1 { "has" } else { "have" };
    let example =
        lacking.first().map(|event| format!("{known}{below} == {event}{below}")).unwrap_or_default();
    Diagnostic::error(
        350,
        at,
        format!("{} {have} nothing that is compared with this", list_names(lacking.iter().copied())),
    )
    .saying("each event has one path for each part of the key")
    .help(format!("compare it with each event, such as `match {example}`"))
}

/// AEV0350: two paths of an event in one part of the key.
pub fn two_keys(at: Place, first: Place, event: &str) -> Diagnostic {
    Diagnostic::error(350, at, format!("`{event}` has two paths for one part of the key"))
        .saying("the second")
        .see(first, "the first")
        .help("remove one of them")
}

/// AEV0351: a `within` where each firing has one event.
pub fn nothing_near(at: Place, waits: bool) -> Diagnostic {
    let problem = Diagnostic::error(351, at, "there is nothing that could be near: each event fires alone")
        .saying("this would do nothing");
    match waits {
        true => problem.help("how long is waited is said by `after`; remove it"),
        false => problem.help("join events with `and`, or say how many are counted with `count`"),
    }
}

/// AEV0351: a `match` where nothing is kept.
pub fn nothing_matched(at: Place) -> Diagnostic {
    Diagnostic::error(351, at, "there is nothing that could be done for each key: each event fires alone")
        .saying("this would do nothing")
        .help("join events with `and`, or say `count`, `after … without …`, `debounce`, `batch` or `max-running`")
}

/// AEV0352: a number that nothing can be counted to.
pub fn bad_count(at: Place, written: &str) -> Diagnostic {
    let problem = Diagnostic::error(352, at, format!("`count {written}` does not count"));
    match written {
        "1" => problem.saying("each firing is the first").help("remove it"),
        _ => problem.saying("expected a whole number from 2 to 2147483647"),
    }
}

/// AEV0353: an event that has to come, and must not.
pub fn without_itself(at: Place, condition: Place, name: &str) -> Diagnostic {
    Diagnostic::error(353, at, format!("`{name}` makes this trigger fire, and would cancel it"))
        .saying("it is part of the condition")
        .see(condition, "here")
        .help("name another event, or wait until none has followed with `debounce`")
}

/// AEV0354: a clause that is said twice.
pub fn clause_twice(at: Place, first: Place, word: &str) -> Diagnostic {
    let problem = Diagnostic::error(354, at, format!("`{word}` is said twice"))
        .saying("the second")
        .see(first, "the first");
    match word {
        "match" => problem.help("join what is compared with `and`: `match a.x == b.x and a.y == b.y`"),
        _ => problem.help("remove one of them"),
    }
}

/// AEV0354: options that exclude each other.
pub fn excluded(at: Place, first: Place, words: [&str; 2]) -> Diagnostic {
    let [first_word, word] = words;
    Diagnostic::error(354, at, format!("`{first_word}` and `{word}` exclude each other"))
        .saying("of several firings this makes one")
        .see(first, "and this makes another")
        .help(format!("remove {}", quoted(&words)))
}

/// AEV0355: an attribute of a list of events.
pub fn attribute_of_batch(at: Place, event: &str, name: &str) -> Diagnostic {
    Diagnostic::error(355, at, format!("`{event}` is a list of events, and has no `::{name}`"))
        .saying("with `batch` each name stands for all events that were collected")
        .help(format!("read data of one or of all of them: `{event}[0].…`, `{event}`"))
}
