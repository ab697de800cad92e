//! The pages of everything in the catalogue.

use crate::example::{self, SUCCESS};
use crate::page::{Page, Row, Section, Sort};
use crate::payload;
use crate::rule::sentence;
use crate::shape::{WORDS, constraints, inner, term};
use crate::types;
use aev_catalogue::{
    ACTIONS, ActionBody, ActionKind, BUSES, Block, BusKind, CLAUSES, Field, HEADER, HMAC, LOCATIONS,
    Location, OPTIONS, SENSOR, SOURCE, SOURCES, SourceKind, SuccessTest, Targets, TriggerOption, VERIFY,
    Values, Word,
};
use aev_plan::function::{Example, FORMS, FUNCTIONS, Form, Function, Gives, Place, Stands, Takes};

/// All pages, by what they are about and then by name.
pub fn pages() -> Vec<Page> {
    let mut pages: Vec<Page> = Vec::new();
    pages.extend(SOURCES.iter().map(|kind| source(kind)));
    pages.extend(ACTIONS.iter().map(|kind| action(kind)));
    pages.extend(BUSES.iter().map(|kind| bus(kind)));
    pages.extend(LOCATIONS.iter().map(location));
    pages.extend(CLAUSES.iter().filter_map(clause));
    pages.extend(OPTIONS.iter().map(option));
    let functions = FUNCTIONS.iter().map(|known| function(known)).chain(FORMS.iter().map(form));
    let mut functions: Vec<Page> = functions.collect();
    functions.sort_by(|one, other| one.name.cmp(&other.name));
    pages.extend(functions);
    pages.extend(objects());
    pages.extend(types::providers());
    pages.extend(WORDS.iter().map(|word| Page {
        snippet: Some(format!("{}\n", word.value)),
        ..page(Sort::Value, word.name, word.doc)
    }));
    pages.sort_by(|a, b| (a.sort, &a.name).cmp(&(b.sort, &b.name)));
    pages
}

/// The pages about a word, of one sort or of all.
pub fn pages_of(sort: Option<Sort>, name: &str) -> Vec<Page> {
    let wanted = |page: &Page| page.name == name && sort.is_none_or(|sort| page.sort == sort);
    pages().into_iter().filter(wanted).collect()
}

/// A page that says no more than this.
pub(crate) fn page(sort: Sort, name: &str, doc: &str) -> Page {
    Page {
        sort,
        name: name.to_owned(),
        doc: doc.to_owned(),
        targets: None,
        facts: Vec::new(),
        snippet: None,
        example: None,
        sections: Vec::new(),
    }
}

fn source(kind: &SourceKind) -> Page {
    let mut facts = vec![format!("Its events have the type `{}`.", kind.event_type)];
    if kind.http {
        facts.push("It takes HTTP requests.".into());
    }
    if kind.elects_leader {
        facts.push("One pod at a time receives.".into());
    }
    facts.push(match kind.filters {
        true => "It may have a `where` of its own, which is decided before the bus.".into(),
        false => "It has no `where` of its own.".into(),
    });
    facts.extend(payload::facts(kind));
    let mut sections = fields("Fields", kind.block);
    let roots = payload::rows(kind);
    if !roots.is_empty() {
        sections.push(Section { title: "What its events hold", rows: roots, rules: Vec::new() });
    }
    let types = payload::types(kind);
    if !types.is_empty() {
        sections.push(Section { title: "Types of its events", rows: types, rules: Vec::new() });
    }
    Page {
        targets: Some(kind.targets.into()),
        facts,
        snippet: Some(example::source(kind)),
        example: Some(example::with_source(kind)),
        sections,
        ..page(Sort::Source, kind.name, kind.doc)
    }
}

fn action(kind: &'static ActionKind) -> Page {
    let mut facts = Vec::new();
    if let Some(target) = &kind.target {
        facts.push(format!("Behind the word stands a text: {}", lower_first(target.doc)));
    }
    match kind.body {
        ActionBody::Fields(_) => {}
        ActionBody::Resource => facts.push("In the braces stands a Kubernetes object.".into()),
        ActionBody::Arguments => facts.push("In the braces stand arguments by name, as text.".into()),
        ActionBody::Nothing => facts.push("It has no braces.".into()),
    }
    if kind.from {
        facts.push("The object may come from outside, behind `from`.".into());
    }
    if kind.with {
        facts.push("Patches may follow behind `with`.".into());
    }
    facts.push(match kind.success {
        Some(SuccessTest::Status) => "`success` may test the status of the answer.".into(),
        Some(SuccessTest::Labels) => "`success` may test labels of the object.".into(),
        None => "It takes no `success`.".into(),
    });
    let mut sections = Vec::new();
    if !kind.args.is_empty() {
        let rows = kind.args.iter().map(row).collect();
        sections.push(Section { title: "In parentheses", rows, rules: Vec::new() });
    }
    if let ActionBody::Fields(block) = kind.body {
        sections.extend(fields("Fields", block));
    }
    Page {
        targets: Some(kind.targets.into()),
        facts,
        snippet: Some(example::action(kind)),
        example: Some(example::with_action(kind)),
        sections,
        ..page(Sort::Action, kind.name, kind.doc)
    }
}

fn bus(kind: &BusKind) -> Page {
    let mut facts = vec![match kind.durable {
        true => "It keeps events until they are acknowledged.".to_owned(),
        false => "It keeps no events: delivery is at most once.".to_owned(),
    }];
    facts.extend(kind.argo_warning.map(|warning| format!("For Argo Events: {warning}.")));
    Page {
        targets: Some(kind.targets.into()),
        facts,
        snippet: Some(example::bus(kind)),
        example: Some(example::with_bus(kind)),
        sections: fields("Fields", kind.block),
        ..page(Sort::Bus, kind.name, kind.doc)
    }
}

fn location(location: &Location) -> Page {
    let braces = !matches!(location.name, "configmap" | "file" | "inline");
    Page {
        targets: Some(Targets::ARGO.into()),
        facts: vec!["It stands behind `from`, in place of an object.".into()],
        snippet: Some(example::location(location)),
        example: Some(example::with_location(location)),
        sections: fields(if braces { "Fields" } else { "In this order" }, location.block),
        ..page(Sort::From, location.name, location.doc)
    }
}

/// A clause of a trigger; the words of other items have none.
fn clause(word: &Word) -> Option<Page> {
    let (form, example) = example::clause(word.name)?;
    Some(Page {
        targets: Some(word.targets.into()),
        facts: vec![format!("It is written `{form}`, before the braces.")],
        example: Some(example),
        ..page(Sort::Clause, word.name, word.doc)
    })
}

fn option(option: &'static TriggerOption) -> Page {
    let mut sections: Vec<Section> =
        inner(&option.field.shape).map(|block| fields("Fields", block)).unwrap_or_default();
    if option.field.name == "success" {
        sections.extend(SUCCESS.iter().flat_map(|(title, _, block)| fields(title, block)));
    }
    let mut facts = Vec::new();
    if sections.is_empty() && option.field.targets.built() {
        facts.push(format!("Its type is `{}`.", term(&option.field.shape)));
    }
    facts.extend(option.field.default.map(|default| format!("Without it `{default}` holds.")));
    if option.on_failure {
        facts.push("It may stand in `on-failure`, too.".into());
    }
    Page {
        targets: Some(option.field.targets.into()),
        facts,
        snippet: example::option(option),
        example: example::with_option(option),
        sections,
        ..page(Sort::Option, option.field.name, option.field.doc)
    }
}

fn function(function: &Function) -> Page {
    let params: Vec<String> =
        function.params.iter().map(|param| format!("{}: {}", param.name, takes(param.takes))).collect();
    let signature = format!("{}({}): {}", function.name, params.join(", "), gives(function.gives));
    let place = if function.only_in_where { Place::Where } else { Place::Anywhere };
    Page {
        facts: facts(&signature, &function.example, function.argo, place),
        snippet: Some(format!("{}\n", function.example.written)),
        example: Some(example::with_function(function)),
        ..page(Sort::Function, function.name, function.doc)
    }
}

fn form(form: &Form) -> Page {
    let mut facts = facts(form.signature, &form.example, form.argo, form.place);
    if !form.executed {
        facts.push("The aev runtime does not execute it.".into());
    }
    Page {
        facts,
        snippet: Some(format!("{}\n", form.example.written)),
        example: Some(example::with_form(form)),
        ..page(Sort::Function, form.name, form.doc)
    }
}

/// What is said of every call.
fn facts(signature: &str, example: &Example, argo: Stands, place: Place) -> Vec<String> {
    let argo = match (argo.filter, argo.value) {
        (true, true) => "For Argo Events it may stand in filters and in actions.",
        (true, false) => "For Argo Events it may stand in filters.",
        (false, true) => "For Argo Events it may stand in actions.",
        (false, false) => "It has no exact form for Argo Events.",
    };
    let place = match place {
        Place::Anywhere => None,
        Place::Where => Some("It stands only in a `where`."),
        Place::Action => Some("It stands only in the action of a trigger."),
    };
    let example = format!("With `e` of `{}`, `{}` is `{}`.", example.data, example.written, example.gives);
    let said = [format!("`{signature}`"), example, argo.to_owned()];
    said.into_iter().chain(place.map(str::to_owned)).collect()
}

fn takes(takes: Takes) -> &'static str {
    match takes {
        Takes::Text => "string",
        Takes::TextOrNumber => "string | number",
        Takes::List => "list",
        Takes::Any => "any",
        Takes::Position => "int",
        Takes::Time => "time",
        Takes::Layout => "layout",
    }
}

fn gives(gives: Gives) -> &'static str {
    match gives {
        Gives::Text => "string",
        Gives::Number => "number",
        Gives::Int => "int",
        Gives::Bool => "bool",
        Gives::Texts => "list<string>",
        Gives::Any => "any",
    }
}

fn objects() -> [Page; 4] {
    [
        Page {
            facts: vec!["They hold for every object of the file.".into()],
            snippet: Some("pipeline shop { namespace: \"shop\" }\n".into()),
            sections: fields("Fields", &HEADER),
            ..page(Sort::Object, "pipeline", "The header of a file: `pipeline NAME { … }`.")
        },
        Page {
            facts: vec!["They stand beside the events.".into()],
            sections: fields("Fields", &SOURCE),
            ..page(Sort::Object, "source", "Several events of one object: `source NAME { event … }`.")
        },
        Page {
            facts: vec![
                "They stand beside filters and triggers.".into(),
                "What they do not say, the header says; a filter is known in its own sensor alone.".into(),
            ],
            example: Some(example::SENSORS.into()),
            sections: fields("Fields", &SENSOR),
            ..page(Sort::Object, "sensor", "Filters and triggers of one object: `sensor NAME { … }`.")
        },
        Page {
            targets: Some(VERIFY.targets.into()),
            facts: vec![
                "It is written `verify: hmac { … }`, in the block of any source that takes HTTP requests."
                    .into(),
                "A request has the header once; the body is taken as it was sent.".into(),
            ],
            snippet: Some(example::SIGNED.into()),
            example: Some(example::with_verify()),
            sections: fields("Fields", &HMAC),
            ..page(Sort::Object, VERIFY.name, VERIFY.doc)
        },
    ]
}

/// The fields of a block, unless it has none.
fn fields(title: &'static str, block: &Block) -> Vec<Section> {
    if block.fields.is_empty() {
        return Vec::new();
    }
    vec![Section { title, rows: block.fields.iter().map(row).collect(), rules: rules(block) }]
}

fn row(field: &Field) -> Row {
    let block = inner(&field.shape);
    let mut notes = constraints(&field.shape);
    match field.values {
        Values::Constant => {}
        Values::Text => notes.push("values of events, as text".into()),
        Values::Json => notes.push("values of events".into()),
    }
    notes.extend(crate::page::Targets::from(field.targets).limits());
    Row {
        name: field.name.to_owned(),
        ty: term(&field.shape),
        required: field.required,
        default: field.default.map(str::to_owned),
        notes,
        doc: field.doc.to_owned(),
        rows: block.map(|block| block.fields.iter().map(row).collect()).unwrap_or_default(),
        rules: block.map(rules).unwrap_or_default(),
    }
}

fn rules(block: &Block) -> Vec<String> {
    block.rules.iter().map(sentence).collect()
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
