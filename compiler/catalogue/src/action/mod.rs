//! Kinds of actions.

mod custom;
mod http;
mod k8s_create;
mod log;
mod nats;
mod workflow_run;

use crate::field::{Block, Field};
use crate::target::Targets;

/// A kind of action.
#[derive(Debug, PartialEq)]
pub struct ActionKind {
    /// As written: `http`, `k8s.create`.
    pub name: &'static str,
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

/// The kinds that are built.
pub static ACTIONS: &[&ActionKind] =
    &[&custom::KIND, &http::KIND, &k8s_create::KIND, &log::KIND, &nats::KIND, &workflow_run::KIND];

/// The kinds that the language has and that are not built yet.
pub static ACTIONS_LATER: &[&str] = &[
    "awsLambda",
    "azureEventHubs",
    "azureServiceBus",
    "email",
    "k8s.apply",
    "k8s.delete",
    "k8s.patch",
    "k8s.update",
    "kafka",
    "openWhisk",
    "pulsar",
    "slack",
    "workflow.resubmit",
    "workflow.resume",
    "workflow.retry",
    "workflow.stop",
    "workflow.submit",
    "workflow.submit-from",
    "workflow.suspend",
    "workflow.terminate",
];

/// The kind of that name, if it is built.
pub fn action(name: &str) -> Option<&'static ActionKind> {
    ACTIONS.iter().copied().find(|kind| kind.name == name)
}
