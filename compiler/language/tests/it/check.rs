//! What the checker says: each mistake once, at its place.

use aev_language::compile::{Compiled, Options, Target, compile};
use aev_language::diagnostics::{Format, Sources, render};

/// A source, so that a case can be about something else.
pub const SHOP: &str = "source shop: webhook<{ id: string, total: number, note?: string, state: \"open\" | \"paid\", who: string | null, items: list<{ sku: string }>, paid: bool }> { endpoint: \"/o\", port: 12000, method: \"POST\" }\n";

pub fn compiled(text: &str, target: Option<Target>) -> Compiled {
    compile("test.aev", text, &Options { target })
}

/// What was said, as a person reads it.
pub fn shown(text: &str, compiled: &Compiled) -> String {
    let mut sources = Sources::default();
    sources.add("test.aev", text);
    compiled.diagnostics.iter().map(|d| render(d, &sources, Format::Human { colour: false })).collect()
}

/// Compiles a text in which `«…»` stands around the place of its one mistake; gives what is not as expected.
fn mismatch(code: u16, marked: &str, target: Option<Target>) -> Option<String> {
    let start = marked.find('«')?;
    let text = marked.replace(['«', '»'], "");
    let end = marked.find('»')? - '«'.len_utf8();
    let compiled = compiled(&text, target);
    let said = shown(&text, &compiled);
    let context =
        format!("expected AEV{code:04} at `{}` for\n{text}\nand got\n{said}", text.get(start..end)?);
    let [found] = compiled.diagnostics.as_slice() else { return Some(context) };
    let span = found.labels[0].span;
    let mended = found.fix.iter().all(|fix| {
        let mut mended = text.clone();
        for (at, new) in fix.edits.iter().rev() {
            mended.replace_range(at.start as usize..at.end as usize, new);
        }
        // Behind the mistake another may show; the same one may not.
        self::compiled(&mended, target).diagnostics.iter().all(|left| left.code != found.code)
    });
    let right = found.code.number() == code
        && (span.start as usize, span.end as usize) == (start, end)
        && compiled.plan.is_some() != found.is_error()
        && mended;
    (!right).then_some(context)
}

pub fn all_of(cases: impl IntoIterator<Item = (u16, String)>, target: Option<Target>) {
    let wrong: Vec<String> = cases
        .into_iter()
        .filter_map(|(code, text)| match text.contains('«') {
            true => mismatch(code, &text, target),
            false => Some(format!("no mark in {text}")),
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n----\n"));
}

pub fn case(code: u16, marked: &str, target: Option<Target>) {
    all_of([(code, marked.to_owned())], target);
}

fn cases(cases: &[(u16, &str)]) {
    all_of(cases.iter().map(|(code, text)| (*code, (*text).to_owned())), None);
}

/// Cases about an action on `shop as o`.
pub fn actions(list: &[(u16, &str)]) {
    let whole = |action: &str| format!("{SHOP}trigger t on shop as o {{ {action} }}\n");
    all_of(list.iter().map(|(code, action)| (*code, whole(action))), None);
}

/// Cases about a `where` on `shop as o`.
fn conditions(list: &[(u16, &str)]) {
    let whole = |condition: &str| {
        format!("{SHOP}filter f from shop as o where {condition}\ntrigger t on f {{ log }}\n")
    };
    all_of(list.iter().map(|(code, condition)| (*code, whole(condition))), None);
}

/// Cases about the fields of a source.
pub fn sources(list: &[(u16, &str)]) {
    let whole = |block: &str| format!("source s: {block}\ntrigger t on s {{ log }}\n");
    all_of(list.iter().map(|(code, block)| (*code, whole(block))), None);
}

#[test]
fn names_that_stand_for_nothing() {
    cases(&[
        (
            101,
            "source shop: webhook { endpoint: \"/o\", port: 1, method: \"POST\" }\ntrigger t on «shpo» { log }",
        ),
        (101, "trigger t on «anything» { log }"),
        (101, "external source a { event b: webhook }\ntrigger t on «b» { log }"),
        (101, "filter f from «nowhere»\ntrigger t on f { log }"),
        (106, "external source a { event b: webhook, event c: webhook }\ntrigger t on «a» { log }"),
        (106, "external source a: webhook\ntrigger t on «a.b» { log }"),
        (106, "external source a: webhook\nfilter f from a\ntrigger t on «f.x» { log }"),
        (107, "external source a { event placed: webhook }\ntrigger t on a.«plased» { log }"),
        (108, "external source a: webhook<«Ordr»>\ntype Order { id: string }\ntrigger t on a { log }"),
        (109, "pipeline p { bus: «strem» }\nbus stream: embedded"),
        (112, "external source a: webhook\ntrigger t on a { http { url: «lowr»(a.body.x) } }"),
    ]);
    actions(&[
        (102, "workflow.run \"t\" { a: «shop».body.id }"),
        (102, "workflow.run \"t\" { a: «id» }"),
        (205, "workflow.run \"t\" { a: o::«idd» }"),
        (205, "workflow.run \"t\" { a: o.body::«id» }"),
    ]);
}

#[test]
fn one_mistake_in_several_places_is_one_message() {
    cases(&[
        (
            102,
            "external source a: webhook\ntrigger t on a as e { workflow.run \"t\" { x: «f».body.x, y: f.body.y } }",
        ),
        (101, "filter f from «nowhere»\nfilter g from nowhere\ntrigger t on f and g { log }"),
        (
            201,
            "external source a: webhook<{ id: string }>\ntrigger t on a as e { workflow.run \"t\" { x: e.body.«idd», y: e.body.idd } }",
        ),
    ]);
}

#[test]
fn names_that_stand_for_two_things() {
    cases(&[
        (103, "external source a: webhook\nexternal source «a»: webhook\ntrigger t on a { log }"),
        (103, "external source a: webhook\nfilter «a» from a\ntrigger t on a { log }"),
        (103, "external source a: webhook\ntrigger t on a { log }\ntrigger «t» on a { log }"),
        (103, "external source a: webhook\ntrigger t on a { log on-failure «t» { log } }"),
        (103, "external source a { event b: webhook, event «b»: webhook }\ntrigger t on a.b { log }"),
        (103, "external source a: webhook<T>\ntype T { x: int, «x»: int }\ntrigger t on a { log }"),
        (104, "external source a-b: webhook\nexternal source «a_b»: webhook\ntrigger t on a-b { log }"),
        (105, "filter «a» from b\nfilter b from a\ntrigger t on a { log }"),
        (105, "filter «a» from a\ntrigger t on a { log }"),
        (
            110,
            "external source a { event x: webhook }\nexternal source b { event x: webhook }\ntrigger t on a.x and b.«x» { log }",
        ),
        (
            113,
            "external source a { event x: webhook }\nfilter «a-x» from a.x as e where e.body.n == 1\ntrigger t on a.x { log }\ntrigger u on a-x { log }",
        ),
        (
            113,
            "external source a { event b-c: webhook }\nexternal source a-b { event «c»: webhook }\ntrigger t on a.b-c and a-b.c { log }",
        ),
    ]);
}

#[test]
fn names_that_kubernetes_refuses() {
    cases(&[
        (111, "pipeline «My_Pipeline»"),
        (111, "pipeline p { namespace: «\"Shop\"» }"),
        (111, "external source «Shop»: webhook\ntrigger t on Shop { log }"),
        (111, "pipeline «a12345678901234567890123456789012345678901234567890123456789012345»"),
        (111, "pipeline p { namespace: «\"my.shop\"» }"),
        (111, "external source a: webhook\ntrigger «_t» on a { log }"),
        (111, "external source a: webhook\ntrigger t on a { log on-failure «u_» { log } }"),
        (111, &format!("external source a: webhook\ntrigger «{}» on a {{ log }}", "t".repeat(64))),
        (
            111,
            &format!(
                "source «{}»: webhook {{ endpoint: \"/o\", port: 1, method: \"POST\" }}",
                "s".repeat(48)
            ),
        ),
        (111, &format!("bus «{}»: embedded", "b".repeat(39))),
    ]);
    for text in [
        &format!("external source a: webhook\ntrigger {} on a {{ log }}", "T".repeat(63)),
        &format!("external source {0}: webhook\ntrigger t on {0} {{ log }}", "s".repeat(63)),
        &format!("source {}: webhook {{ endpoint: \"/o\", port: 1, method: \"POST\" }}", "s".repeat(47)),
        &format!("bus {}: embedded", "b".repeat(38)),
        "pipeline p { serviceAccount: \"my.account\" }\nexternal source a: webhook\ntrigger t on a { workflow.run \"my.template\" }",
    ] {
        let compiled = compiled(text, Some(Target::Plan));
        assert!(compiled.diagnostics.is_empty(), "{}", shown(text, &compiled));
    }
    actions(&[
        (111, "workflow.run «\"Build It\"»"),
        (111, "k8s.create { apiVersion: \"v1\", kind: \"ConfigMap\", metadata: { name: «\"Upper\"» } }"),
    ]);
    let compiled =
        compile("My Orders.aev", "external source a: webhook\ntrigger t on a { log }", &Options::default());
    assert_eq!(compiled.diagnostics[0].code.number(), 111);
    assert!(compiled.diagnostics[0].help.as_ref().unwrap().contains("pipeline my-orders"));
}

#[test]
fn fields_of_kinds() {
    sources(&[
        (301, "«webhok» { endpoint: \"/o\", port: 1, method: \"POST\" }"),
        (302, "webhook { «endpont»: \"/o\", port: 1, method: \"POST\" }"),
        (302, "webhook { endpoint: \"/o\", port: 1, method: \"POST\", «colour»: 1 }"),
        (303, "«webhook» { endpoint: \"/o\", port: 1 }"),
        (303, "«webhook»"),
        (304, "webhook { endpoint: \"/o\", port: 1, method: \"POST\", «port»: 2 }"),
        (206, "webhook { endpoint: \"/o\", port: «\"1\"», method: \"POST\" }"),
        (206, "webhook { endpoint: «1», port: 1, method: \"POST\" }"),
        (207, "webhook { endpoint: \"/o\", port: 1, method: «POST» }"),
        (306, "webhook { endpoint: \"/o\", port: 1, method: «\"PSOT\"» }"),
        (307, "webhook { endpoint: \"/o\", port: «0», method: \"POST\" }"),
        (307, "webhook { endpoint: \"/o\", port: «70000», method: \"POST\" }"),
        (308, "webhook { endpoint: «\"o\"», port: 1, method: \"POST\" }"),
        (308, "webhook { endpoint: \"/o\", port: 1, method: \"POST\", url: «\"hooks.acme.io\"» }"),
        (308, "webhook { endpoint: \"/o\", port: 1, method: \"POST\", url: «\"https://a.io:99999/x\"» }"),
        (505, "webhook { endpoint: «\"/{{x}}\"», port: 1, method: \"POST\" }"),
        (301, "«Calendar» { interval: 5s }"),
        (303, "«github» { organizations: [\"a\"], events: [\"push\"] }"),
        (305, "«github» { events: [\"push\"], webhook: { endpoint: \"/g\", port: 1 } }"),
        (
            305,
            "github { organizations: [\"a\"], «owner»: \"b\", repository: \"c\", webhook: { endpoint: \"/g\", port: 1 } }",
        ),
        (
            306,
            "github { organizations: [\"a\"], events: [«\"pull_reqest\"»], webhook: { endpoint: \"/g\", port: 1 } }",
        ),
        (
            209,
            "github { organizations: [\"a\"], webhook: { endpoint: \"/g\", port: 1 }, webhookSecret: «\"s3cret\"» }",
        ),
        (
            209,
            "github { organizations: [\"a\"], webhook: { endpoint: \"/g\", port: 1 }, webhookSecret: «secret(\"a\")» }",
        ),
        (208, "github { organizations: [«secret(\"a\", \"b\")»], webhook: { endpoint: \"/g\", port: 1 } }"),
        (
            511,
            "github { organizations: [\"a\"], events: [\"push\", «\"push\"»], webhook: { endpoint: \"/g\", port: 1 } }",
        ),
        (
            511,
            "github { repositories: [{ owner: \"a\", names: [\"x\", «\"x\"»] }], webhook: { endpoint: \"/g\", port: 1 } }",
        ),
    ]);
    cases(&[
        (
            312,
            "source a: webhook { endpoint: \"/o\", port: 1, method: \"POST\" }\nsource b: webhook { endpoint: «\"/o\"», port: 1, method: \"GET\" }",
        ),
        (337, "external source a: webhook «{ endpoint: \"/o\" }»\ntrigger t on a { log }"),
        (339, "source «a» { }"),
        (217, "external source a: calendar<«{ x: int }»>\ntrigger t on a { log }"),
        (302, "pipeline p { «namespcae»: \"x\" }"),
        (306, "pipeline p { deliver: «\"at-lest-once\"» }"),
    ]);
}

#[test]
fn schedules_and_zones() {
    for (code, block) in [
        (310, "schedule: «\"@hourly\"»"),
        (310, "schedule: «\"0 0 2 * * *\"»"),
        (310, "schedule: «\"0 2 * * 7\"»"),
        (310, "schedule: «\"0 2 31 2 *\"»"),
        (310, "schedule: «\"0 2 31 4,6 ?\"»"),
        (308, "interval: 5s, exclusionDates: [«\"2026-01-01\"»]"),
        (308, "interval: 5s, exclusionDates: [«\"EXDATE:20261301T000000Z\"»]"),
        (311, "schedule: \"0 2 * * *\", timezone: «\"Europe/Berln\"»"),
        (311, "schedule: \"0 2 * * *\", timezone: «\"Berlin\"»"),
        (309, "interval: «5»"),
        (305, "interval: 5s, «timezone»: \"UTC\""),
    ] {
        case(
            code,
            &format!("source c: calendar {{ {block} }}\ntrigger t on c {{ log }}"),
            Some(Target::Argo),
        );
    }
    for (code, block, target) in [
        (402, "url: «\"ws://a\"», subject: \"s\"", Target::Plan),
        (308, "url: «\"http://a\"», subject: \"s\"", Target::Argo),
        (308, "url: \"a:4222\", subject: «\"a..b\"»", Target::Argo),
        (308, "url: \"a:4222\", subject: \"a.>\", queue: «\"*\"»", Target::Argo),
        (
            305,
            "url: \"a\", subject: \"s\", auth: { token: secret(\"a\", \"b\"), «nkey»: secret(\"a\", \"b\") }",
            Target::Argo,
        ),
    ] {
        case(code, &format!("source c: nats {{ {block} }}\ntrigger t on c {{ log }}"), Some(target));
    }
    let read = |fields: &str, path: &str| {
        format!(
            "source c: nats {{ url: \"a\", subject: \"s\" {fields} }}\nfilter f from c as m where m.{path} == \"x\"\ntrigger t on f {{ log }}"
        )
    };
    case(202, &read("", "body.«id»"), None);
    for text in [read(", jsonBody: true", "body.id"), read("", "header[\"X\"][0]")] {
        let compiled = compiled(&text, None);
        assert!(compiled.plan.is_some(), "{}", shown(&text, &compiled));
    }
    case(217, "source c: nats<«{ id: int }»> { url: \"a\", subject: \"s\" }\ntrigger t on c { log }", None);
}

#[test]
fn actions_and_options() {
    actions(&[
        (301, "«htpp» { url: \"http://x\" }"),
        (303, "«kafka» { url: \"kafka:9092\" }"),
        (302, "http { url: \"http://x\", «metod»: \"PUT\" }"),
        (303, "«http» { method: \"PUT\" }"),
        (306, "http { url: \"http://x\", method: «\"FETCH\"» }"),
        (308, "http { url: «\"x.y/z\"» }"),
        (308, "http { url: «\"x.y/${o.body.id}\"» }"),
        (203, "http { url: \"http://x\", headers: { «\"a b\"»: \"c\" } }"),
        (208, "http { url: \"http://x\", payload: { a: «secret(\"a\", \"b\")» } }"),
        (208, "http { url: \"http://x/${«secret(\"a\", \"b\")»}\" }"),
        (208, "workflow.run \"t\" { a: «configmap(\"a\", \"b\")» }"),
        (303, "«k8s.create» { kind: \"Pod\", metadata: { name: \"x\" } }"),
        (303, "«k8s.create» { apiVersion: \"v1\", kind: \"Pod\", metadata: { labels: {} } }"),
        (334, "«k8s.create»"),
        (304, "workflow.run \"t\" { a: 1, «a»: 2 }"),
        (302, "workflow.run(«clster»: true) \"t\""),
        (332, "log «rety»: { steps: 2 }"),
        (302, "log retry: { «stps»: 2 }"),
        (307, "log retry: { steps: «0» }"),
        (309, "log retry: { duration: «5» }"),
        (304, "log retry: { steps: 1 } «retry»: { steps: 2 }"),
        (333, "log «success»: { status: [200] }"),
        (302, "http { url: \"http://x\" } success: { «labels»: { a: \"b\" } }"),
        (307, "http { url: \"http://x\" } success: { status: [«20»] }"),
        (331, "log «http» { url: \"http://x\" }"),
        (335, "log on-failure a { log } on-failure «b» { log }"),
        (335, "log on-failure a { log «deliver»: \"at-most-once\" }"),
        (506, "log deliver: \"at-most-once\" «retry»: { steps: 2 }"),
        (513, "log deliver: \"at-most-once\" «rate»: 5/s"),
        (307, "log rate: «0/min»"),
        (307, "log max-running: «0»"),
        (206, "log max-running: «\"4\"»"),
        (335, "log on-failure a { log «max-running»: 4 }"),
        (307, "log rate: «3000000000/s»"),
        (206, "log rate: «10»"),
        (206, "log rate: «\"10/min\"»"),
        (206, "log retry: { steps: «10/min» }"),
        (335, "log on-failure a { log «rate»: 1/s }"),
        (405, "log { «intervalSeconds»: 20 }"),
        (505, "http { url: \"http://x\", payload: { a: «\"{{workflow.name}}\"» } }"),
        (504, "workflow.run \"t\" { a: o.body.id «?? \"x\"» }"),
    ]);
    cases(&[(331, "external source a: webhook\ntrigger «t» on a { }")]);
}

#[test]
fn resets() {
    let join = |reset: &str| {
        format!(
            "external source a: webhook\nexternal source b: webhook\ntrigger t on a and b {reset} {{ log }}"
        )
    };
    let one = |reset: &str| format!("external source a: webhook\ntrigger t on a {reset} {{ log }}");
    all_of(
        [
            (310, join("reset cron «\"0 0 * *\"»")),
            (310, join("reset cron «\"0 0 30 2 *\"» in \"UTC\"")),
            (310, join("reset cron «\"@daily\"»")),
            (311, join("reset cron \"0 0 * * *\" in «\"Europe/Berln\"»")),
            (514, one("«reset cron \"0 0 * * *\"»")),
            (
                514,
                one("or a «reset cron \"0 0 * * *\" in \"UTC\"»").replace("on a or a", "on a or b").replacen(
                    '\n',
                    "\nexternal source b: webhook\n",
                    1,
                ),
            ),
        ],
        None,
    );
    let text = join("reset cron \"0 0 * * *\" in \"Europe/London\" reset cron \"0 12 * * *\"")
        .replace("{ log }", "{ log rate: 10/min }");
    let found = compiled(&text, Some(Target::Argo));
    assert_eq!(shown(&text, &found), "");
    let trigger = &found.plan.unwrap().sensors[0].triggers[0];
    let resets: Vec<_> = trigger.resets.iter().map(|r| (r.cron.as_str(), r.zone.as_deref())).collect();
    assert_eq!(resets, [("0 0 * * *", Some("Europe/London")), ("0 12 * * *", None)]);
    let rate = trigger.rate.unwrap();
    assert_eq!((rate.count.get(), rate.per), (10, aev_plan::model::RateUnit::Minute));
}

#[test]
fn what_is_sent_as_it_stands() {
    actions(&[
        (505, "workflow.run \"t\" { a: «\"o.body.id\"» }"),
        (505, "workflow.run \"t\" { a: «\"{{ .Input.body.id }}\"» }"),
        (505, "workflow.run \"t\" { a: «\"{{o.body.id}}\"» }"),
        (505, "http { url: «\"http://x/$o.body.id/y\"» }"),
        (505, "http { url: \"http://x\", payload: { a: [«\"id: {o.body.id}\"»] } }"),
        (512, "workflow.run \"t\" { «retry»: { steps: 3 } }"),
        (512, "workflow.run \"t\" { «deliver»: \"at-most-once\" }"),
        (512, "workflow.run \"t\" { «success»: { labels: { a: \"b\" } } }"),
    ]);
    for action in [
        "workflow.run \"t\" { a: \"{{workflow.name}}\", retry: \"twice\", success: { at: 5 } }",
        "http { url: \"http://x\", payload: { a: \"see o.body.id below\", b: \"o.bodyguard\" } }",
    ] {
        let text = format!("{SHOP}trigger t on shop as o {{ {action} }}\n");
        let compiled = compiled(&text, None);
        assert!(compiled.diagnostics.is_empty(), "{}", shown(&text, &compiled));
    }
}

#[test]
fn values_that_may_be_absent() {
    actions(&[
        (210, "workflow.run \"t\" { a: «o.body.note» }"),
        (210, "workflow.run \"t\" { a: \"x-${«o.body.note»}\" }"),
        (210, "http { url: \"http://x\", payload: [{ a: «o.body.note» }] }"),
    ]);
    let two = "external source c: webhook\nexternal source a: webhook<{ x: string }>\nexternal source b: webhook<{ x: string }>\n";
    cases(&[
        (210, &format!("{two}trigger t on c and (a or b) {{ workflow.run \"t\" {{ x: «a.body.x» }} }}")),
        (210, &format!("{two}trigger t on (a and b) or c {{ workflow.run \"t\" {{ x: «a.body.x» }} }}")),
        (
            508,
            &format!(
                "{two}trigger t on c and (a or b as «e») {{ workflow.run \"t\" {{ x: a.body.x ?? e.body.x }} }}"
            ),
        ),
        (336, &format!("{two}trigger t on c or (a and b) as «e» {{ log }}")),
    ]);
}

#[test]
fn fields_that_a_type_does_not_have() {
    actions(&[
        (201, "workflow.run \"t\" { a: o.body.«totl» }"),
        (201, "workflow.run \"t\" { a: o.«headers».x }"),
        (201, "workflow.run \"t\" { a: o.«id» }"),
        (202, "workflow.run \"t\" { a: o.body.items.«sku» }"),
        (202, "workflow.run \"t\" { a: o.body.id.«x» }"),
        (202, "workflow.run \"t\" { a: o.body.id[«0»] }"),
        (203, "workflow.run \"t\" { a: o.header.«Accept» }"),
        (203, "workflow.run \"t\" { a: o.header[«\"a b\"»] }"),
        (203, "workflow.run \"t\" { a: «o.body.all(\"x\")» }"),
        (204, "workflow.run \"t\" { a: o.body.items[«o»] }"),
    ]);
}

#[test]
fn comparisons_that_cannot_be_meant() {
    conditions(&[
        (211, "o.body.state == «\"payed\"»"),
        (211, "o.body.state in [\"open\", «\"closed\"»]"),
        (211, "o.body.paid == «\"false\"»"),
        (211, "o.body.total > «\"5\"»"),
        (211, "«o.body.id» == null"),
        (502, "«o::source == \"shpo\"»"),
        (202, "parse-json(o.body.id).x == 1 and split(o.body.id, \",\").«x» == 1"),
        (211, "split(o.body.id, \",\")[0] == «1»"),
        (201, "o::context.«x» == 1"),
        (202, "o::id.«x» == 1"),
        (205, "any i in o.body.items: i::«id» == \"x\""),
        (212, "«o.body.items» == 1"),
        (212, "«o.body.paid» < true"),
        (212, "«o.body.items» in [1]"),
        (213, "«o.body.id»"),
        (213, "«\"x\"»"),
        (214, "o.body.id in «\"x\"»"),
        (214, "o.body[\"k\"] in [\"x\", «1»]"),
        (211, "o.body.id in [\"x\", «1»]"),
        (215, "«o.body.total» matches r\"x\""),
        (215, "o.body.id matches «r\"(\"»"),
        (216, "exists(«\"x\"»)"),
        (502, "«true»"),
        (502, "«o::source == \"shop\"»"),
        (502, "«exists(o.body.id)»"),
        (502, "«1 < 2»"),
        (502, "o.body.total > 5 and «1 == 1.0»"),
        (502, "o.body.total > 5 or «(o.body.paid and \"a\" > \"b\")»"),
        (502, "«o.body.total > 5 and o::source == \"shpo\"»"),
        (510, "«o.body.total == o.body.total»"),
        (510, "not («o.body.note != o.body.note»)"),
        (510, "o.body.paid and «o::id < o::id»"),
        (511, "o.body.id in [\"x\", \"y\", «\"x\"»]"),
        (511, "o.body.total not in [1, «1»]"),
        (503, "«o.body.note != \"x\"»"),
        (503, "«o.body.note not in [\"x\"]»"),
        (503, "not («o.body.note == \"x\"»)"),
        (503, "o.body.total > 5 and «o.body.note not matches r\"x\"»"),
        (504, "(o.body.id «?? \"x\"») == \"x\""),
        (504, "(o.body.who «?? \"x\"») == \"x\""),
        (201, "any i in o.body.items: i.«skq» == \"x\""),
        (211, "any i in o.body.items: i.sku == «1»"),
        (226, "any i in «o.body.id»: i == \"x\""),
        (226, "all i in «o.body.paid»: i == \"x\""),
        (227, "any «o» in o.body.items: o.sku == \"x\""),
        (227, "any i in o.body.items: any «i» in o.body.items: i.sku == \"x\""),
        (102, "(any i in o.body.items: i.sku == \"x\") and «i».sku == \"x\""),
        (214, "o.body.id in «o.body.note»"),
        (212, "o.body.id in «o.body.items»"),
        (224, "«o.body.id» + 1 > 5"),
        (224, "-«o.body.id» > 5"),
        (241, "o.body.total > «1 / 0»"),
        (211, "o.body.total + 1 == «\"5\"»"),
        (228, "o::time in 09:00..«09:00:00»"),
        (228, "o::time in 09:00..«25:00»"),
        (228, "o::time in «9»..17:00"),
        (228, "o::time in 09:00..17:00 at «9»"),
        (229, "«o.body.id» in 09:00..17:00"),
        (229, "«o::id» in 09:00..17:00"),
        (503, "«\"${o.body.note}\" != \"x\"»"),
    ]);
}

#[test]
fn unused_names() {
    cases(&[
        (501, "external source a: webhook\nfilter «f» from a\ntrigger t on a { log }"),
        (501, "external source a { event b: webhook, event «c»: webhook }\ntrigger t on a.b { log }"),
        (501, "external source «a»: webhook\nexternal source b: webhook\ntrigger t on b { log }"),
        (
            507,
            "external source a: webhook<{ x: int }>\nfilter f from a where a.body.x == 1\nfilter g from a where a.body.x == 2\ntrigger t on f or «g» { log }",
        ),
    ]);
}

#[test]
fn what_is_not_built_is_said_once() {
    let shop = "external source shop: webhook\n";
    cases(&[
        (
            2,
            "«param» limit: int = 5\nexternal source shop: webhook\nfilter f from shop where shop.body.n > limit\ntrigger t on f { workflow.run \"t\" { n: limit } }",
        ),
        (
            2,
            "«for» x in [1] by x { filter f from shop }\nexternal source shop: webhook\ntrigger t on f { log }",
        ),
        (2, "«use» \"lib.aev\" as lib\ntrigger t on lib.fired { log }"),
        (2, "«use» \"lib.aev\"\ntrigger t on fired as e { workflow.run \"t\" { n: e.body.x } }"),
        (2, &format!("{shop}trigger t on shop {{ log }}\n«test» \"x\" {{ send shop {{ }} }}")),
    ]);
}

#[test]
fn what_the_runtime_cannot_do_yet() {
    let hook = "source s: webhook { endpoint: \"/o\", port: 1, method: \"POST\" }\ntrigger t on s { log }\n";
    case(404, &format!("bus default: «nats» {{ native: {{ replicas: 3 }} }}\n{hook}"), Some(Target::Plan));
    case(
        405,
        "source g: github { organizations: [\"a\"], events: [\"push\"], webhook: { endpoint: \"/g\", port: 1, url: \"https://a.example\" }, «apiToken»: secret(\"a\", \"b\") }\ntrigger t on g { log }",
        Some(Target::Plan),
    );
}

#[test]
fn a_map_gives_other_roots_and_a_script_stands_alone() {
    let shop = "external source shop: webhook<{ id: string, note?: string }>\n";
    let whole = |rest: &str| format!("{shop}{rest}\ntrigger t on f as e {{ log }}");
    case(201, &whole("filter f from shop map { id: shop.body.id } where shop.«body».id == \"x\""), None);
    case(
        220,
        &whole("filter f from shop where shop.body.id == \"x\" or «lua \"\"\"return true\"\"\"»"),
        None,
    );
    case(220, &whole("filter f from shop where not «lua \"\"\"return true\"\"\"»"), None);
    case(220, &whole("filter f from shop where «jq \"true\"»"), None);
    case(220, &whole("filter f from shop map «yaml» \"\"\"a: b\"\"\""), None);
    let text = whole(
        "filter f from shop map { id: shop.body.id, note: shop.body.note } where shop.note == null and lua \"\"\"return true\"\"\"",
    );
    let plan = compile("test.aev", &text, &Options { target: None }).plan.expect("it compiles");
    let stream = plan.sensors[0].streams.iter().find(|stream| stream.name == "f").expect("it is there");
    assert!(matches!(&stream.transform, Some(aev_plan::model::Transform::Object(_))));
    let aev_plan::model::Predicate::Scripted(scripted) = &stream.predicate else { panic!("{stream:?}") };
    assert_eq!(scripted.scripts[0].text, "return true");
}
