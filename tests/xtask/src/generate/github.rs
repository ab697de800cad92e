//! GitHub's event types, from the JSON Schemas that are published as `@octokit/webhooks-schemas`. Facts only: names, types,
//! which may be absent. Every published example of the same events must be of the type that was made.

use super::folder::{self, Folder};
use super::recordings::{COMPARED, Kept, RENAMED, RETYPED, Recorded};
use super::schema::{COMMON, Literal, Ty, Types, constant, title};
use super::{Mode, amended, json, npm, recordings, settle, source};
use crate::terminal::say;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::io::Error;
use std::path::Path;

const PROVIDER: &str = "github";

const VERSION: &str = "7.6.1";

/// The folder of the generated files, which holds nothing else.
const FOLDER: &str = "compiler/catalogue/src/payload/github/generated";

/// Members that most events have, and their definitions. An event without a type of its own has these.
const SHARED: [(&str, &str); 4] = [
    ("installation", "installation-lite"),
    ("organization", "organization"),
    ("repository", "repository"),
    ("sender", "user"),
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

/// Mutants of examples that may go unseen.
const KEPT: [Kept; 7] = [
    ("installation.created_at", &[COMPARED, RETYPED], "text or a number"),
    ("installation.updated_at", &[COMPARED, RETYPED], "text or a number"),
    ("repo.pushed_at", &[COMPARED, RETYPED], "text or a number"),
    ("created_at", &[COMPARED, RETYPED], "text or a number, in a repository"),
    ("repository.pushed_at", &[COMPARED, RETYPED], "text or a number"),
    (
        "package.package_version.container_metadata",
        &[RENAMED, COMPARED, RETYPED],
        "objects about which nothing is said",
    ),
    ("team", &[RETYPED], "it might be a team that was deleted, of which less is known"),
];

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
    let mut recorded: Vec<Recorded> = events(&schema).iter().map(Event::recorded).collect();
    for release in RELEASES {
        let file = format!("{release}/index.json");
        let index = json(&npm::file(npm, "@octokit/webhooks-examples", VERSION, &file)?)?;
        for event in &mut recorded {
            let name = json!(event.name);
            let entry = index.as_array().into_iter().flatten().find(|entry| entry.get("name") == Some(&name));
            let examples = entry.and_then(|entry| entry.get("examples")).and_then(Value::as_array);
            for (n, example) in examples.into_iter().flatten().enumerate() {
                let mut body = example.clone();
                add_members(&mut body, &event.name);
                event.bodies.push((format!("{release}, {}, example {}", event.name, n + 1), body));
            }
        }
    }
    recordings::check(&recorded, &KEPT).map_err(Error::other)
}

/// Adds to a delivery what the source adds: the two members that repeat the headers.
pub fn add_members(body: &mut Value, event: &str) {
    if let Some(body) = body.as_object_mut() {
        body.insert(EVENT.into(), json!(event));
        body.insert(DELIVERY.into(), json!("00000000-0000-0000-0000-000000000000"));
    }
}

/// An event that the schemas describe.
struct Event {
    /// As in the header.
    name: String,
    /// Its definition.
    definition: String,
}

impl Event {
    /// The name of its type.
    fn title(&self) -> String {
        title(PROVIDER, &self.definition)
    }

    /// Its examples, which are still to come.
    fn recorded(&self) -> Recorded {
        Recorded {
            name: self.name.clone(),
            title: self.title(),
            source: format!(
                "source s: github {{\n  organizations: [\"o\"]\n  events: [\"{}\"]\n  \
                 webhook: {{ endpoint: \"/g\", port: 12000, method: \"POST\" }}\n}}",
                self.name
            ),
            bodies: Vec::new(),
        }
    }
}

/// The events that the schemas describe, by name.
fn events(schema: &Value) -> Vec<Event> {
    let all = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let mut events: Vec<Event> = all
        .filter_map(|one| text(one.get("$ref"))?.strip_prefix("#/definitions/"))
        .filter_map(|definition| {
            let name = definition.strip_suffix("_event").or_else(|| definition.strip_suffix("$event"))?;
            Some(Event { name: name.into(), definition: definition.into() })
        })
        .collect();
    events.sort_by(|one, other| one.name.cmp(&other.name));
    events
}

/// The file of a definition: that of the event of which it is an action, or the common one.
fn file_of(definition: &str) -> String {
    let event = match definition.split_once('$') {
        Some((event, _)) => event,
        None => definition.strip_suffix("_event").unwrap_or(COMMON),
    };
    event.into()
}

fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str)
}

/// The generated files by name.
fn files(schema: &Value) -> Result<Vec<(String, String)>, Error> {
    let empty = Map::new();
    let definitions = schema.get("definitions").and_then(Value::as_object).unwrap_or(&empty);
    let events = events(schema);
    let mut types = Types::new(definitions, file_of);

    for (_, definition) in SHARED {
        types.definition(definition).map_err(Error::other)?;
    }
    let mut of_events = Vec::new();
    for event in &events {
        let ty = types.definition(&event.definition).map_err(Error::other)?;
        let top = match &ty {
            Ty::Union(members) => members.clone(),
            one => vec![one.clone()],
        };
        for (name, record) in &mut types.records {
            if top.contains(&Ty::Record(name.clone())) {
                let text = Ty::Literal(Literal::Text(event.name.clone()));
                record.members.insert(0, (DELIVERY.into(), Ty::Text, false));
                record.members.insert(0, (EVENT.into(), text, false));
            }
        }
        of_events.push((event, ty));
    }
    amended::amend(&mut types).map_err(Error::other)?;

    let further = of_events.iter().map(|(event, ty)| {
        (event.name.clone(), format!("pub(super) const EVENT: Type = {};\n", source::ty(ty)))
    });
    let folder = Folder {
        provider: PROVIDER,
        prefix: &|_| PROVIDER.into(),
        types: &types,
        further: further.collect(),
        about: &about,
        index: "Names of events and types.",
    };
    folder.files(&index(schema, &events, &folder)?)
}

fn about(file: &str) -> String {
    match file {
        COMMON => "What several events hold.".into(),
        event => format!("`{event}`."),
    }
}

/// The end of `mod.rs`: names of events, types by name, types by event, what all events have, and what nothing is said about.
fn index(schema: &Value, events: &[Event], folder: &Folder<'_>) -> Result<String, Error> {
    let mut text =
        String::from("use super::{EventType, always, maybe};\nuse crate::types::{self, Type};\n\n");
    let _ = write!(
        text,
        "/// The names that GitHub sends in `X-GitHub-Event`, sorted.\npub static EVENTS: &[&str] = &{:?};\n\n",
        event_names(schema)
    );
    let named = folder.types.named.iter().filter_map(|(definition, ty)| {
        let of_event = events.iter().find(|event| event.definition == *definition);
        let expression = match of_event {
            Some(event) => Some(format!("{}::EVENT", event.name)),
            None => source::qualified(ty, folder.types),
        };
        Some((title(PROVIDER, definition), expression?))
    });
    text += &folder::table(
        "TYPES",
        "The types that a file can write, by name, sorted. Those of events are as a `github` source delivers them.",
        named.chain([(title(PROVIDER, "event"), "COMMON".into())]),
    )?;
    text += "/// What is known of each event that is described, by name, sorted.\n";
    text += "pub(super) static BY_EVENT: &[EventType] = &[";
    for event in events {
        let _ = write!(text, "EventType::new({:?}, {}::EVENT),", event.name, event.name);
    }
    text += "];\n\n";
    text += &folder::places(
        "UNKNOWN",
        "Where the schemas say nothing, sorted: members from a type that has a name, `[]` for the elements of a list,\n\
         /// `{}` for the values of an object whose members are not listed.",
        &folder.unknown(),
    );
    text += "/// What an event has whose name is not known, or that is not described.\n";
    text += "pub(super) const COMMON: Type = Type::Record(&ANY_EVENT);\n\n";
    let _ = write!(
        text,
        "static ANY_EVENT: types::Record = types::Record {{ name: Some({:?}), open: true, members: &[\
         always({EVENT:?}, Type::String), always({DELIVERY:?}, Type::String), maybe(\"action\", Type::String),",
        title(PROVIDER, "event")
    );
    for (name, definition) in SHARED {
        let _ = write!(text, "maybe({name:?}, Type::Record(&{COMMON}::{})),", constant(definition));
    }
    text += "]};\n";
    Ok(text)
}

/// The events that the schemas know, be it as a definition or as a name that a hook may ask for, and the others.
fn event_names(schema: &Value) -> Vec<String> {
    let defined = events(schema).into_iter().map(|event| event.name);
    let hooks = schema.pointer("/definitions/webhook-events/oneOf/0/items/enum").and_then(Value::as_array);
    let asked = hooks.into_iter().flatten().filter_map(Value::as_str).map(String::from);
    defined.chain(asked).chain(UNDESCRIBED.map(String::from)).collect::<BTreeSet<_>>().into_iter().collect()
}
