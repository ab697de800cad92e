//! AEV0201–AEV0299: values and their types.

use super::{list_names, quoted};
use crate::diagnostics::{Diagnostic, Place, similar};
use crate::syntax::ast::Span;
use crate::types::size::{LEVELS, PARTS, Size};

/// A name with the dot before it, which touches it.
fn with_dot(name: Span) -> Span {
    Span { start: name.start.saturating_sub(1), ..name }
}

/// AEV0201: an object without a member of that name.
pub fn no_such_member(
    at: Place,
    owner: &str,
    name: &str,
    meant: Option<&str>,
    known: &[String],
    attribute: bool,
) -> Diagnostic {
    let problem = Diagnostic::error(201, at, format!("{owner} has no field `{name}`"));
    let several = similar(name, known.iter().map(String::as_str));
    match meant {
        _ if attribute => problem
            .help(format!("it is an attribute, and read with `::{name}`"))
            .edited(format!("write `::{name}`"), vec![(with_dot(at.span), format!("::{name}"))]),
        Some(_) if several.len() > 1 => problem.help(format!("did you mean {}?", quoted(&several))),
        Some(meant) => {
            problem.help(format!("did you mean `{meant}`?")).replaced_by(format!("write `{meant}`"), meant)
        }
        None if known.is_empty() => {
            problem.help(format!("it has no fields at all; `[\"{name}\"]` reads a field unchecked"))
        }
        None => problem.help(format!(
            "it has {}; `[\"{name}\"]` reads a field unchecked",
            list_names(known.iter().map(String::as_str))
        )),
    }
}

/// AEV0201: a field that stands below `body`.
pub fn member_of_body(at: Place, name: &str, attribute: bool) -> Diagnostic {
    let problem = Diagnostic::error(201, at, format!("the event has no field `{name}`"));
    let problem = match attribute {
        true => problem.noting(format!("the attribute `{name}` of the event itself is read with `::{name}`")),
        false => problem,
    };
    problem
        .saying("what was sent stands below `body`")
        .help(format!("write `body.{name}`"))
        .replaced_by(format!("write `body.{name}`"), format!("body.{name}"))
}

/// AEV0202: a member of a list.
pub fn member_of_list(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(202, at, format!("`{name}` is read of a list"))
        .saying("only an element has fields")
        .help("choose an element, the first with `[0]` or the last with `[-1]`")
}

/// AEV0202: a member of a value that has none.
pub fn no_members(at: Place, ty: &str) -> Diagnostic {
    Diagnostic::error(202, at, format!("a value of type `{ty}` has no fields"))
}

/// AEV0202: an element of a value that is no list.
pub fn no_elements(at: Place, ty: &str) -> Diagnostic {
    Diagnostic::error(202, at, format!("a value of type `{ty}` is no list"))
        .help("only lists are read by number")
}

/// AEV0202: a field of text that is base64.
pub fn inside_base64(at: Place) -> Diagnostic {
    Diagnostic::error(202, at, "the body is text in base64, which has no fields")
        .help("add `jsonBody: true` to the source, if its bodies are JSON")
}

/// AEV0203: a header that is read like a field.
pub fn headers_by_name(at: Place, name: &str) -> Diagnostic {
    let problem = Diagnostic::error(203, at, "a header is read by its name in brackets");
    match name {
        "" => problem.help("write `[\"X-Name\"]`"),
        name => {
            let meant = format!("[\"{name}\"]");
            problem
                .help(format!("write `{meant}`"))
                .edited(format!("write `{meant}`"), vec![(with_dot(at.span), meant)])
        }
    }
}

/// AEV0203: `.all` of something that is no headers, or not with one name.
pub fn all_needs_headers(at: Place) -> Diagnostic {
    Diagnostic::error(203, at, "`.all` takes the name of a header, and gives the list of its values")
        .help("write it like `e.headers.all(\"X-Name\")`")
}

/// AEV0203: no header can have this name.
pub fn bad_header_name(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(203, at, format!("no header can be called `{name}`"))
        .saying("letters, digits and a few signs such as `-`, no blanks")
}

/// AEV0204: an index that comes from somewhere.
pub fn index_not_constant(at: Place) -> Diagnostic {
    Diagnostic::error(204, at, "an index is a whole number or a name in quotes")
        .help("write it like `[0]`, `[-1]` or `[\"name\"]`")
}

/// AEV0205: an attribute of something within the data; `whole` is the path with the attribute.
pub fn attribute_of_data(at: Place, whole: Span, event: &str, name: &str) -> Diagnostic {
    let meant = format!("{event}::{name}");
    Diagnostic::error(205, at, "only an event has attributes")
        .help(format!("write `{meant}`"))
        .edited(format!("write `{meant}`"), vec![(whole, meant)])
}

/// AEV0205: an attribute that does not exist.
pub fn unknown_attribute(at: Place, name: &str, meant: Option<&str>, known: &[&str]) -> Diagnostic {
    let problem = Diagnostic::error(205, at, format!("an event has no attribute `{name}`"));
    match meant {
        Some(meant) => {
            problem.help(format!("did you mean `{meant}`?")).replaced_by(format!("write `{meant}`"), meant)
        }
        None => problem
            .help(format!("the attributes are {}; data is read with `.`", list_names(known.iter().copied()))),
    }
}

/// AEV0206: a value of another form than the place asks for.
pub fn wrong_shape(at: Place, wanted: &str) -> Diagnostic {
    Diagnostic::error(206, at, format!("this is not {wanted}")).saying(format!("expected {wanted}"))
}

/// AEV0206: a constant where a value of an event is meant.
pub fn never_differs(at: Place) -> Diagnostic {
    wrong_shape(at, "a value of an event")
        .noting("of a constant, every action would wait for the one before")
        .help("write a path, such as `order-by: e.body.id`, or `max-running: 1` for one action at a time")
}

/// AEV0207: a value of an event where only a constant may stand.
pub fn not_constant(at: Place, wanted: &str) -> Diagnostic {
    Diagnostic::error(207, at, "only a constant may stand here").saying(format!("expected {wanted}"))
}

/// AEV0207: a bare word where text stands in quotes.
pub fn text_without_quotes(at: Place, name: &str, wanted: &str) -> Diagnostic {
    let meant = format!("\"{name}\"");
    not_constant(at, wanted)
        .help(format!("text stands in quotes: `{meant}`"))
        .replaced_by(format!("write `{meant}`"), meant)
}

/// AEV0208: a secret or config map where the field takes none.
pub fn reference_misplaced(at: Place, function: &str, wanted: &str) -> Diagnostic {
    let problem = Diagnostic::error(208, at, format!("`{function}(…)` may not stand here"))
        .saying(format!("expected {wanted}"));
    match function {
        "secret" => problem.help("a secret stands only in a field that takes one, such as a header; it is never part of a text or a payload"),
        _ => problem.help("a config map stands only in a field that takes one, such as a header"),
    }
}

/// AEV0209: a secret that is written out.
pub fn secret_as_text(at: Place) -> Diagnostic {
    Diagnostic::error(209, at, "a secret is not written into the file")
        .saying("expected `secret(\"name\", \"key\")`")
        .help("put it into a Secret of Kubernetes and write `secret(\"name\", \"key\")`")
}

/// AEV0209: arguments that are not two texts.
pub fn reference_arguments(at: Place, function: &str) -> Diagnostic {
    let object = if function == "secret" { "Secret" } else { "ConfigMap" };
    Diagnostic::error(
        209,
        at,
        format!("`{function}` takes the name of a {object} and a key in it, both in quotes"),
    )
    .help(format!("write it like `{function}(\"name\", \"key\")`"))
}

/// AEV0210: a value is needed, and the declaration says that it may be absent.
pub fn may_be_absent(at: Place) -> Diagnostic {
    Diagnostic::error(210, at, "this may be absent, and a value is needed")
        .saying("say what then")
        .help("give a default with `?? \"…\"`, or test it in the filter")
}

/// AEV0210: an event that need not have come.
pub fn event_may_be_absent(at: Place, event: &str) -> Diagnostic {
    Diagnostic::error(210, at, format!("the trigger also fires without `{event}`"))
        .saying("say what then")
        .help("give a default with `??`, or name either event with `on (a or b) as e`")
}

/// AEV0211: values of different kinds.
pub fn never_equal(
    at: Place,
    path: Place,
    known: &str,
    value: &str,
    ordered: bool,
    meant: Option<&str>,
) -> Diagnostic {
    let message = match ordered {
        true => format!("a value of type `{known}` and one of type `{value}` have no order"),
        false => format!("a value of type `{known}` is never equal to this"),
    };
    let problem = Diagnostic::error(211, at, message)
        .saying(format!("of type `{value}`"))
        .see(path, format!("of type `{known}`"));
    match meant {
        Some(meant) => {
            problem.help(format!("write `{meant}`")).replaced_by(format!("write `{meant}`"), meant)
        }
        None => problem,
    }
}

/// AEV0211: a literal that is none of the possible ones.
pub fn outside_union(
    at: Place,
    path: Place,
    wrote: &str,
    meant: Option<&str>,
    possible: &[String],
) -> Diagnostic {
    let shown = possible.iter().take(12).map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
    let more = if possible.len() > 12 { ", …" } else { "" };
    let problem = Diagnostic::error(211, at, format!("this is never `{wrote}`"))
        .saying("not one of the possible values")
        .see(path, format!("it is one of {shown}{more}"));
    let several = similar(wrote, possible.iter().map(String::as_str));
    match meant {
        Some(_) if several.len() > 1 => problem.help(format!("did you mean {}?", quoted(&several))),
        Some(meant) => {
            problem.help(format!("did you mean `{meant}`?")).replaced_by(format!("write `{meant}`"), meant)
        }
        None => problem,
    }
}

/// AEV0211: a value that is never null is compared with null.
pub fn never_null(at: Place, ty: &str) -> Diagnostic {
    Diagnostic::error(211, at, "this is never null")
        .saying(format!("of type `{ty}`"))
        .help("to ask whether it is there write `exists(…)`")
}

/// AEV0212: lists and objects have no order and no equality.
pub fn not_comparable(at: Place, ty: &str) -> Diagnostic {
    Diagnostic::error(212, at, "only text, numbers and booleans can be compared")
        .saying(format!("of type `{ty}`"))
        .help(match ty {
            "headers" => "a header is read by its name in brackets, such as `[\"X-Name\"]`",
            _ => "compare one of its fields",
        })
}

/// AEV0212: only text and numbers have an order.
pub fn not_ordered(at: Place, ty: &str) -> Diagnostic {
    Diagnostic::error(212, at, "only text and numbers have an order").saying(format!("of type `{ty}`"))
}

/// AEV0213: something that is neither true nor false.
pub fn no_condition(at: Place, ty: Option<&str>) -> Diagnostic {
    let problem = Diagnostic::error(213, at, "this is no condition");
    match ty {
        Some(ty) => {
            problem.saying(format!("of type `{ty}`")).help("compare it with something, such as `== \"…\"`")
        }
        None => problem.help("write a comparison, such as `e.body.action == \"opened\"`"),
    }
}

/// AEV0220: a script in a place that takes none.
pub fn no_script_here(at: Place, language: &str) -> Diagnostic {
    let problem = Diagnostic::error(220, at, format!("a `where` cannot be decided by `{language}` here"));
    match language {
        "lua" => problem
            .noting("a script is true or it is not, and never unknown")
            .help("join it to the rest with `and`, outside `or` and `not`"),
        "jq" => problem.help("write the condition in aev, or let `map jq` select the events"),
        _ => problem.help("write the condition in aev, or join it with `and` to a script in `lua`"),
    }
}

/// AEV0220: a language that makes no events.
pub fn no_map(at: Place, language: &str) -> Diagnostic {
    Diagnostic::error(220, at, format!("a `map` cannot be written in `{language}`"))
        .help("write `map { … }`, or `map jq \"…\"`")
}

/// AEV0220: a script at a source.
pub fn script_at_source(at: Place) -> Diagnostic {
    Diagnostic::error(220, at, "a source runs no scripts")
        .saying("it decides before the bus has the event")
        .help("move the `where` to a `filter` of the event")
}

/// AEV0214: `in` takes literals.
pub fn in_takes_a_list(at: Place) -> Diagnostic {
    Diagnostic::error(214, at, "`in` takes a list, of constants or of the event")
        .help("write it like `in [\"opened\", \"closed\"]` or `in e.body.names`")
}

/// AEV0214: the members of a list have one type.
pub fn mixed_list(at: Place, first: &str, other: &str) -> Diagnostic {
    Diagnostic::error(214, at, format!("`{first}` and `{other}` are of different types"))
        .saying("a list after `in` has one type")
}

/// AEV0215: `matches` on something that is never text.
pub fn matches_needs_text(at: Place, ty: &str) -> Diagnostic {
    Diagnostic::error(215, at, "`matches` needs text").saying(format!("of type `{ty}`"))
}

/// AEV0215: a regular expression that is none.
pub fn bad_pattern(at: Place, why: &str) -> Diagnostic {
    Diagnostic::error(215, at, "this is no regular expression").saying(why).noting("the dialect is RE2")
}

/// AEV0215: a regular expression that comes from somewhere.
pub fn pattern_not_constant(at: Place) -> Diagnostic {
    Diagnostic::error(215, at, "a regular expression is a text in quotes")
        .help("write it like `matches r\"^release/\"`")
}

/// AEV0216: `exists` of something that is no path.
pub fn exists_takes_a_path(at: Place) -> Diagnostic {
    Diagnostic::error(216, at, "`exists` takes one path into an event")
        .help("write it like `exists(e.body.note)`")
}

/// AEV0250: a function that takes whatever comes, where a value goes out.
pub fn only_in_where(at: Place, function: &str) -> Diagnostic {
    Diagnostic::error(250, at, format!("`{function}` stands only in a `where`"))
        .noting(
            "it reads a value as a filter of Argo Events does, and nothing of Argo Events makes such a value",
        )
        .help("text that is a number is made one with `number(…)`")
}

/// AEV0216: a function with one argument.
pub fn one_argument(at: Place, function: &str) -> Diagnostic {
    Diagnostic::error(216, at, format!("`{function}` takes one value"))
        .help(format!("write it like `{function}(e.body.number)`"))
}

/// AEV0217: a kind whose events have no part that the user defines.
pub fn no_place_for_type(at: Place, kind_at: Place, kind: &str) -> Diagnostic {
    let brackets = Span { start: kind_at.span.end, end: at.span.end.saturating_add(1) };
    Diagnostic::error(217, at, format!("the events of `{kind}` have no part for a type of your own"))
        .help(format!("write `{kind}` alone"))
        .removing(brackets)
}

/// AEV0217: a type of the user's own for a body that is text.
pub fn type_without_json(at: Place, kind: &str, base64: bool) -> Diagnostic {
    let text = if base64 { "base64 text" } else { "text" };
    Diagnostic::error(217, at, format!("the body of this `{kind}` is {text}, and has no type of your own"))
        .help("add `jsonBody: true` to the source, if its bodies are JSON")
}

/// AEV0218: a type with or without an argument.
pub fn type_arguments(at: Place, name: &str, needs: bool) -> Diagnostic {
    match needs {
        true => Diagnostic::error(218, at, format!("`{name}` needs the type of what it holds"))
            .help(format!("write it like `{name}<string>`")),
        false => Diagnostic::error(218, at, format!("`{name}` takes no type in `<…>`"))
            .help(format!("write `{name}`"))
            .replaced_by(format!("write `{name}`"), name),
    }
}

/// AEV0218: a type that nothing in an event has.
pub fn no_type_of_data(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(218, at, format!("nothing in an event is of type `{name}`"))
}

/// AEV0218: a literal type with a value in it.
pub fn type_is_not_constant(at: Place) -> Diagnostic {
    Diagnostic::error(218, at, "a text that is a type has no `${…}` in it")
}

/// AEV0219: a type that has no end.
pub fn type_contains_itself(at: Place, name: &str) -> Diagnostic {
    Diagnostic::error(219, at, format!("the type `{name}` contains itself")).help("write `any` here")
}

/// AEV0235: a type that is larger than anything an event could be read by.
pub fn too_large(at: Place, size: Size) -> Diagnostic {
    let problem = Diagnostic::error(235, at, "this type is too large");
    let problem = match size.levels > LEVELS {
        true => problem.saying(format!("{} levels deep, where {LEVELS} are the most", size.levels)),
        false => problem.saying(format!("more than {PARTS} parts")),
    };
    problem.help("write `any` for what no expression reads")
}
