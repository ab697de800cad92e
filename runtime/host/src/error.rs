//! What stands against starting.

use aev_bus::BusError;
use aev_connect::actions::{ActionError, NeedsError};
use aev_connect::secrets::SecretError;
use aev_connect::server::BindError;
use aev_connect::sources::SourceError;
use aev_engine::trigger::TriggerError;
use aev_plan::eval::PrepareError;
use aev_plan::model::SecretRef;
use std::path::PathBuf;

/// One thing that stands against starting. All that can be found without starting anything are reported together.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A source that cannot be executed.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// An action that needs what is not here.
    #[error(transparent)]
    Action(#[from] NeedsError),
    /// Which events of a source reach the bus cannot be decided.
    #[error("`{event}` of `{pipeline}` cannot be filtered at its source: {error}")]
    SourceFilter {
        /// Name of the pipeline.
        pipeline: String,
        /// The names of the source and the event.
        event: String,
        /// Why.
        error: PrepareError,
    },
    /// A trigger that cannot be executed.
    #[error("the trigger `{trigger}` of the pipeline `{pipeline}`: {error}")]
    Trigger {
        /// Name of the pipeline.
        pipeline: String,
        /// Name of the trigger.
        trigger: String,
        /// Why.
        error: TriggerError,
    },
    /// Two pipelines of one name would share their places on the bus.
    #[error("two pipelines are named `{name}`; give one of them another name in its header")]
    SameName {
        /// The name.
        name: String,
    },
    /// Two pipelines of one process have a source of one name; on a bus their events are the same.
    #[error("the pipelines `{}` and `{}` both have a source named `{source_name}`; rename one, or make it `external source` in one of them", pipelines.0, pipelines.1)]
    SameSource {
        /// Name of the source.
        source_name: String,
        /// Both pipelines.
        pipelines: Box<(String, String)>,
    },
    /// A bus that cannot be used as the file describes it.
    #[error("the bus `{bus}` of the pipeline `{pipeline}` cannot be used: {reason}")]
    Bus {
        /// Name of the pipeline.
        pipeline: String,
        /// Name of the bus.
        bus: String,
        /// Why, and what to do.
        reason: String,
    },
    /// A bus whose kind cannot be used yet.
    #[error(
        "the pipeline `{pipeline}` uses the bus `{bus}` of kind `{kind}`, which this runtime cannot use yet; run it on \
         another with `--bus embedded:DIR` or `--bus jetstream://HOST:PORT`"
    )]
    BusKind {
        /// Name of the pipeline.
        pipeline: String,
        /// Name of the bus.
        bus: String,
        /// Its kind.
        kind: String,
    },
    /// A trigger asks for more than its bus can do.
    #[error(
        "the trigger `{trigger}` of the pipeline `{pipeline}` has {what}, and core NATS keeps nothing that could be tried \
         again, joined or taken later; run it on `--bus jetstream://HOST:PORT` or `--bus embedded:DIR`"
    )]
    BeyondTheBus {
        /// Name of the pipeline.
        pipeline: String,
        /// Name of the trigger.
        trigger: String,
        /// What it asks for, as written.
        what: &'static str,
    },
    /// The servers of a bus do not answer.
    #[error(
        "the bus {address} cannot be reached: {reason}; check that it runs, or say where it is with `--bus`"
    )]
    Unreached {
        /// Where the bus lies.
        address: String,
        /// What the system says.
        reason: String,
    },
    /// The secret of a bus has not the form that it should have.
    #[error("the secret `{}` for the bus {address} cannot be used under its key `{}`: {reason}", secret.name, secret.key)]
    BusSecret {
        /// Where the bus lies.
        address: String,
        /// Which secret.
        secret: SecretRef,
        /// What is wrong with it, without its value.
        reason: &'static str,
    },
    /// A secret that is missing.
    #[error("{0}")]
    Secret(SecretError),
    /// `--port` names a port that nobody listens on.
    #[error("flag --port: no source listens on port {port}{}", known.iter().map(|known| format!("; there is {known}")).collect::<String>())]
    UnknownPort {
        /// As it was said.
        port: u16,
        /// The ports of the sources.
        known: Vec<u16>,
    },
    /// Finished objects have no place.
    #[error("finished objects cannot be kept in {}: {reason}; give another directory with `--objects DIR`", dir.display())]
    Objects {
        /// The directory.
        dir: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Records have no place.
    #[error("records cannot be kept in {}: {reason}; give another directory with `--records DIR`, or `--records none`", dir.display())]
    Records {
        /// The directory.
        dir: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Traces cannot be sent at all.
    #[error("traces cannot be sent: {reason}; `--otlp none` sends none")]
    Traces {
        /// What the system says.
        reason: String,
    },
    /// A bus cannot be opened.
    #[error(transparent)]
    Open(#[from] BusError),
    /// A port cannot be had.
    #[error(transparent)]
    Port(#[from] BindError),
    /// Calls cannot be made.
    #[error(transparent)]
    Calls(#[from] ActionError),
}
