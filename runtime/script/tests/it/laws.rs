//! What holds for every script and every event.

use crate::{compile, document};
use aev_script::{Cancel, Language, Limits, Script};
use proptest::prelude::*;

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|b| b.to_string()),
        any::<i32>().prop_map(|n| n.to_string()),
        "[a-z]{0,4}".prop_map(|text| format!("\"{text}\"")),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::btree_map("[a-c]", inner, 0..4).prop_map(|members| {
                let members: Vec<String> = members.iter().map(|(k, v)| format!("\"{k}\":{v}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

/// Parts of filters in any order; most of them make no sense together.
fn filter() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        ".",
        ".a",
        ".b",
        "[",
        "]",
        "{",
        "}",
        "(",
        ")",
        "|",
        ",",
        "//",
        "+",
        "-",
        "=",
        "|=",
        "?",
        ".[]",
        "..",
        "1",
        "\"x\"",
        "map(",
        "select(",
        "if ",
        " then ",
        " else ",
        " end",
        "reduce ",
        " as $x ",
        "(0;",
        "$x",
        "try ",
        " catch ",
        "label $f | ",
        "break $f",
        "path(",
        "limit(2;",
        "def f: ",
        "; f",
        "f",
        "empty",
        "error",
        "not",
        "keys",
        "repeat(",
        "range(3)",
        "test(\"a*\")",
        "del(",
        "to_entries",
        "recurse",
        ":",
        "and",
        "@base64",
        "tojson",
        "*",
    ]);
    prop::collection::vec(part, 0..14).prop_map(|parts| parts.concat())
}

fn small() -> Limits {
    Limits { steps: 20_000, memory: 4 << 20, cancel: Cancel::default() }
}

proptest! {
    #[test]
    fn identity_keeps_an_event(value in json()) {
        let data = format!("{{\"a\":{value}}}");
        let made = compile(Language::Jq, ".").transform(&document(&data), &Limits::default()).unwrap();
        prop_assert_eq!(made.text(), data);
    }

    #[test]
    fn an_event_and_its_paths_are_the_same(value in json()) {
        let data = document(&format!("{{\"a\":{value}}}"));
        for filter in ["fromstream(tostream)", "with_entries(.)", ". as $in | reduce paths as $p ({}; setpath($p; $in | getpath($p)))", ".. |= .", "tojson | fromjson"] {
            let made = compile(Language::Jq, filter).transform(&data, &Limits::default()).unwrap();
            prop_assert_eq!(made.text(), data.text(), "{}", filter);
        }
    }

    #[test]
    fn any_filter_ends_and_gives_the_same_again(filter in filter(), value in json()) {
        if let Ok(script) = Script::compile(Language::Jq, &filter) {
            let data = document(&format!("{{\"a\":{value}}}"));
            prop_assert_eq!(script.transform(&data, &small()), script.transform(&data, &small()));
        }
    }

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,40}") {
        let _ = Script::compile(Language::Jq, &text);
        let _ = Script::compile(Language::Lua, &text);
    }

    #[test]
    fn any_lua_pattern_ends(pattern in r"[\[\]()%.*+?^$a-c0-9bf-]{0,16}", text in "[a-c(]{0,30}") {
        let script = compile(Language::Lua, "return {r = {event.t:find(event.p)}, s = event.t:gsub(event.p, '%0')}");
        let data = document(&format!(r#"{{"p":"{pattern}","t":"{text}"}}"#));
        let first = script.transform(&data, &small());
        prop_assert_eq!(first, script.transform(&data, &small()));
    }

    #[test]
    fn more_steps_change_nothing_but_the_end(steps in 0_u64..3_000) {
        let script = compile(Language::Jq, "{o: [range(50) | . * 2 | select(. % 3 == 0)]}");
        let whole = script.transform(&document("{}"), &Limits::default()).unwrap();
        let limits = Limits { steps, ..Limits::default() };
        if let Ok(made) = script.transform(&document("{}"), &limits) {
            prop_assert_eq!(made, whole);
        }
    }
}
