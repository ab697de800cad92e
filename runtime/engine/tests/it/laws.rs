//! What holds whatever happens: a small world with a bus, a store and crashes between any two effects.

use crate::make::*;
use aev_engine::effect::Act;
use aev_engine::{Arrival, Effect, Event, Input, Outcome, Position, Record, Timestamp, step};
use aev_plan::model::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const STEPS: u32 = 3;

#[derive(Clone, Debug)]
struct Setup {
    condition: Condition,
    once: bool,
    fallback: bool,
}

#[derive(Clone, Copy, Debug)]
enum Move {
    /// An event of this source arrives.
    Send(u8),
    /// The oldest attempt ends: 0 done, 1 failed, 2 failed for good, 3 unknown.
    Answer(u8),
    /// The clock moves on by so many seconds.
    Wait(u8),
    /// The process ends after so many more effects.
    CrashAfter(u8),
    /// The bus hands out everything unacknowledged again.
    Redeliver,
}

struct World {
    setup: Setup,
    machine: Machine,
    now: Timestamp,
    // What survives a crash.
    stored: Option<Vec<u8>>,
    bus: BTreeMap<u64, Arc<Event>>,
    sent: Vec<(u64, Arc<Event>)>,
    acknowledged: BTreeSet<u64>,
    over: BTreeSet<String>,
    acted: BTreeMap<(String, String), Vec<u32>>,
    firings: BTreeMap<String, BTreeSet<String>>,
    // What does not.
    flying: Vec<Act>,
    crash: Option<u8>,
    crashed: bool,
}

impl World {
    fn new(setup: &Setup) -> World {
        let mut trigger = trigger(setup.condition.clone(), http());
        trigger.retry = retry(STEPS);
        if setup.once {
            trigger.deliver = Delivery::AtMostOnce;
        }
        if setup.fallback {
            trigger.on_failure = fallback(Action::Log);
        }
        World {
            setup: setup.clone(),
            machine: Machine::new(vec![stream("a"), stream("b"), stream("c")], trigger),
            now: NOW,
            stored: None,
            bus: BTreeMap::new(),
            sent: Vec::new(),
            acknowledged: BTreeSet::new(),
            over: BTreeSet::new(),
            acted: BTreeMap::new(),
            firings: BTreeMap::new(),
            flying: Vec::new(),
            crash: None,
            crashed: false,
        }
    }

    fn make(&mut self, next: Move) {
        match next {
            Move::Send(source) => {
                let position = self.sent.len() as u64;
                let source = ["a", "b", "c"][usize::from(source) % 3];
                let event = event(source, &format!("<{position}>"), "{}");
                self.bus.insert(position, event.clone());
                self.sent.push((position, event.clone()));
                self.arrive(position, event);
            }
            Move::Answer(how) => self.answer(how),
            Move::Wait(seconds) => {
                self.now = Timestamp(self.now.0 + i64::from(seconds) * 1_000_000_000);
                self.input(Input::Due);
            }
            Move::CrashAfter(effects) => self.crash = Some(effects),
            Move::Redeliver => {
                for (position, event) in self.bus.clone() {
                    self.arrive(position, event);
                }
            }
        }
    }

    fn arrive(&mut self, position: u64, event: Arc<Event>) {
        self.input(Input::Arrived(Arrival {
            event,
            position: Some(Position(position)),
            taken: Some(self.now),
            run: 0,
        }));
    }

    fn answer(&mut self, how: u8) {
        if self.flying.is_empty() {
            return;
        }
        let act = self.flying.remove(0);
        let how = how % 4;
        let outcome = match how {
            0 => Outcome::Done,
            1 => Outcome::Failed { retriable: true, error: "busy".into(), retry_after: None },
            2 => Outcome::Failed { retriable: false, error: "gone".into(), retry_after: None },
            _ => Outcome::Unknown { error: "silence".into() },
        };
        if how == 0 {
            self.end(act.firing.as_str());
        }
        self.input(Input::Done { firing: act.firing, attempt: act.attempt, outcome });
    }

    /// The events of a firing are dealt with.
    fn end(&mut self, firing: &str) {
        let record = &self.machine.record;
        let found = record.in_flight().iter().find(|candidate| candidate.acting.as_str() == firing);
        let ids = found.iter().flat_map(|firing| firing.events.iter().map(|taken| taken.event.id.clone()));
        self.over.extend(ids.collect::<Vec<_>>());
    }

    fn input(&mut self, input: Input) {
        let mut twin = self.machine.record.clone();
        let expected = step(&self.machine.trigger, &mut twin, self.now, input.clone());
        let effects = self.machine.step(self.now, input);
        assert_eq!(effects, expected, "the same input has the same effects");
        for effect in effects {
            if let Effect::Note(_) = effect {
                continue;
            }
            match self.crash {
                Some(0) => return self.restart(),
                Some(left) => self.crash = Some(left - 1),
                None => {}
            }
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Persist => self.stored = Some(self.machine.record.encode().unwrap()),
            Effect::DeadLetter(letter) => {
                self.over.extend(letter.events.iter().map(|taken| taken.event.id.clone()));
            }
            Effect::Acknowledge(Position(position)) => self.acknowledge(position),
            Effect::Act(act) => {
                assert!(act.attempt <= STEPS, "never more attempts than steps");
                let known = self.machine.record.in_flight().iter().find(|firing| firing.acting == act.firing);
                let ids = known.unwrap().events.iter().map(|taken| taken.event.id.clone()).collect();
                let ids: &BTreeSet<String> = self.firings.entry(act.firing.to_string()).or_insert(ids);
                assert!(!ids.is_empty());
                let attempts =
                    self.acted.entry((act.trigger.to_string(), act.firing.to_string())).or_default();
                attempts.push(act.attempt);
                assert!(!self.setup.once || attempts.len() == 1, "at most once is at most once");
                assert!(
                    self.crashed || attempts.windows(2).all(|pair| pair[0] < pair[1]),
                    "no attempt twice"
                );
                if self.machine.trigger.joins() {
                    let stored = Record::decode(self.stored.as_ref().unwrap()).unwrap();
                    let there = stored.in_flight().iter().any(|firing| firing.acting == act.firing);
                    assert!(there, "a join acts only on what is stored");
                }
                self.flying.push(*act);
            }
            Effect::Look(_) => panic!("there is nothing to look at"),
            Effect::Wake(_) | Effect::Note(_) => {}
        }
    }

    fn acknowledge(&mut self, position: u64) {
        let event = self.sent[position as usize].1.clone();
        if !self.setup.once {
            let reads = self.machine.trigger.streams.iter().any(|stream| stream.reads(&event));
            let stored = self.stored.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
            let newer =
                |(later, other): &(u64, Arc<Event>)| *later > position && other.source == event.source;
            let superseded = self.machine.trigger.joins() && self.sent.iter().any(newer);
            assert!(
                !reads || self.over.contains(&event.id) || stored.contains(&event.id) || superseded,
                "acknowledged before it was stored or acted on: {position}"
            );
        }
        self.bus.remove(&position);
        self.acknowledged.insert(position);
    }

    fn restart(&mut self) {
        self.crash = None;
        self.crashed = true;
        self.flying.clear();
        self.machine.record =
            self.stored.as_ref().map_or_else(Record::default, |bytes| Record::decode(bytes).unwrap());
        self.input(Input::Resumed);
        self.make(Move::Redeliver);
    }

    /// No more crashes and only success, until nothing moves.
    fn settle(&mut self) {
        self.crash = None;
        if self.machine.record == Record::default() && !self.bus.is_empty() {
            self.make(Move::Redeliver);
        }
        for _ in 0..10 * (self.sent.len() + 1) {
            self.make(Move::Wait(100));
            while !self.flying.is_empty() {
                self.answer(0);
            }
        }
    }

    fn check(&self) {
        assert!(self.bus.is_empty(), "everything is acknowledged in the end");
        assert!(self.machine.record.in_flight().is_empty(), "nothing stays in flight");
        let own: Vec<&BTreeSet<String>> = self
            .acted
            .keys()
            .filter(|(trigger, _)| trigger == "t")
            .map(|(_, firing)| &self.firings[firing])
            .collect();
        let mut used = BTreeSet::new();
        for id in own.into_iter().flatten() {
            assert!(used.insert(id), "an event fires once: {id}");
        }
        if !self.machine.trigger.joins() && !self.setup.once {
            for (_, event) in &self.sent {
                let reads = self.machine.trigger.streams.iter().any(|stream| stream.reads(event));
                assert!(!reads || self.over.contains(&event.id), "nothing is lost");
            }
        }
    }
}

fn setups() -> impl Strategy<Value = Setup> {
    let both = || Condition::And(vec![on("a"), on("b")]);
    let conditions = prop::sample::select(vec![
        on("a"),
        Condition::Or(vec![on("a"), on("b")]),
        both(),
        Condition::Or(vec![both(), on("c")]),
        Condition::And(vec![Condition::Or(vec![on("a"), on("b")]), on("c")]),
    ]);
    (conditions, any::<bool>(), any::<bool>()).prop_map(|(condition, once, fallback)| Setup {
        condition,
        once,
        fallback,
    })
}

fn moves() -> impl Strategy<Value = Move> {
    prop_oneof![
        5 => (0..3_u8).prop_map(Move::Send),
        4 => (0..4_u8).prop_map(Move::Answer),
        2 => (0..60_u8).prop_map(Move::Wait),
        2 => (0..6_u8).prop_map(Move::CrashAfter),
        1 => Just(Move::Redeliver),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn hold_in_every_history(setup in setups(), history in prop::collection::vec(moves(), 0..40)) {
        let mut world = World::new(&setup);
        for next in history {
            world.make(next);
        }
        world.settle();
        world.check();
    }
}
