//! Values that are worked out: what is refused, and that the rest is not.

use crate::check::{SHOP, actions};
use aev_language::compile::{Options, Target, compile};

#[test]
fn values_that_are_worked_out() {
    actions(&[
        (224, "workflow.run \"t\" { a: «o.body.id» * 2 }"),
        (224, "workflow.run \"t\" { a: 2 - «o.body.items» }"),
        (224, "workflow.run \"t\" { a: «\"a-\"» + o.body.id }"),
        (241, "workflow.run \"t\" { a: «7 % 0» }"),
        (225, "workflow.run \"t\" { a: if «o.body.note == \"x\"» then 1 else 2 }"),
        (225, "workflow.run \"t\" { a: «o.body.who == \"x\"» }"),
        (225, "workflow.run \"t\" { a: if «o.body.items[0].sku == \"x\"» then 1 else 2 }"),
        (225, "workflow.run \"t\" { a: «o.body.id in [\"x\"] and o.body.note matches r\"x\"» }"),
        (225, "workflow.run \"t\" { a: o.body.note «or» \"x\" }"),
        (210, "workflow.run \"t\" { a: «if o.body.paid then o.body.note else \"x\"» }"),
        (210, "workflow.run \"t\" { a: «lower(o.body.note)» }"),
        (202, "workflow.run \"t\" { a: parse-json(o.body.id).p, b: o::id.«p» }"),
        (201, "workflow.run \"t\" { a: o::envelope.context.«ide» }"),
    ]);
    let fine = "workflow.run \"t\" { a: if exists(o.body.note) then o.body.note else \"none\", b: o.body.total * 2 + 1, \
        c: if o.body.paid and starts-with(o.body.id, \"a\") then o::context.id else parse-json(o.body.id).p[0], \
        d: all i in o.body.items: i.sku != \"x\", e: -o.body.total, f: not (o.body.state == \"paid\") }";
    let text = format!("{SHOP}trigger t on shop as o {{ {fine} }}\n");
    let found = compile("t.aev", &text, &Options { target: Some(Target::Plan) });
    assert!(found.diagnostics.is_empty(), "{:#?}", found.diagnostics);
}

/// An element of a list that is declared is there or not; where the list may be absent, nobody knows.
#[test]
fn an_element_of_a_list_is_a_value() {
    for (ty, codes) in [("labels: list<string>", vec![]), ("labels?: list<string>", vec![225])] {
        let text = format!(
            "external source s: webhook<{{ {ty} }}>\ntrigger t on s as e {{\n  http {{ url: \"http://x\", payload: {{ a: \"a\" in e.body.labels }} }}\n}}\n"
        );
        let found = compile("t.aev", &text, &Options { target: Some(Target::Plan) });
        let said: Vec<u16> = found.diagnostics.iter().map(|found| found.code.number()).collect();
        assert_eq!(said, codes, "{ty}: {:#?}", found.diagnostics);
    }
}
