use crate::make::*;
use aev_plan::duration::GoDuration;
use aev_plan::expr::{Comparator, Expr};
use aev_plan::json::Json;
use aev_plan::model::*;
use aev_plan::wire::{WireError, from_json, schema, to_json};
use proptest::prelude::*;
use std::num::NonZeroU32;
use std::time::Duration;

/// The clauses and options of which the bits are set.
fn flow(bits: u8, texts: &[String], millis: u64) -> Flow {
    let (said, origin) = (|bit: u8| (bits & (1 << bit) != 0).then_some(()), Default::default());
    let span = GoDuration(Duration::from_millis(millis));
    let paths = vec![path_of("a", "body.id"), path_of("b", "body.0")];
    let without = Binding { name: texts.first().cloned().unwrap_or_default(), streams: texts.to_vec() };
    let number = NonZeroU32::new(7).unwrap();
    Flow {
        matching: said(0).map(|()| Match { parts: vec![KeyPart { paths }], origin }),
        within: said(1).map(|()| Within { window: span, origin }),
        count: said(2).map(|()| Count { firings: number, origin }),
        after: said(3).map(|()| After { wait: span, without, origin }),
        debounce: said(4).map(|()| Debounce { quiet: span, origin }),
        batch: said(5).map(|()| Batch { size: number, wait: span, origin }),
        order_by: said(6).map(|()| OrderBy { value: path("body.id"), origin }),
        suspend: said(7).map(|()| Suspend { origin }),
    }
}

fn plan(
    numbers: &[i64],
    texts: &[String],
    deliver: Delivery,
    factor: Option<f64>,
    deep: usize,
    flow: Flow,
) -> Plan {
    let list = Json::List(numbers.iter().map(|number| Json::from(*number)).collect());
    let mut condition = compare(path("a.0"), Comparator::Equal, Expr::Const(list.clone()));
    for _ in 0..deep {
        condition = Expr::Any(vec![
            Expr::Not(Box::new(condition)),
            inside("b", &["1", "12345678901234567890.10"], true),
        ]);
    }
    let text = |index: usize| texts.get(index).cloned().unwrap_or_default();
    let stream = Stream {
        name: "opened".into(),
        from: From::Event { source: "github".into(), event: text(0) },
        transform: Some(Transform::Script(Script {
            language: ScriptLanguage::Jq,
            text: text(2),
            origin: Default::default(),
        })),
        predicate: Predicate::Aev(condition),
        declared: true,
        description: texts.first().cloned(),
        raw: None,
        origin: Default::default(),
    };
    let http = Http {
        url: Expr::Concat(vec![Expr::text(text(1)), path("x")]),
        method: "POST".into(),
        headers: vec![Header {
            name: "A".into(),
            value: HeaderValue::Secret(SecretRef { name: text(2), key: "k".into() }),
        }],
        payload: Some(Expr::Object(vec![(text(3), Expr::Const(list))])),
        timeout: Some("1m30s".parse().unwrap()),
        basic_auth: None,
    };
    let trigger = Trigger {
        name: "build".into(),
        on: Condition::Or(vec![Condition::Stream("opened".into()), Condition::And(vec![])]),
        bindings: vec![Binding { name: "e".into(), streams: vec!["opened".into()] }],
        action: Action::Http(Box::new(http)),
        deliver,
        resets: vec![Reset { cron: "0 0 * * *".into(), zone: texts.first().cloned() }],
        rate: Some(Rate { count: NonZeroU32::MIN, per: RateUnit::Hour }),
        max_running: Some(4),
        max_running_origin: Default::default(),
        flow,
        retry: Some(Retry { steps: Some(3), duration: None, factor, jitter: None }),
        success: Some(Success::Status(vec![200])),
        on_failure: None,
        description: None,
        raw: None,
        origin: Default::default(),
    };
    let sensor = Sensor {
        name: "s".into(),
        bus: None,
        service_account: None,
        streams: vec![stream],
        triggers: vec![trigger],
        workload: Default::default(),
        description: None,
        raw: None,
        origin: Default::default(),
    };
    Plan { name: "p".into(), sensors: vec![sensor], files: texts.to_vec(), ..Plan::default() }
}

proptest! {
    #[test]
    fn survives_its_json(
        numbers in prop::collection::vec(any::<i64>(), 0..4),
        texts in prop::collection::vec(any::<String>(), 0..5),
        once: bool,
        factor in prop::option::of(-1e9..1e9),
        deep in 0..10_usize,
        bits: u8,
        millis in 0..1_000_000_000_u64,
    ) {
        let deliver = if once { Delivery::AtMostOnce } else { Delivery::AtLeastOnce };
        let plan = plan(&numbers, &texts, deliver, factor, deep, flow(bits, &texts, millis));
        let text = to_json(&plan).unwrap();
        let read = from_json(&text).unwrap();
        prop_assert_eq!(&read, &plan);
        prop_assert_eq!(to_json(&read).unwrap(), text);
    }
}

#[test]
fn the_version_decides_who_may_read() {
    let text = to_json(&Plan { name: "p".into(), ..Plan::default() }).unwrap();
    assert!(text.starts_with("{\n  \"version\": \"1.5\""), "{text}");
    let with = |version: &str| text.replace("1.5", version);
    assert!(from_json(&with("1.7")).is_ok());
    assert_eq!(from_json(&with("2.0")), Err(WireError::NewerMajor { found: "2.0".into() }));
    for wrong in ["", "1", "1.x", "+1.0", "0.1", "1.0.0"] {
        assert_eq!(from_json(&with(wrong)), Err(WireError::Version(wrong.into())), "{wrong}");
    }
    let added = text.replace("\"name\"", "\"without\": \"1h\", \"name\"");
    assert!(matches!(from_json(&added), Err(WireError::Invalid(problem)) if problem.contains("without")));
    let newer = added.replace("1.5", "1.6");
    assert!(
        matches!(from_json(&newer), Err(WireError::NewerMinor { problem, .. }) if problem.contains("without"))
    );
    assert!(matches!(from_json("{}"), Err(WireError::Invalid(_))));
    for (text, words) in [
        ("", "this is no plan: the JSON ends too early (line 1, column 1)"),
        ("[1", "this is no plan: the JSON ends too early (line 1, column 3)"),
        ("{\"version\": 1.0}", "this is no plan: it has no `version`, which is text like `\"1.0\"`"),
        ("{\"version\": \"1.0\"}", "this is no plan: the field `plan` is missing (line 1, column 18)"),
        (
            "{\"version\": \"1.0\",\n\"plan\": []}",
            "this is no plan: expected an object, found a list (line 2, column 10)",
        ),
    ] {
        assert_eq!(from_json(text).unwrap_err().to_string(), words);
    }
}

#[test]
fn the_schema_knows_every_top_level_field() {
    let schema = serde_json::to_value(schema()).unwrap();
    assert_eq!(schema["title"], "aev plan");
    assert_eq!(schema["required"], serde_json::json!(["version", "plan"]));
    let properties = schema["$defs"]["Plan"]["properties"].as_object().unwrap();
    let plan = serde_json::to_value(Plan { files: vec!["x".into()], ..Plan::default() }).unwrap();
    for field in plan.as_object().unwrap().keys() {
        assert!(properties.contains_key(field), "{field}");
    }
}
