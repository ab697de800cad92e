//! What a running trigger takes besides the events of its lane: a dead letter that is tried again, and events of a replay. It
//! goes into the trigger and not onto the bus, where others would see it.

use super::{Round, Stop, Work};
use crate::convert;
use crate::trace::Came;
use aev_bus::dead::DeadId;
use aev_bus::{Bus, DeadLetter, Delivery};
use aev_engine::firing::Taken;
use aev_engine::{Arrival, FiringId, Input, Redriven};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::sleep;

/// So often a letter is dropped again when nobody has answered, with a pause before each.
const DROPS: u32 = 5;
const AGAIN: Duration = Duration::from_millis(200);

/// Taken when the trigger has room. Whoever waits for the answer learns that it has stopped when there is none.
pub enum Command {
    /// Try a dead letter again: its firing is stored, and the letter is dropped.
    Redrive {
        /// Names the letter.
        id: DeadId,
        /// What is in it.
        letter: Box<DeadLetter>,
        /// The id of the firing, once it is stored; or why it cannot be.
        reply: oneshot::Sender<Result<String, String>>,
    },
    /// Take these events as if they came now. What they begin is stored when the answer comes.
    Replay {
        /// Events of the history of the trigger's bus.
        events: Vec<Delivery>,
        /// The number of the replay; 0 for the ids that the firings had.
        run: u32,
        /// So many were events.
        reply: oneshot::Sender<usize>,
    },
}

impl Work<'_> {
    /// Takes one. Whether anybody still waits for the answer does not matter.
    pub(super) async fn command(&mut self, command: Command) -> Result<(), Stop> {
        match command {
            Command::Replay { events, run, reply } => {
                let parsed = |delivery: &Delivery| self.runner.reader.event(delivery).ok();
                let arrival = |event| Input::Arrived(Arrival { event, position: None, taken: None, run });
                let found: Vec<_> = events.iter().filter_map(parsed).collect();
                if self.runner.around.speaker.tracer().is_some() {
                    self.came.extend(found.iter().map(Came::now));
                }
                let inputs: Vec<Input> = found.into_iter().map(arrival).collect();
                let taken = inputs.len();
                self.decide(inputs, Round::default()).await?;
                let _ = reply.send(taken);
            }
            Command::Redrive { id, letter, reply } => {
                let redriven = match revived(&letter) {
                    Ok(redriven) => redriven,
                    Err(reason) => {
                        let _ = reply.send(Err(reason));
                        return Ok(());
                    }
                };
                let (firing, bus) = (redriven.firing.to_string(), self.runner.around.bus.clone());
                // What acts at most once must not find its letter again; everything else must not lose it.
                let first = self.runner.trigger.at_most_once();
                if first && let Err(error) = drop_letter(&bus, id).await {
                    let _ = reply.send(Err(error));
                    return Ok(());
                }
                self.decide(vec![Input::Redriven(redriven)], Round::default()).await?;
                let dropped = if first { Ok(()) } else { drop_letter(&bus, id).await };
                let _ = reply.send(match dropped {
                    Ok(()) => Ok(firing),
                    Err(error) => Err(format!("it is tried again as {firing}, but stays listed: {error}")),
                });
            }
        }
        Ok(())
    }
}

/// Drops a letter, and asks again for a moment when the answer was lost: it may be gone already, and then it must be tried.
async fn drop_letter(bus: &Arc<dyn Bus>, id: DeadId) -> Result<(), String> {
    let mut tries = 0;
    loop {
        match bus.drop_dead_letters(&[id]).await {
            Err(error) if error.passes() && tries < DROPS => tries += 1,
            dropped => return dropped.map_err(|error| error.to_string()),
        }
        sleep(AGAIN).await;
    }
}

/// The firing of a letter.
fn revived(letter: &DeadLetter) -> Result<Redriven, String> {
    let no_event = || "its message never was an event, so no trigger can act on it; drop it".to_owned();
    let firing = FiringId::parse(&letter.firing).ok_or_else(no_event)?;
    let events = letter.events.iter().map(|dead| {
        let event = dead.event.as_ref().ok_or_else(no_event)?;
        let (stream, event) = (dead.stream.as_str().into(), convert::stored_event(event)?.into());
        Ok(Taken { stream, order: dead.order, run: dead.run, place: None, event })
    });
    let events = events.collect::<Result<Vec<_>, String>>()?;
    if events.is_empty() { Err(no_event()) } else { Ok(Redriven { firing, events }) }
}
