//! Every kind of source and bus, with every field: what is emitted comes back.

use aev_argo::lift::{Document, Problem, lift};
use aev_catalogue::{BUSES, Block, Rule, SOURCES, Shape};
use aev_plan::Plan;
use aev_plan::json::Json;
use aev_plan::model::{Bus, Event, Source};

/// Something that may stand in a field, as a plan has it.
fn sample(shape: &Shape) -> Json {
    match shape {
        Shape::Bool => Json::Bool(true),
        Shape::Int { max, .. } => Json::from(*max),
        Shape::Number { .. } | Shape::Bytes | Shape::Seconds => Json::from(7),
        Shape::Port | Shape::QuotedInt { .. } => Json::from("7"),
        Shape::Secret | Shape::ConfigMap => {
            [("name", Json::from("n")), ("key", Json::from("k"))].into_iter().collect()
        }
        Shape::Enum(values) => Json::from(values[0]),
        Shape::Cron => Json::from("0 2 * * *"),
        Shape::Duration => Json::from("1m0s"),
        Shape::List(of) => Json::List(vec![sample(of)]),
        Shape::Map(of) => [("any", sample(of))].into_iter().collect(),
        Shape::Record(block) => whole(block),
        Shape::Object => [("any", Json::from("text"))].into_iter().collect(),
        _ => Json::from("text"),
    }
}

fn whole(block: &Block) -> Json {
    // Of fields that exclude each other the first ones.
    let excluded: Vec<&str> = block
        .rules
        .iter()
        .flat_map(|rule| match rule {
            Rule::ExactlyOne(groups) | Rule::AtMostOne(groups) => {
                groups.iter().skip(1).flat_map(|group| group.iter().copied()).collect()
            }
            _ => Vec::new(),
        })
        .collect();
    let fields = block.fields.iter().filter(|field| !excluded.contains(&field.name));
    fields.map(|field| (field.name, sample(&field.shape))).collect()
}

fn again(plan: &Plan) -> Plan {
    let text = aev_argo::emit(plan).unwrap().to_yaml();
    let (lifted, findings) = lift(&[Document { name: "p.yaml", text: &text }]).unwrap();
    // Roles come with a source that watches, and are no part of a pipeline.
    let others = findings.iter().filter(|finding| !matches!(finding.problem, Problem::OtherObject { .. }));
    assert_eq!(others.count(), 0, "{findings:?}\n{text}");
    lifted
}

#[test]
fn every_source_comes_back() {
    for kind in SOURCES {
        let event = Event {
            name: "e".to_owned(),
            kind: kind.name.to_owned(),
            config: whole(kind.block),
            verify: None,
            condition: None,
            description: None,
            raw: None,
            origin: Default::default(),
        };
        let source = Source {
            name: "s".to_owned(),
            external: false,
            bus: None,
            events: vec![event],
            workload: Default::default(),
            service: aev_plan::model::Service::default(),
            description: None,
            raw: None,
            origin: Default::default(),
        };
        let plan = Plan { namespace: Some("ns".to_owned()), sources: vec![source], ..Plan::default() };
        assert_eq!(again(&plan).sources, plan.sources, "{}", kind.name);
    }
}

#[test]
fn every_bus_comes_back() {
    for kind in BUSES.iter().filter(|kind| kind.targets.argo.accepts()) {
        let bus = Bus {
            name: "default".to_owned(),
            kind: kind.name.to_owned(),
            config: whole(kind.block),
            description: None,
            raw: None,
            origin: Default::default(),
        };
        let plan = Plan { buses: vec![bus], ..Plan::default() };
        assert_eq!(again(&plan).buses, plan.buses, "{}", kind.name);
    }
}
