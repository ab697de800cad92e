//! What each kind of source asks for, and what its events hold.

use super::check::{case, compiled, shown, sources};
use aev_language::compile::{Options, Target, compile};
use aev_language::target::argo;

#[test]
fn fields_that_go_together() {
    sources(&[
        (305, "«amqp» { exchangeType: \"fanout\", routingKey: \"k\" }"),
        (308, "amqp { url: \"amqp://h\", exchangeType: \"fanout\", routingKey: «\"\"» }"),
        (308, "sqs { region: «\"\"», queue: \"q\" }"),
        (306, "amqp { url: \"amqp://h\", exchangeType: «\"fannout\"», routingKey: \"k\" }"),
        (305, "azureEventsHub { fqdn: \"f\", hubName: \"h\", «sharedAccessKey»: secret(\"a\", \"b\") }"),
        (305, "«azureQueueStorage» { queueName: \"q\" }"),
        (305, "azureServiceBus { connectionString: secret(\"a\", \"b\"), «topicName»: \"t\" }"),
        (
            305,
            "azureServiceBus { connectionString: secret(\"a\", \"b\"), queueName: \"q\", «topicName»: \"t\", subscriptionName: \"s\" }",
        ),
        (
            303,
            "bitbucket { repositories: [{ owner: \"a\", repositorySlug: \"b\" }], events: [\"repo:push\"], webhook: «{ endpoint: \"/\" }», auth: { oauthToken: secret(\"a\", \"b\") } }",
        ),
        (
            306,
            "gitlab { projects: [\"a\"], events: [«\"PushEvent\"»], webhook: { endpoint: \"/\", port: 1 }, gitlabBaseURL: \"https://g\", accessToken: secret(\"a\", \"b\") }",
        ),
        (306, "file { watchPathConfig: { directory: \"/d/\", path: \"x\" }, eventType: «\"CREATED\"» }"),
        (
            306,
            "file { watchPathConfig: { directory: \"/d/\", path: \"x\" }, eventType: «\"CREATE|WRITTEN\"» }",
        ),
        (308, "file { watchPathConfig: { directory: «\"d/\"», path: \"x\" }, eventType: \"CREATE\" }"),
        (308, "file { watchPathConfig: { directory: \"/d/\", path: «\"/x\"» }, eventType: \"CREATE\" }"),
        (308, "file { watchPathConfig: { directory: \"/d/\", pathRegexp: «\"(\"» }, eventType: \"CREATE\" }"),
        (
            305,
            "hdfs { directory: \"/d/\", path: \"x\", type: \"CREATE\", addresses: [\"h:1\"], «krbKeytabSecret»: secret(\"a\", \"b\") }",
        ),
        (305, "«kafka» { url: \"kafka:9092\", topic: \"t\" }"),
        (308, "kafka { url: «\"tcp://kafka:9092\"», topic: \"t\", partition: 0 }"),
        (206, "kafka { url: \"kafka:9092\", topic: \"t\", partition: «\"0\"» }"),
        (307, "kafka { url: \"kafka:9092\", topic: \"t\", partition: «-1» }"),
        (
            303,
            "«minio» { endpoint: \"m:9000\", accessKey: secret(\"a\", \"b\"), secretKey: secret(\"a\", \"c\") }",
        ),
        (305, "pubSub { «topicProjectID»: \"p\", subscriptionID: \"s\" }"),
        (303, "«pulsar» { url: \"pulsar://p\", topics: [\"t\"] }"),
        (305, "redis { hostAddress: \"r:6379\", channels: [\"c\"], «password»: secret(\"a\", \"b\") }"),
        (
            308,
            "resource { version: \"v1\", resource: \"pods\", eventTypes: [\"ADD\"], filter: { createdBy: «\"2026-01-01\"» } }",
        ),
        (
            305,
            "«sftp» { address: secret(\"a\", \"b\"), username: secret(\"a\", \"c\"), watchPathConfig: { directory: \"/d/\", path: \"x\" }, eventType: \"CREATE\" }",
        ),
        (305, "sqs { region: \"r\", queue: \"q\", «accessKey»: secret(\"a\", \"b\") }"),
        (305, "stripe { webhook: { endpoint: \"/\", port: 1 }, «createWebhook»: true }"),
    ]);
}

#[test]
fn what_argo_does_nothing_with_is_worth_a_warning() {
    for block in [
        "mns { endpoint: \"http://m\", queue: \"q\", «jsonBody»: true }",
        "slack { webhook: { endpoint: \"/\", port: 1 }, token: secret(\"a\", \"b\"), signingSecret: secret(\"a\", \"c\"), «metadata»: { a: \"b\" } }",
    ] {
        case(405, &format!("source s: {block}\ntrigger t on s {{ log }}"), Some(Target::Argo));
    }
}

/// That the runtime registers no hook is not worth a word where Argo registers none either.
#[test]
fn a_field_that_does_nothing_alone_is_one_message() {
    let hook = |url: &str| {
        format!(
            "source s: github {{ organizations: [\"a\"], events: [\"push\"], webhook: {{ endpoint: \"/\", port: 1{url} }}, \
             webhookSecret: secret(\"a\", \"b\"), apiToken: secret(\"a\", \"c\") }}\ntrigger t on s {{ log }}"
        )
    };
    for (url, codes) in [("", vec![515]), (", url: \"https://h.example.com\"", vec![405])] {
        let found = compiled(&hook(url), None);
        let said: Vec<u16> = found.diagnostics.iter().map(|found| found.code.number()).collect();
        assert_eq!(said, codes, "{:#?}", found.diagnostics);
    }
}

#[test]
fn a_type_stands_where_the_body_of_the_kind_is() {
    let stripe = "webhook: { endpoint: \"/\", port: 1 }";
    let slack = format!("{stripe}, token: secret(\"a\", \"b\"), signingSecret: secret(\"a\", \"c\")");
    let resource = "version: \"v1\", resource: \"pods\", eventTypes: [\"UPDATE\"]";
    let redis = "hostAddress: \"r:1\", streams: [\"s\"]";
    let read = |kind: &str, block: &str, path: &str| {
        format!(
            "source s: {kind} {{ {block} }}\ntrigger t on s as e {{ http {{ url: \"http://x\", payload: {path} }} }}"
        )
    };
    let t = "<{ id: string }>";
    for (kind, block, right, wrong) in [
        ("stripe", stripe, "e.event.data.object.id", "e.event.data.object.«ide»"),
        ("stripe", stripe, "e.event.type", "e.event.«typ»"),
        ("slack", &slack, "e.id", "e.«Data»"),
        ("resource", resource, "e.body.id", "e.body.«ide»"),
        ("redisStream", redis, "e.values.id", "e.values.«ide»"),
    ] {
        let kind = format!("{kind}{t}");
        let text = read(&kind, block, right);
        let compiled = compiled(&text, None);
        assert!(compiled.plan.is_some(), "{}", shown(&text, &compiled));
        case(201, &read(&kind, block, wrong), None);
    }
    // What was null still may be.
    case(210, &read(&format!("resource{t}"), resource, "«e.oldBody.id»"), None);
    for (kind, block) in [
        ("redis", "hostAddress: \"r:1\", channels: [\"c\"]"),
        ("mns", "endpoint: \"http://m\", queue: \"q\""),
        (
            "minio",
            "endpoint: \"m:1\", bucket: { name: \"b\" }, accessKey: secret(\"a\", \"b\"), secretKey: secret(\"a\", \"c\")",
        ),
    ] {
        case(
            217,
            &format!("source s: {kind}<«{{ id: string }}»> {{ {block} }}\ntrigger t on s {{ log }}"),
            None,
        );
    }
    // Without a type an event of Slack is one of three, and nothing is known.
    let text = read("slack", &slack, "e.Data.text ?? \"\"");
    assert!(compiled(&text, None).plan.is_some());
}

#[test]
fn an_object_that_is_watched_has_the_type_of_its_kind() {
    let text = |kind: &str, block: &str, filter: &str, path: &str| {
        format!(
            "source s: {kind} {{ {block}, eventTypes: [\"UPDATE\"] }}\nfilter f from s as e {filter}\n\
             trigger t on f as e {{ http {{ url: \"http://x\", payload: {path} }} }}"
        )
    };
    let pods = "version: \"v1\", resource: \"pods\"";
    let deployments = "group: \"apps\", version: \"v1\", resource: \"deployments\"";
    let workflows = "group: \"argoproj.io\", version: \"v1alpha1\", resource: \"workflows\"";
    let widgets = "group: \"example.com\", version: \"v1\", resource: \"widgets\"";
    let either = "resource<k8s.Pod | k8s.Deployment>";
    for (kind, block, filter, path) in [
        ("resource", pods, "where e.body.status.phase == \"Failed\"", "e.body.metadata.name"),
        ("resource", pods, "", "e.body.spec.containers[0].image ?? \"\""),
        ("resource", deployments, "", "e.body.spec.replicas ?? 1"),
        ("resource", deployments, "where e.oldBody.spec.replicas == 1", "e.oldBody.metadata.namespace"),
        ("resource", workflows, "where e.body.status.phase == \"Failed\"", "e.body.status.message ?? \"\""),
        // Nothing is known of it.
        ("resource", widgets, "", "e.body.status.phase ?? \"\""),
        ("resource<k8s.Job>", workflows, "", "e.body.metadata.uid"),
        // The kind tells which it is.
        (either, pods, "where e.body.kind == \"Pod\"", "e.body.spec.containers"),
        (either, pods, "where e.body.kind == \"Deployment\"", "e.body.spec.selector"),
    ] {
        let text = text(kind, block, filter, path);
        let compiled = compiled(&text, None);
        assert!(compiled.plan.is_some(), "{}", shown(&text, &compiled));
    }
    for (code, kind, block, filter, path) in [
        (201, "resource", pods, "", "e.body.metadata.«nam»"),
        (201, "resource", pods, "where e.body.status.«phas» == \"Failed\"", "e.body.kind"),
        (201, "resource", deployments, "", "e.body.spec.«replica»"),
        (201, "resource", workflows, "where e.body.status.«phas» == \"Failed\"", "e.body.kind"),
        (211, "resource", pods, "where e.body.kind == «\"Job\"»", "e.body.kind"),
        (211, "resource", deployments, "where e.body.spec.replicas == «\"3\"»", "e.body.kind"),
        // It may be absent, or null.
        (210, "resource", deployments, "", "«e.body.spec.replicas»"),
        (210, "resource", pods, "", "«e.oldBody.metadata.name»"),
        (201, either, pods, "where e.body.kind == \"Pod\"", "e.body.spec.«selector»"),
        (108, "resource<«k8s.Pot»>", pods, "", "e.body.kind"),
    ] {
        case(code, &text(kind, block, filter, path), None);
    }
}

#[test]
fn the_runtime_does_not_execute_them_yet() {
    case(
        402,
        "source s: «kafka» { url: \"k:1\", topic: \"t\", partition: 0 }\ntrigger t on s { log }",
        Some(Target::Plan),
    );
}

/// Requests that are signed.
#[test]
fn signatures() {
    let hook =
        |verify: &str| format!("webhook {{ endpoint: \"/o\", port: 12000, method: \"POST\"\n{verify} }}");
    let hmac = |fields: &str| hook(&format!("verify: hmac {{ {fields} }}"));
    let key = "secret: secret(\"partner\", \"key\")";
    let all =
        |fields: &str| hmac(&format!("header: \"X-Signature\", algorithm: \"sha256\", {key}, {fields}"));
    let cases: Vec<(u16, String)> = vec![
        (303, hook(&format!("verify: «hmac» {{ header: \"X-Signature\", {key} }}"))),
        (302, all("«prefx»: \"sha256=\"")),
        (306, hmac(&format!("header: \"X-Signature\", algorithm: «\"md5\"», {key}"))),
        (306, all("encoding: «\"base32\"»")),
        (203, hmac(&format!("header: «\"X Signature\"», algorithm: \"sha1\", {key}"))),
        (209, hmac("header: \"X-Signature\", algorithm: \"sha1\", secret: «\"hush\"»")),
        (206, hook("verify: «\"sha256\"»")),
        (
            305,
            hook(&format!("«verify: hmac {{ header: \"X-S\", algorithm: \"sha1\", {key} }}»"))
                .replace("POST", "GET"),
        ),
        (
            302,
            format!(
                "calendar {{ interval: 1m\n«verify: hmac {{ header: \"X-S\", algorithm: \"sha1\", {key} }}» }}"
            ),
        ),
    ];
    let cases: Vec<(u16, &str)> = cases.iter().map(|(code, text)| (*code, text.as_str())).collect();
    sources(&cases);
    let text =
        format!("source s: {}\ntrigger t on s {{ log }}\n", all("prefix: \"sha256=\", encoding: \"base64\""));
    for target in [None, Some(Target::Plan), Some(Target::Argo)] {
        let found = compiled(&text, target);
        assert_eq!(shown(&text, &found), "");
        let plan = found.plan.unwrap();
        let verify = plan.sources[0].events[0].verify.clone().unwrap();
        assert_eq!((verify.hmac.header.as_str(), verify.hmac.prefix.as_str()), ("X-Signature", "sha256="));
        assert_eq!(verify.hmac.encoding, aev_plan::model::Encoding::Base64);
        let json = aev_plan::wire::to_json(&plan).unwrap();
        assert_eq!(aev_plan::wire::from_json(&json).as_ref(), Ok(&plan));
        let refused = aev_language::target::argo(&plan).unwrap_err();
        let [refused] = refused.as_slice() else { panic!("{refused:?}") };
        let span = refused.labels[0].span;
        assert_eq!(refused.code.number(), 403);
        let place = text.get(span.start as usize..span.end as usize).unwrap();
        assert!(place.starts_with("verify: hmac {"), "{place}");
    }
}

/// The expression that Argo Events gets.
fn expression(text: &str) -> Option<String> {
    let plan = compile("p.aev", text, &Options::default()).plan.unwrap_or_else(|| panic!("{text}"));
    let manifests = argo(&plan).unwrap_or_else(|refused| panic!("{refused:?}"));
    let spec = |object: &aev_argo::Object| {
        object.node.find(&["spec", "webhook", "s", "filter", "expression"]).cloned()
    };
    Some(manifests.objects.iter().find_map(spec)?.text()?.to_owned())
}

#[test]
fn what_a_source_decides_before_the_bus() {
    let of = |condition: &str| {
        expression(&format!(
            "source s: webhook<{{ id: any, n: number, l: list<{{ k: string }}> }}> \
             {{ endpoint: \"/\", port: 12000, method: \"POST\" }}\n  where {condition}\ntrigger t on s {{ log }}"
        ))
    };
    let map = "type(body) == \"map\" && ";
    for (condition, expected) in [
        ("s.body.n == 4", "body.n == 4"),
        ("s.body.n > 1.5 and s.body.n < 9", "type(body.n) == \"float\" && body.n > 1.5 && body.n < 9"),
        ("s.body.id != \"it's\"", "type(body.id) == \"string\" && body.id != \"it's\""),
        ("exists(s.body.id)", "\"id\" in body"),
        ("s.body.id == null", "\"id\" in body && body.id == nil"),
        ("(s.body.id ?? 1) == 1", "(type(body) == \"map\" && \"id\" in body ? body.id : 1.0) == 1"),
        (
            "any x in s.body.l: x.k == \"a\"",
            "type(body.l) == \"array\" && any(body.l, {let x0 = #; type(x0) == \"map\" && x0.k == \"a\"})",
        ),
    ] {
        let guarded = if condition.contains("??") { expected.to_owned() } else { format!("{map}{expected}") };
        assert_eq!(of(condition).as_deref(), Some(guarded.as_str()), "{condition}");
    }
    // What is the same of all of its events is no question.
    assert_eq!(of("s.body.n == 4 or s::source == \"s\""), None);
}

#[test]
fn a_where_at_a_source_is_checked_like_that_of_a_filter() {
    let source = |condition: &str| {
        format!(
            "source s: webhook<{{ id: string }}> {{ endpoint: \"/\", port: 12000, method: \"POST\" }}\n  where {condition}\n\
             trigger t on s {{ log }}"
        )
    };
    for (code, condition) in
        [(102, "«body».id == \"x\""), (102, "«e».body.id == \"x\""), (220, "«lua \"return true\"»")]
    {
        case(code, &source(condition), Some(Target::Argo));
    }
    // What it has asked, a filter of the event need not ask again.
    let text = "source s: webhook<{ id?: string }> { endpoint: \"/\", port: 12000, method: \"POST\" } where s.body.id == \"x\"\n\
                trigger t on s { http { url: \"https://x.org/${s.body.id}\" } }";
    assert_eq!(compile("p.aev", text, &Options::default()).diagnostics, []);
}
