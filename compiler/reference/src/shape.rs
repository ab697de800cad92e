//! What may stand in a field: its name, what is to be said of it, and a word for each.

use aev_catalogue::{Block, Shape};

/// A word for values, with what it means and a value.
pub struct Word {
    /// As it stands in a page.
    pub name: &'static str,
    /// A plain sentence.
    pub doc: &'static str,
    /// Such a value.
    pub value: &'static str,
}

/// All words that [`term`] uses, sorted.
pub const WORDS: &[Word] = &[
    Word {
        name: "address",
        doc: "Where a server listens, `host:port` without a scheme; where several may stand, they are joined by commas.",
        value: "\"kafka.example:9092\"",
    },
    Word { name: "any", doc: "Any value.", value: "{ id: 1, tags: [\"new\"] }" },
    Word { name: "bool", doc: "`true` or `false`.", value: "true" },
    Word { name: "bus", doc: "A bus of the file by its name, or another bus as text.", value: "\"default\"" },
    Word {
        name: "configmap",
        doc: "A member of a ConfigMap: its name, then the key.",
        value: "configmap(\"settings\", \"region\")",
    },
    Word {
        name: "cron",
        doc: "A schedule of five fields: minute, hour, day of the month, month, day of the week.",
        value: "\"30 2 * * 1-5\"",
    },
    Word {
        name: "days",
        doc: "Days that are left out, as RFC 5545 writes them; several are joined by commas.",
        value: "\"EXDATE:20260101T000000Z\"",
    },
    Word {
        name: "duration",
        doc: "A span of time with its unit: `ms`, `s`, `m`, `h` or `d`.",
        value: "1h30m",
    },
    Word {
        name: "headers",
        doc: "HTTP headers by name: text, `secret(…)` or `configmap(…)`.",
        value: "{ Accept: \"application/json\" }",
    },
    Word { name: "int", doc: "A number without a fraction.", value: "3" },
    Word { name: "list", doc: "Values in brackets, all of the type behind it.", value: "[\"a\", \"b\"]" },
    Word {
        name: "map",
        doc: "Values by name in braces, all of the type behind it; any names may stand there.",
        value: "{ team: \"shop\" }",
    },
    Word {
        name: "name",
        doc: "The name of a Kubernetes object: lower case, digits, `-` and `.`.",
        value: "\"order-books\"",
    },
    Word {
        name: "namespace",
        doc: "The name of a Kubernetes namespace, which has no dots.",
        value: "\"shop\"",
    },
    Word { name: "number", doc: "A number, perhaps with a fraction.", value: "0.5" },
    Word { name: "object", doc: "Fields in braces.", value: "{ steps: 3 }" },
    Word {
        name: "path",
        doc: "The path of a file, of a directory, or of an HTTP endpoint.",
        value: "\"/orders\"",
    },
    Word {
        name: "pattern",
        doc: "A regular expression of RE2; `r\"…\"` takes every backslash as it is.",
        value: "r\"\\.csv$\"",
    },
    Word { name: "port", doc: "A TCP port, from 1 to 65535.", value: "12000" },
    Word { name: "rate", doc: "So many in a second, a minute or an hour.", value: "10/min" },
    Word {
        name: "secret",
        doc: "A member of a Kubernetes Secret: its name, then the key.",
        value: "secret(\"github\", \"token\")",
    },
    Word { name: "size", doc: "A number of bytes with its unit: `Ki`, `Mi`, `Gi` or `Ti`.", value: "10Gi" },
    Word { name: "statuses", doc: "A list of HTTP status codes, or the name `any`.", value: "[200, 201]" },
    Word { name: "string", doc: "Text in quotes.", value: "\"orders\"" },
    Word { name: "subject", doc: "A subject of NATS: words joined by dots.", value: "\"orders.placed\"" },
    Word { name: "time", doc: "A moment as RFC 3339 writes it.", value: "\"2026-01-31T12:00:00Z\"" },
    Word { name: "url", doc: "An address with its scheme.", value: "\"https://shop.example/orders\"" },
    Word { name: "zone", doc: "A time zone by its IANA name.", value: "\"Europe/Berlin\"" },
];

/// The type, made of [`WORDS`].
pub fn term(shape: &Shape) -> String {
    let word = match shape {
        Shape::Bool => "bool",
        Shape::Int { .. } | Shape::QuotedInt { .. } => "int",
        Shape::Number { .. } => "number",
        Shape::Port => "port",
        Shape::Endpoint | Shape::AbsolutePath | Shape::RelativePath => "path",
        Shape::Url(_) | Shape::Servers(_) => "url",
        Shape::GrpcServer | Shape::HostPort { .. } => "address",
        Shape::Pattern => "pattern",
        Shape::Moment => "time",
        Shape::Subject { .. } => "subject",
        Shape::Text | Shape::Names(_) | Shape::Joined(_) => "string",
        Shape::Enum(texts) => {
            return texts.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(" | ");
        }
        Shape::ObjectName => "name",
        Shape::Namespace => "namespace",
        Shape::Bus => "bus",
        Shape::Duration | Shape::Seconds => "duration",
        Shape::Size | Shape::Bytes => "size",
        Shape::Rate => "rate",
        Shape::Cron => "cron",
        Shape::Zone => "zone",
        Shape::ExcludedDays => "days",
        Shape::Secret => "secret",
        Shape::ConfigMap => "configmap",
        Shape::List(element) => return format!("list<{}>", term(element)),
        Shape::Map(element) => return format!("map<{}>", term(element)),
        Shape::Record(_) => "object",
        Shape::Headers => "headers",
        Shape::StatusCodes => "statuses",
        Shape::Value => "any",
        Shape::Object => "object",
    };
    word.to_owned()
}

/// What else must hold, a phrase each.
pub fn constraints(shape: &Shape) -> Vec<String> {
    match shape {
        Shape::Int { min, max } | Shape::QuotedInt { min, max } => {
            // The greatest that there is says nothing.
            let max = (*max < i64::from(i32::MAX)).then(|| max.to_string());
            range((*min > i64::MIN).then(|| min.to_string()), max)
        }
        Shape::Number { min, max } => {
            range((*min > f64::MIN).then(|| min.to_string()), (*max < f64::MAX).then(|| max.to_string()))
        }
        Shape::Endpoint | Shape::AbsolutePath => vec!["begins with `/`".into()],
        Shape::RelativePath => vec!["does not begin with `/`".into()],
        Shape::Url(schemes) => vec![format!("with {}", one_of(schemes))],
        Shape::Servers(schemes) => vec![format!("with {} or without; several by commas", one_of(schemes))],
        Shape::GrpcServer => vec!["perhaps behind `dns:///`".into()],
        Shape::HostPort { several: true } => vec!["several by commas".into()],
        Shape::Subject { wildcards: true } => vec!["`*` and `>` may stand in it".into()],
        Shape::Names(names) | Shape::Joined(names) => {
            let mut phrases = vec![format!("{} of {}", names.what, names.owner)];
            phrases.extend(names.all.map(|all| format!("`\"{all}\"` is all")));
            if matches!(shape, Shape::Joined(_)) {
                phrases.push("several joined by `|`".into());
            }
            // A long list is the provider's to read.
            if names.values.len() <= 40 {
                phrases
                    .push(names.values.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "));
            }
            phrases
        }
        Shape::Seconds => vec!["or whole seconds".into()],
        Shape::Bytes => vec!["or bytes".into()],
        Shape::Object => vec!["as Kubernetes has it".into()],
        Shape::List(element) | Shape::Map(element) => constraints(element),
        _ => Vec::new(),
    }
}

fn range(min: Option<String>, max: Option<String>) -> Vec<String> {
    match (min, max) {
        (Some(min), Some(max)) => vec![format!("{min} to {max}")],
        (Some(min), None) => vec![format!("{min} or more")],
        (None, Some(max)) => vec![format!("at most {max}")],
        (None, None) => Vec::new(),
    }
}

fn one_of(schemes: &[&str]) -> String {
    schemes.iter().map(|scheme| format!("`{scheme}://`")).collect::<Vec<_>>().join(", ")
}

/// The block within a shape.
pub fn inner(shape: &Shape) -> Option<&'static Block> {
    match shape {
        Shape::Record(block) => Some(block),
        Shape::List(element) | Shape::Map(element) => inner(element),
        _ => None,
    }
}
