//! Kinds of actions.

mod aws_lambda;
mod azure_event_hubs;
mod azure_service_bus;
mod custom;
mod email;
mod http;
mod k8s_apply;
mod k8s_create;
mod k8s_delete;
mod k8s_patch;
mod k8s_update;
mod kafka;
mod log;
mod nats;
mod open_whisk;
mod pulsar;
mod slack;
mod workflow_resubmit;
mod workflow_resume;
mod workflow_retry;
mod workflow_run;
mod workflow_stop;
mod workflow_submit;
mod workflow_submit_from;
mod workflow_suspend;
mod workflow_terminate;

use crate::field::{Block, Field, Shape, Values};
use crate::target::Targets;

/// A kind of action.
#[derive(Debug, PartialEq)]
pub struct ActionKind {
    /// As written: `http`, `k8s.create`.
    pub name: &'static str,
    /// The member of a trigger's `template` in Argo.
    pub argo: &'static str,
    /// The `operation` of that member, where it has several.
    pub operation: Option<&'static str>,
    /// What may stand in parentheses.
    pub args: &'static [Field],
    /// What stands between parentheses and braces.
    pub target: Option<ActionTarget>,
    /// What stands in the braces.
    pub body: ActionBody,
    /// The object may come from outside, named behind `from`.
    pub from: bool,
    /// Patches may follow, behind `with`.
    pub with: bool,
    /// What `success` may test.
    pub success: Option<SuccessTest>,
    /// Which target can do it.
    pub targets: Targets,
    /// A plain sentence.
    pub doc: &'static str,
}

/// What stands between parentheses and braces of an action.
#[derive(Debug, PartialEq)]
pub struct ActionTarget {
    /// What it names, for messages: `WorkflowTemplate`.
    pub names: &'static str,
    /// A plain sentence.
    pub doc: &'static str,
}

/// What stands in the braces of an action.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ActionBody {
    /// These fields.
    Fields(&'static Block),
    /// A Kubernetes object; [`is_text_place`](crate::is_text_place) says which of its places are text.
    Resource,
    /// Arguments by name, every one a text place.
    Arguments,
    /// No braces, or empty ones.
    Nothing,
}

/// What `success` may test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuccessTest {
    /// The HTTP status of the answer: [`SUCCESS_STATUS`](crate::SUCCESS_STATUS).
    Status,
    /// Labels of the object: [`SUCCESS_LABELS`](crate::SUCCESS_LABELS).
    Labels,
}

/// What is sent; without it there is nothing to send.
const PAYLOAD: Field =
    Field::new("payload", Shape::Value, "What is sent, as JSON.").required().takes(Values::Json);

/// Of every operation of the `argo` command.
const ARGS: Field =
    Field::new("args", Shape::List(&Shape::Text), "Further arguments for the `argo` command.");

/// What such an operation is done to.
const WORKFLOW: ActionTarget = ActionTarget { names: "Workflow", doc: "The name of the Workflow." };

/// All kinds, by name.
pub static ACTIONS: &[&ActionKind] = &[
    &aws_lambda::KIND,
    &azure_event_hubs::KIND,
    &azure_service_bus::KIND,
    &custom::KIND,
    &email::KIND,
    &http::KIND,
    &k8s_apply::KIND,
    &k8s_create::KIND,
    &k8s_delete::KIND,
    &k8s_patch::KIND,
    &k8s_update::KIND,
    &kafka::KIND,
    &log::KIND,
    &nats::KIND,
    &open_whisk::KIND,
    &pulsar::KIND,
    &slack::KIND,
    &workflow_resubmit::KIND,
    &workflow_resume::KIND,
    &workflow_retry::KIND,
    &workflow_run::KIND,
    &workflow_stop::KIND,
    &workflow_submit::KIND,
    &workflow_submit_from::KIND,
    &workflow_suspend::KIND,
    &workflow_terminate::KIND,
];

/// The kind of that name.
pub fn action(name: &str) -> Option<&'static ActionKind> {
    ACTIONS.iter().copied().find(|kind| kind.name == name)
}

/// Of the kinds that are one member of a trigger's `template` in Argo the first; they have the same fields there.
pub fn action_of_argo(member: &str) -> Option<&'static ActionKind> {
    ACTIONS.iter().copied().find(|kind| kind.argo == member)
}
