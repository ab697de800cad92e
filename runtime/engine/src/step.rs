//! The state machine.
//!
//! What makes it safe is the order of effects. At-least-once without a join: act, and acknowledge when it is over; nothing
//! is stored, a crash brings the event again, and the firing has the same id. With a join: store that the event is kept, or
//! that its firing is in flight, then acknowledge, then act; what was in flight at a crash is acted on again under the same
//! id. At-most-once: acknowledge, then act. What no bus brings again, a replay or a dead letter that is tried again, is
//! stored first and begins when its time has come.

use crate::backoff::{attempts, pause};
use crate::condition::support;
use crate::effect::{Act, DeadLetter, Effect};
use crate::firing::{Firing, FiringId, Place, State, Taken};
use crate::input::{Arrival, Input, Outcome, Part, Position, Redriven};
use crate::note::{Decision, EventRef, Note};
use crate::record::Record;
use crate::trigger::{Task, Trigger};
use aev_plan::finished::Finished;
use aev_plan::model::{Delivery, LabelPolicy, Success};
use aev_plan::time::Timestamp;
use std::sync::Arc;
use std::time::Duration;

/// An event that has not come again after this long is no longer on any bus.
const FORGOTTEN: Duration = Duration::from_secs(8 * 24 * 3600);

/// Takes a trigger one step further: changes its record and says what is to be done.
///
/// The same trigger, record, time and input give the same effects.
pub fn step(trigger: &Trigger, record: &mut Record, now: Timestamp, input: Input) -> Vec<Effect> {
    let mut step = Step { trigger, record, now, out: Out::default() };
    match input {
        Input::Arrived(arrival) => step.arrived(arrival),
        Input::Done { firing, attempt, outcome } => step.done(&firing, attempt, outcome),
        Input::Due => step.due(),
        Input::Resumed => step.resumed(),
        Input::Reset { before } => step.reset(|taken| taken.time() < before),
        Input::TakenOver(parts) => step.taken_over(parts),
        Input::Redriven(redriven) => step.redriven(redriven),
    }
    step.effects()
}

/// Effects by kind; they are put in order at the end.
#[derive(Default)]
struct Out {
    notes: Vec<Effect>,
    changed: bool,
    dead: Vec<Effect>,
    /// What a firing or an arrival is done with. It is acknowledged when no other firing holds it at the end of the step.
    released: Vec<Position>,
    acts: Vec<Effect>,
    waits: bool,
}

struct Step<'t, 'r> {
    trigger: &'t Trigger,
    record: &'r mut Record,
    now: Timestamp,
    out: Out,
}

/// What the success policy makes of an outcome.
enum Judged {
    Done,
    LookAgain,
    Failed { retriable: bool, error: String, retry_after: Option<Duration> },
}

impl<'t> Step<'t, '_> {
    fn effects(self) -> Vec<Effect> {
        let mut effects = self.out.notes;
        // What is in flight without a join is on the bus until it is acknowledged: there is nothing to store.
        if self.out.changed && self.trigger.joins {
            effects.push(Effect::Persist);
        }
        effects.extend(self.out.dead);
        let mut released = self.out.released;
        if !released.is_empty() {
            released.sort_unstable();
            released.dedup();
            let lives = |firing: &&Firing| !matches!(firing.state, State::Over(_));
            let ended = self.record.firings.iter().filter(|firing| !lives(firing));
            let of_ended: Vec<Position> = ended.flat_map(|firing| firing.positions.iter().copied()).collect();
            let asked = |position: &Position| released.contains(position) || of_ended.contains(position);
            let live = self.record.firings.iter().filter(lives).flat_map(|firing| &firing.positions);
            let held: Vec<Position> = live.copied().filter(asked).collect();
            let free = |position: &Position| !held.contains(position);
            effects.extend(released.into_iter().filter(free).map(Effect::Acknowledge));
            // What is over is remembered until its event is acknowledged, which would fire anew otherwise.
            self.record.firings.retain(|firing| {
                lives(&firing) || firing.positions.is_empty() || !firing.positions.iter().all(free)
            });
        }
        effects.extend(self.out.acts);
        if self.out.waits {
            let next = self.record.firings.iter().filter_map(|firing| firing.state.due()).min();
            effects.extend(next.map(Effect::Wake));
        }
        effects
    }

    fn note(&mut self, decision: Decision) {
        let note = Note { time: self.now, trigger: self.trigger.name.clone(), decision };
        self.out.notes.push(Effect::Note(Box::new(note)));
    }

    fn at_most_once(&self) -> bool {
        self.trigger.delivery == Delivery::AtMostOnce
    }

    fn arrived(&mut self, arrival: Arrival) {
        let event = EventRef::of(&arrival.event);
        self.note(Decision::Received { event: EventRef::received(&arrival.event) });
        self.out.released.extend(arrival.position);
        let stored = self.came_again(&arrival);
        for stream in &self.trigger.streams {
            if !stream.reads(&arrival.event) || stored.contains(&stream.name) {
                continue;
            }
            let name = stream.name.clone();
            let passed = match stream.pass(&arrival.event) {
                Ok(passed) => passed,
                Err(reason) => {
                    self.note(Decision::Filtered { event: event.clone(), stream: name, reason: *reason });
                    continue;
                }
            };
            self.note(Decision::Matched { event: event.clone(), stream: name.clone() });
            let order = self.record.taken;
            self.record.taken += 1;
            let place = arrival.position.zip(arrival.taken);
            let place = place.map(|(position, taken)| Place { position: position.0, taken });
            let taken = Taken { stream: name, order, run: arrival.run, place, event: passed };
            if self.trigger.joins {
                self.keep(taken);
            } else {
                self.fire(vec![taken], arrival.position);
            }
        }
    }

    /// Firings that were stored get their event back, also where the trigger has another name, filter or stream since. Gives the
    /// streams through which it fired.
    fn came_again(&mut self, arrival: &Arrival) -> Vec<Arc<str>> {
        let (Some(position), event) = (arrival.position, &arrival.event) else { return Vec::new() };
        let same = |taken: &Taken| {
            let other = &taken.event;
            (&other.id, &other.source, &other.subject) == (&event.id, &event.source, &event.subject)
        };
        let mut streams = Vec::new();
        let waits = |firing: &&mut Firing| firing.on_bus && firing.positions.is_empty();
        for firing in self.record.firings.iter_mut().filter(waits) {
            if let Some(taken) = firing.events.iter().find(|taken| same(taken)) {
                firing.positions.push(position);
                streams.push(taken.stream.clone());
            }
        }
        if !streams.is_empty() {
            self.note(Decision::Repeated { event: EventRef::of(event) });
        }
        streams
    }

    /// A join keeps the newest event of each stream, and fires when that is enough.
    fn keep(&mut self, taken: Taken) {
        if self.record.knows(&taken.stream, &taken.event, taken.run) {
            self.note(Decision::Repeated { event: EventRef::of(&taken.event) });
            return;
        }
        self.out.changed = true;
        // What lies on the other side of a reset joins nothing on this side, in whichever order they were read.
        let resets = &self.trigger.resets;
        if !resets.is_empty() {
            self.reset(|kept| kept.precedes(&taken) && kept.separated(&taken, resets));
            if self.record.kept.iter().any(|kept| kept.separated(&taken, resets)) {
                self.record.remember(&taken);
                self.note(Decision::Reset { streams: vec![taken.stream] });
                return;
            }
        }
        if let Some(at) = self.record.kept.iter().position(|kept| kept.stream == taken.stream) {
            let older = self.record.kept.remove(at);
            self.record.remember(&older);
        }
        self.record.kept.push(taken);
        let kept = &self.record.kept;
        let has = |stream: &str| kept.iter().any(|kept| *kept.stream == *stream);
        let trigger = self.trigger;
        match support(&trigger.condition, &has) {
            None => {
                let missing =
                    trigger.streams.iter().map(|stream| stream.name.clone()).filter(|name| !has(name));
                let missing = missing.collect();
                self.note(Decision::Waiting { missing });
            }
            Some(used) => {
                let kept = std::mem::take(&mut self.record.kept);
                let (used, left) = kept.into_iter().partition(|kept| used.contains(&&*kept.stream));
                self.record.kept = left;
                self.fire(used, None);
            }
        }
    }

    /// Begins a firing. Unless it acts at most once, it holds the event of this position until it is over.
    fn fire(&mut self, mut events: Vec<Taken>, position: Option<Position>) {
        let place =
            |taken: &Taken| self.trigger.streams.iter().position(|stream| stream.name == taken.stream);
        events.sort_by_key(place);
        let run = events.iter().map(|taken| taken.run).max().unwrap_or(0);
        let id = FiringId::new(&self.trigger.sensor, &self.trigger.name, run, &events);
        let holds = position.filter(|_| !self.at_most_once());
        if let Some(firing) = self.record.firings.iter_mut().find(|firing| firing.id == id) {
            // The bus brought an event again: one answer serves all deliveries.
            firing.positions.extend(holds);
            if let Some(taken) = events.first() {
                self.note(Decision::Repeated { event: EventRef::of(&taken.event) });
            }
            return;
        }
        let fired = events.iter().map(|taken| EventRef::of(&taken.event)).collect();
        self.note(Decision::Fired { firing: id.clone(), events: fired });
        let (on_bus, positions) = (holds.is_some(), holds.into_iter().collect());
        let acting = id.clone();
        let firing = Firing {
            id,
            acting,
            events,
            attempt: 1,
            before: 0,
            state: State::Acting,
            since: None,
            failure: None,
            on_bus,
            positions,
        };
        // Without a place on the bus, a crash would lose it.
        let stored = position.is_some() || self.trigger.joins || self.at_most_once();
        if stored { self.begin(firing) } else { self.store_first(firing) }
    }

    /// The firing is stored, and begins when the clock comes to it, which is at once.
    fn store_first(&mut self, mut firing: Firing) {
        self.out.changed = true;
        self.out.waits = true;
        firing.stand(State::Waiting(self.now), self.now);
        self.record.firings.push(firing);
    }

    fn redriven(&mut self, redriven: Redriven) {
        let events: Vec<EventRef> = redriven.events.iter().map(|taken| EventRef::of(&taken.event)).collect();
        let known = self.take(|firing| firing.id == redriven.firing);
        if let Some(firing) = known.as_ref().filter(|firing| !matches!(firing.state, State::Over(_))) {
            self.record.firings.push(firing.clone());
            events.into_iter().take(1).for_each(|event| self.note(Decision::Repeated { event }));
            return;
        }
        self.note(Decision::Redriven { firing: redriven.firing.clone(), events });
        // One that is over may still wait for its event, which would fire anew when it comes.
        let (on_bus, positions) = known.map(|over| (over.on_bus, over.positions)).unwrap_or_default();
        let firing = Firing {
            acting: redriven.firing.clone(),
            id: redriven.firing,
            events: redriven.events,
            attempt: 1,
            before: 0,
            state: State::Acting,
            since: None,
            failure: None,
            on_bus,
            positions,
        };
        if self.at_most_once() { self.begin(firing) } else { self.store_first(firing) }
    }

    /// Begins the attempt that the firing has come to, and puts it into the record.
    fn begin(&mut self, mut firing: Firing) {
        self.out.changed = true;
        firing.stand(State::Acting, self.now);
        let task = self.task(&firing);
        match task.action.finish(&firing.acting, &firing.events) {
            Ok(action) => {
                let (id, attempt) = (firing.id.clone(), firing.attempt);
                self.note(Decision::Attempt { firing: id, action: task.name.clone(), attempt });
                let act = act(&firing, task, action);
                self.out.acts.push(Effect::Act(Box::new(act)));
                self.record.firings.push(firing);
            }
            // The same events give the same error at every attempt.
            Err(error) => self.failed(firing, error),
        }
    }

    /// What the firing does now.
    fn task(&self, firing: &Firing) -> &'t Task {
        match (&firing.failure, &self.trigger.fallback) {
            (Some(_), Some(fallback)) => fallback,
            _ => &self.trigger.task,
        }
    }

    fn take(&mut self, wanted: impl Fn(&Firing) -> bool) -> Option<Firing> {
        let at = self.record.firings.iter().position(wanted)?;
        Some(self.record.firings.remove(at))
    }

    fn done(&mut self, acting: &FiringId, attempt: u32, outcome: Outcome) {
        let current = |firing: &Firing| {
            let looked = matches!(firing.state, State::Looking { at: None, .. });
            firing.acting == *acting && firing.attempt == attempt && (firing.state == State::Acting || looked)
        };
        let Some(mut firing) = self.take(current) else { return };
        self.out.changed = true;
        let task = self.task(&firing);
        match judge(task.success.as_ref(), outcome) {
            Judged::Done => self.over(firing, task),
            Judged::LookAgain => self.look_again(firing, task),
            // The object is there; only how it is could not be seen.
            Judged::Failed { retriable: true, .. } if firing.state != State::Acting => {
                self.look_again(firing, task);
            }
            Judged::Failed { retriable, error, retry_after } => {
                let limit = if self.at_most_once() { 1 } else { attempts(task.retry.as_ref()) };
                match &task.retry {
                    Some(retry) if retriable && firing.attempt < limit => {
                        let wait =
                            pause(retry, &firing.acting, firing.attempt).max(retry_after.unwrap_or_default());
                        let at = self.now.after(wait);
                        firing.attempt += 1;
                        firing.stand(State::Waiting(at), self.now);
                        let (firing_id, attempt) = (firing.id.clone(), firing.attempt);
                        let action = task.name.clone();
                        self.note(Decision::Retry { firing: firing_id, action, attempt, at, error });
                        self.record.firings.push(firing);
                        self.out.waits = true;
                    }
                    _ => self.failed(firing, error),
                }
            }
        }
    }

    fn look_again(&mut self, mut firing: Firing, task: &Task) {
        let Some(Success::Labels(LabelPolicy { backoff, error_on_backoff_timeout, .. })) = &task.success
        else {
            return self.over(firing, task);
        };
        let backoff = backoff.clone().unwrap_or_default();
        let look = match firing.state {
            State::Looking { look, .. } => look + 1,
            _ => 1,
        };
        // The creation itself was the first look.
        if look < attempts(Some(&backoff)) {
            let at = self.now.after(pause(&backoff, &firing.acting, look));
            firing.stand(State::Looking { look, at: Some(at) }, self.now);
            self.record.firings.push(firing);
            self.out.waits = true;
        } else if *error_on_backoff_timeout {
            self.failed(firing, "the object did not get the labels of `success` in time".to_owned());
        } else {
            self.over(firing, task);
        }
    }

    fn over(&mut self, firing: Firing, task: &Task) {
        let (id, attempt) = (firing.id.clone(), firing.attempt);
        self.note(Decision::Done { firing: id, action: task.name.clone(), attempt });
        self.end(firing);
    }

    /// The trigger, or its `on-failure`, has failed for good.
    fn failed(&mut self, mut firing: Firing, error: String) {
        let name = self.task(&firing).name.clone();
        let (id, attempts) = (firing.id.clone(), firing.attempt);
        self.note(Decision::Failed { firing: id, action: name, attempts, error: error.clone() });
        match (&self.trigger.fallback, &firing.failure) {
            (Some(fallback), None) => {
                let run = firing.events.iter().map(|taken| taken.run).max().unwrap_or(0);
                firing.acting = FiringId::new(&self.trigger.sensor, &fallback.name, run, &firing.events);
                firing.before = firing.attempt;
                firing.attempt = 1;
                firing.failure = Some(error);
                self.begin(firing);
            }
            (_, first) => {
                let reason = match first {
                    Some(first) => format!("{first}; then its on-failure: {error}"),
                    None => error,
                };
                self.dead_letter(firing, reason);
            }
        }
    }

    fn dead_letter(&mut self, firing: Firing, reason: String) {
        self.note(Decision::DeadLettered { firing: firing.id.clone(), reason: reason.clone() });
        let letter = DeadLetter {
            firing: firing.id.clone(),
            trigger: self.trigger.name.to_string(),
            reason,
            attempts: firing.before + firing.attempt,
            events: firing.events.clone(),
        };
        self.out.dead.push(Effect::DeadLetter(Box::new(letter)));
        self.end(firing);
    }

    /// The firing is over.
    fn end(&mut self, firing: Firing) {
        self.out.changed = true;
        if self.trigger.joins {
            firing.events.iter().for_each(|taken| self.record.remember(taken));
        }
        self.out.released.extend(&firing.positions);
        if firing.on_bus {
            let state = State::Over(self.now);
            self.record.firings.push(Firing { state, since: None, ..firing });
        }
    }

    fn due(&mut self) {
        let now = self.now;
        self.record.firings.iter_mut().for_each(|firing| firing.follow(now));
        while let Some(firing) = self.take(|firing| firing.state.due().is_some_and(|at| at <= now)) {
            match firing.state {
                State::Looking { look, .. } => self.look(firing, look),
                _ => self.begin(firing),
            }
        }
        self.out.waits = true;
    }

    fn look(&mut self, mut firing: Firing, look: u32) {
        let task = self.task(&firing);
        match task.action.finish(&firing.acting, &firing.events) {
            Ok(action) => {
                let act = act(&firing, task, action);
                self.out.acts.push(Effect::Look(Box::new(act)));
                firing.stand(State::Looking { look, at: None }, self.now);
                self.record.firings.push(firing);
            }
            Err(error) => self.failed(firing, error),
        }
    }

    /// What was in flight when the process ended has an outcome that nobody knows.
    fn resumed(&mut self) {
        for firing in std::mem::take(&mut self.record.firings) {
            match firing.state {
                State::Waiting(_) | State::Looking { at: Some(_), .. } => self.record.firings.push(firing),
                // Its event cannot come before the trigger goes on.
                State::Over(_) if self.trigger.suspended => {
                    self.record.firings.push(Firing { state: State::Over(self.now), ..firing });
                }
                State::Over(at) if at.after(FORGOTTEN) < self.now => {}
                State::Over(_) => self.record.firings.push(firing),
                State::Looking { look, at: None } => self.look(firing, look),
                State::Acting if self.at_most_once() => {
                    self.dead_letter(firing, "it is not known whether the action has happened".to_owned());
                }
                State::Acting => self.begin(firing),
            }
        }
        self.out.waits = true;
    }

    /// Forgets of what is kept.
    fn reset(&mut self, old: impl Fn(&Taken) -> bool) {
        let kept = std::mem::take(&mut self.record.kept);
        let (gone, left): (Vec<_>, Vec<_>) = kept.into_iter().partition(old);
        self.record.kept = left;
        if gone.is_empty() {
            return;
        }
        self.out.changed = true;
        gone.iter().for_each(|taken| self.record.remember(taken));
        self.note(Decision::Reset { streams: gone.into_iter().map(|taken| taken.stream).collect() });
    }

    /// What another program keeps replaces what was kept, but for what has been used here.
    fn taken_over(&mut self, parts: Vec<Part>) {
        let before = std::mem::take(&mut self.record.kept);
        let trigger = self.trigger;
        for Part { stream, place, event } in parts {
            if !trigger.streams.iter().any(|known| *known.name == *stream)
                || self.record.knows(&stream, &event, 0)
            {
                continue;
            }
            let order = self.record.taken;
            self.record.taken += 1;
            self.record.kept.push(Taken { stream: stream.into(), order, run: 0, place: Some(place), event });
        }
        let gone: Vec<Taken> =
            before.into_iter().filter(|old| !self.record.knows(&old.stream, &old.event, old.run)).collect();
        gone.iter().for_each(|taken| self.record.remember(taken));
        self.out.changed = true;
        if !gone.is_empty() {
            self.note(Decision::Reset { streams: gone.into_iter().map(|taken| taken.stream).collect() });
        }
    }
}

/// The attempt that a firing has come to.
fn act(firing: &Firing, task: &Task, action: Finished) -> Act {
    let newest = firing.events.iter().max_by_key(|taken| taken.order);
    Act {
        firing: firing.acting.clone(),
        trigger: task.name.clone(),
        attempt: firing.attempt,
        action,
        cause: newest.map(|taken| taken.event.clone()),
        failed: firing.failure.is_some().then(|| firing.id.clone()),
    }
}

fn judge(success: Option<&Success>, outcome: Outcome) -> Judged {
    match outcome {
        Outcome::Done => Judged::Done,
        Outcome::Answered { status, retry_after } => {
            let fits = match success {
                Some(Success::AnyStatus) => true,
                Some(Success::Status(allowed)) => allowed.contains(&status),
                Some(Success::Labels(_)) | None => (200..=206).contains(&status),
            };
            let error = || format!("the answer was {status}, which does not count as done");
            if fits { Judged::Done } else { Judged::Failed { retriable: true, error: error(), retry_after } }
        }
        Outcome::Observed { labels } => match success {
            Some(Success::Labels(policy))
                if policy.labels.iter().any(|(key, value)| labels.get(key) != Some(value)) =>
            {
                Judged::LookAgain
            }
            _ => Judged::Done,
        },
        Outcome::Failed { retriable, error, retry_after } => Judged::Failed { retriable, error, retry_after },
        Outcome::Unknown { error } => Judged::Failed { retriable: true, error, retry_after: None },
    }
}
