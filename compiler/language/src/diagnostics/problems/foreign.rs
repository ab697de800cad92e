//! Expressions in Argo Events' own languages: 251 to 253.

use crate::diagnostics::{Diagnostic, Place};

/// How a foreign expression is written.
fn form(name: &str) -> &'static str {
    match name {
        "gjson" => {
            "write it like `gjson(e, r\"items.#(id==\\\"x\\\").name\")`, of an event or of its `::context`"
        }
        "gotemplate" => {
            "write it like `gotemplate(e, r\"{{ .Input.body.name }}\")`, of an event or of its `::context`"
        }
        _ => "write it like `govaluate(r\"a =~ 'x'\", a: e.body.a)`, with a value for each name",
    }
}

/// AEV0251: too little or too much in the parentheses.
pub fn wrong_form(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(251, at, format!("`{name}` takes something else")).help(form(name))
}

/// AEV0251: it is of one event as a whole.
pub fn no_whole_event(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(251, at, format!("`{name}` reads one event as a whole"))
        .saying("this is no event, nor its `::context`")
        .help(form(name))
}

/// AEV0251: the text is no raw text.
pub fn no_raw_text(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(251, at, format!("the text of `{name}` is a raw text")).help(form(name))
}

/// AEV0251: a field without its name.
pub fn field_without_name(at: Place) -> Diagnostic {
    Diagnostic::error(251, at, "a value of `govaluate` has a name").help(form("govaluate"))
}

/// AEV0251: a field that is worked out.
pub fn no_field(at: Place) -> Diagnostic {
    Diagnostic::error(251, at, "a value of `govaluate` is at a path in the data of the event")
        .help("write a path, or `gjson(e, r\"…\")`")
}

/// AEV0251: a field with the name of another.
pub fn field_twice(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(251, at, format!("`{name}` has a value already")).help("give one of them another name")
}

/// AEV0251: a field that the expression does not name.
pub fn field_in_vain(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(251, at, format!("the expression does not read `{name}`"))
        .help(format!("remove it, or use `{name}` in the expression"))
}

/// AEV0252: a template in a filter.
pub fn template_misplaced(at: Place) -> Diagnostic {
    Diagnostic::error(252, at, "`gotemplate` stands only in a trigger")
        .saying("a filter does not render it")
        .help("use `map { … }` or a condition of aev here")
}

/// AEV0252: a condition of govaluate as a value.
pub fn govaluate_misplaced(at: Place) -> Diagnostic {
    Diagnostic::error(252, at, "`govaluate` stands only in a `where`")
        .saying("it may be neither true nor false, and that is no value")
        .help("put it into the `where` of a filter, or write the condition in aev")
}

/// AEV0253: a text that its language does not read.
pub fn not_read(at: Place, name: &str, why: &str) -> Diagnostic {
    Diagnostic::error(253, at, format!("`{name}` cannot read this text")).saying(why)
}

/// AEV0253: a variable without a value.
pub fn field_missing(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(253, at, format!("the expression reads `{name}`, which has no value"))
        .help(format!("say what it is: `govaluate(r\"…\", {name}: e.body.{name})`"))
}
