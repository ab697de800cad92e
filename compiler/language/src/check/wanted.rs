//! What messages call the shapes of constants.

use aev_catalogue::Shape;

/// What a message calls a shape: "write …".
pub(super) fn wanted(shape: &Shape) -> String {
    match shape {
        Shape::Bool => "`true` or `false`".to_owned(),
        Shape::Int { .. } => "a whole number".to_owned(),
        Shape::Number { .. } => "a number".to_owned(),
        Shape::Port => "a port, such as `12000`".to_owned(),
        Shape::Endpoint => "the path of an endpoint in quotes, such as `\"/hook\"`".to_owned(),
        Shape::Url(_) => "an address in quotes".to_owned(),
        Shape::Servers(_) => "the address of a server in quotes, such as `\"nats://host:4222\"`".to_owned(),
        Shape::GrpcServer => "the address of a server in quotes, such as `\"host:9000\"`".to_owned(),
        Shape::HostPort { .. } => "the address of a server in quotes, such as `\"host:9000\"`".to_owned(),
        Shape::QuotedInt { .. } => "a whole number".to_owned(),
        Shape::Pattern => "a regular expression in quotes".to_owned(),
        Shape::AbsolutePath => "a path in quotes, such as `\"/data/\"`".to_owned(),
        Shape::RelativePath => "a path in quotes, such as `\"x.txt\"`".to_owned(),
        Shape::Moment => "a moment in quotes, such as `\"2026-01-31T12:00:00Z\"`".to_owned(),
        Shape::Subject { .. } => "a subject of NATS in quotes, such as `\"orders.placed\"`".to_owned(),
        Shape::Text => "text in quotes".to_owned(),
        Shape::Enum(values) => one_of(values),
        Shape::Names(names) | Shape::Joined(names) => {
            format!("the name of an {} of {} in quotes", names.what, names.owner)
        }
        Shape::ObjectName => "the name of an object in quotes".to_owned(),
        Shape::Namespace => "the name of a namespace in quotes".to_owned(),
        Shape::Bus => "a bus of this file, or the name of another in quotes".to_owned(),
        Shape::Duration => "a duration with its unit, such as `30s`".to_owned(),
        Shape::Seconds => "a duration in whole seconds, such as `30s`".to_owned(),
        Shape::Size => "a size, such as `10Gi`".to_owned(),
        Shape::Bytes => "a size, such as `1Mi`, or a number of bytes".to_owned(),
        Shape::Rate => "a rate, such as `10/min`".to_owned(),
        Shape::Cron => "a cron schedule in quotes, such as `\"0 2 * * *\"`".to_owned(),
        Shape::Zone => "a time zone in quotes, such as `\"Europe/Berlin\"`".to_owned(),
        Shape::ExcludedDays => "a day in quotes, such as `\"EXDATE:20260101T000000Z\"`".to_owned(),
        Shape::Secret => "`secret(\"name\", \"key\")`".to_owned(),
        Shape::ConfigMap => "`configmap(\"name\", \"key\")`".to_owned(),
        Shape::List(_) => "a list in `[…]`".to_owned(),
        Shape::Map(_) | Shape::Record(_) | Shape::Object => "an object in `{…}`".to_owned(),
        Shape::Headers => "an object of headers in `{…}`".to_owned(),
        Shape::StatusCodes => "a list of HTTP status codes, such as `[200, 201]`, or `any`".to_owned(),
        Shape::Value => "a value".to_owned(),
    }
}

/// `"GET"` or `"POST"`
fn one_of(values: &[&str]) -> String {
    values.iter().map(|value| format!("`\"{value}\"`")).collect::<Vec<_>>().join(" or ")
}
