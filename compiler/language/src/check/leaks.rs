//! Secrets that would leave the cluster in the open, in what the actions of triggers send, and that stand in `raw`.

use super::{Check, bare};
use crate::diagnostics::problems::lints;
use crate::syntax::ast::{self, Body, Entry, Expr, ExprKind, ListEntry, PatchEntry, TextPart};
use crate::types::declared::constant_text;
use aev_catalogue::ActionBody;

/// Headers of a request that say who the sender is.
const CREDENTIALS: [&str; 5] =
    ["authorization", "proxy-authorization", "cookie", "x-api-key", "x-auth-token"];

/// Parts of a key behind which a secret stands.
const SECRET_KEYS: [&str; 7] =
    ["password", "passwd", "secret", "token", "apikey", "authorization", "privatekey"];

/// Ends of a key that only speaks of a secret.
const HARMLESS_ENDS: [&str; 8] = ["name", "ref", "url", "uri", "path", "type", "field", "header"];

/// Beginnings of the tokens that services hand out, and how long those are at least.
const TOKENS: [(&str, usize); 13] = [
    ("ghp_", 20),
    ("gho_", 20),
    ("ghs_", 20),
    ("ghu_", 20),
    ("github_pat_", 20),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("xoxa-", 20),
    ("sk_live_", 16),
    ("rk_live_", 16),
    ("AKIA", 20),
    ("AIza", 30),
];

impl<'a> Check<'a> {
    /// Warns of secrets that are written out, and of those of a request that are sent on.
    pub(super) fn leaks(&mut self) {
        if self.reports.has_errors() {
            return;
        }
        let program = self.program;
        for trigger in &program.triggers {
            self.body_leaks(&trigger.what.body);
        }
        for raw in std::mem::take(&mut self.raw) {
            self.entries_leak(&raw.entries, true);
        }
    }

    fn body_leaks(&mut self, body: &'a Body) {
        for action in &body.actions {
            // A Kubernetes object has many keys with `secret` in them that name one.
            let kind = aev_catalogue::action(&action.name.value);
            let keys = kind.is_some_and(|kind| !matches!(kind.body, ActionBody::Resource));
            if let Some(object) = &action.object {
                self.entries_leak(&object.entries, keys);
            }
            for entry in action.with.iter().flat_map(|patch| &patch.entries) {
                if let PatchEntry::Field { value, .. } = entry {
                    self.leak("", value, keys);
                }
            }
        }
        for failure in &body.on_failure {
            self.body_leaks(&failure.body);
        }
    }

    fn entries_leak(&mut self, entries: &'a [Entry], keys: bool) {
        for entry in entries {
            if let Entry::Field(ast::Field { key, value, .. }) = entry {
                self.leak(&key.value, value, keys);
            }
        }
    }

    /// A value under a key; `keys` says that the key tells what it is.
    fn leak(&mut self, key: &str, value: &'a Expr, keys: bool) {
        let value = bare(value);
        let at = self.reports.at(value.span);
        match &value.kind {
            ExprKind::Object(object) => self.entries_leak(&object.entries, keys),
            ExprKind::List(entries) => {
                for entry in entries {
                    if let ListEntry::Value(value) = entry {
                        self.leak(key, value, keys);
                    }
                }
            }
            ExprKind::Text(text) => {
                let token = text.parts.iter().any(|part| match part {
                    TextPart::Literal(text) => has_token(text),
                    TextPart::Value(_) => false,
                });
                let plain = constant_text(value);
                let named = keys && is_secret(key) && plain.is_some_and(|text| !text.is_empty());
                if token || named {
                    self.reports.add(lints::secret_written_out(at));
                } else {
                    value.parts(&mut |part| self.sent_on(part));
                }
            }
            _ => self.sent_on(value),
        }
    }

    /// A header with credentials in what is sent.
    fn sent_on(&mut self, value: &Expr) {
        if let Some(name) = credential(value) {
            let at = self.reports.at(value.span);
            self.reports
                .add_once(format!("credential {}", value.span.start), lints::credential_sent_on(at, &name));
        }
        value.parts(&mut |part| self.sent_on(part));
    }
}

/// The header with credentials that an expression reads.
fn credential(expr: &Expr) -> Option<String> {
    let (headers, name) = match &expr.kind {
        ExprKind::Index(base, name) => (base, constant_text(name)?),
        ExprKind::Call(callee, args) => match (&callee.kind, args.as_slice()) {
            (ExprKind::Member(base, all), [name]) if all.value == "all" => {
                (base, constant_text(&name.value)?)
            }
            _ => return None,
        },
        _ => return None,
    };
    let ExprKind::Member(event, root) = &headers.kind else { return None };
    let of_event =
        matches!(event.kind, ExprKind::Name(_)) && matches!(root.value.as_str(), "header" | "headers");
    (of_event && CREDENTIALS.contains(&name.to_lowercase().as_str())).then_some(name)
}

fn is_secret(key: &str) -> bool {
    let key: String = key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    SECRET_KEYS.iter().any(|part| key.contains(part)) && !HARMLESS_ENDS.iter().any(|end| key.ends_with(end))
}

/// Whether a text has a token in it, a private key or a password in an address.
fn has_token(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let token = text.split(|c: char| !word(c)).any(|part| {
        let known = TOKENS.iter().any(|(start, length)| part.starts_with(start) && part.len() >= *length);
        // A JSON web token has three parts, of which the first begins so.
        let web = part.starts_with("eyJ") && part.split('.').count() == 3 && part.len() > 30;
        known || web
    });
    let address = text.split_once("://").is_some_and(|(_, rest)| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        host.rsplit_once('@')
            .is_some_and(|(user, _)| user.split_once(':').is_some_and(|(_, word)| !word.is_empty()))
    });
    token || address || text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----")
}
