//! Habits of Argo's manifests and of other languages: one message each, which says what aev has in their place.

use crate::check::{compiled, shown};

const BEFORE: &str = "source shop: webhook<{ id: string, total: number }> { endpoint: \"/o\", port: 12000, method: \"POST\" }\n";

/// Texts with `«…»` around the place of the one mistake, and a part of its help.
fn habits(cases: &[(&str, &str)]) {
    for (marked, help) in cases {
        let text = format!("{BEFORE}{}", marked.replace(['«', '»'], ""));
        let start = BEFORE.len() + marked.find('«').unwrap();
        let end = BEFORE.len() + marked.find('»').unwrap() - '«'.len_utf8();
        let found = compiled(&text, None);
        let said = shown(&text, &found);
        let [one] = found.diagnostics.as_slice() else { panic!("not one message for\n{text}\n{said}") };
        let at = one.labels[0].span;
        assert_eq!((at.start as usize, at.end as usize), (start, end), "{said}");
        let known = one.help.as_deref().unwrap_or_default();
        assert!(known.contains(help), "`{help}` is not in the help of\n{said}");
    }
}

#[test]
fn words_of_manifests() {
    habits(&[
        ("trigger t on shop { log «conditions»: \"shop\" }", "after `on`"),
        ("trigger t on shop { log «retryStrategy»: { steps: 3 } }", "`retry: { … }`"),
        ("trigger t on shop { log «atLeastOnce»: true }", "`deliver:"),
        ("trigger t on shop { log «dlqTrigger»: {} }", "`on-failure NAME { … }`"),
        ("trigger t on shop { log «parameters»: [] }", "an event is named where its value goes"),
        ("trigger t on shop { «argoWorkflow» { } }", "workflow.run"),
        ("trigger t on shop { «create» { } }", "`k8s.create { … }`"),
        ("trigger t on shop { http { url: \"http://a\" «secureHeaders»: [] } }", "secret("),
        (
            "trigger t on shop { http { url: \"http://a\" «retry»: { steps: 3 } } }",
            "an option of the trigger",
        ),
        (
            "trigger t on shop { http { url: \"http://a\", basicAuth: { username: «{ name: \"a\", key: \"b\" }», password: secret(\"a\", \"c\") } } }",
            "`secret(\"a\", \"b\")`",
        ),
        ("«eventsource» x: webhook { }\ntrigger t on shop { log }", "`source`"),
        ("«apiVersion»: argoproj.io/v1alpha1", "manifest"),
    ]);
}

#[test]
fn words_that_are_misspelt() {
    habits(&[
        ("«triger» t on shop { log }", "`trigger`"),
        ("filter f «form» shop\ntrigger t on f { log }", "`from`"),
        ("filter f from shop «were» shop.body.total > 1\ntrigger t on f { log }", "`where`"),
        (
            "filter f from shop where shop.body.total > 1 «adn» shop.body.id == \"x\"\ntrigger t on f { log }",
            "`and`",
        ),
        ("filter f from shop where shop.body.id «is» \"x\"\ntrigger t on f { log }", "`==`"),
        ("trigger t «when» shop { log }", "`on`"),
        ("trigger t on shop { log «on_failure» u { log } }", "`on-failure NAME { … }`"),
        ("external source a: «GitHub»\ntrigger t on a { log }", "`github`?"),
        ("external source a: webhook<{ n: «integer» }>\ntrigger t on a { log }", "`int`"),
    ]);
}

#[test]
fn forms_of_other_languages() {
    habits(&[
        (
            "source s: github {\n  organizations:\n    «-» acme\n    - other\n  webhook: { endpoint: \"/g\", port: 1, method: \"POST\" }\n  events: [\"push\"]\n}\ntrigger t on s and shop { log }",
            "[\"a\", \"b\"]",
        ),
        ("trigger t on shop as e { http { url: \"http://a/${«{» e.body.id }}\" } }", "`${e.body.id}`"),
        ("trigger t on shop as e { workflow.run \"w\" { a: «$»{e.body.id} } }", "stands only inside text"),
        ("trigger t on shop as e { workflow.run \"w\" { a: «`»x` } }", "double quotes"),
        (
            "filter f from shop where shop.body.id.«startsWith»(\"a\")\ntrigger t on f { log }",
            "`starts-with(…)`",
        ),
        ("filter f from shop where «body».id == \"a\"\ntrigger t on f { log }", "`shop.body`"),
        ("filter f from shop where shop.body.total == «True»\ntrigger t on f { log }", "`true`"),
        ("filter f from shop where shop.body.id matches \"«\\d»+\"\ntrigger t on f { log }", "r\"…\""),
        ("trigger t on shop { log «retry» { steps: 3 } }", "`retry: …`"),
        ("trigger t on shop { log retry: { steps: «\"5\"» } }", "`5`"),
        ("trigger t on shop { log retry: { steps: 3, duration: «\"1s\"» } }", "`1s`"),
        ("trigger t on shop { log deliver: «at-least-once» }", "`\"at-least-once\"`"),
        ("external source a: webhook<{ n: string«?» }>\ntrigger t on a and shop { log }", "behind its name"),
    ]);
}

#[test]
fn items_inside_braces() {
    habits(&[
        ("trigger t on shop {\n  log\n  «trigger» u on shop { log }\n}", "behind the closing"),
        (
            "filter f from shop where shop.body.total > 1\n  «where» shop.body.id == \"a\"\ntrigger t on f { log }",
            "`and`",
        ),
        ("trigger t on shop «where» shop.body.total > 1 { log }", "`filter NAME from EVENT where"),
    ]);
}

#[test]
fn what_is_never_closed_is_one_mistake() {
    for text in [
        "source s: github {\n  organizations: [\"acme\"\n  events: [\"push\"]\n  webhook: { endpoint: \"/g\", port: 1, method: \"POST\" }\n}\ntrigger t on s { log }\n",
        "source s: github {\n  organizations: [\"acme]\n  events: [\"push\"]\n  webhook: { endpoint: \"/g\", port: 1, method: \"POST\" }\n}\ntrigger t on s { log }\n",
        "source s: github {\n  organizations: [\"acme\"]\n  events: [\"push\"]\n  webhook: { endpoint: \"/g\", port: 1, method: \"POST\"\n  webhookSecret: secret(\"a\", \"b\")\n}\ntrigger t on s { log }\n",
    ] {
        let found = compiled(text, None);
        assert_eq!(found.diagnostics.len(), 1, "{}", shown(text, &found));
    }
}

#[test]
fn signs_that_do_not_show_steer_no_terminal() {
    for sign in ['\u{1b}', '\0', '\u{202e}', '\u{200b}', '\u{7f}'] {
        for text in [
            format!("trigger t on {sign}shop {{ log }}\n"),
            format!("{BEFORE}trigger t on shop {{ http {{ url: \"http://a\", method: \"P{sign}T\" }} }}\n"),
        ] {
            let found = compiled(&text, None);
            assert!(found.has_errors(), "{text:?}");
            let said = shown(&text, &found);
            assert!(!said.contains(sign), "{said:?}");
        }
    }
}

#[test]
fn columns_count_characters_and_no_mark() {
    use aev_language::diagnostics::{Format, Sources, render};
    for (text, place) in [
        ("/* é */ triger", ":1:1:"),
        ("\u{feff}triger t", ":1:1:"),
        ("//\r\n\ttriger t", ":2:2:"),
        ("external source é: webhook", ":1:17:"),
    ] {
        let found = compiled(text, None);
        let mut sources = Sources::default();
        sources.add("f.aev", text);
        let said = render(&found.diagnostics[0], &sources, Format::Short);
        assert!(said.contains(place), "{said} for {text:?}");
    }
}

#[test]
fn what_is_long_is_cut() {
    let text = format!("{BEFORE}trigger t on {} {{ log }}\n", "x".repeat(100_000));
    let found = compiled(&text, None);
    let said = shown(&text, &found);
    assert!(said.contains("AEV0101") && said.len() < 5_000, "{} bytes", said.len());
}
