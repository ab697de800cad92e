//! Events of the past, sent through triggers again: into the triggers and not onto the bus, where others would see them.

use super::SUSPENDED;
use super::answer::{Gone, Out, Refused};
use super::api::{ReplayRequest, Replayed};
use super::events::{is_source, is_trigger};
use crate::clock::timestamp;
use crate::convert;
use crate::host::Host;
use crate::host::reach::Reached;
use crate::runner::Command;
use aev_bus::{Delivery, Span, Subject};
use aev_engine::{Arrival, Decision, Effect, Input, Outcome, Record, Timestamp, step};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Events that are read from the history at once.
const PAGE: usize = 256;

/// Events that a trigger takes with one step of a replay.
const PIECE: usize = 32;

/// Between two steps, so that what comes now has its turn.
const PAUSE: Duration = Duration::from_millis(2);

/// Triggers that take events at once.
const TRIGGERS: usize = 8;

/// A replay that can be begun.
pub(super) struct Replay {
    request: ReplayRequest,
    run: u32,
    until: Timestamp,
    /// Each with what it is to take.
    triggers: Vec<(Reached, Vec<Subject>)>,
}

impl Replay {
    pub(super) async fn new(host: &Host, request: ReplayRequest) -> Result<Replay, Refused> {
        let now = timestamp(SystemTime::now());
        let until = request.until.unwrap_or(now);
        if request.since >= until {
            return Err(Refused::wrong(format!("{} does not lie before {until}", request.since)));
        }
        let all = host.triggers().await;
        let chosen = |reached: &Reached| {
            request
                .trigger
                .as_deref()
                .is_none_or(|wanted| is_trigger(wanted, &reached.pipeline, &reached.sensor, &reached.trigger))
        };
        let subjects = |reached: &Reached| -> Vec<Subject> {
            let subjects = reached.prepared.subjects().into_iter();
            let wanted = subjects.filter(|(source, event)| {
                request.source.as_deref().is_none_or(|wanted| is_source(wanted, source, event))
            });
            wanted.map(|(source, event)| Subject::new(source, event)).collect()
        };
        let chosen = all.into_iter().filter(chosen);
        let triggers: Vec<_> = chosen.map(|reached| (subjects(&reached), reached)).collect();
        if triggers.is_empty() {
            let wanted = request.trigger.as_deref().unwrap_or_default();
            return Err(Refused::missing(format!("no trigger `{wanted}` runs in this process")));
        }
        let triggers: Vec<_> = triggers
            .into_iter()
            .filter(|(subjects, _)| !subjects.is_empty())
            .map(|(subjects, reached)| (reached, subjects))
            .collect();
        if triggers.is_empty() {
            let wanted = request.source.as_deref().unwrap_or_default();
            return Err(Refused::missing(format!("none of these triggers reads `{wanted}`")));
        }
        let run = match (request.same_ids, request.run) {
            (true, Some(_)) => {
                return Err(Refused::wrong("a replay with the same ids has no number of its own"));
            }
            (true, None) => 0,
            (false, Some(run)) => run,
            (false, None) => number(now),
        };
        Ok(Replay { request, run, until, triggers })
    }

    pub(super) async fn run(self, out: &Out) -> Result<(), Gone> {
        let names = self.triggers.iter().map(|(reached, _)| name(reached)).collect();
        out.send(&Replayed::Begun { run: self.run, triggers: names }).await?;
        let mut waiting = self.triggers.into_iter();
        let mut going = JoinSet::new();
        let (mut events, mut fire) = (0, 0);
        loop {
            while going.len() < TRIGGERS
                && let Some((reached, subjects)) = waiting.next()
            {
                let span = Span {
                    subjects,
                    since: system(self.request.since),
                    until: system(self.until),
                    after: None,
                    max: PAGE,
                };
                let (out, run, dry) = (out.clone(), self.run, self.request.dry_run);
                going.spawn(async move {
                    match dry {
                        true => Trying::new(reached, run).all(span, &out).await,
                        false => send(reached, run, span, &out).await.map(|events| (events, 0)),
                    }
                });
            }
            match going.join_next().await {
                None => break,
                Some(Ok(done)) => {
                    let (more, firing) = done?;
                    events += more;
                    fire += firing;
                }
                // It has panicked, which is said elsewhere; the others go on.
                Some(Err(_)) => {}
            }
        }
        out.send(&Replayed::Done { events, fire: self.request.dry_run.then_some(fire) }).await
    }
}

/// The number of a replay that begins now: greater than that of any before, in this process or, by the clock, in an earlier one.
fn number(now: Timestamp) -> u32 {
    static LAST: AtomicU32 = AtomicU32::new(0);
    let seconds = u32::try_from(now.0 / 1_000_000_000).unwrap_or(u32::MAX - 1);
    let later = |last: u32| seconds.max(last.saturating_add(1));
    let before = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(later(last)));
    later(before.unwrap_or_else(|last| last))
}

fn name(reached: &Reached) -> String {
    let Reached { pipeline, sensor, trigger, .. } = reached;
    if sensor == pipeline {
        format!("{pipeline}/{trigger}")
    } else {
        format!("{pipeline}/{sensor}/{trigger}")
    }
}

fn system(time: Timestamp) -> SystemTime {
    UNIX_EPOCH + Duration::from_nanos(u64::try_from(time.0).unwrap_or_default())
}

/// The next page, and where the one behind it begins; none behind the last.
async fn page(reached: &Reached, span: &mut Option<Span>) -> Result<Vec<Delivery>, String> {
    let Some(asked) = span.take() else { return Ok(Vec::new()) };
    let page = reached.bus.history(asked.clone()).await.map_err(|error| error.to_string())?;
    if page.len() >= asked.max {
        *span = Some(Span { after: page.last().map(|delivery| delivery.position), ..asked });
    }
    Ok(page)
}

/// Sends events into a trigger as it has room. Gives how many it has taken.
async fn send(reached: Reached, run: u32, span: Span, out: &Out) -> Result<u64, Gone> {
    let trigger = name(&reached);
    if reached.prepared.suspended {
        out.send(&Replayed::Failed { trigger, error: SUSPENDED.to_owned() }).await?;
        return Ok(0);
    }
    let (mut next, mut taken) = (Some(span), 0);
    while next.is_some() {
        let events = match page(&reached, &mut next).await {
            Ok(events) => events,
            Err(error) => {
                out.send(&Replayed::Failed { trigger, error }).await?;
                return Ok(taken);
            }
        };
        for piece in events.chunks(PIECE) {
            let (reply, done) = oneshot::channel();
            let command = Command::Replay { events: piece.to_vec(), run, reply };
            let sent = reached.commands.send(command).await.is_ok();
            let Some(more) = (if sent { done.await.ok() } else { None }) else {
                let error = format!(
                    "the trigger was stopped after {taken} events; `--run {run}` sends them again under the same ids"
                );
                out.send(&Replayed::Failed { trigger, error }).await?;
                return Ok(taken);
            };
            taken += more as u64;
            out.send(&Replayed::Progress { trigger: trigger.clone(), events: taken }).await?;
            sleep(PAUSE).await;
        }
    }
    Ok(taken)
}

/// A trigger that events are tried on: its engine, with a record of its own.
struct Trying {
    reached: Reached,
    run: u32,
    record: Record,
}

impl Trying {
    fn new(reached: Reached, run: u32) -> Trying {
        Trying { reached, run, record: Record::default() }
    }

    /// Gives how many events there were, and how many would fire.
    async fn all(mut self, span: Span, out: &Out) -> Result<(u64, u64), Gone> {
        let trigger = name(&self.reached);
        let (mut next, mut events, mut fire) = (Some(span), 0, 0);
        while next.is_some() {
            let page = match page(&self.reached, &mut next).await {
                Ok(page) => page,
                Err(error) => {
                    out.send(&Replayed::Failed { trigger, error }).await?;
                    return Ok((events, fire));
                }
            };
            for delivery in page {
                let Ok(event) = convert::event(&delivery).map(Arc::new) else { continue };
                let named = [event.source.clone(), event.subject.clone(), event.id.clone()];
                let arrival = Arrival { event, position: None, taken: None, run: self.run };
                let (fires, because) = self.decide(Input::Arrived(arrival), timestamp(delivery.taken));
                events += 1;
                fire += u64::from(fires);
                out.send(&Replayed::Would { trigger: trigger.clone(), event: named, fires, because }).await?;
            }
        }
        Ok((events, fire))
    }

    fn decide(&mut self, input: Input, now: Timestamp) -> (bool, String) {
        let (mut fires, mut words) = (false, Vec::new());
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            for effect in step(&self.reached.prepared, &mut self.record, now, input) {
                match effect {
                    Effect::Note(note) => match note.decision {
                        Decision::Fired { .. } => fires = true,
                        Decision::Filtered { stream, reason, .. } => {
                            words.push(format!("`{stream}` does not pass: {reason}"));
                        }
                        Decision::Waiting { missing } => {
                            words.push(format!("it would wait for `{}`", missing.join("`, `")));
                        }
                        Decision::Repeated { .. } => words.push("it was there before".to_owned()),
                        Decision::Failed { error, .. } => {
                            words.push(format!("the action cannot be made: {error}"))
                        }
                        _ => {}
                    },
                    // Every action counts as done at once.
                    Effect::Act(act) => inputs.push(Input::Done {
                        firing: act.firing,
                        attempt: act.attempt,
                        outcome: Outcome::Done,
                    }),
                    Effect::Wake(_) => inputs.push(Input::Due),
                    _ => {}
                }
            }
        }
        (fires, words.join("; "))
    }
}
