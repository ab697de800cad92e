//! One mistake gives one error of the right kind at the right place.

use aev_language::compile::{Options, compile};
use aev_language::syntax::SyntaxErrorKind as Kind;
use aev_language::syntax::ast::Span;
use aev_language::syntax::{Expected, Found, parse};

use crate::marked::check;

/// The one error of a marked text.
fn one(marked: &str) -> Kind {
    let mut errors = check(marked);
    assert_eq!(errors.len(), 1, "{errors:#?}");
    errors.remove(0).kind
}

fn found(text: &str) -> Found {
    Found::Text(text.to_owned())
}

#[track_caller]
fn unexpected(marked: &str, wanted: &Found, among: &[Expected]) {
    match one(marked) {
        Kind::Unexpected { found, expected } => {
            assert_eq!(&found, wanted);
            for one in among {
                assert!(expected.contains(one), "{one:?} is not in {expected:?}");
            }
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_key_without_a_colon() {
    unexpected(
        "bus b: jetstream {\n  replicas 3\n           ^\n  x: 1\n}",
        &found("3"),
        &[Expected::Token(":")],
    );
    unexpected(
        "bus b: jetstream {\n  replicas\n          ^\n  x: 1\n}",
        &Found::EndOfLine,
        &[Expected::Token(":")],
    );
}

#[test]
fn a_key_without_a_value() {
    unexpected(
        "bus b: jetstream {\n  replicas:\n           ^\n  x: 1\n}",
        &Found::EndOfLine,
        &[Expected::Value],
    );
    unexpected("let x =\n       ^\nlet y = 1\n", &Found::EndOfLine, &[Expected::Value]);
    unexpected("let x =\n       ^\n", &Found::EndOfFile, &[Expected::Value]);
    unexpected("param x:\n        ^\nlet y = 1\n", &Found::EndOfLine, &[Expected::Type]);
}

#[test]
fn an_operator_without_an_operand() {
    unexpected("let x = a and\n             ^\nlet y = 1\n", &Found::EndOfLine, &[Expected::Value]);
    unexpected("let x = [a == , b]\n              ^\n", &found(","), &[Expected::Value]);
    unexpected("let x = a.\n          ^\nlet y = 1\n", &Found::EndOfLine, &[Expected::Name]);
    unexpected(
        "filter f from a where\n                     ^\nlet y = 1\n",
        &Found::EndOfLine,
        &[Expected::Value],
    );
}

#[test]
fn an_item_that_goes_wrong() {
    unexpected(
        "filter f form a as b\n         ^^^^\n  where b.x == 1\nlet y = 1\n",
        &found("form"),
        &[Expected::Token("from"), Expected::Token("named")],
    );
    unexpected(
        "filter f from a wher a.x == 1\n                ^^^^\nlet y = 1\n",
        &found("wher"),
        &[Expected::Token("where")],
    );
    unexpected("trigger t {\n          ^\n  log\n}\n", &found("{"), &[Expected::Token("on")]);
    unexpected("soruce s: webhook { endpoint: \"/\" }\n^^^^^^\n", &found("soruce"), &[Expected::Item]);
    unexpected("trigger t on a\n              ^\nlet y = 1\n", &Found::EndOfLine, &[Expected::Token("{")]);
}

#[test]
fn signs_of_other_languages() {
    assert_eq!(one("bus b: nats {\n  url = \"x\"\n      ^\n  y: 1\n}"), Kind::UseColon);
    assert_eq!(one("let x: 1\n     ^\n"), Kind::UseEquals);
    assert_eq!(one("let x = a = b\n          ^\n"), Kind::UseDoubleEquals);
    assert_eq!(one("let x = a && b\n          ^^\n"), Kind::UseWords { wrote: "&&", mean: "and" });
    assert_eq!(one("let x = a || b\n          ^^\n"), Kind::UseWords { wrote: "||", mean: "or" });
    assert_eq!(one("let x = !a\n        ^\n"), Kind::UseWords { wrote: "!", mean: "not" });
    assert_eq!(one("let x = a === b\n          ^^^\n"), Kind::UseWords { wrote: "===", mean: "==" });
    assert_eq!(one("let x = a =~ \"b\"\n          ^^\n"), Kind::UseWords { wrote: "=~", mean: "matches" });
    assert_eq!(
        one("trigger t on a && b { log }\n               ^^\n"),
        Kind::UseWords { wrote: "&&", mean: "and" }
    );
    assert_eq!(one("let x = 'abc'\n        ^^^^^\n"), Kind::SingleQuotes);
    assert_eq!(one("let x = { a: 1; b: 2 }\n              ^\n"), Kind::Semicolon);
    assert_eq!(one("let x = 1;\n         ^\nlet y = 2\n"), Kind::Semicolon);
    assert_eq!(one("# hello\n^^^^^^^\nlet x = 1\n"), Kind::CommentForm);
    assert_eq!(one("/* hello */ let x = 1\n^^^^^^^^^^^\n"), Kind::CommentForm);
}

#[test]
fn blanks_that_matter() {
    assert_eq!(one("let x = a -b\n          ^\nlet y = 1\n"), Kind::MinusNeedsBlanks);
    assert_eq!(one("let x = [a -b]\n           ^\n"), Kind::MinusNeedsBlanks);
    assert_eq!(one("let x = f(a -b)\n            ^\n"), Kind::MinusNeedsBlanks);
    assert_eq!(one("let x = lower (a)\n              ^\nlet y = 1\n"), Kind::TouchesWhatItFollows('('));
}

#[test]
fn strings() {
    assert_eq!(one("let x = \"abc\n        ^\nlet y = 1\n"), Kind::UnterminatedString);
    assert_eq!(one("let x = { a: \"abc }\n             ^\nlet y = 1\n"), Kind::UnterminatedString);
    assert_eq!(one("let x = r\"abc\n         ^\nlet y = 1\n"), Kind::UnterminatedString);
    assert_eq!(one("let x = \"\"\"abc\n        ^^^\nlet y = 1\n"), Kind::UnterminatedText);
    assert_eq!(one("let x = \"a\\qb\"\n          ^^\n"), Kind::BadEscape);
    assert_eq!(one("let x = \"\\u{110000}\"\n         ^^^^^^^^^^\n"), Kind::BadEscape);
    assert_eq!(
        one("let x = \"a ${b c\"\n           ^^\nlet y = 1\n"),
        Kind::Unclosed { open: "${", close: "}" }
    );
    assert_eq!(one("let x = { \"a${b}\": 1 }\n          ^^^^^^^\n"), Kind::InterpolatedKey);
    unexpected("let x = \"a ${b c}\"\n               ^\n", &found("c"), &[Expected::Operator]);
    unexpected("let x = \"a ${}\"\n             ^\n", &found("}"), &[Expected::Value]);
}

#[test]
fn numbers() {
    assert_eq!(one("let x = 12abc\n        ^^^^^\n"), Kind::BadNumber);
    assert_eq!(one("let x = 10mins\n        ^^^^^^\n"), Kind::BadDuration { mean: "10m".into() });
    assert_eq!(one("let x = 9:30\n        ^^^^\n"), Kind::BadNumber);
    assert_eq!(one("let x = { a: 1 s }\n             ^^^\n"), Kind::BadDuration { mean: "1s".into() });
    assert_eq!(one("let x = 1.2.3\n        ^^^^^\n"), Kind::BadNumber);
}

#[test]
fn brackets() {
    let open = |open, close| Kind::Unclosed { open, close };
    assert_eq!(one("bus b: nats {\n            ^\n  url: \"x\"\n\nlet y = 1\n"), open("{", "}"));
    assert_eq!(one("let x = [1, 2\n        ^\nlet y = 1\n"), open("[", "]"));
    assert_eq!(one("let x = (1 + 2\n        ^\nlet y = 1\n"), open("(", ")"));
    assert_eq!(one("let x = f(1, 2\n         ^\nlet y = 1\n"), open("(", ")"));
    let span = |start, end| Span { start, end };
    let kind = Kind::Mismatched { open: span(13, 14), close: "]", found: '}' };
    assert_eq!(one("let x = { a: [1, 2 }\n                   ^\nlet y = 1\n"), kind);
    let missing = |mark, partner| Kind::MissingMark { mark, partner: Some(partner) };
    assert_eq!(one("let x = { a: 1 ) }\n             ^\nlet y = 1\n"), missing('(', span(15, 16)));
    assert_eq!(one("let x = { a: 1, 2] }\n             ^\nlet y = 1\n"), missing('[', span(17, 18)));
    assert_eq!(one("let x = 1\n}\n^\nlet y = 1\n"), Kind::Unopened('}'));
}

#[test]
fn expressions() {
    assert_eq!(one("let x = a == b == c\n               ^^\n"), Kind::ChainedComparison);
    assert_eq!(one("let x = a == not b\n             ^^^\n"), Kind::NeedsParentheses);
    assert_eq!(one("let x = 1 + if a then b else c\n            ^^\n"), Kind::NeedsParentheses);
    assert_eq!(one("let x = if a then b\n        ^^\nlet y = 1\n"), Kind::IfWithoutElse);
    assert_eq!(one("let x = if a { b: 1 }\n        ^^\nlet y = 1\n"), Kind::IfWithoutThen);
    assert_eq!(one("let x = a .. b\n          ^^\n"), Kind::MisplacedRange);
    assert_eq!(one("let if = 1\n    ^^\n"), Kind::ReservedName("if".to_owned()));
    unexpected("let x = f(a b)\n            ^\n", &found("b"), &[Expected::Token(","), Expected::Token(")")]);
}

#[test]
fn order_and_repetition() {
    assert_eq!(one("let x = 1\npipeline p\n^^^^^^^^\n"), Kind::MisplacedHeader);
    assert_eq!(one("bus b: nats {\n  raw { x: 1 }\n  ^^^\n  url: \"x\"\n}"), Kind::RawNotLast);
    assert_eq!(
        one("bus b: nats {\n  url: \"x\"\n  raw { x: 1 }\n  raw { x: 2 }\n  ^^^\n}").clone(),
        Kind::Twice
    );
    assert_eq!(one("let x = 1\n/// nothing\n^^^^^^^^^^^\n"), Kind::DanglingDoc);
}

#[test]
fn habits_of_other_languages() {
    assert_eq!(
        one("let x = {\n  a: |\n     ^\n    plain words, and\n    one: more\n\n  b: 1\n}\n"),
        Kind::BlockText
    );
    assert_eq!(one("trigger t on a {\n  http { url => \"u\" }\n             ^^\n}\n"), Kind::UseColon);
    assert_eq!(one("let x = a => 1\n          ^^\n"), Kind::UseWords { wrote: "=>", mean: ">=" });
    assert_eq!(one("let x = a in {\"b\", \"c\"}\n             ^\n"), Kind::WrongList);
    assert_eq!(one("let x = a in (\"b\", \"c\")\n             ^\n"), Kind::WrongList);
    assert_eq!(one("let x = { a: order:id }\n                  ^\n"), Kind::UseColons);
    assert_eq!(one("let x = \"${order:id}\"\n                ^\n"), Kind::UseColons);
    assert_eq!(parse("let x = { a: 1 b: id, c:id }\n").errors, []);
    let duration = |mean: &str| Kind::BadDuration { mean: mean.to_owned() };
    assert_eq!(one("let x = { a: 6 hours }\n             ^^^^^^^\n"), duration("6h"));
    assert_eq!(one("let x = 2weeks\n        ^^^^^^\n"), duration("14d"));
    assert_eq!(one("trigger t on a within 1 h {\n                      ^^^\n  log\n}\n"), duration("1h"));
}

#[test]
fn parts_of_a_trigger() {
    for text in [
        "trigger t on a {\n  log\n  on-failure: { log }\n            ^\n}\n",
        "trigger t on a {\n  log\n  on-failure: lost { log }\n            ^\n}\n",
        "trigger t on a {\n  log\n  dlqTrigger: { log }\n  ^^^^^^^^^^\n}\n",
        "trigger t on a {\n  log\n  on-failure { log }\n             ^\n}\n",
    ] {
        assert_eq!(one(text), Kind::FailureForm);
    }
    for text in [
        "trigger t on a {\n  workflow.run {}\n  ^^^^^^^^^^^^\n}\n",
        "trigger t on a {\n  workflow.run(\"x\", at: v)\n  ^^^^^^^^^^^^\n}\n",
        "trigger t on a {\n  workflow.run\n  ^^^^^^^^^^^^\n  retry: { steps: 3 }\n}\n",
    ] {
        assert_eq!(one(text), Kind::NoTarget("workflow.run".to_owned()));
    }
}

/// What people write from memory of other tools or of another kind gets the field that it means.
#[test]
fn habits_get_the_field_that_is_meant() {
    for (kind, wrote, meant) in [
        ("source kafka", "brokers", "url"),
        ("source kafka", "bootstrapServers", "url"),
        ("source sqs", "queueName", "queue"),
        ("source redis", "url", "hostAddress"),
        ("source redis", "database", "db"),
        ("source nats", "hostAddress", "url"),
        ("source calendar", "cron", "schedule"),
        ("source calendar", "tz", "timezone"),
        ("source minio", "bucketName", "bucket"),
        ("source minio", "secretAccessKey", "secretKey"),
        ("source redisStream", "stream", "streams"),
        ("source pulsar", "topic", "topics"),
        ("source github", "secretToken", "webhookSecret"),
        ("source slack", "secret", "signingSecret"),
        ("source file", "eventTypes", "eventType"),
        ("action http", "body", "payload"),
        ("action http", "verb", "method"),
        ("action slack", "text", "message"),
        ("action awsLambda", "function", "functionName"),
        ("action azureServiceBus", "queue", "queueName"),
        ("action custom", "url", "serverURL"),
        ("action email", "recipients", "to"),
        ("bus kafka", "brokers", "url"),
        ("bus jetstream", "storage", "persistence"),
    ] {
        let (sort, name) = kind.split_once(' ').unwrap();
        let pipeline = match sort {
            "source" => format!("source s: {name} {{ {wrote}: \"x\" }}\n"),
            "bus" => format!("bus b: {name} {{ {wrote}: \"x\" }}\n"),
            _ => format!("external source s: webhook\ntrigger t on s {{ {name} {{ {wrote}: \"x\" }} }}\n"),
        };
        let found = compile("t.aev", &pipeline, &Options::default()).diagnostics;
        let unknown = found.iter().find(|found| found.message.contains(&format!("no field `{wrote}`")));
        let help = unknown.and_then(|found| found.help.clone()).unwrap_or_default();
        assert_eq!(help, format!("did you mean `{meant}`?"), "{pipeline}{found:#?}");
    }
}
