//! The triggers that run, for whoever has to reach them.

use super::Host;
use crate::pipeline::Running;
use crate::records::Records;
use crate::runner::Command;
use crate::trace::Tracer;
use aev_bus::Bus;
use aev_engine::Trigger;
use std::sync::Arc;
use tokio::sync::mpsc;

/// A trigger that runs, with its bus.
#[derive(Clone)]
pub(crate) struct Reached {
    pub(crate) pipeline: String,
    pub(crate) sensor: String,
    pub(crate) trigger: String,
    pub(crate) lane: String,
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) prepared: Arc<Trigger>,
    pub(crate) commands: mpsc::Sender<Command>,
}

impl Host {
    /// Every trigger, in the order of the pipelines' names, within one in that of its file.
    pub(crate) async fn triggers(&self) -> Vec<Reached> {
        let buses = self.buses.all().await;
        let state = self.state();
        let running = state
            .pipelines
            .iter()
            .flat_map(|(name, pipeline)| pipeline.triggers.iter().map(move |running| (name, running)));
        let reached = |(pipeline, running): (&String, &Running)| {
            let (_, connected) = buses.iter().find(|(address, _)| *address == running.definition.bus)?;
            Some(Reached {
                pipeline: pipeline.clone(),
                sensor: running.definition.sensor.clone(),
                trigger: running.definition.trigger.name.clone(),
                lane: running.lane.clone(),
                bus: connected.bus.clone(),
                prepared: running.prepared.clone(),
                commands: running.commands.clone(),
            })
        };
        running.filter_map(reached).collect()
    }

    /// What traces it, if anything does.
    pub(crate) fn tracer(&self) -> Option<&Tracer> {
        self.speaker.tracer()
    }

    /// The records that it keeps, if any.
    pub(crate) fn records(&self) -> Option<&Records> {
        self.speaker.records()
    }
}
