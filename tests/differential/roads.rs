//! The two roads from a file to a decision, and what must be the same at their ends.

use aev_argo::lift::Document;
use aev_engine::Timestamp;
use aev_engine::trial::{Sent, Trial, Verdict};
use aev_language::compile::{Options, compile};
use aev_plan::Plan;
use aev_plan::argo::Operation;
use aev_plan::duration::GoDuration;
use aev_plan::finished::{Finished, FinishedPatch};
use aev_plan::json::{Json, Number};
use aev_script::Bounded;
use std::time::Duration;

/// For an HTTP call that has none in the file.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// A pipeline on both roads.
pub struct Roads {
    /// compile → plan
    pub lowered: Plan,
    /// compile → manifests → plan
    pub lifted: Plan,
    /// What stands between the two on the second road.
    pub yaml: String,
}

/// What a foreign server has made, for `with` to change. The same changes may be said in one or in several steps.
const RESOURCE: &str =
    r#"{"a":{"b":"text","x.y":null},"l":[{"name":"m","v":1},{"name":"n","v":{"w":true}}],"t":-1.50}"#;

/// Why a pipeline does not get that far.
#[derive(Debug)]
pub enum Stop {
    /// The file has an error: its code and the words of the first one.
    Compile(String),
    /// Argo Events cannot do it: the first reason.
    Refused(String),
}

impl Roads {
    pub fn build(text: &str) -> Result<Roads, Stop> {
        let compiled = compile("p.aev", text, &Options { target: None });
        let Some(lowered) = compiled.plan else {
            let error = compiled.diagnostics.iter().find(|d| d.is_error()).expect("no plan, so an error");
            return Err(Stop::Compile(format!("{} {}", error.code, words(&error.message))));
        };
        let manifests = aev_argo::emit(&lowered).map_err(|refusals| {
            Stop::Refused(reason(&refusals.first().expect("it refused something").reason))
        })?;
        let yaml = manifests.to_yaml();
        let lifted = lift(&lowered, &yaml).unwrap_or_else(|findings| panic!("{text}\n{yaml}\n{findings}"));
        Ok(Roads { lowered, lifted, yaml })
    }

    /// Both roads with nothing sent yet.
    pub fn start(&self) -> Pair {
        Pair::new(&self.lowered, &self.lifted)
    }
}

/// A message without what it quotes.
fn words(message: &str) -> String {
    message.split('`').step_by(2).collect::<Vec<_>>().join("…")
}

/// The plan of the manifests of a pipeline. Manifests say nothing of the sources of others, but their events are sent all
/// the same.
pub fn lift(lowered: &Plan, yaml: &str) -> Result<Plan, String> {
    let documents = [Document { name: "p.yaml", text: yaml }];
    let (mut plan, _) = aev_argo::lift(&documents).map_err(|findings| format!("{findings:#?}"))?;
    plan.sources.extend(lowered.sources.iter().filter(|source| source.external).cloned());
    Ok(plan)
}

/// The name of a reason, without what it is about.
fn reason(reason: &aev_argo::refusal::Reason) -> String {
    use aev_argo::refusal::{NoFilterForm, NoValueForm, Reason};
    let shown = match reason {
        Reason::NoFilterForm(NoFilterForm::Attribute { .. }) => "filter: Attribute".to_owned(),
        Reason::NoFilterForm(form) => format!("filter: {form:?}"),
        Reason::NoValueForm(NoValueForm::NumericKey { .. }) => "value: NumericKey".to_owned(),
        Reason::NoValueForm(form) => format!("value: {form:?}"),
        other => format!("{other:?}"),
    };
    shown.split([' ', '{', '(']).take(if shown.contains(": ") { 2 } else { 1 }).collect::<Vec<_>>().join(" ")
}

/// Two trials that are sent the same events.
pub struct Pair {
    lowered: Trial,
    lifted: Trial,
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Filters with whether they passed, by name.
    pub filters: Vec<(String, bool)>,
    /// Triggers that fired.
    pub fired: Vec<String>,
    /// Their actions; why there is none is said in other words on each road.
    pub actions: Vec<(String, Option<Finished>)>,
}

impl Pair {
    pub fn new(lowered: &Plan, lifted: &Plan) -> Pair {
        let trial = |plan: &Plan| Trial::new(plan, &Bounded).unwrap_or_else(|error| panic!("{error}"));
        Pair { lowered: trial(lowered), lifted: trial(lifted) }
    }

    pub fn send(&mut self, event: &str, data: &str) -> (Outcome, Outcome) {
        let (lowered, lifted) = self.verdicts(event, data);
        compared(&lowered, &lifted)
    }

    pub fn verdicts(&mut self, event: &str, data: &str) -> (Verdict, Verdict) {
        let sent = Sent::new(event, data.to_owned()).unwrap_or_else(|error| panic!("{error}\n{data}"));
        let now = Timestamp::default();
        let send =
            |trial: &mut Trial| trial.send(&sent, now).unwrap_or_else(|error| panic!("{error}\n{data}"));
        (send(&mut self.lowered), send(&mut self.lifted))
    }
}

/// What of two verdicts must be the same.
///
/// Seven differences are by design and are taken out here, and nowhere else:
/// - A Sensor has the filters that some trigger names, with those that they refine folded into them. So filters are
///   compared where both roads have them; what the others decide shows in those.
/// - Objects are the same whatever the order of their members, and so are headers: Argo's parameters set members one by
///   one, after the literal ones.
/// - A number that is no integer may be written otherwise: Argo writes it anew, and JSON has no other meaning for `1.50`
///   than for `1.5`. The digits of integers are compared.
/// - A body that is text as a whole is sent without quotes, so `"true"` and `true` are the same to whoever gets it, and so
///   are empty text and no body.
/// - A call without a timeout of its own gets the same one on both roads: from whoever makes it, or from Argo's template.
/// - What `with` changes may take several steps in Argo; what has become of a resource is compared.
/// - Why an action cannot be finished is said in other words.
pub fn compared(lowered: &Verdict, lifted: &Verdict) -> (Outcome, Outcome) {
    let outcome = |verdict: &Verdict, other: &Verdict| {
        let in_other = |name: &str| other.filters.iter().any(|filter| filter.name == name);
        let filters = verdict.filters.iter().filter(|filter| in_other(&filter.name));
        let mut filters: Vec<_> = filters.map(|filter| (filter.name.clone(), filter.passed)).collect();
        filters.sort();
        let actions = verdict.actions.iter();
        let actions =
            actions.map(|tried| (tried.trigger.clone(), tried.action.as_ref().ok().map(sorted))).collect();
        Outcome { filters, fired: verdict.fired.clone(), actions }
    };
    (outcome(lowered, lifted), outcome(lifted, lowered))
}

fn sorted(finished: &Finished) -> Finished {
    match finished.clone() {
        Finished::K8sCreate { object } => Finished::K8sCreate { object: by_key(object) },
        Finished::Http(mut http) => {
            http.timeout = http.timeout.or(Some(GoDuration(DEFAULT_TIMEOUT)));
            http.headers.sort_by(|(a, _), (b, _)| a.cmp(b));
            http.body = http.body.map(sent).filter(|body| *body != Json::from("")).map(by_key);
            Finished::Http(http)
        }
        Finished::Nats(mut message) => {
            message.body = by_key(sent(message.body));
            Finished::Nats(message)
        }
        Finished::Custom(mut custom) => {
            custom.spec.sort();
            let resource = match aev_dialects::parameters::patch(RESOURCE, &custom.patches) {
                Ok(text) => by_key(Json::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))),
                Err(_) => Json::Null,
            };
            let patch =
                FinishedPatch { dest: String::new(), operation: Operation::Overwrite, value: resource };
            custom.patches = if custom.patches.is_empty() { Vec::new() } else { vec![patch] };
            custom.payload = custom.payload.map(|payload| by_key(sent(payload)));
            Finished::Custom(custom)
        }
        log @ Finished::Log { .. } => log,
    }
}

fn by_key(json: Json) -> Json {
    match json {
        Json::Object(members) => {
            let mut members: Vec<_> = members.into_iter().map(|(key, value)| (key, by_key(value))).collect();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            Json::Object(members)
        }
        Json::List(items) => Json::List(items.into_iter().map(by_key).collect()),
        Json::Number(number) => Json::Number(canonical(&number)),
        scalar => scalar,
    }
}

fn canonical(number: &Number) -> Number {
    match number.as_str().bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        true => number.clone(),
        false => Number::parse(&number.as_f64().to_string()).unwrap_or_else(|| number.clone()),
    }
}

/// The body as whoever gets it reads it.
fn sent(body: Json) -> Json {
    match &body {
        Json::String(text) => Json::parse(text).unwrap_or(body),
        _ => body,
    }
}
