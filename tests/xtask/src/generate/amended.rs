//! Where a type says too much, as GitHub's published examples show of its schemas. Each line here is needed by an example.

use super::schema::{Literal, Ty, Types};

/// Members that the schemas require and some servers do not send, older ones above all: definition or static, and member.
/// They may be absent.
const NEWER: [(&str, &str); 58] = [
    ("DISCUSSION_COMMENT_CREATED_COMMENT", "reactions"),
    ("PING_EVENT_HOOK", "deliveries_url"),
    ("PULL_REQUEST_REVIEW_COMMENT_CREATED_PULL_REQUEST", "active_lock_reason"),
    ("SECURITY_ADVISORY_PUBLISHED_SECURITY_ADVISORY", "cve_id"),
    ("SECURITY_ADVISORY_PUBLISHED_SECURITY_ADVISORY", "cvss"),
    ("SECURITY_ADVISORY_PUBLISHED_SECURITY_ADVISORY", "cwes"),
    ("code_scanning_alert$reopened", "sender"),
    ("deployment$created", "action"),
    ("deployment$created", "workflow"),
    ("deployment$created", "workflow_run"),
    ("deployment_status$created", "action"),
    ("discussion_comment$created", "installation"),
    ("installation", "suspended_at"),
    ("installation", "suspended_by"),
    ("installation_repositories$added", "requester"),
    ("installation_repositories$removed", "requester"),
    ("issue", "active_lock_reason"),
    ("issue", "reactions"),
    ("issue-comment", "performed_via_github_app"),
    ("issue-comment", "reactions"),
    ("issues$demilestoned", "milestone"),
    ("issues$milestoned", "milestone"),
    ("label", "description"),
    ("pull-request", "active_lock_reason"),
    ("pull-request", "auto_merge"),
    ("pull-request-review-comment", "line"),
    ("pull-request-review-comment", "original_line"),
    ("pull-request-review-comment", "original_start_line"),
    ("pull-request-review-comment", "reactions"),
    ("pull-request-review-comment", "side"),
    ("pull-request-review-comment", "start_line"),
    ("pull-request-review-comment", "start_side"),
    ("repository", "custom_properties"),
    ("repository", "is_template"),
    ("repository", "topics"),
    ("repository", "visibility"),
    ("repository", "web_commit_signoff_required"),
    ("repository-vulnerability-alert-alert", "node_id"),
    ("repository-vulnerability-alert-alert", "number"),
    ("repository-vulnerability-alert-alert", "state"),
    ("secret-scanning-alert", "html_url"),
    ("secret-scanning-alert", "state"),
    ("secret-scanning-alert", "url"),
    ("secret_scanning_alert_location$created", "sender"),
    ("simple-pull-request", "active_lock_reason"),
    ("simple-pull-request", "auto_merge"),
    ("simple-pull-request", "draft"),
    ("sponsorship-tier", "is_custom_amount"),
    ("sponsorship-tier", "is_one_time"),
    ("team", "html_url"),
    ("workflow-job", "created_at"),
    ("workflow-job", "head_branch"),
    ("workflow-job", "run_attempt"),
    ("workflow-job", "workflow_name"),
    ("workflow-run", "actor"),
    ("workflow-run", "display_title"),
    ("workflow-run", "path"),
    ("workflow-run", "triggering_actor"),
];

/// Members that also have other values than the schemas say: definition or static, member, and what they are as well.
const WIDER: [(&str, &str, Wider); 6] = [
    ("CODE_SCANNING_ALERT_REOPENED_ALERT_RULE", "help", Wider::Text),
    ("CODE_SCANNING_ALERT_REOPENED_ALERT_RULE", "tags", Wider::Texts),
    ("github-org", "avatar_url", Wider::AnyText),
    ("release", "body", Wider::Null),
    ("release", "name", Wider::Null),
    ("workflow-run", "conclusion", Wider::Null),
];

#[derive(Clone, Copy)]
enum Wider {
    Null,
    Text,
    Texts,
    /// Text in place of one literal.
    AnyText,
}

impl Wider {
    fn of(self, ty: &Ty) -> Ty {
        let mut members = match ty {
            Ty::Union(members) => members.clone(),
            one => vec![one.clone()],
        };
        if matches!(self, Wider::AnyText) {
            members.retain(|member| !matches!(member, Ty::Literal(Literal::Text(_))));
        }
        members.push(match self {
            Wider::Null => Ty::Null,
            Wider::Text | Wider::AnyText => Ty::Text,
            Wider::Texts => Ty::List(Box::new(Ty::Text)),
        });
        if members.len() == 1 { members.remove(0) } else { Ty::Union(members) }
    }
}

/// Makes the types what the examples show.
pub fn amend(types: &mut Types<'_>) -> Result<(), String> {
    for (owner, member) in NEWER {
        may_be_absent(types, owner, member)?;
    }
    for (owner, member, wider) in WIDER {
        each(types, owner, member, |ty, _| *ty = wider.of(ty))?;
    }
    Ok(())
}

/// Makes a member of a definition or a static one that may be absent.
pub fn may_be_absent(types: &mut Types<'_>, owner: &str, member: &str) -> Result<(), String> {
    each(types, owner, member, |_, optional| *optional = true)
}

/// Makes a member of a definition or a static one that may be null.
pub fn may_be_null(types: &mut Types<'_>, owner: &str, member: &str) -> Result<(), String> {
    let mut could = false;
    each(types, owner, member, |ty, _| {
        could |= matches!(ty, Ty::Any) || matches!(ty, Ty::Union(members) if members.contains(&Ty::Null));
        *ty = Wider::Null.of(ty);
    })?;
    if could { Err(format!("{owner}.{member} may be null already")) } else { Ok(()) }
}

/// Changes a member wherever its definition, or one that narrows it, has it.
fn each(
    types: &mut Types<'_>,
    owner: &str,
    member: &str,
    mut change: impl FnMut(&mut Ty, &mut bool),
) -> Result<(), String> {
    let mut found = false;
    let owner = types.also.get(owner).map_or(owner, String::as_str);
    for (name, record) in &mut types.records {
        if name == owner || record.definition.as_deref() == Some(owner) {
            for (_, ty, optional) in record.members.iter_mut().filter(|(name, ..)| name == member) {
                change(ty, optional);
                found = true;
            }
        }
    }
    if found { Ok(()) } else { Err(format!("{owner} has no member {member}")) }
}
