//! Which forms of Argo's filters and parameters a pipeline has become, and how often each said what.

use aev_dialects::filters::Filter;
use aev_engine::Event;
use aev_plan::Plan;
use aev_plan::argo::{DataFilter, ExprFilter, Filters, Operator, Template};
use aev_plan::json::Json;
use aev_plan::model::{self, Condition, From, Predicate, Script, Transform};
use std::collections::{BTreeMap, BTreeSet};

/// What a form must have said in a run that counts.
#[derive(Clone, Copy, PartialEq)]
pub enum Demand {
    /// Accepted events and rejected some, be it by an error: dozens of each. For a value that is finished actions and
    /// failed ones, for a condition firings and events that did not fire.
    Both,
    /// Only ever one of them.
    One,
}

/// Every form. One that is missing here fails the test, and so does one that is never met.
pub const FORMS: &[(&str, Demand)] = &[
    ("constants: true", Demand::One),
    ("constants: false", Demand::One),
    ("data: text", Demand::Both),
    ("data: one of several texts", Demand::Both),
    ("data: an element", Demand::Both),
    ("data: exists", Demand::Both),
    ("data: not exists", Demand::Both),
    ("data: with a default", Demand::Both),
    ("data and exprs", Demand::Both),
    ("jq: elements", Demand::Both),
    ("exprs: alternatives", Demand::Both),
    ("exprs: equal", Demand::Both),
    ("exprs: not equal", Demand::Both),
    ("exprs: order", Demand::Both),
    ("exprs: one of several", Demand::Both),
    ("exprs: matches", Demand::Both),
    ("exprs: not matches", Demand::Both),
    ("exprs: how many", Demand::Both),
    ("exprs: exists", Demand::Both),
    ("exprs: not exists", Demand::Both),
    ("exprs: null", Demand::Both),
    ("exprs: with a default", Demand::Both),
    ("exprs: constant as a variable", Demand::Both),
    ("exprs: two values in order", Demand::Both),
    ("exprs: two values, equal", Demand::Both),
    ("exprs: two values, not equal", Demand::Both),
    ("exprs: two booleans", Demand::Both),
    ("exprs: gjson", Demand::Both),
    ("exprs: govaluate", Demand::Both),
    ("condition: and", Demand::Both),
    ("condition: or", Demand::Both),
    ("condition: and within or", Demand::Both),
    ("condition: or within and", Demand::Both),
    ("condition: one event through several dependencies", Demand::Both),
    ("value: path as text", Demand::Both),
    ("value: path as JSON", Demand::Both),
    ("value: constant", Demand::Both),
    ("value: default as text", Demand::Both),
    ("value: default as JSON", Demand::Both),
    ("value: attribute", Demand::Both),
    ("value: either of two events", Demand::Both),
    ("value: appended", Demand::Both),
    ("value: URL", Demand::Both),
    ("value: header", Demand::Both),
    ("value: appended in a header", Demand::Both),
    ("value: payload", Demand::Both),
    ("value: whole payload", Demand::Both),
    ("value: appended in a payload", Demand::Both),
    ("value: either of two events in a payload or header", Demand::Both),
    ("value: within a list", Demand::Both),
    ("value: text from several events", Demand::Both),
    ("value: beside a secret header", Demand::Both),
    ("value: after a failure", Demand::Both),
    ("value: spec", Demand::Both),
    ("value: with", Demand::Both),
];

/// What dozens are.
const DOZENS: u64 = 36;

/// How often.
#[derive(Clone, Copy, Default)]
pub struct Count {
    pub accepted: u64,
    pub rejected: u64,
    pub errored: u64,
}

/// The counts of all forms.
#[derive(Default)]
pub struct Tally(pub BTreeMap<&'static str, Count>);

impl Tally {
    fn count(&mut self, forms: &BTreeSet<&'static str>, add: impl Fn(&mut Count)) {
        for form in forms {
            assert!(FORMS.iter().any(|(known, _)| known == form), "`{form}` is not in the list");
            add(self.0.entry(form).or_default());
        }
    }

    pub fn add(&mut self, other: Tally) {
        for (form, count) in other.0 {
            let sum = self.0.entry(form).or_default();
            sum.accepted += count.accepted;
            sum.rejected += count.rejected;
            sum.errored += count.errored;
        }
    }

    /// One line a form.
    pub fn print(&self) {
        println!("{:52} {:>9} {:>9} {:>9}", "form", "accepted", "rejected", "errored");
        for (form, _) in FORMS {
            let Count { accepted, rejected, errored } = self.0.get(form).copied().unwrap_or_default();
            println!("{form:52} {accepted:>9} {rejected:>9} {errored:>9}");
        }
    }

    /// Forms that have not said all that they can say.
    pub fn lacking(&self) -> Vec<&'static str> {
        let lacks = |form: &str, demand: Demand| {
            let Count { accepted, rejected, errored } = self.0.get(form).copied().unwrap_or_default();
            match demand {
                Demand::Both => accepted < DOZENS || rejected + errored < DOZENS,
                Demand::One => accepted + rejected < DOZENS,
            }
        };
        FORMS.iter().filter(|(form, demand)| lacks(form, *demand)).map(|(form, _)| *form).collect()
    }
}

/// The forms of one lifted plan.
pub struct Forms {
    /// Filters that decide about elements in jq.
    sifted: Vec<String>,
    /// Source and event, forms and the filter that has them.
    filters: Vec<(Subject, BTreeSet<&'static str>, Filter)>,
    /// By trigger.
    actions: BTreeMap<String, BTreeSet<&'static str>>,
    /// Trigger, what it reads, and the forms of its condition.
    conditions: Vec<(String, BTreeSet<Subject>, BTreeSet<&'static str>)>,
}

/// A source and an event of it.
type Subject = (String, String);

impl Forms {
    pub fn of(plan: &Plan) -> Forms {
        let mut forms = Forms {
            sifted: Vec::new(),
            filters: Vec::new(),
            actions: BTreeMap::new(),
            conditions: Vec::new(),
        };
        for sensor in &plan.sensors {
            let mut subjects: BTreeMap<&str, Subject> = BTreeMap::new();
            for stream in &sensor.streams {
                if let From::Event { source, event } = &stream.from {
                    let subject = (source.clone(), event.clone());
                    forms.stream(&subject, &stream.predicate);
                    let jq = |script: &Script| script.text.contains("$x0");
                    if matches!(&stream.transform, Some(Transform::Script(script)) if jq(script)) {
                        forms.sifted.push(stream.name.clone());
                    }
                    subjects.insert(&stream.name, subject);
                }
            }
            for trigger in &sensor.triggers {
                forms.condition(trigger, &subjects);
                forms.action(&trigger.name, &trigger.action, false);
                if let Some(fallback) = &trigger.on_failure {
                    forms.action(&fallback.name, &fallback.action, true);
                }
            }
        }
        forms
    }

    fn action(&mut self, name: &str, action: &model::Action, after_failure: bool) {
        if let model::Action::Argo(template) = action {
            let mut forms = of_template(template);
            if after_failure {
                forms.insert("value: after a failure");
            }
            self.actions.insert(name.to_owned(), forms);
        }
    }

    fn condition(&mut self, trigger: &model::Trigger, subjects: &BTreeMap<&str, Subject>) {
        let mut forms = BTreeSet::new();
        let mut streams = BTreeSet::new();
        of_condition(&trigger.on, None, &mut forms, &mut streams);
        let read = || streams.iter().filter_map(|stream| subjects.get(stream).cloned());
        let distinct: BTreeSet<Subject> = read().collect();
        if distinct.len() < read().count() {
            forms.insert("condition: one event through several dependencies");
        }
        self.conditions.push((trigger.name.clone(), distinct, forms));
    }

    fn stream(&mut self, subject: &Subject, predicate: &Predicate) {
        let nothing = Filters::default();
        let filters = match predicate {
            Predicate::Argo(filters) => filters,
            _ => &nothing,
        };
        let mut add = |forms: BTreeSet<&'static str>, filters: &Filters| {
            if !forms.is_empty() {
                self.filters.push((subject.clone(), forms, Filter::prepare(filters)));
            }
        };
        let mut whole = BTreeSet::new();
        match (&filters.data, &filters.exprs) {
            (Some(_), Some(_)) => drop(whole.insert("data and exprs")),
            (None, None) if filters.operator == Operator::Or => drop(whole.insert("constants: false")),
            (None, None) => drop(whole.insert("constants: true")),
            _ => {}
        }
        if filters.expr_operator == Operator::Or {
            whole.insert("exprs: alternatives");
        }
        add(whole, filters);
        for entry in filters.data.iter().flatten() {
            add(of_data(entry), &Filters { data: Some(vec![entry.clone()]), ..Filters::default() });
        }
        for entry in filters.exprs.iter().flatten() {
            add(of_expr(entry), &Filters { exprs: Some(vec![entry.clone()]), ..Filters::default() });
        }
    }

    /// Lets each filter say what it says to an event, and counts which triggers it fired.
    pub fn decide(&self, event: &Event, fired: &[String], tally: &mut Tally) {
        let subject = (event.source.clone(), event.subject.clone());
        for (_, forms, filter) in self.filters.iter().filter(|(of, _, _)| *of == subject) {
            let verdict = filter.decide(event, &|| Ok(true));
            tally.count(forms, |count| match (verdict.passed, verdict.errored) {
                (true, _) => count.accepted += 1,
                (false, false) => count.rejected += 1,
                (false, true) => count.errored += 1,
            });
        }
        for (trigger, _, forms) in self.conditions.iter().filter(|(_, reads, _)| reads.contains(&subject)) {
            tally.count(forms, |count| match fired.contains(trigger) {
                true => count.accepted += 1,
                false => count.rejected += 1,
            });
        }
    }

    /// Whether some filter decides in jq.
    pub fn sifted(&self) -> bool {
        !self.sifted.is_empty()
    }

    /// Counts what filters have said.
    pub fn passed(&self, filters: &[(String, bool)], tally: &mut Tally) {
        for (_, passed) in filters.iter().filter(|(name, _)| self.sifted.contains(name)) {
            tally.count(&BTreeSet::from(["jq: elements"]), |count| match passed {
                true => count.accepted += 1,
                false => count.rejected += 1,
            });
        }
    }

    /// Counts an action.
    pub fn acted(&self, trigger: &str, finished: bool, tally: &mut Tally) {
        if let Some(forms) = self.actions.get(trigger) {
            tally.count(forms, |count| match finished {
                true => count.accepted += 1,
                false => count.errored += 1,
            });
        }
    }
}

/// `above` is whether what it stands in is an `and`.
fn of_condition<'c>(
    condition: &'c Condition,
    above: Option<bool>,
    forms: &mut BTreeSet<&'static str>,
    streams: &mut BTreeSet<&'c str>,
) {
    let (parts, and) = match condition {
        Condition::Stream(name) => {
            streams.insert(name);
            return;
        }
        Condition::And(parts) => (parts, true),
        Condition::Or(parts) => (parts, false),
    };
    forms.insert(match (above, and) {
        (Some(false), true) => "condition: and within or",
        (Some(true), false) => "condition: or within and",
        (_, true) => "condition: and",
        (_, false) => "condition: or",
    });
    parts.iter().for_each(|part| of_condition(part, Some(and), forms, streams));
}

fn of_data(entry: &DataFilter) -> BTreeSet<&'static str> {
    let form = match (entry.kind.as_str(), entry.value.as_slice()) {
        ("number", [one]) if one == "1" => "data: exists",
        (_, [one]) if one == "\"" => "data: an element",
        ("number", _) => "data: not exists",
        (_, [_]) => "data: text",
        _ => "data: one of several texts",
    };
    let default = entry.path.ends_with("].0").then_some("data: with a default");
    [form].into_iter().chain(default).collect()
}

/// An expression with every text replaced by `0`.
fn without_texts(expr: &str) -> String {
    let mut out = String::new();
    let mut chars = expr.chars();
    while let Some(c) = chars.next() {
        if c != '\'' {
            out.push(c);
            continue;
        }
        out.push('0');
        while let Some(inner) = chars.next() {
            match inner {
                '\\' => drop(chars.next()),
                '\'' => break,
                _ => {}
            }
        }
    }
    out
}

fn of_expr(entry: &ExprFilter) -> BTreeSet<&'static str> {
    // The names that foreign expressions have here.
    if entry.fields.iter().any(|field| field.name == "foreign") {
        return BTreeSet::from(["exprs: govaluate"]);
    }
    let mut forms = BTreeSet::new();
    for field in &entry.fields {
        if field.name == "found" {
            forms.insert("exprs: gjson");
        }
        match field.path.as_str() {
            path if path.ends_with(".#") && !path.ends_with("].#") => forms.insert("exprs: how many"),
            "!null" => forms.insert("exprs: null"),
            path if path.starts_with('!') => forms.insert("exprs: constant as a variable"),
            path if path.starts_with('[') && path.ends_with("].0") => forms.insert("exprs: with a default"),
            _ => false,
        };
    }
    let path =
        |name: &str| entry.fields.iter().find(|field| field.name == name).map(|field| field.path.as_str());
    let of_event = |name: &str| path(name).is_some_and(|path| !path.starts_with('!'));
    let exists = |name: &str| path(name).is_some_and(|path| path.starts_with('[') && path.ends_with("].#"));
    let expr = without_texts(&entry.expr);
    let clauses: Vec<Vec<&str>> = expr.split(" && ").map(|clause| clause.split(' ').collect()).collect();
    for (index, clause) in clauses.iter().enumerate() {
        let next = clauses.get(index + 1).map(Vec::as_slice);
        let form = match clause.as_slice() {
            [v, "==", "1"] if exists(v) => "exprs: exists",
            [v, "==", "0"] if exists(v) => "exprs: not exists",
            [_, "=~", _] => "exprs: matches",
            [_, "!~", _] => "exprs: not matches",
            [v, "||", negated] if negated.starts_with('!') && v.starts_with('(') => "exprs: two booleans",
            [v, ">=", w] if of_event(v) && of_event(w) && next == Some(&[v, "<=", w]) => {
                "exprs: two values, equal"
            }
            [v, "<", w, "||", _, ">", _] if of_event(v.trim_start_matches('(')) && of_event(w) => {
                "exprs: two values, not equal"
            }
            [_, "<", _, "||", _, ">", _] => "exprs: not equal",
            [_, "==", _, "||", _, "==", ..] => "exprs: one of several",
            [v, "<" | "<=" | ">" | ">=", w] if of_event(v) && of_event(w) => "exprs: two values in order",
            [_, "<" | "<=" | ">" | ">=", _] => "exprs: order",
            [_, "==" | "!=", _] => "exprs: equal",
            _ => panic!("no form is known for `{}`", entry.expr),
        };
        forms.insert(form);
    }
    forms
}

fn of_template(template: &Template) -> BTreeSet<&'static str> {
    let mut forms = BTreeSet::new();
    let items = |of: Option<&Json>| match of {
        Some(Json::List(items)) => items.clone(),
        _ => Vec::new(),
    };
    let http = template.template.get("http");
    let trigger = template.parameters.iter().map(|p| serde_json::to_string(p).expect("it is JSON"));
    let trigger: Vec<Json> = trigger.map(|text| Json::parse(&text).expect("it is JSON")).collect();
    let custom = template.template.get("custom");
    let payload = items(http.or(custom).and_then(|call| call.get("payload")));
    let headers = items(http.and_then(|http| http.get("dynamicHeaders")));
    let changed = template.template.get("k8s").or(custom);
    let resource = items(changed.and_then(|changed| changed.get("parameters")));
    let of = |parameter: &Json, key: &str| {
        parameter.get(key).and_then(Json::as_str).unwrap_or_default().to_owned()
    };

    if custom.is_some() && !resource.is_empty() {
        forms.insert("value: with");
    }
    if !headers.is_empty() {
        forms.insert("value: header");
    }
    if http.is_some_and(|http| http.get("secureHeaders").is_some())
        && !(headers.is_empty() && payload.is_empty() && trigger.is_empty())
    {
        forms.insert("value: beside a secret header");
    }
    for parameter in &payload {
        forms.insert(if of(parameter, "dest").is_empty() {
            "value: whole payload"
        } else {
            "value: payload"
        });
    }
    for parameter in &trigger {
        let dest = of(parameter, "dest");
        match dest.rsplit('.').next() {
            _ if dest == "http.url" => forms.insert("value: URL"),
            _ if dest.starts_with("custom.spec.") => forms.insert("value: spec"),
            Some("value") if dest.contains(".payload.") => forms.insert("value: appended in a payload"),
            Some("value") => forms.insert("value: appended in a header"),
            _ => forms.insert("value: either of two events in a payload or header"),
        };
    }
    for list in [&resource, &payload] {
        let within_list =
            |parameter: &Json| of(parameter, "dest").split('.').any(|step| step.parse::<u8>().is_ok());
        if list.iter().any(within_list) {
            forms.insert("value: within a list");
        }
    }
    for list in [&resource, &payload, &headers, &trigger] {
        for (index, parameter) in list.iter().enumerate() {
            let Some(src) = parameter.get("src") else { continue };
            let appends = of(parameter, "operation") == "append";
            if appends {
                forms.insert("value: appended");
                let of_other = |other: &&Json| {
                    of(other, "dest") == of(parameter, "dest")
                        && other.get("src").map(|src| of(src, "dependencyName"))
                            != Some(of(src, "dependencyName"))
                };
                if list.iter().take(index).any(|other| of_other(&other)) {
                    forms.insert("value: text from several events");
                }
            }
            let same = |other: &Json| of(other, "dest") == of(parameter, "dest");
            if !appends && list.iter().take(index).any(same) {
                forms.insert("value: either of two events");
            }
            let (key, raw) = (of(src, "dataKey"), src.get("useRawData") == Some(&Json::Bool(true)));
            let default = key.ends_with("].0") && key.starts_with('[');
            forms.insert(match src.get("value").is_some() {
                _ if !of(src, "contextKey").is_empty() => "value: attribute",
                _ if !of(src, "dataTemplate").is_empty() => continue,
                _ if default && raw => "value: default as JSON",
                true if !key.is_empty() => "value: default as text",
                _ if key.starts_with('!') || key.is_empty() => "value: constant",
                _ if default => "value: default as text",
                _ if raw => "value: path as JSON",
                _ => "value: path as text",
            });
        }
    }
    forms
}
