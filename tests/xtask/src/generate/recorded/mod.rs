//! Types of the events of providers that publish no schemas, from payloads that were recorded. Facts only: names, types, which
//! may be absent. The recordings are in Go modules, which are fetched and never part of the tree.

mod bitbucket;
mod bitbucketserver;
mod gitlab;
pub mod handwritten;
mod shape;

use super::folder::{self, Folder};
use super::module::Module;
use super::recordings::{self, Recorded};
use super::schema::{COMMON, Ty, Types, title};
use super::{Mode, amended, json, settle, source};
use crate::terminal::say;
use aev_plan::json::Json;
use shape::Shapes;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::io::Error;
use std::path::Path;

/// A provider whose payloads were recorded.
pub struct Provider {
    /// What the names of its types begin with; also the kind of source, and the folder of the payloads.
    name: &'static str,
    /// An item of a file that makes the event `EVENT`: a source called `s`.
    source: &'static str,
    /// Its events.
    events: &'static [Event],
    /// The member of the body that says which event it is. Where all recordings say the same it is a literal.
    says: Option<&'static str>,
    /// What else events say there, as the provider's documentation says.
    says_also: &'static [(&'static str, &'static str)],
    /// What several places hold: the end of a place, with `[]` for the elements of a list, and the name of the type. An empty
    /// name makes an exception. The longest one that fits counts.
    parts: &'static [(&'static str, &'static str)],
    /// Members that have one type where an object has several of them.
    alike: &'static [&'static [&'static str]],
    /// The ends of places of objects any of whose members may be absent: they say what has changed.
    sparse: &'static [&'static str],
    /// What may be absent though each recording has it, as the provider's documentation says: owner and member.
    absent: &'static [(&'static str, &'static str)],
    /// What may be null though no recording has that, as the provider's documentation says: owner and member.
    null: &'static [(&'static str, &'static str)],
    /// Members of most events, and the names of their types. An event that is not known has these.
    shared: &'static [(&'static str, &'static str)],
}

/// An event, or several with bodies of one type.
struct Event {
    /// Its name in the names of types and files: `merge_request` is `MergeRequestEvent`.
    stem: &'static str,
    /// What a source asks for, and what the header of the event says.
    asked: &'static [(&'static str, &'static str)],
    /// Where it was recorded: the module, and the files in its folder of test data.
    recorded: &'static [(&'static Archive, &'static [&'static str])],
}

/// Where recordings were found, and their texts.
type Texts = Vec<(String, String)>;

/// Recorded payloads in a module.
struct Archive {
    module: Module,
    /// The folder of the payloads.
    folder: &'static str,
}

impl Archive {
    /// These recordings, by the names of their files without an ending.
    fn texts(&self, go: &Path, files: &[&str]) -> Result<Texts, Error> {
        let folder = self.module.folder(go)?.join(self.folder);
        let text = |file: &&str| {
            let path = folder.join(format!("{file}.json"));
            let text = fs::read_to_string(&path);
            let text = text.map_err(|error| Error::other(format!("{}: {error}", path.display())))?;
            Ok((format!("{} {file}", self.module.path), text))
        };
        files.iter().map(text).collect()
    }
}

/// Receivers of webhooks, in Go.
const PLAYGROUND: Module = Module {
    path: "github.com/go-playground/webhooks/v6",
    version: "v6.4.0",
    sum: "h1:KLa6y7bD19N48rxJDHM0DpE3T4grV7GxMy1b/aHMWPY=",
};

/// The providers, by the word behind `generate`.
const PROVIDERS: [&Provider; 3] = [&bitbucket::PROVIDER, &bitbucketserver::PROVIDER, &gitlab::PROVIDER];

/// The provider of that name.
pub fn of(name: &str) -> Option<&'static Provider> {
    PROVIDERS.into_iter().find(|provider| provider.name == name)
}

impl Provider {
    /// Writes the files or compares them, then holds the recordings against the types that this program was built with.
    pub fn generate(&self, go: &Path, mode: Mode) -> Result<(), Error> {
        let mut recorded = Vec::new();
        for event in self.events {
            recorded.push((event, event.texts(go)?));
        }
        let folder = format!("compiler/catalogue/src/payload/{}/generated", self.name);
        settle(&folder, &self.files(&recorded)?, mode)?;
        if mode == Mode::Write {
            say(&format!(
                "written; `cargo xtask generate {} --check` holds the recordings against it",
                self.name
            ));
            return Ok(());
        }
        let mut events = Vec::new();
        for (event, texts) in recorded {
            let title = title(self.name, &event.definition());
            let source = match event.asked.first() {
                Some((asked, _)) => self.source.replace("EVENT", asked),
                None => format!("external source s: webhook<{title}>"),
            };
            let bodies = texts.into_iter().map(|(file, text)| Ok((file, json(&text)?)));
            let bodies = bodies.collect::<Result<_, Error>>()?;
            events.push(Recorded { name: event.stem.into(), title, source, bodies });
        }
        recordings::check(&events, &[]).map_err(Error::other)
    }

    /// The generated files by name.
    fn files(&self, recorded: &[(&Event, Texts)]) -> Result<Vec<(String, String)>, Error> {
        let mut shapes = Shapes::new(self);
        for (event, texts) in recorded {
            for (file, text) in texts {
                let body = Json::parse(text).map_err(|error| Error::other(format!("{file}: {error}")))?;
                shapes.add(event.stem, &event.definition(), &body);
            }
        }
        let definitions = shapes.definitions().map_err(Error::other)?;
        let mut types = Types::new(&definitions, file_of);
        for (_, definition) in self.shared {
            if definitions.contains_key(*definition) {
                types.definition(definition).map_err(Error::other)?;
            }
        }
        let mut further = BTreeMap::new();
        for event in self.events {
            let ty = types.definition(&event.definition()).map_err(Error::other)?;
            let text = format!("pub(super) const EVENT: Type = {};\n", source::ty(&ty));
            further.insert(event.stem.to_owned(), text);
        }
        for (owner, member) in self.absent {
            amended::may_be_absent(&mut types, owner, member).map_err(Error::other)?;
        }
        for (owner, member) in self.null {
            amended::may_be_null(&mut types, owner, member).map_err(Error::other)?;
        }
        let about = |file: &str| match file {
            COMMON => "What several events hold.".to_owned(),
            event => format!("`{event}`."),
        };
        let folder = Folder {
            provider: self.name,
            prefix: &|_| self.name.into(),
            types: &types,
            further,
            about: &about,
            index: "Names of types, and the types of events.",
        };
        folder.files(&self.index(&folder)?)
    }

    /// The end of `mod.rs`: types by name, what is known of each event, what all events have, and what nothing is said about.
    fn index(&self, folder: &Folder<'_>) -> Result<String, Error> {
        let event = |definition: &str| self.events.iter().find(|event| event.definition() == definition);
        let named = folder.types.named.iter().filter_map(|(definition, ty)| {
            let expression = match event(definition) {
                Some(event) => Some(format!("{}::EVENT", event.stem)),
                None => source::qualified(ty, folder.types),
            };
            Some((title(self.name, definition), expression?))
        });
        let mut text = String::from("use super::{EventType, maybe};\nuse crate::types::{self, Type};\n\n");
        text += &folder::table(
            "TYPES",
            "The types that a file can write, by name, sorted.",
            named.chain([(title(self.name, "event"), "COMMON".into())]),
        )?;
        text += "/// What is known of each event that was recorded, by the name that a source asks for, sorted.\n";
        text += "pub(super) static BY_EVENT: &[EventType] = &[";
        let asked =
            self.events.iter().flat_map(|event| event.asked.iter().map(move |asked| (asked, event.stem)));
        for ((asked, said), stem) in BTreeMap::from_iter(asked) {
            let _ = match asked == said {
                true => write!(text, "EventType::new({asked:?}, {stem}::EVENT),"),
                false => write!(text, "EventType::said({asked:?}, {said:?}, {stem}::EVENT),"),
            };
        }
        text += "];\n\n";
        text += &folder::places(
            "UNKNOWN",
            "Where the recordings say nothing, sorted: they have null there, or an empty list or object.",
            &folder.unknown(),
        );
        text += "/// What an event has that is not known.\n";
        text += "pub(super) const COMMON: Type = Type::Record(&ANY_EVENT);\n\n";
        let _ = write!(
            text,
            "static ANY_EVENT: types::Record = types::Record {{ name: Some({:?}), open: true, members: &[",
            title(self.name, "event")
        );
        for (member, definition) in self.shared {
            let ty = match folder.types.named.get(*definition) {
                Some(ty @ Ty::Record(_)) => source::qualified(ty, folder.types),
                _ if *definition == "string" => Some("Type::String".into()),
                _ => None,
            };
            let ty = ty.ok_or_else(|| Error::other(format!("{definition} is no type of {}", self.name)))?;
            let _ = write!(text, "maybe({member:?}, {ty}),");
        }
        text += "]};\n";
        Ok(text)
    }
}

impl Event {
    /// Its definition, which is called as GitHub's are.
    fn definition(&self) -> String {
        format!("{}$event", self.stem)
    }

    /// Its recordings: where each was found, and its text.
    fn texts(&self, go: &Path) -> Result<Texts, Error> {
        let mut texts = Vec::new();
        for (archive, files) in self.recorded {
            texts.extend(archive.texts(go, files)?);
        }
        Ok(texts)
    }
}

/// The file of a definition: that of its event, or the common one.
fn file_of(definition: &str) -> String {
    definition.strip_suffix("$event").unwrap_or(COMMON).to_owned()
}
