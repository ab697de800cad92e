//! Service accounts with the least rights: what the actions and sources of a pipeline do themselves, and nothing else.
//! Argo's own runtime needs no rights of its own on NATS and JetStream buses.

use super::Output;
use super::metadata::{Description, Identity, object};
use crate::node::{Fields, Node};
use crate::refusal::Reason;
use aev_plan::model::Workload;
use aev_plan::origin::Origin;
use std::collections::{BTreeMap, BTreeSet};

/// An account for one object.
pub(super) struct Account {
    pub(super) name: String,
    pub(super) namespace: Option<String>,
    pub(super) origin: Origin,
}

/// What an action or a source does.
#[derive(Clone, Debug)]
pub(super) struct Right {
    /// API group; empty for the core.
    pub(super) group: String,
    /// Such as `workflows`.
    pub(super) resource: String,
    /// The one object it is done to, where that is known.
    pub(super) name: Option<String>,
    pub(super) verbs: Vec<&'static str>,
    /// Namespace of the objects; that of the pipeline when nothing is said.
    pub(super) namespace: Option<String>,
    /// What does it.
    pub(super) origin: Origin,
}

/// Resources of one group, and the name that they are limited to.
type Target = (String, Option<String>);

/// Emits the account with a role for each namespace. Without a right there is none, and the answer is false.
pub(super) fn emit(account: &Account, rights: &[Right], out: &mut Output<'_>) -> bool {
    if rights.is_empty() {
        return false;
    }
    let home = account.namespace.as_deref();
    start(account, "v1", "ServiceAccount", home, out, |_| {});
    let mut namespaces: Vec<Option<&str>> = Vec::new();
    // An action with several rights is refused once.
    let mut refused: Vec<(&str, Origin)> = Vec::new();
    for right in rights {
        let namespace = right.namespace.as_deref().or(home);
        if let (None, Some(namespace)) = (home, namespace) {
            if !refused.contains(&(namespace, right.origin)) {
                refused.push((namespace, right.origin));
                out.refuse(Reason::ForeignNamespace { namespace: namespace.to_owned() }, right.origin);
            }
        } else if !namespaces.contains(&namespace) {
            namespaces.push(namespace);
        }
    }
    for namespace in namespaces {
        let here = rights.iter().filter(|right| right.namespace.as_deref().or(home) == namespace);
        let rules = rules(here, account.origin);
        let api = "rbac.authorization.k8s.io/v1";
        start(account, api, "Role", namespace, out, |role| role.put("rules", rules));
        start(account, api, "RoleBinding", namespace, out, |binding| {
            let mut role = Fields::at(account.origin);
            role.put("apiGroup", "rbac.authorization.k8s.io");
            role.put("kind", "Role");
            role.put("name", account.name.as_str());
            let mut subject = Fields::at(account.origin);
            subject.put("kind", "ServiceAccount");
            subject.put("name", account.name.as_str());
            subject.put_some("namespace", home);
            binding.put("roleRef", role);
            binding.put("subjects", vec![Node::from(subject)]);
        });
    }
    true
}

fn start(
    account: &Account,
    api_version: &str,
    kind: &str,
    namespace: Option<&str>,
    out: &mut Output<'_>,
    fill: impl FnOnce(&mut Fields),
) {
    let identity = Identity { api_version, kind, name: &account.name, namespace, origin: account.origin };
    let mut fields = object(out.plan, &identity, Workload::PLAIN, &Description::default());
    fill(&mut fields);
    out.push(fields);
}

/// One rule for resources of one group that the same is done to.
fn rules<'a>(rights: impl Iterator<Item = &'a Right>, origin: Origin) -> Vec<Node> {
    let mut verbs: BTreeMap<(Target, String), BTreeSet<&str>> = BTreeMap::new();
    for right in rights {
        let target = ((right.group.clone(), right.name.clone()), right.resource.clone());
        verbs.entry(target).or_default().extend(right.verbs.iter().copied());
    }
    let mut rules: BTreeMap<(Target, BTreeSet<&str>), Vec<String>> = BTreeMap::new();
    for ((target, resource), verbs) in verbs {
        rules.entry((target, verbs)).or_default().push(resource);
    }
    let list = |items: Vec<String>| Node::from(items.into_iter().map(Node::from).collect::<Vec<_>>());
    let rule = |(((group, name), verbs), resources): ((Target, BTreeSet<&str>), Vec<String>)| {
        let mut rule = Fields::at(origin);
        rule.put("apiGroups", list(vec![group]));
        rule.put("resources", list(resources));
        rule.put_some("resourceNames", name.map(|name| list(vec![name])));
        rule.put("verbs", list(verbs.into_iter().map(str::to_owned).collect()));
        Node::from(rule)
    };
    rules.into_iter().map(rule).collect()
}
