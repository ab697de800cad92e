//! What is emitted can be lifted, and is the same pipeline.

use crate::build::*;
use aev_argo::lift::{Document, Problem};
use aev_plan::Plan;
use aev_plan::duration::GoDuration;
use aev_plan::expr::{Attribute, Comparator, Expr, Path};
use aev_plan::json::Json;
use aev_plan::model::{
    Action, Binding, Bus, Condition, Delivery, Fallback, From, Header, HeaderValue, LabelPolicy, Predicate,
    Rate, RateUnit, Reset, Retry, SecretRef, Stream, Success, Trigger,
};
use aev_plan::origin::Origin;
use proptest::prelude::*;
use std::num::NonZeroU32;
use std::time::Duration;

const NAMES: [&str; 6] = ["opened", "large-orders", "b_2", "paid", "x", "Types"];
const STEPS: [&str; 7] =
    ["body.a", "body.b.0", "body.c-d.-1", "body", "header.X-Id.0", "body.a/b.@x", "body.1.in"];

fn path(event: &'static str) -> impl Strategy<Value = Path> {
    (prop::sample::select(STEPS.to_vec()), any::<bool>())
        .prop_map(move |(steps, certain)| Path { certain, ..path_of(event, steps) })
}

fn scalar() -> impl Strategy<Value = Expr> {
    let texts = ["", "x", "42", "it's", "2020-01-02", "a]b", "é\n", "true", "{{x}}", "null"];
    prop_oneof![
        prop::sample::select(texts.to_vec()).prop_map(Expr::text),
        any::<i64>().prop_map(|n| Expr::Const(Json::from(n))),
        any::<bool>().prop_map(|b| Expr::Const(Json::Bool(b))),
        Just(Expr::Const(Json::Null)),
        prop::sample::select(vec!["1.5", "1e3", "-0.25"]).prop_map(constant),
    ]
}

fn operand() -> impl Strategy<Value = Expr> {
    prop_oneof![
        3 => path("e").prop_map(Expr::Path),
        1 => (path("e"), scalar()).prop_map(|(path, fallback)| default(Expr::Path(path), fallback)),
        1 => scalar(),
        1 => prop::sample::select(vec![Attribute::Source, Attribute::Type, Attribute::Subject]).prop_map(attribute),
    ]
}

fn comparator() -> impl Strategy<Value = Comparator> {
    use Comparator::*;
    prop::sample::select(vec![Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual])
}

fn condition() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        (operand(), comparator(), operand()).prop_map(|(left, op, right)| compare(left, op, right)),
        (operand(), any::<bool>()).prop_map(|(value, negated)| one_of(value, &[r#""x""#, r#""y""#], negated)),
        (operand(), any::<bool>()).prop_map(|(value, negated)| matches(value, r"^v\d+'", negated)),
        path("e").prop_map(Expr::Exists),
        operand(),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(not),
            prop::collection::vec(inner.clone(), 1..3).prop_map(Expr::All),
            prop::collection::vec(inner, 1..3).prop_map(Expr::Any),
        ]
    })
}

fn streams() -> impl Strategy<Value = Vec<Stream>> {
    let predicate = prop_oneof![Just(Predicate::Always), condition().prop_map(Predicate::Aev)];
    prop::collection::vec((predicate, any::<prop::sample::Index>(), any::<bool>()), 1..5).prop_map(|parts| {
        let mut streams: Vec<Stream> = Vec::new();
        for ((predicate, base, refines), name) in parts.into_iter().zip(NAMES) {
            let mut stream = stream(name, predicate);
            if refines && !streams.is_empty() {
                stream.from = From::Stream(streams[base.index(streams.len())].name.clone());
            }
            streams.push(stream);
        }
        streams
    })
}

fn on(names: Vec<String>) -> impl Strategy<Value = Condition> {
    let leaf = prop::sample::select(names).prop_map(Condition::Stream);
    leaf.prop_recursive(3, 6, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::And),
            prop::collection::vec(inner, 2..4).prop_map(Condition::Or),
        ]
    })
}

/// A value that needs only the event `e`.
fn value() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        2 => path("e").prop_map(Expr::Path),
        1 => path("e").prop_map(|path| text(Expr::Path(path))),
        1 => scalar(),
        1 => (path("e"), scalar()).prop_map(|(path, fallback)| default(Expr::Path(path), fallback)),
        1 => (scalar(), path("e"), scalar()).prop_map(|(a, path, b)| Expr::Concat(vec![a, Expr::Path(path), b])),
        1 => prop::sample::select(vec![Attribute::Id, Attribute::Time, Attribute::Context]).prop_map(attribute),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        let keys = prop::sample::subsequence(vec!["a", "b.c", "x/y", "Z"], 0..4);
        let members = (keys, prop::collection::vec(inner.clone(), 4));
        prop_oneof![
            members.prop_map(|(keys, values)| Expr::Object(
                keys.into_iter().map(str::to_owned).zip(values).collect()
            )),
            prop::collection::vec(inner, 0..3).prop_map(Expr::List),
        ]
    })
}

fn action() -> impl Strategy<Value = Action> {
    let object = value().prop_map(|value| {
        let member = |key: &str, value| (key.to_owned(), value);
        let metadata = Expr::Object(vec![member("name", Expr::text("made"))]);
        Action::K8sCreate(Expr::Object(vec![
            member("apiVersion", Expr::text("v1")),
            member("kind", Expr::text("ConfigMap")),
            member("metadata", metadata),
            member("data", value),
        ]))
    });
    let header =
        |(name, value): (&str, Expr)| Header { name: name.to_owned(), value: HeaderValue::Text(text(value)) };
    let secret = Header {
        name: "Authorization".to_owned(),
        value: HeaderValue::Secret(SecretRef { name: "s".to_owned(), key: "k".to_owned() }),
    };
    let call = (prop::option::of(value()), value(), value()).prop_map(move |(payload, url, id)| {
        let url = Expr::Concat(vec![Expr::text("http://a/"), url]);
        let is_text = |expr: &Expr| !matches!(expr, Expr::Object(_) | Expr::List(_));
        let headers =
            Some(header(("X-Id", id.clone()))).filter(|_| is_text(&id)).into_iter().chain([secret.clone()]);
        let url = if matches!(&url, Expr::Concat(parts) if parts.iter().all(is_text)) {
            url
        } else {
            Expr::text("http://b")
        };
        Action::Http(Box::new(aev_plan::model::Http { url, headers: headers.collect(), payload, ..http() }))
    });
    prop_oneof![Just(Action::Log), object, call]
}

fn retry() -> impl Strategy<Value = Retry> {
    let number = || prop::option::of(prop::sample::select(vec![0.0, 0.5, 1.0, 2.5]));
    (prop::option::of(1..9_u32), prop::option::of(1..10_000_000_u64), number(), number()).prop_map(
        |(steps, micros, factor, jitter)| Retry {
            steps,
            duration: micros.map(|micros| GoDuration(Duration::from_micros(micros))),
            factor,
            jitter,
        },
    )
}

fn success(action: &Action, chosen: u8) -> Option<Success> {
    match (action, chosen) {
        (Action::Http(_), 0) => Some(Success::AnyStatus),
        (Action::Http(_), 1) => Some(Success::Status(vec![200, 404])),
        (Action::K8sCreate(_), 0) => Some(Success::Labels(LabelPolicy {
            labels: [("done".to_owned(), "on".to_owned())].into(),
            backoff: Some(Retry { steps: Some(3), ..Retry::default() }),
            error_on_backoff_timeout: true,
        })),
        _ => None,
    }
}

fn trigger_on(names: Vec<String>) -> impl Strategy<Value = Trigger> {
    let rest = (action(), prop::option::of(retry()), any::<bool>(), 0..3_u8, prop::option::of(action()));
    (on(names), rest).prop_map(|(on, (action, retry, once, chosen, fallback))| {
        let mut streams = Vec::new();
        collect(&on, &mut streams);
        let deliver = if once { Delivery::AtMostOnce } else { Delivery::AtLeastOnce };
        let success = success(&action, chosen);
        let fallback = fallback.filter(|_| !once).map(|action| {
            Box::new(Fallback {
                name: "failed".to_owned(),
                success: self::success(&action, chosen),
                action,
                retry: retry.clone(),
                description: None,
                raw: None,
                origin: Origin::default(),
            })
        });
        let mut trigger = trigger("t", on, &[], action);
        trigger.bindings = vec![Binding { name: "e".to_owned(), streams }];
        let per = [RateUnit::Second, RateUnit::Minute, RateUnit::Hour][usize::from(chosen)];
        let rate = NonZeroU32::new(u32::from(chosen) * 7).map(|count| Rate { count, per });
        let zone = once.then(|| "Europe/Berlin".to_owned());
        let resets = vec![Reset { cron: "*/5 0 1 * mon".to_owned(), zone }; usize::from(chosen)];
        Trigger { deliver, resets, rate, retry, success, on_failure: fallback, ..trigger }
    })
}

fn collect(on: &Condition, names: &mut Vec<String>) {
    match on {
        Condition::Stream(name) if !names.contains(name) => names.push(name.clone()),
        Condition::Stream(_) => {}
        Condition::And(parts) | Condition::Or(parts) => parts.iter().for_each(|part| collect(part, names)),
    }
}

pub fn plans() -> impl Strategy<Value = Plan> {
    streams().prop_flat_map(|streams| {
        let names: Vec<String> = streams.iter().map(|stream| stream.name.clone()).collect();
        let triggers = prop::collection::vec(trigger_on(names), 1..3);
        (Just(streams), triggers, prop::option::of(Just("shop")), any::<bool>()).prop_map(
            |(streams, mut triggers, namespace, bus)| {
                for (index, trigger) in triggers.iter_mut().enumerate() {
                    trigger.name = format!("t{index}");
                }
                let mut plan = plan(streams, triggers);
                plan.namespace = namespace.map(str::to_owned);
                plan.labels = namespace.iter().map(|_| ("on".to_owned(), "1".to_owned())).collect();
                if bus {
                    plan.buses.push(Bus {
                        name: "stream".to_owned(),
                        kind: "jetstream".to_owned(),
                        config: self::constant_json(r#"{"version": "latest", "replicas": 3}"#),
                        description: None,
                        raw: None,
                        origin: Origin::default(),
                    });
                    plan.sources[0].bus = Some("stream".to_owned());
                    plan.sensors[0].bus = Some("stream".to_owned());
                }
                plan
            },
        )
    })
}

fn constant_json(text: &str) -> Json {
    serde_json::from_str(text).unwrap()
}

/// A condition in the shape that a text has: no `and` in an `and`, and nothing with one part.
fn flat(condition: &Condition) -> Condition {
    let parts = |parts: &[Condition]| parts.iter().map(flat).collect::<Vec<_>>();
    match condition {
        Condition::Stream(name) => Condition::Stream(name.clone()),
        Condition::And(inner) => Condition::And(
            parts(inner)
                .into_iter()
                .flat_map(|part| if let Condition::And(inner) = part { inner } else { vec![part] })
                .collect(),
        ),
        Condition::Or(inner) => Condition::Or(
            parts(inner)
                .into_iter()
                .flat_map(|part| if let Condition::Or(inner) = part { inner } else { vec![part] })
                .collect(),
        ),
    }
}

/// Argo has no word for what aev assumes of an HTTP call, so it is written.
fn written(action: &Action, success: &Option<Success>) -> Option<Success> {
    match (action, success) {
        (Action::Http(_), None) => Some(Success::Status(vec![200, 201, 202, 203, 204, 205, 206])),
        (_, success) => success.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_emitted_can_be_lifted(plan in plans()) {
        let Ok(manifests) = aev_argo::emit(&plan) else { return Err(TestCaseError::reject("refused")) };
        let text = manifests.to_yaml();
        prop_assert_eq!(aev_argo::emit(&plan).map(|again| again.to_yaml()), Ok(text.clone()));
        let lifted = aev_argo::lift(&[Document { name: "p.yaml", text: &text }]);
        prop_assert!(lifted.is_ok(), "{lifted:?}\n{text}");
        let (lifted, findings) = lifted.unwrap();
        let others = findings.iter().filter(|finding| !matches!(finding.problem, Problem::OtherObject { .. }));
        prop_assert_eq!(others.count(), 0, "{:?}\n{}", findings, text);

        prop_assert_eq!((&lifted.name, &lifted.namespace, &lifted.labels), (&plan.name, &plan.namespace, &plan.labels));
        prop_assert_eq!(&lifted.buses, &plan.buses);
        prop_assert_eq!(&lifted.sources, &plan.sources);
        let (before, after) = (&plan.sensors[0], &lifted.sensors[0]);
        let mut used = Vec::new();
        before.triggers.iter().for_each(|trigger| collect(&trigger.on, &mut used));
        let names: Vec<&String> = before.streams.iter().map(|stream| &stream.name).filter(|name| used.contains(name)).collect();
        prop_assert_eq!(after.streams.iter().map(|stream| &stream.name).collect::<Vec<_>>(), names);
        for stream in &after.streams {
            prop_assert_eq!(&stream.from, &From::Event { source: "hook".to_owned(), event: "hook".to_owned() });
        }
        prop_assert_eq!(after.triggers.len(), before.triggers.len());
        for (after, before) in after.triggers.iter().zip(&before.triggers) {
            prop_assert_eq!((&after.name, &after.on, after.deliver, &after.retry), (&before.name, &flat(&before.on), before.deliver, &before.retry));
            prop_assert_eq!(&after.success, &written(&before.action, &before.success));
            prop_assert!(matches!(after.action, Action::Argo(_)));
            prop_assert_eq!(after.on_failure.is_some(), before.on_failure.is_some());
            if let (Some(after), Some(before)) = (&after.on_failure, &before.on_failure) {
                prop_assert_eq!((&after.name, &after.retry), (&before.name, &before.retry));
                prop_assert_eq!(&after.success, &written(&before.action, &before.success));
            }
        }
        // Lifted plans are in Argo's own form, so they are emitted as they came.
        let again = aev_argo::emit(&Plan { sensors: lifted.sensors.clone(), ..lifted });
        let sensor = |manifests: &aev_argo::Manifests| manifests.objects.last().map(|object| object.node.get("spec").cloned());
        prop_assert_eq!(again.as_ref().map(sensor), Ok(sensor(&manifests)));
    }
}
