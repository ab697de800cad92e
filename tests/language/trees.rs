//! What the tree is for some texts.

use aev_language::syntax::ast::{Expr, ExprKind, ItemKind, Text, TextPart, UnaryOp};
use aev_language::syntax::parse;

use crate::evaluator::words;

/// The value of `let x = …`, which must be well-formed.
fn value(text: &str) -> Expr {
    let parsed = parse(&format!("let x = {text}"));
    assert_eq!(parsed.errors, [], "{text}");
    match parsed.file.items.into_iter().next().unwrap().kind {
        ItemKind::Let(item) => item.value,
        other => panic!("{other:?}"),
    }
}

/// The structure of a value, every operator in parentheses before its operands.
fn show(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Name(name) => name.clone(),
        ExprKind::Number(text) | ExprKind::TimeOfDay(text) => text.clone(),
        ExprKind::Paren(inner) => show(inner),
        ExprKind::Member(base, name) => format!("{}.{}", show(base), name.value),
        ExprKind::Index(base, index) => format!("{}[{}]", show(base), show(index)),
        ExprKind::Attribute(base, name) => format!("{}::{}", show(base), name.value),
        ExprKind::Call(base, args) => {
            let args: Vec<String> = args
                .iter()
                .map(|arg| {
                    format!(
                        "{}{}",
                        arg.name.as_ref().map_or(String::new(), |name| format!("{}=", name.value)),
                        show(&arg.value)
                    )
                })
                .collect();
            format!("{}({})", show(base), args.join(" "))
        }
        ExprKind::Unary(op, operand) => {
            let sign = if op.value == UnaryOp::Not { "not" } else { "neg" };
            format!("({sign} {})", show(operand))
        }
        ExprKind::Binary(op, left, right) => {
            format!("({} {} {})", words(op.value).replace(' ', "-"), show(left), show(right))
        }
        ExprKind::If(condition, then, otherwise) => {
            format!("(if {} {} {})", show(condition), show(then), show(otherwise))
        }
        ExprKind::Quantifier(quantifier) => {
            let word = if quantifier.all { "all" } else { "any" };
            format!(
                "({word} {} {} {})",
                quantifier.name.value,
                show(&quantifier.list),
                show(&quantifier.condition)
            )
        }
        ExprKind::Range(range) => {
            let zone = range.zone.as_ref().map_or(String::new(), |zone| format!(" {}", show(zone)));
            let word = if range.negated { "not-within" } else { "within" };
            format!("({word} {} {} {}{zone})", show(&range.value), show(&range.from), show(&range.to))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn precedence() {
    for (text, structure) in [
        ("a or b and c", "(or a (and b c))"),
        ("a and b or c", "(or (and a b) c)"),
        ("not a and b", "(and (not a) b)"),
        ("not a == b", "(not (== a b))"),
        ("not not a", "(not (not a))"),
        ("a ?? b == c", "(== (?? a b) c)"),
        ("a ?? b + c * d", "(?? a (+ b (* c d)))"),
        ("a - b - c", "(- (- a b) c)"),
        ("a / b % c", "(% (/ a b) c)"),
        ("-a.b * c", "(* (neg a.b) c)"),
        ("a - -b", "(- a (neg b))"),
        ("(a + b) * c", "(* (+ a b) c)"),
        ("a not in b and c not matches d", "(and (not-in a b) (not-matches c d))"),
        ("if a then b else if c then d else e or f", "(if a b (if c d (or e f)))"),
        ("any x in l: x.a and b or c", "(any x l (or (and x.a b) c))"),
        ("a and all x in l: x == 1", "(and a (all x l (== x 1)))"),
        ("e::time in 09:00..17:00 at z and b", "(and (within e::time 09:00 17:00 z) b)"),
        ("e::time not in 22:00..06:30", "(not-within e::time 22:00 06:30)"),
        ("f(a, n: b).c[d]::e", "f(a n=b).c[d]::e"),
        ("source.filter.in", "source.filter.in"),
        ("a-b - c", "(- a-b c)"),
    ] {
        assert_eq!(show(&value(text)), structure, "{text}");
    }
}

/// Literal parts as they are, values as `<…>`.
fn text(literal: &str) -> String {
    let ExprKind::Text(Text { parts, .. }) = value(literal).kind else { panic!("{literal}") };
    parts
        .iter()
        .map(|part| match part {
            TextPart::Literal(text) => text.clone(),
            TextPart::Value(value) => format!("<{}>", show(value)),
        })
        .collect()
}

#[test]
fn strings_stand_for_text() {
    for (literal, meant) in [
        (r#""""#, ""),
        (r#""a\n\t\r\"\\\u{e9}\${b}""#, "a\n\t\r\"\\é${b}"),
        (r#""a ${b} c ${d.e + 1}""#, "a <b> c <(+ d.e 1)>"),
        (r#"r"a\n${b}""#, "a\\n${b}"),
        ("\"\"\"one\"\"\"", "one"),
        ("\"\"\"\n  one\n    two\n\n  three\n  \"\"\"", "one\n  two\n\nthree"),
        ("\"\"\"\n  one ${a}\n  ${b}\n\"\"\"", "one <a>\n<b>"),
        ("\"\"\"\n  a\\n  b\n  c\n\"\"\"", "a\n  b\nc"),
        ("\"\"\"\r\n\ta\r\n\tb\r\n\"\"\"", "a\nb"),
        ("r\"\"\"\n  a \"quoted\" \\n\n\"\"\"", "a \"quoted\" \\n"),
    ] {
        assert_eq!(text(literal), meant, "{literal}");
    }
}

#[test]
fn documentation_joins() {
    let parsed = parse("//// no\n/// One\n///   two.\n// between\nlet x = 1\n");
    assert_eq!(parsed.errors, []);
    assert_eq!(parsed.file.items[0].doc.as_deref(), Some("One two."));
    assert_eq!(parsed.tree.comments().count(), 4);
}

#[test]
fn spans_cover_what_they_name() {
    let source = "let x = a.b + c // after\n\n";
    let parsed = parse(source);
    let item = &parsed.file.items[0];
    assert_eq!(&source[item.span.start as usize..item.span.end as usize], "let x = a.b + c");
}
