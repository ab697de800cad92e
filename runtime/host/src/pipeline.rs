//! A pipeline that runs: its triggers, each a task of its own.

use crate::health::Health;
use crate::runner::{Command, Phase, Runner};
use crate::settings::BusAddress;
use aev_bus::Lane;
use aev_connect::sources::Notice;
use aev_engine::Trigger;
use aev_plan::Plan;
use aev_plan::model::{self, Stream};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

/// A pipeline that runs.
pub(crate) struct Pipeline {
    pub(crate) plan: Arc<Plan>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) triggers: Vec<Running>,
}

/// All that decides how a trigger acts. While it is the same, the trigger need not be stopped for a new plan.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Definition {
    pub(crate) bus: BusAddress,
    pub(crate) sensor: String,
    /// Those of its sensor; a trigger reads some of them.
    pub(crate) streams: Arc<Vec<Stream>>,
    pub(crate) trigger: model::Trigger,
}

/// A trigger that runs.
pub(crate) struct Running {
    pub(crate) definition: Definition,
    pub(crate) lane: String,
    pub(crate) health: Arc<Health>,
    pub(crate) prepared: Arc<Trigger>,
    pub(crate) commands: mpsc::Sender<Command>,
    phase: watch::Sender<Phase>,
    task: JoinHandle<()>,
}

impl Running {
    /// Starts it on this lane, or on one that it opens itself.
    pub(crate) fn start(
        definition: Definition,
        runner: Runner,
        phase: watch::Sender<Phase>,
        lane: Option<Box<dyn Lane>>,
    ) -> Running {
        let (health, name) = (runner.health().clone(), runner.lane_name());
        let (prepared, commands) = (runner.trigger().clone(), runner.commands());
        let task = tokio::spawn(runner.run(lane));
        Running { definition, lane: name, health, prepared, commands, phase, task }
    }

    /// It takes no more events.
    pub(crate) fn drain(&self) {
        self.phase.send_replace(Phase::Drain);
    }

    /// Waits until it has ended, and stops it at the deadline. Gives whether it has ended by itself.
    pub(crate) async fn ended(mut self, deadline: Instant) -> bool {
        match timeout_at(deadline, &mut self.task).await {
            // It is over either way; a panic has been said by whoever panicked.
            Ok(_) => true,
            Err(_) => {
                self.stop().await;
                false
            }
        }
    }

    /// Stops it at once.
    pub(crate) async fn stop(mut self) {
        self.phase.send_replace(Phase::Abort);
        self.task.abort();
        let _ = (&mut self.task).await;
    }
}

/// Whatever drops a trigger without asking it to end stops it.
impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Ends triggers in order within this time. Gives how many were stopped in the middle.
pub(crate) async fn drain(triggers: Vec<Running>, patience: Duration) -> usize {
    let deadline = Instant::now() + patience;
    triggers.iter().for_each(Running::drain);
    let mut stopped = 0;
    for trigger in triggers {
        stopped += usize::from(!trigger.ended(deadline).await);
    }
    stopped
}
