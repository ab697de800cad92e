//! The smallest blocks that are complete: every field that must be there, with a value that fits.

use aev_catalogue::{Block, Field, Names, Rule, Shape, Values};

/// Longer lines are broken.
const WIDTH: usize = 100;

/// What is written for fields whose type says too little; the first that fits counts. Without a kind it is for all.
const WRITTEN: &[(&str, &str, &str)] = &[
    ("bitbucket", "events", "[\"repo:push\"]"),
    ("email", "body", "\"There is a new order.\""),
    ("email", "host", "\"smtp.example\""),
    ("email", "port", "587"),
    ("email", "subject", "\"A new order\""),
    ("gerrit", "events", "[\"patchset-created\"]"),
    ("git", "url", "\"https://github.com/acme/deploy.git\""),
    ("gitlab", "events", "[\"PushEvents\"]"),
    ("hdfs", "type", "\"CREATE\""),
    ("kafka", "partition", "0"),
    ("nsq", "channel", "\"aev\""),
    ("openWhisk", "host", "\"whisk.example\""),
    ("slack", "channel", "\"#orders\""),
    ("storageGrid", "events", "[\"s3:ObjectCreated:*\"]"),
    ("", "actionName", "\"book\""),
    ("", "apiURL", "\"https://storagegrid.example/api/v3\""),
    ("", "bucket", "\"orders\""),
    ("", "channelKey", "\"key-of-the-channel\""),
    ("", "channelName", "\"orders\""),
    ("", "channels", "[\"orders\"]"),
    ("", "clientId", "\"aev\""),
    ("", "config", "\"topic: orders\""),
    ("", "directory", "\"/data/\""),
    ("", "eventType", "\"CREATE\""),
    ("", "exchangeType", "\"topic\""),
    ("", "filePath", "\"build.yaml\""),
    ("", "fqdn", "\"shop.servicebus.windows.net\""),
    ("", "from", "\"shop@example.com\""),
    ("", "functionName", "\"book\""),
    ("", "hdfsUser", "\"aev\""),
    ("", "hookName", "\"orders\""),
    ("", "hubName", "\"orders\""),
    ("", "key", "\"build.yaml\""),
    ("", "message", "\"A new order.\""),
    ("", "name", "\"orders\""),
    ("", "names", "[\"shop\"]"),
    ("", "owner", "\"acme\""),
    ("", "path", "\"orders.csv\""),
    ("", "projects", "[\"shop\"]"),
    ("", "queue", "\"orders\""),
    ("", "queueName", "\"orders\""),
    ("", "region", "\"eu-central-1\""),
    ("", "repositorySlug", "\"shop\""),
    ("", "resource", "\"configmaps\""),
    ("", "routingKey", "\"orders\""),
    ("", "streams", "[\"orders\"]"),
    ("", "to", "[\"sales@example.com\"]"),
    ("", "topic", "\"orders\""),
    ("", "topicArn", "\"arn:aws:sns:eu-central-1:123456789012:orders\""),
    ("", "topics", "[\"orders\"]"),
    ("", "version", "\"v1\""),
];

/// A value as it is written.
enum Sample {
    Text(String),
    Object(Vec<(&'static str, Sample)>),
    List(Vec<Sample>),
}

/// What values of events are read from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum From {
    /// There is no event: constants alone.
    Nothing,
    /// The event `e`.
    Event,
}

/// The fields of a block in braces, one a line, or nothing when none must be there. `more` are written, too.
pub fn braces(kind: &str, block: &'static Block, more: &[&str], from: From) -> String {
    let fields = fields(kind, block, more, from);
    if fields.is_empty() { String::new() } else { Sample::Object(fields).lines(0) }
}

/// A field and its value.
pub fn field(kind: &str, field: &'static Field, from: From) -> String {
    format!("{}: {}", field.name, value(kind, field, from).written(0))
}

/// The fields that must be there, and what the rules then ask for.
fn fields(kind: &str, block: &'static Block, more: &[&str], from: From) -> Vec<(&'static str, Sample)> {
    let mut names: Vec<&str> = block
        .fields
        .iter()
        .filter(|field| field.required)
        .map(|field| field.name)
        .chain(more.iter().copied())
        .collect();
    loop {
        let wanted: Vec<&str> = block
            .rules
            .iter()
            .flat_map(|rule| asks(rule, &names))
            .filter(|name| !names.contains(name))
            .collect();
        if wanted.is_empty() {
            break;
        }
        names.extend(wanted);
    }
    block
        .fields
        .iter()
        .filter(|field| names.contains(&field.name))
        .map(|field| (field.name, value(kind, field, from)))
        .collect()
}

/// The fields that a rule asks for beside these.
fn asks(rule: &Rule, names: &[&str]) -> Vec<&'static str> {
    let there = |name: &&str| names.contains(name);
    match *rule {
        Rule::ExactlyOne(groups) | Rule::AtLeastOne(groups) => {
            match groups.iter().any(|group| group.iter().any(&there)) {
                true => Vec::new(),
                false => groups.first().map(|group| group.to_vec()).unwrap_or_default(),
            }
        }
        Rule::AllOrNone(all) if all.iter().any(&there) => all.to_vec(),
        Rule::Requires(when, needed) if when.iter().all(&there) => vec![needed],
        Rule::TrueNeeds(name, needed) | Rule::OnlyWith(name, needed) if there(&name) => vec![needed],
        Rule::ArgoNeedsTrue(name, _) => vec![name],
        _ => Vec::new(),
    }
}

fn value(kind: &str, field: &'static Field, from: From) -> Sample {
    let written = WRITTEN.iter().find(|(of, name, _)| *name == field.name && (of.is_empty() || *of == kind));
    match (field.values, from) {
        (Values::Json, From::Event) => return Sample::Text("e.body".into()),
        (Values::Json, From::Nothing) => return Sample::Text("{ note: \"hello\" }".into()),
        _ => {}
    }
    match written {
        Some((_, _, text)) if fits(&field.shape, text) => Sample::Text((*text).to_owned()),
        _ => shaped(kind, field.name, &field.shape, from),
    }
}

/// Whether what is written for a name is for a field of this shape; others may have the same name.
fn fits(shape: &Shape, text: &str) -> bool {
    let inside = text.trim_matches('"');
    match shape {
        Shape::Text | Shape::Subject { .. } => text.starts_with('"'),
        Shape::Endpoint | Shape::AbsolutePath => inside.starts_with('/'),
        Shape::RelativePath => text.starts_with('"') && !inside.starts_with('/'),
        Shape::Url(schemes) | Shape::Servers(schemes) => {
            schemes.iter().any(|scheme| inside.starts_with(scheme))
        }
        Shape::Int { min, max } | Shape::QuotedInt { min, max } => {
            text.parse().is_ok_and(|number| (*min..=*max).contains(&number))
        }
        Shape::Enum(texts) => texts.contains(&inside),
        Shape::Names(names) | Shape::Joined(names) => names.has(inside),
        Shape::List(element) => text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .is_some_and(|text| fits(element, text)),
        _ => false,
    }
}

/// Any value of this shape, which stands in the field of that name.
fn shaped(kind: &str, name: &'static str, shape: &Shape, from: From) -> Sample {
    let text = match shape {
        Shape::Bool => "true".into(),
        Shape::Int { min, max } | Shape::QuotedInt { min, max } => 1.clamp(*min, *max).to_string(),
        Shape::Number { min, max } => 1_f64.clamp(*min, *max).to_string(),
        Shape::Port => "12000".into(),
        Shape::Endpoint => "\"/events\"".into(),
        Shape::Url(schemes) | Shape::Servers(schemes) => address(kind, schemes),
        Shape::GrpcServer | Shape::HostPort { .. } => {
            format!("\"{}.example:{}\"", kind.to_lowercase(), port(kind))
        }
        Shape::Pattern => "r\"\\.csv$\"".into(),
        Shape::AbsolutePath => "\"/data/orders.csv\"".into(),
        Shape::RelativePath => "\"orders.csv\"".into(),
        Shape::Moment => "\"2026-01-31T12:00:00Z\"".into(),
        Shape::Subject { .. } => "\"orders\"".into(),
        Shape::Text => format!("\"{}\"", plain(name)),
        Shape::Enum(texts) => format!("\"{}\"", texts.first().unwrap_or(&"")),
        Shape::Names(names) | Shape::Joined(names) => format!("\"{}\"", known(names)),
        Shape::ObjectName => "\"orders\"".into(),
        Shape::Namespace => "\"shop\"".into(),
        Shape::Bus => "\"default\"".into(),
        Shape::Duration | Shape::Seconds => "10s".into(),
        Shape::Size => "10Gi".into(),
        Shape::Bytes => "1Mi".into(),
        Shape::Rate => "10/min".into(),
        Shape::Cron => "\"30 2 * * *\"".into(),
        Shape::Zone => "\"Europe/Berlin\"".into(),
        Shape::ExcludedDays => "\"EXDATE:20260101T000000Z\"".into(),
        Shape::Secret => format!("secret(\"{}\", \"{}\")", plain(kind), plain(name)),
        Shape::ConfigMap => format!("configmap(\"{}\", \"{}\")", plain(kind), plain(name)),
        Shape::List(element) => return Sample::List(vec![shaped(kind, name, element, from)]),
        Shape::Map(element) => return Sample::Object(vec![("note", shaped(kind, name, element, from))]),
        Shape::Record(block) => return Sample::Object(fields(kind, block, &[], from)),
        Shape::Headers => "{ Accept: \"application/json\" }".into(),
        Shape::StatusCodes => "[200]".into(),
        Shape::Value | Shape::Object => "{ note: \"hello\" }".into(),
    };
    Sample::Text(text)
}

fn known(names: &'static Names) -> &'static str {
    names.values.first().copied().or(names.all).unwrap_or_default()
}

/// Of a server that is called like the kind; addresses of the web have no port.
fn address(kind: &str, schemes: &[&str]) -> String {
    let host = kind.to_lowercase();
    match schemes {
        _ if schemes.contains(&"https") => format!("\"https://{host}.example\""),
        [scheme, ..] => format!("\"{scheme}://{host}.example:{}\"", port(kind)),
        [] => format!("\"{host}.example:{}\"", port(kind)),
    }
}

/// Where servers of a kind listen.
fn port(kind: &str) -> u16 {
    match kind {
        "amqp" => 5672,
        "hdfs" => 8020,
        "jetstreamExotic" | "nats" => 4222,
        "kafka" => 9092,
        "mqtt" => 1883,
        "nsq" => 4161,
        "pulsar" => 6650,
        "redis" | "redisStream" => 6379,
        _ => 9000,
    }
}

/// A name in lower case with `-`.
fn plain(name: &str) -> String {
    let mut plain = String::new();
    let mut lower = false;
    for letter in name.chars() {
        if letter.is_uppercase() && lower {
            plain.push('-');
        }
        lower = letter.is_lowercase();
        plain.extend(letter.to_lowercase().map(|letter| if letter == '.' { '-' } else { letter }));
    }
    plain
}

impl Sample {
    /// On one line when there is room, otherwise one entry a line.
    fn written(&self, indent: usize) -> String {
        let line = self.line();
        if indent + line.chars().count() <= WIDTH { line } else { self.lines(indent) }
    }

    fn line(&self) -> String {
        match self {
            Sample::Text(text) => text.clone(),
            Sample::Object(fields) if fields.is_empty() => "{}".into(),
            Sample::Object(fields) => {
                let fields: Vec<String> =
                    fields.iter().map(|(name, value)| format!("{name}: {}", value.line())).collect();
                format!("{{ {} }}", fields.join(", "))
            }
            Sample::List(values) => {
                format!("[{}]", values.iter().map(Sample::line).collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn lines(&self, indent: usize) -> String {
        let Sample::Object(fields) = self else { return self.line() };
        let mut text = String::from("{\n");
        for (name, value) in fields {
            let at = indent + 2;
            // The name stands before the value.
            let room = value.written(at);
            let value =
                if at + name.len() + 2 + room.chars().count() > WIDTH { value.lines(at) } else { room };
            text.push_str(&format!("{:at$}{name}: {value}\n", ""));
        }
        text.push_str(&format!("{:indent$}}}", ""));
        text
    }
}

#[cfg(test)]
mod tests {
    use super::WRITTEN;
    use crate::pages::pages;

    #[test]
    fn everything_that_is_written_for_a_name_is_used() {
        let pages = pages();
        for (kind, name, text) in WRITTEN {
            let used = pages.iter().filter(|page| kind.is_empty() || page.name == *kind).any(|page| {
                page.snippet.as_ref().is_some_and(|snippet| snippet.contains(&format!("{name}: {text}")))
            });
            assert!(used, "{kind} {name}: {text}");
        }
    }
}
