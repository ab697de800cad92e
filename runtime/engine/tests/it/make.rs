//! Triggers and events, made short, and a step that is easy to read.

use aev_engine::effect::Effect;
use aev_engine::{
    Arrival, Decision, Event, FiringId, Input, NoScripts, Outcome, Position, Record, Timestamp, Trigger, step,
};
use aev_plan::document::Document;
use aev_plan::expr::{Comparator, Compare, Expr, Path, Step};
use aev_plan::json::Json;
use aev_plan::model::*;
use std::sync::Arc;

pub const NOW: Timestamp = Timestamp(1_800_000_000_000_000_000);

pub fn after(seconds: i64) -> Timestamp {
    Timestamp(NOW.0 + seconds * 1_000_000_000)
}

pub fn event(source: &str, id: &str, data: &str) -> Arc<Event> {
    Arc::new(Event {
        id: id.into(),
        source: source.into(),
        kind: "webhook".into(),
        subject: source.into(),
        time: NOW,
        datacontenttype: "application/json".into(),
        extensions: Vec::new(),
        data: Document::parse(data).unwrap(),
    })
}

pub fn path(event: &str, steps: &str) -> Expr {
    let steps = steps.split('.').map(|step| Step::Key(step.into())).collect();
    Expr::Path(Path { event: event.into(), steps, certain: false, origin: Default::default() })
}

pub fn is(steps: &str, value: &str) -> Expr {
    let right = Expr::Const(Json::parse(value).unwrap());
    Expr::Compare(Box::new(Compare { op: Comparator::Equal, left: path("e", steps), right }))
}

/// The event of a source, called like it.
pub fn stream(source: &str) -> Stream {
    Stream {
        name: source.into(),
        from: From::Event { source: source.into(), event: source.into() },
        transform: None,
        predicate: Predicate::Always,
        declared: false,
        description: None,
        raw: None,
        origin: Default::default(),
    }
}

pub fn filter(name: &str, from: From, condition: Expr) -> Stream {
    Stream { name: name.into(), from, predicate: Predicate::Aev(condition), declared: true, ..stream("x") }
}

pub fn of(source: &str) -> From {
    From::Event { source: source.into(), event: source.into() }
}

pub fn on(name: &str) -> Condition {
    Condition::Stream(name.into())
}

pub fn http() -> Action {
    Action::Http(Box::new(Http {
        url: Expr::text("http://127.0.0.1/"),
        method: "POST".into(),
        headers: vec![],
        payload: None,
        timeout: None,
        basic_auth: None,
    }))
}

pub fn trigger(condition: Condition, action: Action) -> aev_plan::model::Trigger {
    let names = aev_engine::condition::streams(&condition);
    let bindings = names.iter().map(|n| Binding { name: (*n).into(), streams: vec![(*n).into()] }).collect();
    aev_plan::model::Trigger {
        name: "t".into(),
        bindings,
        on: condition,
        action,
        deliver: Delivery::AtLeastOnce,
        resets: vec![],
        rate: None,
        max_running: None,
        max_running_origin: Default::default(),
        flow: Default::default(),
        retry: None,
        success: None,
        on_failure: None,
        description: None,
        raw: None,
        origin: Default::default(),
    }
}

pub fn retry(steps: u32) -> Option<Retry> {
    Some(Retry {
        steps: Some(steps),
        duration: Some("10s".parse().unwrap()),
        factor: Some(2.0),
        jitter: Some(0.0),
    })
}

pub fn fallback(action: Action) -> Option<Box<Fallback>> {
    let fallback = Fallback {
        name: "f".into(),
        action,
        retry: None,
        success: None,
        description: None,
        raw: None,
        origin: Default::default(),
    };
    Some(Box::new(fallback))
}

pub fn sensor(streams: Vec<Stream>, trigger: aev_plan::model::Trigger) -> Sensor {
    Sensor {
        name: "s".into(),
        bus: None,
        service_account: None,
        streams,
        triggers: vec![trigger],
        workload: Default::default(),
        description: None,
        raw: None,
        origin: Default::default(),
    }
}

pub fn prepared(streams: Vec<Stream>, trigger: aev_plan::model::Trigger) -> Trigger {
    let sensor = sensor(streams, trigger);
    Trigger::prepare(&sensor, &sensor.triggers[0], &NoScripts).unwrap()
}

/// A trigger with its record.
pub struct Machine {
    pub trigger: Trigger,
    pub record: Record,
}

impl Machine {
    pub fn new(streams: Vec<Stream>, trigger: aev_plan::model::Trigger) -> Machine {
        Machine { trigger: prepared(streams, trigger), record: Record::default() }
    }

    pub fn step(&mut self, now: Timestamp, input: Input) -> Vec<Effect> {
        step(&self.trigger, &mut self.record, now, input)
    }

    pub fn send(&mut self, event: &Arc<Event>, position: u64) -> Vec<Effect> {
        self.step(
            NOW,
            Input::Arrived(Arrival {
                event: event.clone(),
                position: Some(Position(position)),
                taken: Some(NOW),
                run: 0,
            }),
        )
    }

    pub fn answer(&mut self, now: Timestamp, act: &(FiringId, u32), outcome: Outcome) -> Vec<Effect> {
        self.step(now, Input::Done { firing: act.0.clone(), attempt: act.1, outcome })
    }
}

/// Effects as words, without notes: `persist`, `dead`, `ack 1`, `act t#1`, `look t#1`, `wake +10`.
pub fn words(effects: &[Effect]) -> Vec<String> {
    let word = |effect: &Effect| match effect {
        Effect::Note(_) => None,
        Effect::Persist => Some("persist".to_owned()),
        Effect::DeadLetter(letter) => Some(format!("dead after {}: {}", letter.attempts, letter.reason)),
        Effect::Acknowledge(position) => Some(format!("ack {}", position.0)),
        Effect::Act(act) => Some(format!("act {}#{}", act.trigger, act.attempt)),
        Effect::Look(act) => Some(format!("look {}#{}", act.trigger, act.attempt)),
        Effect::Wake(at) => Some(format!("wake +{}", (at.0 - NOW.0) / 1_000_000_000)),
    };
    effects.iter().filter_map(word).collect()
}

/// The attempts that are to be carried out.
pub fn acts(effects: &[Effect]) -> Vec<(FiringId, u32)> {
    let act = |effect: &Effect| match effect {
        Effect::Act(act) | Effect::Look(act) => Some((act.firing.clone(), act.attempt)),
        _ => None,
    };
    effects.iter().filter_map(act).collect()
}

pub fn decisions(effects: &[Effect]) -> Vec<Decision> {
    let decision = |effect: &Effect| match effect {
        Effect::Note(note) => Some(note.decision.clone()),
        _ => None,
    };
    effects.iter().filter_map(decision).collect()
}

pub fn answered(status: u16) -> Outcome {
    Outcome::Answered { status, retry_after: None }
}
