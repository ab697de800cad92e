//! GitHub's event types, from the JSON Schemas that are published as `@octokit/webhooks-schemas`. Facts only: names, types,
//! which may be absent. Every published example of the same events must be of the type that was made.

use super::accepts::accepts;
use super::schema::{Literal, Ty, Types, constant, title};
use super::{Mode, npm, settle, source};
use crate::terminal::say;
use aev_catalogue::named_type;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::io::Error;
use std::path::Path;

const VERSION: &str = "7.6.1";

/// The folder of the generated files, which holds nothing else.
const FOLDER: &str = "compiler/catalogue/src/payload/github/generated";

/// The events that have a type: name at GitHub, definition, file.
const TYPED: [(&str, &str, &str); 4] = [
    ("issues", "issues_event", "issues"),
    ("ping", "ping$event", "ping"),
    ("pull_request", "pull_request_event", "pull_request"),
    ("push", "push$event", "push"),
];

/// Members that most events have, and their definitions. An event without a type of its own has these.
const COMMON: [(&str, &str); 4] = [
    ("installation", "installation-lite"),
    ("organization", "organization"),
    ("repository", "repository"),
    ("sender", "user"),
];

/// Members that the schemas require and older servers do not send, as the published examples show: definition or static,
/// and member. They may be absent.
const NEWER: [(&str, &str); 13] = [
    ("PING_EVENT_HOOK", "deliveries_url"),
    ("issue", "active_lock_reason"),
    ("issue", "reactions"),
    ("issues$demilestoned", "milestone"),
    ("issues$milestoned", "milestone"),
    ("label", "description"),
    ("pull-request", "active_lock_reason"),
    ("pull-request", "auto_merge"),
    ("repository", "custom_properties"),
    ("repository", "is_template"),
    ("repository", "topics"),
    ("repository", "visibility"),
    ("repository", "web_commit_signoff_required"),
];

/// Events in GitHub's documentation that the schemas do not have.
const UNDESCRIBED: [&str; 8] = [
    "issue_dependencies",
    "personal_access_token_request",
    "projects_v2",
    "projects_v2_status_update",
    "repository_advisory",
    "repository_ruleset",
    "secret_scanning_scan",
    "sub_issues",
];

/// The releases of GitHub whose examples are published.
const RELEASES: [&str; 6] = ["api.github.com", "ghes-31", "ghes-32", "ghes-33", "ghes-34", "ghes-35"];

const EVENT: &str = "X-GitHub-Event";
const DELIVERY: &str = "X-GitHub-Delivery";

/// Writes the files or compares them, then holds the published examples against the types that this program was built with.
pub fn generate(npm: &Path, mode: Mode) -> Result<(), Error> {
    let schema = json(&npm::file(npm, "@octokit/webhooks-schemas", VERSION, "schema.json")?)?;
    settle(FOLDER, &files(&schema)?, mode)?;
    if mode == Mode::Write {
        say("written; `cargo xtask generate github --check` holds the published examples against it");
        return Ok(());
    }
    let mut examples = Vec::new();
    for release in RELEASES {
        let file = format!("{release}/index.json");
        examples.push((release, json(&npm::file(npm, "@octokit/webhooks-examples", VERSION, &file)?)?));
    }
    let refused = refused(&examples);
    if refused.is_empty() { Ok(()) } else { Err(Error::other(refused.join("\n"))) }
}

fn json(text: &str) -> Result<Value, Error> {
    serde_json::from_str(text).map_err(Error::from)
}

/// Adds to a delivery what the source adds: the two members that repeat the headers.
pub fn add_members(body: &mut Value, event: &str) {
    if let Some(body) = body.as_object_mut() {
        body.insert(EVENT.into(), json!(event));
        body.insert(DELIVERY.into(), json!("00000000-0000-0000-0000-000000000000"));
    }
}

/// Counts the examples of the typed events and returns what is wrong with those that are not of their type.
fn refused(releases: &[(&str, Value)]) -> Vec<String> {
    let mut refused = Vec::new();
    for (event, definition, _) in TYPED {
        let (mut seen, before) = (0, refused.len());
        for (release, index) in releases {
            let entry =
                index.as_array().into_iter().flatten().find(|entry| text(entry.get("name")) == Some(event));
            let examples = entry.and_then(|entry| entry.get("examples")).and_then(Value::as_array);
            for (n, example) in examples.into_iter().flatten().enumerate() {
                seen += 1;
                let mut body = example.clone();
                add_members(&mut body, event);
                let verdict = match named_type(&title(definition)) {
                    Some(ty) => accepts(&ty, &body),
                    None => Err(format!(": there is no type {}", title(definition))),
                };
                refused.extend(
                    verdict.err().map(|error| format!("{release}, {event}, example {}{error}", n + 1)),
                );
            }
        }
        say(&format!("{event}: {seen} examples, {} refused", refused.len() - before));
        if seen == 0 {
            refused.push(format!("{event}: no examples"));
        }
    }
    refused
}

fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str)
}

/// The generated files by name.
fn files(schema: &Value) -> Result<Vec<(String, String)>, Error> {
    let empty = Map::new();
    let definitions = schema.get("definitions").and_then(Value::as_object).unwrap_or(&empty);
    let mut types =
        Types::new(definitions, |one, other| file_of(other) == "common" || file_of(one) == file_of(other));
    let mut bodies: BTreeMap<&str, String> = BTreeMap::new();
    let mut events = BTreeMap::new();

    for (_, definition) in COMMON {
        types.definition(definition).map_err(Error::other)?;
    }
    for (event, definition, file) in TYPED {
        let ty = types.definition(definition).map_err(Error::other)?;
        let top = match &ty {
            Ty::Union(members) => members.clone(),
            one => vec![one.clone()],
        };
        for (name, record) in &mut types.records {
            if top.contains(&Ty::Record(name.clone())) {
                let text = Ty::Literal(Literal::Text(event.into()));
                record.members.insert(0, (DELIVERY.into(), Ty::Text, false));
                record.members.insert(0, (EVENT.into(), text, false));
            }
        }
        events.insert(event, (definition, file, ty));
    }
    for (owner, member) in NEWER {
        relax(&mut types, owner, member)?;
    }

    for (name, record) in &types.records {
        *bodies.entry(file_of(name)).or_default() += &source::record(name, record);
    }
    for (_, file, ty) in events.values() {
        let _ =
            writeln!(bodies.entry(file).or_default(), "pub(super) const EVENT: Type = {};", source::ty(ty));
    }

    let mut files = vec![("mod.rs".into(), source::formatted(&index(schema, &types))?)];
    for (file, body) in bodies {
        let uses = imports(file, &body);
        let text = format!("{HEAD}//! {}\n\n{uses}\n{body}", about(file));
        files.push((format!("{file}.rs"), source::formatted(&text)?));
    }
    Ok(files)
}

/// Lets a member be absent wherever its definition, or one that narrows it, has it.
fn relax(types: &mut Types<'_>, owner: &str, member: &str) -> Result<(), Error> {
    let mut found = false;
    for (name, record) in &mut types.records {
        if name == owner || record.definition.as_deref() == Some(owner) {
            for (_, _, optional) in record.members.iter_mut().filter(|(name, ..)| name == member) {
                *optional = true;
                found = true;
            }
        }
    }
    if found { Ok(()) } else { Err(Error::other(format!("{owner} has no member {member}"))) }
}

const HEAD: &str = "//! Generated by `cargo xtask generate github`; do not edit.\n//!\n";

fn about(file: &str) -> String {
    match file {
        "common" => "What several events hold.".into(),
        event => format!("`{event}`."),
    }
}

/// The file of a record: that of its event, or the common one. `PULL_REQUEST_HEAD` is a part of the definition
/// `pull-request`, which only that event has.
fn file_of(name: &str) -> &'static str {
    let own = |event: &str| {
        let event = constant(event);
        name == event || name.strip_prefix(&event).is_some_and(|rest| rest.starts_with('_'))
    };
    TYPED.iter().find(|(event, ..)| own(event)).map_or("common", |(_, _, file)| file)
}

/// The imports that a file needs.
fn imports(file: &str, body: &str) -> String {
    let words: BTreeSet<&str> = body.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    let mut text = String::new();
    if file != "common" && body.contains("Record(&") {
        text += "use super::common::*;\n";
    }
    let helpers: Vec<&str> = ["always", "maybe", "text", "truth"]
        .into_iter()
        .filter(|f| body.contains(&format!("{f}(")))
        .collect();
    let _ = writeln!(text, "use super::super::{{{}}};", helpers.join(", "));
    let variants: Vec<&str> =
        ["Any", "Bool", "Int", "List", "Map", "Null", "Number", "Record", "String", "Union"]
            .into_iter()
            .filter(|variant| words.contains(variant))
            .collect();
    let own = if file == "common" { "" } else { "self, " };
    let _ = writeln!(text, "use crate::types::{{self, Type::{{{own}{}}}}};", variants.join(", "));
    text
}

/// `mod.rs`: names of events, types by name, types by event, and what all events have.
fn index(schema: &Value, types: &Types<'_>) -> String {
    let mut text = format!("{HEAD}//! Names of events and types.\n\nmod common;\n");
    for (_, _, file) in TYPED {
        let _ = writeln!(text, "mod {file};");
    }
    text += "use super::{always, maybe};\nuse crate::types::{self, Type};\n\n";

    let _ = write!(
        text,
        "/// The names that GitHub sends in `X-GitHub-Event`, sorted.\npub static EVENTS: &[&str] = &{:?};\n\n",
        event_names(schema)
    );

    text += "/// The types that a file can write, by name, sorted. Those of events are as a `github` source delivers them.\n";
    text += "pub static TYPES: &[(&str, Type)] = &[";
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    named.insert("github.Event".into(), "COMMON".into());
    for (definition, ty) in &types.named {
        if let Some(expression) = qualified(ty) {
            named.insert(title(definition), expression);
        }
    }
    for (_, definition, file) in TYPED {
        named.insert(title(definition), format!("{file}::EVENT"));
    }
    for (name, expression) in named {
        let _ = write!(text, "({name:?}, {expression}),");
    }
    text += "];\n\npub(super) const BY_EVENT: &[(&str, Type)] = &[";
    for (event, _, file) in TYPED {
        let _ = write!(text, "({event:?}, {file}::EVENT),");
    }
    text += "];\n\n/// What an event has whose name is not known, or that has no type of its own.\n";
    text += "pub(super) const COMMON: Type = Type::Record(&ANY_EVENT);\n\n";
    let _ = write!(
        text,
        "static ANY_EVENT: types::Record = types::Record {{ name: Some(\"github.Event\"), open: true, members: &[\
         always({EVENT:?}, Type::String), always({DELIVERY:?}, Type::String), maybe(\"action\", Type::String),"
    );
    for (name, definition) in COMMON {
        let _ = write!(text, "maybe({name:?}, Type::Record(&common::{})),", constant(definition));
    }
    text += "]};\n";
    text
}

/// A type of records alone, as the index writes it.
fn qualified(ty: &Ty) -> Option<String> {
    match ty {
        Ty::Record(name) => Some(format!("Type::Record(&{}::{name})", file_of(name))),
        Ty::Union(members) => {
            let members: Option<Vec<String>> = members.iter().map(qualified).collect();
            members.map(|members| format!("Type::Union(&[{}])", members.join(", ")))
        }
        _ => None,
    }
}

/// The events that the schemas know, be it as a definition or as a name that a hook may ask for, and the others.
fn event_names(schema: &Value) -> Vec<String> {
    let definitions = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let defined = definitions.filter_map(|one| text(one.get("$ref"))).filter_map(|path| {
        let name = path.strip_prefix("#/definitions/")?;
        name.strip_suffix("_event").or_else(|| name.strip_suffix("$event")).map(String::from)
    });
    let hooks = schema.pointer("/definitions/webhook-events/oneOf/0/items/enum").and_then(Value::as_array);
    let asked = hooks.into_iter().flatten().filter_map(Value::as_str).map(String::from);
    defined.chain(asked).chain(UNDESCRIBED.map(String::from)).collect::<BTreeSet<_>>().into_iter().collect()
}
