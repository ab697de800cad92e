//! The triggers of a history: drawn from the seed, described plainly for the reference, and prepared for the engine by way
//! of the JSON of a plan.

use crate::bug::Bug;
use crate::random::Random;
use aev_engine::{NoScripts, Trigger};
use aev_plan::model::Sensor;
use serde_json::{Value, json};
use std::sync::Arc;

/// The name of the pipeline and of its sensor.
pub const NAME: &str = "sim";

/// Where events come from.
pub const SUBJECTS: [&str; 4] = ["a", "b", "c", "d"];

/// Which events pass a stream, by the number in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// All.
    All,
    /// Those with a number of at least this.
    AtLeast(u64),
    /// Those with a number below this.
    Below(u64),
}

/// A stream of a trigger.
#[derive(Clone, Debug)]
pub struct Stream {
    /// Its name.
    pub name: String,
    /// The source and the event at its beginning have this name.
    pub subject: &'static str,
}

/// How a trigger stands in its file at some time.
#[derive(Clone, Debug)]
pub struct Version {
    /// Name of the trigger.
    pub name: String,
    /// Name of its lane.
    pub lane: String,
    /// What passes each of its streams.
    pub passes: Vec<Pass>,
    /// The same for the engine.
    pub prepared: Arc<Trigger>,
}

/// When a trigger fires, over the streams by their place in the list.
#[derive(Clone, Debug)]
pub enum When {
    /// An event of this stream.
    One(usize),
    /// All of these.
    All(Vec<When>),
    /// One of these.
    Any(Vec<When>),
}

/// When an action counts as done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// A call with a status from 200 to 206; anything else that happened.
    Usual,
    /// A call with status 409.
    Only409,
    /// Whatever the status is.
    Any,
    /// The object gets a label within so many looks, or it counts as failed.
    Labelled(u32),
    /// The object gets a label within so many looks, or it counts as done all the same.
    Hoped(u32),
}

/// What a trigger or its `on-failure` does.
#[derive(Clone, Debug)]
pub struct Task {
    /// Name of the trigger or the `on-failure`.
    pub name: String,
    /// Attempts in all.
    pub attempts: u32,
    /// When it is done.
    pub policy: Policy,
    /// `log`, `http` or `create`.
    pub action: &'static str,
}

/// A trigger.
pub struct Spec {
    /// Name of its lane, until it is renamed.
    pub lane: String,
    /// What it reads, in the order of the condition.
    pub streams: Vec<Stream>,
    /// When it fires.
    pub when: When,
    /// An `and` stands in its condition.
    pub joins: bool,
    /// It is acknowledged before it acts.
    pub once: bool,
    /// What it does.
    pub task: Task,
    /// What it does when that has failed for good.
    pub fallback: Option<Task>,
    /// At most so many attempts in so many seconds.
    pub rate: Option<(u64, u64)>,
    /// What its join has kept is forgotten whenever the time in seconds is a multiple of this.
    pub reset: Option<u64>,
    /// What it is at first, and what its file makes of it later: with other filters, or with another name.
    pub versions: Vec<Version>,
}

/// All triggers of a history.
pub struct Scenario {
    /// At least one.
    pub triggers: Vec<Spec>,
    /// Events come by the hundred.
    pub heavy: bool,
}

impl Scenario {
    /// Draws one.
    ///
    /// # Errors
    /// The engine refuses a trigger: a mistake of the simulator.
    pub fn draw(random: &mut Random, bug: Option<Bug>) -> Result<Scenario, String> {
        let count = random.between(1, 4);
        let triggers = (0..count).map(|number| Spec::draw(random, number, bug));
        Ok(Scenario { triggers: triggers.collect::<Result<_, _>>()?, heavy: random.percent(4) })
    }

    /// The trigger that an action belongs to, and whether it is that of the `on-failure`.
    pub fn acting(&self, name: &str) -> Option<(usize, bool)> {
        self.triggers.iter().enumerate().find_map(|(at, spec)| {
            let fallback = spec.fallback.as_ref().is_some_and(|fallback| fallback.name == name);
            (fallback || spec.is_named(name)).then_some((at, fallback))
        })
    }

    /// The trigger of a lane, by any of its names.
    pub fn of_lane(&self, lane: &str) -> Option<usize> {
        self.triggers.iter().position(|spec| spec.versions.iter().any(|version| version.lane == lane))
    }
}

impl Spec {
    fn draw(random: &mut Random, number: u64, bug: Option<Bug>) -> Result<Spec, String> {
        let (when, count) = shape(random);
        let streams: Vec<Stream> = (0..count).map(|place| stream(random, number, place)).collect();
        let name = format!("t{number}");
        let once = random.percent(20);
        let task = task(random, name.clone());
        let fallback = random.percent(35).then(|| self::task(random, format!("f{number}")));
        let mut executed = when.clone();
        if bug == Some(Bug::JoinsTooEarly) {
            early(&mut executed);
        }
        let rate = random.percent(30).then(|| match random.below(2) {
            0 => (random.between(1, 10), 1),
            _ => (random.between(60, 120), 60),
        });
        let joins = joins(&when);
        let reset =
            (joins && random.percent(40)).then(|| random.pick(&[60, 300, 3600]).copied().unwrap_or(60));
        let mut trigger = plan(&executed, &streams, &task, fallback.as_ref(), once, random);
        if let Some((count, span)) = rate.filter(|_| bug != Some(Bug::OutrunsRate)) {
            let per = if span == 1 { "second" } else { "minute" };
            set(&mut trigger, "rate", json!({ "count": count, "per": per }));
        }
        if let Some(every) = reset.filter(|_| bug != Some(Bug::ForgetsResets)) {
            let cron = match every {
                60 => "* * * * *",
                300 => "*/5 * * * *",
                _ => "0 * * * *",
            };
            set(&mut trigger, "resets", json!([{ "cron": cron }]));
        }
        // The second has other filters, the third has another name as well. What an `on-failure` does has the same id under
        // both names, so that one who counts by ids could not tell whose it was.
        let renamed = if fallback.is_some() { name.clone() } else { format!("r{number}") };
        let names = [name.clone(), name.clone(), renamed];
        let versions = names.into_iter().map(|name| {
            let passes: Vec<Pass> = streams.iter().map(|_| pass(random)).collect();
            set(&mut trigger, "name", Value::from(name.as_str()));
            let prepared = Arc::new(prepare(&streams, &passes, &trigger)?);
            Ok(Version { lane: format!("{NAME}/{NAME}/{name}"), name, passes, prepared })
        });
        let versions = versions.collect::<Result<Vec<_>, String>>()?;
        let lane = format!("{NAME}/{NAME}/{name}");
        Ok(Spec { lane, joins, streams, when, once, task, fallback, rate, reset, versions })
    }

    /// The trigger has this name now or had it.
    pub fn is_named(&self, name: &str) -> bool {
        self.versions.iter().any(|version| version.name == name)
    }

    /// One of its versions; the first when there is no such.
    pub fn version(&self, number: usize) -> Option<&Version> {
        self.versions.get(number).or(self.versions.first())
    }
}

fn set(trigger: &mut Value, name: &str, value: Value) {
    if let Value::Object(members) = trigger {
        members.insert(name.to_owned(), value);
    }
}

fn shape(random: &mut Random) -> (When, usize) {
    use When::{All, Any, One};
    match random.below(10) {
        0..3 => (One(0), 1),
        3 => (Any(vec![One(0), One(1)]), 2),
        4 | 5 => (All(vec![One(0), One(1)]), 2),
        6 => (All(vec![One(0), One(1), One(2)]), 3),
        7 => (Any(vec![All(vec![One(0), One(1)]), One(2)]), 3),
        8 => (All(vec![Any(vec![One(0), One(1)]), One(2)]), 3),
        _ => (Any(vec![One(0), One(1), One(2)]), 3),
    }
}

/// An `and` with a stream in it.
fn joins(when: &When) -> bool {
    match when {
        When::One(_) => false,
        When::All(parts) => parts.len() > 1 || parts.iter().any(joins),
        When::Any(parts) => parts.iter().any(joins),
    }
}

/// Takes the last part of each `and` away, but stays a join.
fn early(when: &mut When) {
    match when {
        When::One(_) => {}
        When::Any(parts) => parts.iter_mut().for_each(early),
        When::All(parts) => {
            let first = parts.first().cloned().into_iter();
            let either = When::Any(first.chain([When::All(parts.clone())]).collect());
            *when = either;
        }
    }
}

/// Two streams of one trigger may read the same events.
fn stream(random: &mut Random, number: u64, place: usize) -> Stream {
    let same = random.percent(15);
    let subject = if same { "a" } else { SUBJECTS.get(place).copied().unwrap_or("d") };
    Stream { name: format!("s{number}-{place}"), subject }
}

fn pass(random: &mut Random) -> Pass {
    match random.below(6) {
        0 => Pass::AtLeast(random.between(1, 6)),
        1 => Pass::Below(random.between(4, 9)),
        _ => Pass::All,
    }
}

fn task(random: &mut Random, name: String) -> Task {
    let attempts = if random.percent(40) { 1 } else { u32::try_from(random.between(2, 4)).unwrap_or(2) };
    let (action, policy) = match random.below(8) {
        0 | 1 => ("log", Policy::Usual),
        2 | 3 => ("http", Policy::Usual),
        4 => ("http", Policy::Only409),
        5 => ("http", Policy::Any),
        6 => ("create", Policy::Labelled(3)),
        _ => ("create", Policy::Hoped(2)),
    };
    Task { name, attempts, policy, action }
}

fn plan(
    when: &When,
    streams: &[Stream],
    task: &Task,
    fallback: Option<&Task>,
    once: bool,
    random: &mut Random,
) -> Value {
    let names: Vec<&str> = streams.iter().map(|stream| stream.name.as_str()).collect();
    let mut trigger = done(task, random);
    let Value::Object(members) = &mut trigger else { return trigger };
    members.insert("on".to_owned(), condition(when, &names));
    members.insert("bindings".to_owned(), json!([{ "name": "e", "streams": names }]));
    members.insert("deliver".to_owned(), Value::from(if once { "at-most-once" } else { "at-least-once" }));
    if let Some(fallback) = fallback {
        members.insert("onFailure".to_owned(), done(fallback, random));
    }
    trigger
}

fn condition(when: &When, names: &[&str]) -> Value {
    match when {
        When::One(place) => json!({ "stream": names.get(*place) }),
        When::All(parts) => {
            json!({ "and": parts.iter().map(|part| condition(part, names)).collect::<Vec<_>>() })
        }
        When::Any(parts) => {
            json!({ "or": parts.iter().map(|part| condition(part, names)).collect::<Vec<_>>() })
        }
    }
}

/// What trigger and `on-failure` have in common.
fn done(task: &Task, random: &mut Random) -> Value {
    let path = |name: &str| json!({ "path": { "event": "e", "steps": ["body", name] } });
    let action = match task.action {
        "log" => json!("log"),
        "http" => {
            let mut payload = vec![json!(["id", path("id")])];
            if random.percent(25) {
                // Not every event has it, and then the action fails without an attempt.
                payload.push(json!(["n", path("n")]));
            }
            json!({ "http": { "url": { "const": "http://target/" }, "method": "POST", "payload": { "object": payload } } })
        }
        _ => json!({ "k8sCreate": { "object": [
            ["apiVersion", { "const": "v1" }],
            ["kind", { "const": "ConfigMap" }],
            ["metadata", { "object": [["generateName", { "const": "made-" }]] }],
            ["data", { "object": [["id", path("id")]] }],
        ] } }),
    };
    let success = match task.policy {
        Policy::Usual => Value::Null,
        Policy::Only409 => json!({ "status": [409] }),
        Policy::Any => json!("anyStatus"),
        Policy::Labelled(looks) | Policy::Hoped(looks) => json!({ "labels": {
            "labels": { "state": "ready" },
            "backoff": { "steps": looks, "duration": "7s", "factor": 2.0, "jitter": 0.5 },
            "errorOnBackoffTimeout": matches!(task.policy, Policy::Labelled(_)),
        } }),
    };
    let retry = (task.attempts > 1).then(|| {
        let duration = random.pick(&["100ms", "1s", "10s", "45s"]).copied();
        json!({ "steps": task.attempts, "duration": duration, "factor": 2.0, "jitter": 0.25 })
    });
    json!({ "name": task.name, "action": action, "success": success, "retry": retry })
}

fn prepare(streams: &[Stream], passes: &[Pass], trigger: &Value) -> Result<Trigger, String> {
    let number = json!({ "path": { "event": "e", "steps": ["body", "n"] } });
    let streams: Vec<Value> = streams
        .iter()
        .zip(passes)
        .map(|(stream, pass)| {
            let compare = |op: &str, bound: u64| json!({ "aev": { "compare": { "op": op, "left": number, "right": { "const": bound } } } });
            let predicate = match *pass {
                Pass::All => json!("always"),
                Pass::AtLeast(bound) => compare(">=", bound),
                Pass::Below(bound) => compare("<", bound),
            };
            let from = json!({ "event": { "source": stream.subject, "event": stream.subject } });
            json!({ "name": stream.name, "from": from, "predicate": predicate })
        })
        .collect();
    let text = json!({ "name": NAME, "streams": streams, "triggers": [trigger] }).to_string();
    let sensor: Sensor = serde_json::from_str(&text).map_err(|error| format!("{error} in {text}"))?;
    let trigger = sensor.triggers.first().ok_or("no trigger")?;
    Trigger::prepare(&sensor, trigger, &NoScripts).map_err(|error| format!("{error} in {text}"))
}
