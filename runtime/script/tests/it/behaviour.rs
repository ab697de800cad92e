//! What scripts mean.

use crate::{compile, document, jq, jq_all, lua, lua_text, raised, transform};
use aev_script::{Failure, Language, Limits, Script};

#[test]
fn jq_gives_what_gojq_gives() {
    let facts = include_str!("facts/jq.txt");
    let mut count = 0;
    let mut wrong = Vec::new();
    for fact in facts.split("\n\n").skip(1) {
        let [filter, input, expected] = fact.trim_end().lines().collect::<Vec<_>>()[..] else {
            panic!("{fact}")
        };
        count += 1;
        let given = match Script::compile(Language::Jq, &format!(".i | {{o: [{filter}]}}")) {
            Ok(_) => jq_all(filter, input).map_err(|failure| failure.to_string()),
            Err(mistake) => Err(mistake.to_string()),
        };
        if given.as_deref() != Ok(expected) {
            wrong.push(format!("{filter} on {input}\n  gojq {expected}\n  here {given:?}"));
        }
    }
    assert!(count > 100);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn numbers_that_are_only_moved_keep_their_digits() {
    assert_eq!(jq(".", "12345678901234567890").unwrap(), "12345678901234567890");
    assert_eq!(jq(". + 0", "12345678901234567890").unwrap(), "12345678901234567000");
    assert_eq!(jq("[.[] | {n: .}]", "[9007199254740993]").unwrap(), r#"[{"n":9007199254740993}]"#);
    // Lua has nothing but doubles.
    assert_eq!(lua("return event", r#"{"n":9007199254740993}"#).unwrap(), r#"{"n":9007199254740992}"#);
}

#[test]
fn the_first_output_of_jq_counts_and_is_an_object() {
    assert_eq!(transform(Language::Jq, "{a: 1}, error", "{}").unwrap(), r#"{"a":1}"#);
    for filter in ["empty", "1", "[.]", "null", "select(.missing)"] {
        assert!(matches!(transform(Language::Jq, filter, "{}"), Err(Failure::Result(_))), "{filter}");
    }
    assert!(matches!(transform(Language::Jq, "{a: nan}", "{}"), Err(Failure::Result(_))));
}

#[test]
fn only_objects_go_in() {
    for language in [Language::Jq, Language::Lua] {
        let script = compile(language, if language == Language::Jq { "{}" } else { "return {}" });
        assert_eq!(script.transform(&document("[1]"), &Limits::default()), Err(Failure::InputIsNoObject));
        assert_eq!(script.decide(&document("1"), &Limits::default()), Err(Failure::InputIsNoObject));
    }
}

#[test]
fn lua_reads_and_writes_json_as_argo_does() {
    let given = lua("return event", r#"{"a":null,"e":[],"n":[[1],[2]],"x":[1,null,"q"]}"#).unwrap();
    assert_eq!(given, r#"{"e":{},"n":{},"x":[1,"q"]}"#);
    assert_eq!(lua("return {1, 2, k = 'v'}", "{}").unwrap(), "[1,2]");
    assert_eq!(lua("return {a = setmetatable({}, {__is_array = true})}", "{}").unwrap(), r#"{"a":[]}"#);
    assert_eq!(lua("return 1, {a = '<'}", "{}").unwrap(), r#"{"a":"\u003c"}"#);
    assert_eq!(
        lua("event.b = event.a .. '!' return event", r#"{"a":"x"}"#).unwrap(),
        r#"{"a":"x","b":"x!"}"#
    );
    for script in ["return 1", "return", "return 'x'", "return nil", "return print"] {
        assert!(matches!(lua(script, "{}"), Err(Failure::Result(_))), "{script}");
    }
}

#[test]
fn only_true_lets_an_event_pass() {
    let limits = Limits::default();
    let decides = |script: &str| compile(Language::Lua, script).decide(&document(r#"{"n":3}"#), &limits);
    assert_eq!(decides("return event.n == 3"), Ok(true));
    assert_eq!(decides("return false, true"), Ok(true));
    for script in ["return false", "return 1", "return 'true'", "return nil", "", "return true, 1"] {
        assert_eq!(decides(script), Ok(false), "{script}");
    }
    assert!(matches!(decides("return event.a.b"), Err(Failure::Raised(_))));
}

#[test]
fn lua_patterns_are_those_of_lua() {
    for (expression, expected) in [
        ("('hello world'):find('o w')", "5"),
        ("select('#', ('key=val'):find('(%w+)=(%w+)'))", "4"),
        ("select(3, ('key=val'):find('(%w+)=(%w+)'))", "key"),
        ("('a.b'):find('.', 1, true)", "2"),
        ("('a.b'):find('b', -1)", "3"),
        ("('  x  '):match('^%s*(.-)%s*$') .. '|'", "x|"),
        ("('f(a(b)c)d'):match('%b()')", "(a(b)c)"),
        ("('hello'):match('()ll()')", "3"),
        ("('THE (quick) fox'):match('%f[%a]%a+', 5)", "quick"),
        ("('abab'):match('^(ab)%1$')", "ab"),
        ("('x^y'):match('[%^]')", "^"),
        ("('a]b'):match('[]]')", "]"),
        ("('a-z'):match('[a%-z]+')", "a-z"),
        ("('2024-05-06'):gsub('%d', 'x', 4)", "xxxx-05-06"),
        ("('hello'):gsub('', '-')", "-h-e-l-l-o-"),
        ("('hello'):gsub('(h)(e)', '%2%1%0')", "ehhello"),
        ("('abc'):gsub('%w', '%%%0')", "%a%b%c"),
        ("('abc'):gsub('b', function() return nil end)", "abc"),
        ("('abc'):gsub('.', {a = 1, b = true and 'B'})", "1Bc"),
        ("('abc'):gsub('^a', 'x')", "xbc"),
        ("('aXb'):gsub('%u', '')", "ab"),
    ] {
        assert_eq!(lua_text(expression).unwrap(), format!(r#"{{"o":"{expected}"}}"#), "{expression}");
    }
    let all =
        "local s = '' for k, v in ('a=1, b=2'):gmatch('(%w+)=(%w+)') do s = s .. k .. v end return {o = s}";
    assert_eq!(lua(all, "{}").unwrap(), r#"{"o":"a1b2"}"#);
}

#[test]
fn lua_writes_numbers_as_gopher_lua_does() {
    for (expression, expected) in [
        ("0.1 + 0.2", "0.30000000000000004"),
        ("1e15", "1000000000000000"),
        ("123456789012345", "123456789012345"),
        ("1.5", "1.5"),
        ("-3", "-3"),
        ("1e21", "1e+21"),
        ("('%d'):format(123456789012345)", "123456789012345"),
    ] {
        assert_eq!(lua_text(expression).unwrap(), format!(r#"{{"o":"{expected}"}}"#), "{expression}");
    }
}

#[test]
fn lua_has_neither_world_nor_clock_nor_chance() {
    for name in [
        "io",
        "os",
        "require",
        "package",
        "debug",
        "print",
        "load",
        "loadstring",
        "loadfile",
        "dofile",
        "coroutine",
        "collectgarbage",
        "gcinfo",
        "getfenv",
        "setfenv",
        "newproxy",
        "module",
        "string.dump",
        "string.gfind",
        "math.random",
        "math.randomseed",
        "jit",
        "ffi",
    ] {
        assert_eq!(lua_text(name).unwrap(), r#"{"o":"nil"}"#, "{name}");
    }
    for name in ["{}", "function() end", "tostring"] {
        let text = lua_text(name).unwrap();
        assert!(text.ends_with("\"table\"}") || text.ends_with("\"function\"}"), "{text}");
    }
    assert!(Script::compile(Language::Lua, "\u{1b}Lua").is_err());
}

#[test]
fn jq_has_neither_world_nor_clock() {
    for name in [
        "input",
        "inputs",
        "now",
        "localtime",
        "debug",
        "stderr",
        "halt",
        "input_filename",
        "get_search_list",
    ] {
        let mistake = Script::compile(Language::Jq, name).unwrap_err();
        assert!(mistake.message.contains("cannot be used"), "{mistake}");
    }
    assert!(Script::compile(Language::Jq, r#"import "a" as a; ."#).is_err());
    assert_eq!(jq("[env, $ENV, env.PATH]", "1").unwrap(), "[{},{},null]");
}

#[test]
fn nothing_is_left_for_the_next_event() {
    let script = compile(
        Language::Lua,
        "n = (n or 0) + 1 string.seen = (string.seen or 0) + 1 return {n = n + string.seen}",
    );
    for _ in 0..3 {
        assert_eq!(script.transform(&document("{}"), &Limits::default()).unwrap().text(), r#"{"n":2}"#);
    }
}

#[test]
fn mistakes_say_where() {
    for (language, script, line, at) in [
        (Language::Jq, ".a |\n  nope", 2, 7),
        (Language::Jq, ".a | $x", 1, 5),
        (Language::Jq, "{a: }", 1, 4),
        (Language::Jq, "\"abc", 1, 4),
        (Language::Jq, ".a as [$x] ?// $x | 1", 1, 11),
        (Language::Jq, "@nope", 1, 0),
        (Language::Lua, "local x = 1\nreturn +", 2, 12),
    ] {
        let mistake = Script::compile(language, script).unwrap_err();
        assert_eq!((mistake.line, mistake.at), (line, at), "{script}: {mistake}");
    }
    assert!(Script::compile(Language::Jq, &" ".repeat(70_000)).is_err());
}

#[test]
fn failures_do_not_tell_what_the_event_holds() {
    let secret = r#"{"token":"hunter2"}"#;
    for filter in
        [".token.x", ".token | error", ".token + 1", "{a: .token} | .a | tonumber", ".[.token | keys]"]
    {
        let said = raised(transform(Language::Jq, filter, secret));
        assert!(!said.contains("hunter2"), "{filter}: {said}");
    }
    for script in [
        "error(event.token)",
        "return event.token + 1",
        "error({event.token})",
        "local t = {} t[event.token]()",
    ] {
        let said = raised(lua(script, secret));
        assert!(!said.contains("hunter2"), "{script}: {said}");
    }
}
