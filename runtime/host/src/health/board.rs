//! How a whole process is: ready while its buses are there and every trigger goes on, alive while every trigger answers.

use super::Health;
use aev_bus::Bus;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

/// Between two askings whether each trigger is alive.
pub(crate) const ASK: Duration = Duration::from_secs(10);

/// How many askings may go unanswered.
const UNANSWERED: u32 = 6;

/// The triggers and the buses of a process. All clones are one.
#[derive(Clone, Default)]
pub struct Board(Arc<RwLock<Standing>>);

/// What is on it.
#[derive(Default)]
pub struct Standing {
    /// Each with the name of its lane.
    pub triggers: Vec<(String, Arc<Health>)>,
    /// Each with its address.
    pub buses: Vec<(String, Arc<dyn Bus>)>,
}

impl Board {
    /// Replaces what is on it.
    pub fn set(&self, standing: Standing) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = standing;
    }

    fn standing(&self) -> RwLockReadGuard<'_, Standing> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether every bus is there and no trigger is stalled.
    ///
    /// # Errors
    /// What is not so.
    pub fn ready(&self) -> Result<(), String> {
        let standing = self.standing();
        let away = standing.buses.iter().find_map(|(address, bus)| {
            let reason = bus.away()?;
            Some(format!("the bus {address} is away: {reason}"))
        });
        let stalled = || standing.triggers.iter().find_map(|(_, health)| health.why_stalled());
        away.or_else(stalled).map_or(Ok(()), Err)
    }

    /// Whether every trigger still answers whoever [watches](Board::watch). One that waits for its bus or its target does; one
    /// that does not will not again, and the process is to be started anew.
    ///
    /// # Errors
    /// Which trigger does not answer.
    pub fn alive(&self) -> Result<(), String> {
        let standing = self.standing();
        match standing.triggers.iter().find(|(_, health)| health.unanswered() > UNANSWERED) {
            Some((lane, _)) => Err(format!("the trigger {lane} has not answered for a minute")),
            None => Ok(()),
        }
    }

    /// Asks every trigger now and then whether it is alive. One that says why it is stalled waits for something outside, and
    /// counts as alive.
    pub async fn watch(self, every: Duration) {
        loop {
            tokio::time::sleep(every).await;
            let triggers = self.standing().triggers.clone();
            for (lane, health) in triggers {
                if health.why_stalled().is_some() {
                    health.alive();
                }
                if health.ask() == UNANSWERED {
                    tracing::error!(
                        lane,
                        "the trigger does not answer any more; see /healthz or `aev status`"
                    );
                }
            }
        }
    }
}
