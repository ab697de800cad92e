//! Scripts that would not end, or would take all there is.

use crate::{compile, document};
use aev_script::{Bound, Cancel, Failure, Language, Limits, Script};
use std::time::{Duration, Instant};

fn limits() -> Limits {
    Limits { steps: 2_000_000, memory: 32 << 20, cancel: Cancel::after(Duration::from_secs(60)) }
}

/// A run ends at a bound, and before the clock has to help.
fn meets(language: Language, script: &str, bounds: &[Bound]) {
    let script_text = script.get(..script.len().min(80)).unwrap_or(script);
    let result = compile(language, script).transform(&document(r#"{"list":[1,2,3]}"#), &limits());
    match result {
        Err(Failure::Bound(bound)) if bounds.contains(&bound) => {}
        other => panic!("{script_text}: {other:?}"),
    }
}

const EITHER: [Bound; 2] = [Bound::Steps, Bound::Memory];

#[test]
fn jq_without_end() {
    for filter in [
        "def f: f; f",
        "def f: f, f; f",
        "def f(x): f(f(x)); f(1)",
        "def f: 1 + f; f",
        "def f: [f]; f",
        "def f: {a: f}; f",
        "def f: f | f; f",
        "def f: try f catch f; f",
        "def f: (f // f)?; f",
        "def f: reduce f as $x (0; f); f",
        "last(repeat(1))",
        "[repeat(1)]",
        "last(range(infinite))",
        "[range(0; 1; 0)]",
        "last(recurse(.))",
        "[limit(1000000000; repeat(1))]",
        "skip(1000000000; repeat(1))",
        "until(false; .)",
        "until(false; . as $x | $x)",
        "reduce range(infinite) as $x (0; . + 1)",
        "reduce range(infinite) as $x (\"x\"; . + .)",
        "reduce range(infinite) as $x ([0]; . + .)",
        "reduce range(infinite) as $x ({}; .[$x | tostring] = 1)",
        "foreach range(infinite) as $x (0; 1; empty)",
        "label $out | def f: label $l | f; f",
        "\"x\" * 1000000000",
        "[range(1000000000)]",
        "[range(3000)] | combinations(3) | select(. == 0)",
        "[.list, .list, .list] | combinations(30) | select(. == 0)",
        "reduce range(100) as $x ([1]; [., .] | flatten)",
        "(\"a\" * 20000 + \"b\") | [match(\"a*b\"; \"g\")] | last(repeat(.))",
        "(\"a\" * 1000000) | [scan(\"(a|aa)+$\"), scan(\"a*c\")] | last(repeat(.))",
        "reduce range(infinite) as $x (0; (\"a\" | test(\"(\" + ($x | tostring) + \"){500}\")) | 1)",
        "(\"a\" * 1000000) | . as $t | last(repeat($t | test(\"(a?){100}(a{0,100}b){5}c\"), test(\"x[a-q][^u-z]{13}x\")))",
        "reduce range(infinite) as $x (0; (\"a\" | try test(\"(\\\\pL{\" + ($x % 900 | tostring) + \"})\") catch 0) | 1)",
        "(\"a\" * 3000000) | gsub(\"\"; \"aaaaaaaaaaaaaaaa\")",
        "[range(100000)] | [.[] | tostring] | join(\"-\" * 10000)",
        "[range(30000)] | sort_by(-.) | [., .] | [.[] | sort_by(. % 7)] | last(repeat(.))",
        "([range(30000)]) as $a | [$a[] | $a - [.]] ",
        "last(repeat({a: 1} | walk(.)))",
        "def f: path(..) , f; [f]",
        "last(repeat(try error(\"x\") catch .))",
    ] {
        meets(Language::Jq, &format!("{{o: ({filter})}}"), &EITHER);
    }
}

#[test]
fn jq_that_nests_without_end() {
    for filter in [
        "reduce range(100000) as $x (0; [.])",
        "reduce range(100000) as $x (0; {a: .})",
        "{} | getpath([range(3000) | \"a\"]) = 1",
    ] {
        let result =
            compile(Language::Jq, &format!("{{o: ({filter})}}")).transform(&document("{}"), &limits());
        assert!(matches!(result, Err(Failure::Raised(_))), "{filter}: {result:?}");
    }
    assert!(
        compile(Language::Jq, "{o: ([range(200)] | reduce .[] as $x (0; [.]))}")
            .transform(&document("{}"), &limits())
            .is_ok()
    );
}

#[test]
fn a_large_event_passes_through() {
    let items: Vec<String> = (0..20_000).map(|n| format!(r#"{{"id":{n},"name":"item {n}"}}"#)).collect();
    let data = document(&format!(r#"{{"items":[{}]}}"#, items.join(",")));
    for filter in [
        "{n: (.items | length)}",
        ".items[].id |= . + 1",
        ".items |= map(select(.id % 2 == 0))",
        "{names: [.items[].name]}",
        "{o: (reduce .items[] as $i ({}; .[$i.name] = $i.id))}",
        "{o: (reduce .items[] as $i ([]; . + [$i.id]))}",
        "{o: (.items | sort_by(-.id) | .[0])}",
    ] {
        let result = compile(Language::Jq, filter).transform(&data, &Limits::default());
        assert!(result.is_ok(), "{filter}: {result:?}");
    }
    let lua = "local n = 0 for _, item in ipairs(event.items) do n = n + item.id end return {n = n}";
    assert_eq!(
        compile(Language::Lua, lua).transform(&data, &Limits::default()).unwrap().text(),
        r#"{"n":199990000}"#
    );
}

#[test]
fn lua_without_end() {
    for script in [
        "while true do end",
        "while true do pcall(function() while true do end end) end",
        "repeat until pcall(error)",
        "local function f() return f() end f()",
        "local function f() return pcall(f) end while true do f() end",
        "while true do xpcall(function() while true do end end, function() while true do end end) end",
        "local t = setmetatable({}, {__index = function(t, k) return t[k + 1] end}) while true do pcall(function() return t[1] end) end",
        "for i = 1, math.huge do end",
        "local s = 'x' while true do s = s .. s end",
        "local s = ('x'):rep(1e9)",
        "local s = ('x'):rep(1e300)",
        "while true do local s = ('x'):rep(1e6) end",
        "local t = {} while true do t[#t + 1] = {} end",
        "while true do pcall(string.rep, 'x', 1e9) end",
        "local s = 'x' while true do pcall(function() s = s .. s end) end",
        "local s = ('a'):rep(30) return {s:find(('a?'):rep(30) .. ('a'):rep(30))}",
        "local s = ('a'):rep(5000) return {s:find('.-.-.-.-b')}",
        "local s = ('a'):rep(100000) return {s:find(('.*'):rep(20) .. 'x')}",
        "return {(('a'):rep(1e6):gsub('', ('b'):rep(1000)))}",
        "local t = {} for i = 1, 1e6 do t[i] = i % 7 end while true do table.sort(t) end",
        "local t = {} for i = 1, 1e5 do t[i] = 'x' end while true do table.insert(t, 1, 'y') end",
        "local t = {} for i = 1, 1e5 do t[i] = ('x'):rep(100) end while true do local s = table.concat(t) end",
        "local s = ('x'):rep(1e7) while true do local u = s:upper() end",
        "local a = {} for i = 1, 60 do a = {a, a} end return a",
        "for _ in function() return 1 end do end",
    ] {
        meets(Language::Lua, script, &EITHER);
    }
}

#[test]
fn lua_that_nests_without_end() {
    for script in [
        "local function f() return 1 + f() end return f()",
        "local t = {} t.t = t return t",
        "local t = {} for i = 1, 1000 do t = {t} end return t",
        "return ('('):rep(100):find(('('):rep(100))",
        "return {(('x'):rep(1000):find(('x?'):rep(1000)))}",
        "local t = setmetatable({}, {}) getmetatable(t).__index = t return t.x.y",
        "local f f = function() ('x'):gsub('x', f) end f()",
    ] {
        let result = compile(Language::Lua, script).transform(&document("{}"), &limits());
        assert!(matches!(result, Err(Failure::Raised(_) | Failure::Bound(_))), "{script}: {result:?}");
    }
    for open in ["(", "{", "function() return ", "- ", "not "] {
        assert!(Script::compile(Language::Lua, &format!("return {}1", open.repeat(3000))).is_err());
    }
}

#[test]
fn deeply_nested_filters_are_refused() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{a:", "}"),
        ("-", ""),
        ("try ", ""),
        ("if 1 then ", " end"),
        ("\"\\(", ")\""),
        ("reduce . as $x (0; ", ")"),
        ("1 // ", ""),
        ("1 + (", ")"),
        ("def f: ", "; 1"),
        (". as [", "] | 1"),
    ] {
        let nested = |times: usize| format!("{}1{}", open.repeat(times), close.repeat(times));
        assert!(Script::compile(Language::Jq, &nested(2000)).is_err(), "{open}");
        let _ = Script::compile(Language::Jq, &nested(99));
    }
    let long = vec!["."; 20_000].join("|");
    assert!(compile(Language::Jq, &long).transform(&document("{}"), &limits()).is_ok());
}

#[test]
fn a_run_is_ended_from_outside() {
    for (language, script) in
        [(Language::Jq, "def f: f; f"), (Language::Lua, "while true do pcall(error) end")]
    {
        let script = compile(language, script);
        let cancel = Cancel::default();
        let limits = Limits { steps: u64::MAX, memory: 1 << 30, cancel: cancel.clone() };
        let running = std::thread::spawn(move || script.transform(&document("{}"), &limits));
        std::thread::sleep(Duration::from_millis(50));
        assert!(!running.is_finished());
        cancel.cancel();
        assert_eq!(running.join().unwrap(), Err(Failure::Bound(Bound::Cancelled)));
    }
    let limits =
        Limits { steps: u64::MAX, cancel: Cancel::after(Duration::from_millis(30)), ..Limits::default() };
    let start = Instant::now();
    let result = compile(Language::Jq, "def f: f; f").transform(&document("{}"), &limits);
    assert_eq!(result, Err(Failure::Bound(Bound::Cancelled)));
    assert!(start.elapsed() < Duration::from_secs(10));
}
