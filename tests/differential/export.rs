//! What an oracle needs to decide the same events: with `AEV_DIFFERENTIAL_EXPORT=FILE` each decision becomes a line of JSON.
//!
//! `{"dep", "event", "passed"}` is a dependency of a Sensor as it is emitted, an event with its context and the text of its
//! data, and whether it passes on the first road. `{"trigger", "events", "action"}` is a trigger, the events of a firing
//! by dependency, and the finished action, or null when there is none. `seed` is that of the pipeline.

use crate::roads::Roads;
use aev_argo::node::Node;
use aev_engine::Event;
use aev_engine::note::{Decision, EventRef};
use aev_engine::trial::Verdict;
use serde_json::{Map, Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Mutex;

/// Where the lines go.
pub struct Export(Option<Mutex<BufWriter<File>>>);

impl Export {
    pub fn from_environment() -> Export {
        let path = std::env::var_os("AEV_DIFFERENTIAL_EXPORT");
        path.map_or(Export(None), |path| Export::to(path.as_ref()))
    }

    pub fn to(path: &Path) -> Export {
        Export(Some(Mutex::new(BufWriter::new(File::create(path).expect("the file can be written")))))
    }

    fn line(&self, line: &Value) {
        if let Some(file) = &self.0 {
            writeln!(file.lock().expect("nobody panicked"), "{line}").expect("the disk has room");
        }
    }

    /// The decisions of the first road about one pipeline. `sent` are the events with what became of them, in order.
    pub fn pipeline(&self, seed: u64, roads: &Roads, sent: &[(Event, Verdict)]) {
        if self.0.is_none() {
            return;
        }
        let objects = aev_argo::yaml::parse(&roads.yaml, 0).expect("it is YAML");
        // Without a trigger there is none.
        let Some(sensor) = objects.iter().find(|object| object.text_at(&["kind"]) == "Sensor") else {
            return;
        };
        let list = |key: &str| sensor.find(&["spec", key]).map(Node::items).unwrap_or_default();
        for dependency in list("dependencies") {
            let name = dependency.text_at(&["name"]);
            for (index, (event, verdict)) in sent.iter().enumerate() {
                if let Some(filter) = verdict.filters.iter().find(|filter| filter.name == name)
                    && reads(dependency, &event.source, &event.subject)
                {
                    let dependency = dependency.to_json();
                    self.line(&json!({
                        "seed": seed, "dep": dependency, "event": shown(sent, index), "passed": filter.passed,
                    }));
                }
            }
        }
        let whole = list("triggers").iter();
        let failed = whole.clone().filter_map(|trigger| trigger.get("dlqTrigger"));
        let triggers = whole.clone().map(|trigger| (trigger, trigger));
        let triggers = triggers.chain(failed.flat_map(|failed| {
            let owner = |trigger: &&Node| trigger.get("dlqTrigger") == Some(failed);
            whole.clone().find(owner).map(|trigger| (trigger, failed))
        }));
        for (condition, trigger) in
            triggers.filter(|(_, trigger)| trigger.find(&["template", "log"]).is_none())
        {
            for (_, verdict) in sent {
                self.firings(seed, (condition, trigger), list("dependencies"), verdict, sent);
            }
        }
    }

    /// What a trigger, or what runs after its failure, did with one event.
    fn firings(
        &self,
        seed: u64,
        (condition, trigger): (&Node, &Node),
        dependencies: &[Node],
        verdict: &Verdict,
        sent: &[(Event, Verdict)],
    ) {
        let (owner, name) =
            (condition.text_at(&["template", "name"]), trigger.text_at(&["template", "name"]));
        let fired: Vec<&Vec<EventRef>> = verdict
            .notes
            .iter()
            .filter_map(|note| match &note.decision {
                Decision::Fired { events, .. } if *note.trigger == *owner => Some(events),
                _ => None,
            })
            .collect();
        let tried: Vec<_> = verdict.actions.iter().filter(|tried| tried.trigger == name).collect();
        // Which action belongs to which firing is only known of one.
        let ([fired], [tried]) = (fired.as_slice(), tried.as_slice()) else { return };
        let named = condition.text_at(&["template", "conditions"]);
        let named: Vec<&str> = named.split([' ', '(', ')']).collect();
        let (mut events, mut transforms) = (Map::new(), Map::new());
        for taken in fired.iter() {
            let index =
                taken.id().trim_start_matches("try-").parse::<usize>().expect("the trial numbers them") - 1;
            let through: Vec<&str> = dependencies
                .iter()
                .filter(|dependency| reads(dependency, taken.source(), taken.subject()))
                .map(|dependency| dependency.text_at(&["name"]))
                .filter(|name| named.contains(name))
                .collect();
            // Through which of several dependencies an event came is not noted.
            let [through] = through.as_slice() else { return };
            events.insert((*through).to_owned(), shown(sent, index));
            let dependency = dependencies.iter().find(|other| other.text_at(&["name"]) == *through);
            if let Some(transform) = dependency.and_then(|dependency| dependency.get("transform")) {
                transforms.insert((*through).to_owned(), json!(transform.to_json()));
            }
        }
        let action = tried.action.as_ref().ok();
        self.line(&json!({
            "seed": seed, "trigger": trigger.to_json(), "events": events, "transforms": transforms, "action": action,
        }));
    }
}

fn reads(dependency: &Node, source: &str, event: &str) -> bool {
    dependency.text_at(&["eventSourceName"]) == source && dependency.text_at(&["eventName"]) == event
}

/// An event as Argo takes it.
fn shown(sent: &[(Event, Verdict)], index: usize) -> Value {
    let (event, _) = &sent[index];
    json!({
        "context": {
            "id": format!("try-{}", index + 1), "source": event.source, "specversion": "1.0", "type": event.kind,
            "datacontenttype": "application/json", "subject": event.subject, "time": "1970-01-01T00:00:00Z",
        },
        "data": event.data.text(),
    })
}
