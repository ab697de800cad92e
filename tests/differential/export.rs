//! What an oracle needs to decide the same events: with `AEV_DIFFERENTIAL_EXPORT=FILE` each decision becomes a line of JSON.
//!
//! `{"dep", "event", "passed"}` is a dependency of a Sensor as it is emitted, an event with its context and the text of its
//! data, and whether it passes on the first road. `{"trigger", "events", "action"}` is a trigger, the events of a firing
//! by dependency, and the finished action, or null when there is none. `seed` is that of the pipeline.

use crate::roads::Roads;
use aev_argo::node::Node;
use aev_engine::note::Decision;
use aev_engine::trial::Verdict;
use serde_json::{Map, Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::sync::Mutex;

/// Where the lines go.
pub struct Export(Option<Mutex<BufWriter<File>>>);

impl Export {
    pub fn from_environment() -> Export {
        let path = std::env::var("AEV_DIFFERENTIAL_EXPORT").ok();
        Export(
            path.map(|path| Mutex::new(BufWriter::new(File::create(path).expect("the file can be written")))),
        )
    }

    fn line(&self, line: &Value) {
        if let Some(file) = &self.0 {
            writeln!(file.lock().expect("nobody panicked"), "{line}").expect("the disk has room");
        }
    }

    /// The decisions of the first road about one pipeline. `sent` are the events with what became of them, in order.
    pub fn pipeline(&self, seed: u64, roads: &Roads, sent: &[(&str, &str, Verdict)]) {
        if self.0.is_none() {
            return;
        }
        let objects = aev_argo::yaml::parse(&roads.yaml, 0).expect("it is YAML");
        let sensor =
            objects.iter().find(|object| object.text_at(&["kind"]) == "Sensor").expect("it has a sensor");
        let event = |index: usize| {
            let (source, data, _) = sent[index];
            json!({
                "context": {
                    "id": format!("try-{}", index + 1), "source": source, "specversion": "1.0", "type": "webhook",
                    "datacontenttype": "application/json", "subject": source, "time": "1970-01-01T00:00:00Z",
                },
                "data": data,
            })
        };
        let list = |key: &str| sensor.find(&["spec", key]).map(Node::items).unwrap_or_default();
        for dependency in list("dependencies") {
            let name = dependency.text_at(&["name"]);
            let source = dependency.text_at(&["eventSourceName"]);
            for (index, (event_source, _, verdict)) in sent.iter().enumerate() {
                if let Some(filter) = verdict.filters.iter().find(|filter| filter.name == name)
                    && *event_source == source
                {
                    let dependency = dependency.to_json();
                    self.line(&json!({
                        "seed": seed, "dep": dependency, "event": event(index), "passed": filter.passed,
                    }));
                }
            }
        }
        let verdicts = sent.iter().map(|(_, _, verdict)| verdict);
        for (trigger, verdict) in list("triggers").iter().flat_map(|t| verdicts.clone().map(move |v| (t, v)))
        {
            let name = trigger.text_at(&["template", "name"]);
            if trigger.find(&["template", "log"]).is_some() {
                continue;
            }
            let fired = verdict.notes.iter().find_map(|note| match &note.decision {
                Decision::Fired { events, .. } if note.trigger == name => Some(events),
                _ => None,
            });
            let Some(fired) = fired else { continue };
            let mut events = Map::new();
            for taken in fired {
                let id: usize = taken.id.trim_start_matches("try-").parse().expect("the trial numbers them");
                let dependency =
                    list("dependencies").iter().find(|d| d.text_at(&["eventSourceName"]) == taken.source);
                let dependency = dependency.expect("it is read").text_at(&["name"]);
                events.insert(dependency.to_owned(), event(id - 1));
            }
            let action = verdict.actions.iter().find(|tried| tried.trigger == name);
            let action = action.and_then(|tried| tried.action.as_ref().ok());
            self.line(&json!({
                "seed": seed, "trigger": trigger.to_json(), "events": events, "action": action,
            }));
        }
    }
}
