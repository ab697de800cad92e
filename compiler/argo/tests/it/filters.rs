//! Each form that a condition takes, beside the naive form that would be wrong.

use crate::build::*;
use aev_argo::refusal::{NoFilterForm, Reason};
use aev_plan::argo::{Filters, Operator};
use aev_plan::expr::{Attribute, Comparator::*, Expr};
use aev_plan::model::Predicate;

/// The filters of a `where`, as they read back from the manifests.
fn filters(expr: Expr) -> Option<Filters> {
    let manifests = aev_argo::emit(&filtered(expr)).unwrap();
    let text = manifests.to_yaml();
    let (plan, findings) =
        aev_argo::lift(&[aev_argo::lift::Document { name: "p.yaml", text: &text }]).unwrap();
    assert_eq!(findings, []);
    match &plan.sensors[0].streams[0].predicate {
        Predicate::Argo(filters) => Some((**filters).clone()),
        Predicate::Always => None,
        Predicate::Aev(_) | Predicate::Scripted(_) => panic!("lifting makes no expressions"),
    }
}

/// The entries of `data` and `exprs` on lines: `path type = value | value` and `expr; name: path`.
fn entries(expr: Expr) -> String {
    let filters = filters(expr).unwrap();
    let data =
        filters.data.iter().flatten().map(|f| format!("{} {} = {}", f.path, f.kind, f.value.join(" | ")));
    let fields = |fields: &[aev_plan::argo::PayloadField]| {
        fields.iter().map(|f| format!("; {}: {}", f.name, f.path)).collect::<String>()
    };
    let exprs = filters.exprs.iter().flatten().map(|f| format!("{}{}", f.expr, fields(&f.fields)));
    let entries: Vec<String> = data.chain(exprs).collect();
    let several = filters.exprs.iter().flatten().count() > 1;
    assert_eq!(filters.expr_operator, if several { Operator::Or } else { Operator::And });
    assert_eq!((filters.operator, filters.data_operator), (Operator::And, Operator::And));
    entries.join("\n")
}

fn refusal(expr: Expr) -> Reason {
    let refusals = aev_argo::emit(&filtered(expr)).unwrap_err();
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    refusals[0].reason.clone()
}

#[test]
fn data_says_exactly() {
    let a = || body("a");
    for (expr, expected) in [
        (equal(a(), r#""opened""#), "body.a string = ^opened$"),
        (equal(a(), r#""v1.2+x""#), r"body.a string = ^v1\.2\+x$"),
        (one_of(a(), &[r#""x""#, r#""y""#], false), "body.a string = ^x$ | ^y$"),
        (Expr::Any(vec![equal(a(), r#""x""#), equal(a(), r#""y""#)]), "body.a string = ^x$ | ^y$"),
        (exists("a"), "[body.a].# number = 1"),
        (not(exists("a")), "[body.a].# number = 0"),
        (equal(body("h.0"), r#""push""#), "body.h.0 string = ^push$"),
        (equal(body("h.-1"), r#""push""#), "body.h.#.@this|@reverse|0 string = ^push$"),
        (equal(body("@this"), r#""x""#), r"body.\@this string = ^x$"),
        (equal(default(a(), constant(r#""x""#)), r#""x""#), r#"[body.a,!"x"].0 string = ^x$"#),
    ] {
        assert_eq!(entries(expr), expected);
    }
}

#[test]
fn text_that_other_values_print_as_is_compared_in_an_expression() {
    for text in ["42", "-1.5", "1e6", "true", "false", "{}", "[1]", "inf", "NaN"] {
        let expected = format!("a == '{text}'; a: body.a");
        assert_eq!(entries(equal(body("a"), &format!("{text:?}"))), expected);
    }
    // One that is not safe takes the whole list along.
    let mixed = one_of(body("a"), &[r#""x""#, r#""42""#], false);
    assert_eq!(entries(mixed), "(a == 'x' || a == '42'); a: body.a");
}

#[test]
fn expressions() {
    let a = || body("a");
    let b = || body("b");
    let cmp = |op, right: &str| compare(a(), op, constant(right));
    for (expr, expected) in [
        (cmp(Equal, "42"), "a == 42; a: body.a"),
        (cmp(Equal, "false"), "a == false; a: body.a"),
        (cmp(NotEqual, r#""x""#), "(a < 'x' || a > 'x'); a: body.a"),
        (cmp(NotEqual, "3"), "(a < 3 || a > 3); a: body.a"),
        (cmp(NotEqual, "true"), "a == false; a: body.a"),
        (cmp(GreaterOrEqual, "1.5"), "a >= 1.5; a: body.a"),
        (cmp(Less, "-1"), "a < number; a: body.a; number: !-1"),
        (cmp(Greater, r#""2020-01-02""#), "a > text; a: body.a; text: !\"2020-01-02\""),
        (cmp(Equal, r#""""#), "a == text; a: body.a; text: !\"\""),
        (cmp(Greater, r#""it's""#), r"a > 'it\'s'; a: body.a"),
        (cmp(Equal, "null"), "a == null; a: body.a; null: !null"),
        (cmp(NotEqual, "null"), "a != null; a: body.a; null: !null"),
        (a(), "a == true; a: body.a"),
        (not(a()), "a == false; a: body.a"),
        (not(cmp(Less, "5")), "a >= 5; a: body.a"),
        (compare(constant("5"), Less, a()), "a > 5; a: body.a"),
        (one_of(a(), &["1", "2"], false), "(a == 1 || a == 2); a: body.a"),
        (one_of(a(), &["1"], false), "a == 1; a: body.a"),
        (one_of(a(), &["1", "2"], true), "(a < 1 || a > 1) && (a < 2 || a > 2); a: body.a"),
        (one_of(a(), &["true", "false"], true), "a == false && a == true; a: body.a"),
        (matches(a(), "^v[0-9]+'s$", false), r"a =~ '^v[0-9]+\'s$'; a: body.a"),
        (not(matches(a(), "x", false)), "a !~ 'x'; a: body.a"),
        (compare(default(a(), constant("0")), Greater, constant("1")), "a > 1; a: [body.a,!0].0"),
        (
            compare(default(a(), default(b(), constant("\"]\""))), Greater, constant("1")),
            r#"a > 1; a: [body.a,body.b,!"\u005d"].0"#,
        ),
        (compare(a(), Less, b()), "a < b; a: body.a; b: body.b"),
        (
            compare(a(), NotEqual, b()),
            "(a < b || a > b); a: body.a; b: body.b\n(a || !a) && (b || !b) && a != b; a: body.a; b: body.b",
        ),
        (
            compare(a(), Equal, b()),
            "a >= b && a <= b; a: body.a; b: body.b\n(a || !a) && (b || !b) && a == b; a: body.a; b: body.b",
        ),
        (compare(body("x.ref"), Less, body("y.ref")), "ref < ref2; ref: body.x.ref; ref2: body.y.ref"),
        (compare(body("in"), Less, constant("1")), "in_value < 1; in_value: body.in"),
        (compare(body("_id-x"), Less, constant("1")), "id_x < 1; id_x: body._id-x"),
    ] {
        assert_eq!(entries(expr), expected);
    }
}

#[test]
fn a_disjunction_is_never_one_expression() {
    let or = Expr::Any(vec![equal(body("a"), r#""x""#), equal(body("b"), r#""y""#)]);
    assert_eq!(entries(or.clone()), "a == 'x'; a: body.a\nb == 'y'; b: body.b");
    let both = Expr::All(vec![equal(body("c"), r#""z""#), or, compare(body("n"), Greater, constant("1"))]);
    assert_eq!(
        entries(both),
        "body.c string = ^z$\na == 'x' && n > 1; a: body.a; n: body.n\nb == 'y' && n > 1; b: body.b; n: body.n"
    );
    let negated = not(Expr::All(vec![exists("a"), compare(body("n"), Less, constant("1"))]));
    assert_eq!(entries(negated), "has_a == 0; has_a: [body.a].#\nn >= 1; n: body.n");
}

#[test]
fn constants_are_folded() {
    let source = || attribute(Attribute::Source);
    let rejects_all = Some(Filters { operator: Operator::Or, ..Filters::default() });
    for (expr, expected) in [
        (equal(source(), r#""hook""#), None),
        (equal(source(), r#""other""#), rejects_all.clone()),
        (not(equal(source(), r#""other""#)), None),
        (equal(attribute(Attribute::Type), r#""webhook""#), None),
        (matches(source(), "^ho", false), None),
        (matches(source(), "^ho", true), rejects_all.clone()),
        (one_of(attribute(Attribute::Subject), &[r#""a""#, r#""hook""#], false), None),
        (constant("true"), None),
        (constant("1"), rejects_all.clone()),
        // Unknown stays unknown under `not`.
        (not(compare(constant("1"), Less, constant(r#""a""#))), rejects_all.clone()),
        (compare(body("a"), Less, constant("true")), rejects_all.clone()),
        (compare(body("a"), Equal, constant("[]")), rejects_all.clone()),
        (one_of(body("a"), &[], false), rejects_all),
        (Expr::Any(vec![body("a"), constant("true")]), None),
    ] {
        assert_eq!(filters(expr.clone()), expected, "{expr:?}");
    }
}

#[test]
fn refinements_are_one_dependency() {
    let mut plan = filtered(equal(body("a"), r#""x""#));
    let mut refined = stream("g", Predicate::Aev(equal(Expr::Path(path_of("other", "body.b")), r#""y""#)));
    refined.from = aev_plan::model::From::Stream("f".to_owned());
    plan.sensors[0].streams.push(refined);
    plan.sensors[0].triggers[0].on = aev_plan::model::Condition::Stream("g".to_owned());
    plan.sensors[0].triggers[0].bindings[0].streams = vec!["g".to_owned()];
    let text = aev_argo::emit(&plan).unwrap().to_yaml();
    let (lifted, _) = aev_argo::lift(&[aev_argo::lift::Document { name: "p.yaml", text: &text }]).unwrap();
    assert_eq!(lifted.sensors[0].streams.len(), 1);
    let Predicate::Argo(filters) = &lifted.sensors[0].streams[0].predicate else { panic!() };
    let paths: Vec<&str> = filters.data.iter().flatten().map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths, ["body.a", "body.b"]);
}

#[test]
fn what_has_no_form_is_refused() {
    let form = |expr| match refusal(expr) {
        Reason::NoFilterForm(form) => form,
        other => panic!("{other:?}"),
    };
    assert_eq!(form(equal(attribute(Attribute::Id), r#""x""#)), NoFilterForm::Attribute { attribute: "id" });
    assert_eq!(form(equal(text(body("a")), r#""x""#)), NoFilterForm::Computed);
    assert_eq!(form(text(body("a"))), NoFilterForm::NoCondition);
    let pair = |n: usize| Expr::Any(vec![body(&format!("a{n}")), body(&format!("b{n}"))]);
    assert!(filters(Expr::All((0..5).map(pair).collect())).is_some());
    let many = Expr::All((0..6).map(pair).collect());
    assert_eq!(refusal(many), Reason::TooManyAlternatives { count: 64, limit: 32 });
    let hopeless = Expr::All((0..200).map(pair).collect());
    assert_eq!(refusal(hopeless), Reason::TooManyAlternatives { count: usize::MAX, limit: 32 });
}
