//! What the layout looks like.

use super::formatted;
use aev_language::format::format;
use aev_language::syntax::MAX_BYTES;

/// Checks what becomes of a text, and that it stays so.
fn becomes(text: &str, expected: &str) {
    let result = formatted(text);
    assert_eq!(result, expected, "\n--- from\n{text}\n--- came\n{result}");
    assert_eq!(formatted(expected), expected);
}

/// Is laid out already.
fn stays(text: &str) {
    becomes(text, text);
}

#[test]
fn blanks_stand_where_they_should() {
    becomes(
        "pipeline   x{namespace:\"a\",labels:{a:\"b\",},}\nlet a=1+2*( 3 - 4 )\nlet k = -7 * -x\nlet l = not  a   not   in [1,2,]\n\
         let o={a:1,b:{c:[ ]},d:{ }}\nlet u = e.body.list[ 0 ].x[ \"a\" ].y[-1]::id\nlet s = [ ...a,...b ]\n\
         param t:{a:string b?:list<{c:int}>}|null\n\
         filter f from s.a   where a::time in 09:00 .. 17:00 at \"UTC\"\n",
        "pipeline x { namespace: \"a\", labels: { a: \"b\" } }\nlet a = 1 + 2 * (3 - 4)\nlet k = -7 * -x\n\
         let l = not a not in [1, 2]\nlet o = { a: 1, b: { c: [] }, d: {} }\nlet u = e.body.list[0].x[\"a\"].y[-1]::id\n\
         let s = [...a, ...b]\nparam t: { a: string, b?: list<{ c: int }> } | null\n\
         filter f from s.a where a::time in 09:00..17:00 at \"UTC\"\n",
    );
}

#[test]
fn at_most_one_empty_line_is_kept() {
    becomes(
        "\n\n// first\n\n\n\nbus a: embedded\nbus b: embedded\n\n\n\n\nbus c: embedded {\n\n  path: \"x\"\n\n\n  raw { a: 1 }\n\n}\n\n\n",
        "// first\n\nbus a: embedded\nbus b: embedded\n\nbus c: embedded {\n  path: \"x\"\n\n  raw { a: 1 }\n}\n",
    );
    becomes(
        "/// Documentation.\n\n\nbus a: embedded\n\n\n/// More.\n\n// why\nbus b: embedded\n",
        "/// Documentation.\nbus a: embedded\n\n/// More.\n\n// why\nbus b: embedded\n",
    );
}

#[test]
fn the_author_says_what_is_on_one_line_as_long_as_it_fits() {
    stays(
        "let a = { b: 1, c: 2 }\nlet d = {\n  b: 1, c: 2\n}\nlet e = {\n  b: 1, c: 2\n  d: 3\n}\nlet f = {\n  b: 1\n  c: 2\n}\n",
    );
    becomes("let a = [1,\n  2,\n  3]\nlet b = [\n1,\n2]\n", "let a = [1, 2, 3]\nlet b = [\n  1\n  2\n]\n");
    stays(
        "let a = [{\n  b: 1\n  c: { parameters: [\n    { name: \"x\" }\n    { name: \"y\" }\n  ] }\n}]\n\
         let g = f({\n  a: 1\n})\n",
    );
    becomes(
        "trigger t on a { log retry: { steps: 3 } }\ntrigger u on a { log }\n\
         sensor s { replicas: 2 trigger u on f { log } filter f from a, raw { x: 1 } }\n",
        "trigger t on a {\n  log\n  retry: { steps: 3 }\n}\ntrigger u on a { log }\n\
         sensor s {\n  replicas: 2\n  trigger u on f { log }\n  filter f from a,\n  raw { x: 1 }\n}\n",
    );
    becomes(
        "test \"x\" { expect no c fail d 2 times }\n",
        "test \"x\" {\n  expect no c\n  fail d 2 times\n}\n",
    );
    becomes(
        "for x in xs by x.y { filter f from a where b trigger t on f { log } }\nif a { let b = 1 } else if c { let d = 1 } else { let e = 1 }\n",
        "for x in xs by x.y {\n  filter f from a where b\n  trigger t on f { log }\n}\n\
         if a { let b = 1 } else if c { let d = 1 } else { let e = 1 }\n",
    );
}

#[test]
fn what_does_not_fit_is_broken() {
    becomes(
        "source g: github { events: [\"push\"], webhook: { endpoint: \"/push\", port: 12000, method: \"POST\", url: \"http://push.example.com\" } }\n\
         source s: webhook { endpoint: \"/orders\", port: 12000, method: \"POST\", authSecret: secret(\"shop\", \"tokens\"), url: \"x\" }\n",
        "source g: github {\n  events: [\"push\"]\n  \
         webhook: { endpoint: \"/push\", port: 12000, method: \"POST\", url: \"http://push.example.com\" }\n}\n\
         source s: webhook {\n  endpoint: \"/orders\", port: 12000, method: \"POST\", authSecret: secret(\"shop\", \"tokens\"), url: \"x\"\n}\n",
    );
    becomes(
        "let j = function-with-a-long-name(argument-number-one, argument-number-two, key: argument-three, other: the-last)\n\
         let g = [\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\", \"cccccccccccccccccc\", \"ddddddddddddddd\"]\n\
         let h = f(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\", \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\")\n",
        "let j = function-with-a-long-name(\n  argument-number-one, argument-number-two, key: argument-three, other: the-last\n)\n\
         let g = [\n  \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"\n  \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"\n  \"cccccccccccccccccc\"\n  \"ddddddddddddddd\"\n]\n\
         let h = f(\n  \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\n  \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"\n)\n",
    );
    becomes(
        "let b = some.long.path.to.a.value.number.one ?? some.long.path.to.a.value.number.two ?? some.long.path.to.another\n\
         let c = if environment == \"production\" then \"a very long text for production use only\" else \"a shorter text for all others\"\n\
         let f = [for s in shards if s.size > 1 and s.name != \"some very long name that nobody has\": \"${s.key}-${s.size}-and-more\"]\n\
         param k: \"opened\" | \"closed\" | \"reopened\" | \"synchronize\" | \"labelled\" | \"unlabelled\" | \"assigned\" | \"unassigned\"\n",
        "let b = some.long.path.to.a.value.number.one\n  ?? some.long.path.to.a.value.number.two\n  ?? some.long.path.to.another\n\
         let c = if environment == \"production\"\n  then \"a very long text for production use only\"\n  else \"a shorter text for all others\"\n\
         let f = [\n  for s in shards\n    if s.size > 1 and s.name != \"some very long name that nobody has\":\n    \"${s.key}-${s.size}-and-more\"\n]\n\
         param k: \"opened\"\n  | \"closed\"\n  | \"reopened\"\n  | \"synchronize\"\n  | \"labelled\"\n  | \"unlabelled\"\n  | \"assigned\"\n  | \"unassigned\"\n",
    );
    becomes(
        "if aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa and bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb and cccccccccccccccccccc { let b = 1 }\n",
        "if aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n  and bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n  and cccccccccccccccccccc\n{\n  let b = 1\n}\n",
    );
}

#[test]
fn conditions_stand_below_each_other() {
    becomes(
        "filter f from s.a as e where e.body.action == \"opened\" and\n e.body.x == 1\n\
         filter g from s.a as e where (any i in e.body.items: i.kind == \"disc\" or i.quantity >= 10) and (e.body.total ?? 0) > 100 or e.body.forced\n\
         filter h from s.a where x\n and (yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy == 1 or zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz == 2)\n\
         filter i from s.a where aaaaaaa\n and bbbbbbb or ccccccccccc\n\
         filter j from s.a map { b: 1 } where a.b\n\
         filter k from s.a\n map jq    \".x\" where a.b\n",
        "filter f from s.a as e\n  where e.body.action == \"opened\"\n    and e.body.x == 1\n\
         filter g from s.a as e\n  where (any i in e.body.items: i.kind == \"disc\" or i.quantity >= 10) and (e.body.total ?? 0) > 100\n     or e.body.forced\n\
         filter h from s.a\n  where x\n    and (yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy == 1\n         or zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz == 2)\n\
         filter i from s.a\n  where aaaaaaa\n        and bbbbbbb\n     or ccccccccccc\n\
         filter j from s.a map { b: 1 } where a.b\n\
         filter k from s.a\n  map jq \".x\"\n  where a.b\n",
    );
    stays(
        "trigger ship on built and chat.approved as approval reset cron \"0 0 * * *\" in \"Europe/London\" { log }\n",
    );
    becomes(
        "trigger t on ci.built as built and ci.tested as tested match built.body.a == tested.body.a within 1h { log }\n\
         trigger u on ci.built as built and ci.tested as tested match built.body.commit.sha == tested.body.commit.sha within 1h { log }\n\
         trigger v\n on a count 3 { log\n rate: 1/s }\n",
        "trigger t on ci.built as built and ci.tested as tested match built.body.a == tested.body.a within 1h { log }\n\
         trigger u\n  on ci.built as built and ci.tested as tested\n  match built.body.commit.sha == tested.body.commit.sha\n  within 1h\n{\n  log\n}\n\
         trigger v\n  on a\n  count 3\n{\n  log\n  rate: 1/s\n}\n",
    );
}

#[test]
fn texts_keep_what_they_stand_for() {
    becomes(
        "let m = {\n  t: \"\"\"\n        indented\n          more\n\n        back  \n     \"\"\"\n}\n",
        "let m = {\n  t: \"\"\"\n    indented\n      more\n\n    back  \n  \"\"\"\n}\n",
    );
    becomes(
        "let n = \"\"\"first\n        second\n          third\"\"\"\n",
        "let n = \"\"\"first\n  second\n    third\"\"\"\n",
    );
    becomes(
        "let t = r\"\"\"\n\tone\n\t\ttwo\n  three\n\"\"\"\n",
        "let t = r\"\"\"\n  one\n  \ttwo\n   three\n\"\"\"\n",
    );
    stays("let v = \"\"\"\n      a ${ {\n   b: 1\n  } } c\n      d\n\"\"\"\n");
    stays("let w = \"a  ${ b  +  c }\"\nlet x = \"\"\"one ${ line }\"\"\"\n");
    becomes(
        "trigger t on a { k8s.create from inline yaml \"\"\"\n          a: b\n            c: d\n   \"\"\" with { data.x: a.body } }\n",
        "trigger t on a {\n  k8s.create from inline yaml \"\"\"\n    a: b\n      c: d\n  \"\"\" with { data.x: a.body }\n}\n",
    );
}

#[test]
fn comments_stay_where_they_are() {
    becomes(
        "let q = { // why\n  a: 1 // one\n\n\n  // own\n  bbbb: 2 // two\n  cc: 3            // three\n  // last\n} // end\n// after\n",
        "let q = {  // why\n  a: 1  // one\n\n  // own\n  bbbb: 2  // two\n  cc: 3    // three\n  // last\n}  // end\n// after\n",
    );
    becomes(
        "filter f from s.a\n  where a // why\n    // because\n    and bb // so\n\nlet x = [ // first\n  1, // one\n  2 // two\n  , 3\n]\n",
        "filter f from s.a\n  where a  // why\n    // because\n    and bb  // so\n\nlet x = [  // first\n  1  // one\n  2  // two\n  3\n]\n",
    );
    stays("let a = 1\n  -\n    // why\n    1\n");
    becomes("let a = [--// why\n1]\n", "let a = [  // why\n  --1\n]\n");
    stays("let b = (any i in a - b: i)\n");
    becomes("let x = // why\n  1\n", "let x =  // why\n  1\n");
    becomes("let x = []\n// end", "let x = []\n// end\n");
    becomes("let x = [ // nothing\n]\n", "let x = [  // nothing\n]\n");
}

#[test]
fn what_goes_on_has_its_comma() {
    stays("let x = [\n  a,\n  at\n  b\n]\n");
    becomes("let x = [a, at, matches,\n b]\n", "let x = [a, at, matches, b]\n");
    becomes(
        "let x = {\n  a: 1,\n  or // why\n  : 2,\n  in: 3\n}\n",
        "let x = {\n  a: 1,\n  or  // why\n    : 2\n  in: 3\n}\n",
    );
    stays("sensor s {\n  filter f from a,\n  where: 1\n}\n");
    stays("source s {\n  event a: webhook,\n  where: 1\n}\n");
}

#[test]
fn a_comment_that_allows_a_warning_stays_with_it() {
    let text = |line: &str| {
        format!("external source s: webhook<{{ id: string }}>\ntrigger t on s as e {{\n{line}}}\n")
    };
    let call = |url: &str| {
        format!("http {{ url: \"https://example.com/{url}\", payload: {{ id: e.body.id ?? \"\" }} }}")
    };
    let allow = "// aev: allow AEV0504: they will leave it out";
    let short = call("short");
    stays(&text(&format!("  {short}  {allow}\n")));
    stays(&text(&format!("  {allow}\n  {short}\n")));
    let long = call(&"long".repeat(15));
    for line in [format!("  {long} {allow}\n"), format!("  {allow}\n  {long}\n")] {
        let text = text(&line);
        let found = format(0, &text).unwrap_err();
        assert_eq!(found[0].message, "formatting would part this comment from what it allows", "{text}");
        assert_eq!(found[0].labels[0].span.start as usize, text.find("// aev").unwrap());
    }
    let mended =
        format!("  http {{\n    url: \"x\"\n    {allow}\n    payload: {{ id: e.body.id ?? \"\" }}\n  }}\n");
    stays(&text(&mended));
}

fn nested(prefix: &str, open: &str, inner: &str, close: &str, depth: usize) -> String {
    format!("{prefix}{}{inner}{}\n", open.repeat(depth), close.repeat(depth))
}

#[test]
fn deep_and_long_texts_are_laid_out_or_refused() {
    for (prefix, open, inner, close) in [
        ("let x = ", "[", "1", "]"),
        ("let x = ", "[\n", "1", "]"),
        ("let x = ", "(", "1", ")"),
        ("let x = ", "{ a: ", "1", "}"),
        ("let x = ", "{\n a: ", "1", "}"),
        ("let x = ", "f(", "1", ")"),
        ("let x = ", "a[", "1", "]"),
        ("let x = ", "\"${", "1", "}\""),
        ("let x = ", "if a then ", "1", " else 2"),
        ("let x = ", "[for x in ", "y", ": 1]"),
        ("let x = ", "(any x in l: ", "y", ")"),
        ("param x: ", "list<", "int", ">"),
        ("param x: ", "{ a: ", "int", "}"),
        ("", "if a { ", "let x = 1", " }"),
    ] {
        formatted(&nested(prefix, open, inner, close, 50));
        assert!(format(0, &nested(prefix, open, inner, close, 5_000)).is_err(), "{open}");
    }
    for link in [" + a", " and a", " ?? a", "[0]", ".b"] {
        formatted(&format!("let x = a{}\n", link.repeat(250)));
        assert!(format(0, &format!("let x = a{}\n", link.repeat(100_000))).is_err());
    }
    formatted(&format!("let x = [{}]\n", "[1, 2], ".repeat(5_000)));
    formatted(&format!("let x = [\n{}]\n", "1 // one\n".repeat(5_000)));
    let said = |text: &str| {
        format(0, text).unwrap_err().iter().map(|found| found.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(said(&"x".repeat(10 << 20)).len(), 1);
    // Each line moves 100 columns to the right.
    let lines = "1\n".repeat(MAX_BYTES / 100);
    let text = nested("let x = ", "[\n", &lines, "]", 50);
    assert_eq!(said(&text), ["formatted, this would be larger than 8 MiB"]);
}
