//! Texts and literals that must have a form: durations, sizes, addresses, endpoints, time zones.

use crate::diagnostics::nearest;
use aev_catalogue::Shape;
use aev_plan::duration::GoDuration;
use aev_plan::re2::Pattern;
use chrono::{DateTime, NaiveDate, NaiveDateTime};
use std::time::Duration;

/// A duration as aev writes it, where a day is 24 hours.
pub fn duration(written: &str) -> Option<GoDuration> {
    let mut total = Duration::ZERO;
    let mut rest = written;
    while !rest.is_empty() {
        let unit = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let tail = rest.get(unit..)?;
        let end = tail.find(|c: char| !c.is_ascii_alphabetic()).map_or(rest.len(), |length| unit + length);
        let part = rest.get(..end)?;
        total = total.checked_add(match part.strip_suffix('d') {
            Some(days) => format!("{days}h").parse::<GoDuration>().ok()?.0.checked_mul(24)?,
            None => part.parse::<GoDuration>().ok()?.0,
        })?;
        rest = rest.get(end..)?;
    }
    // Go counts nanoseconds in 63 bits.
    i64::try_from(total.as_nanos()).ok().map(|_| GoDuration(total))
}

/// A size as a number of bytes.
pub fn bytes(written: &str) -> Option<i64> {
    const UNITS: [(&str, u32); 4] = [("Ki", 10), ("Mi", 20), ("Gi", 30), ("Ti", 40)];
    let (number, shift) =
        UNITS.iter().find_map(|(unit, shift)| Some((written.strip_suffix(unit)?, *shift)))?;
    number.parse::<i64>().ok()?.checked_mul(1_i64.checked_shl(shift)?)
}

/// What is wrong with an address, in words; nothing when it is one of these schemes.
pub fn url(text: &str, schemes: &[&str]) -> Option<String> {
    let Some((scheme, rest)) = text.split_once("://").filter(|(scheme, _)| schemes.contains(scheme)) else {
        let expected = schemes.iter().map(|scheme| format!("`{scheme}://`")).collect::<Vec<_>>().join(" or ");
        return Some(format!("it does not begin with {expected}"));
    };
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Some("a blank may not stand in it".to_owned());
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    // Clusters of NATS have several hosts.
    let several = matches!(scheme, "nats" | "tls" | "ws" | "wss");
    authority.split(|c| several && c == ',').find_map(server)
}

/// What is wrong with the `host` or `host:port` of an address, perhaps with a user before it.
fn server(text: &str) -> Option<String> {
    let text = text.rsplit('@').next().unwrap_or(text);
    // An address of IPv6 has colons of its own, and brackets around them.
    let (host, port) = match text.rsplit_once(':').filter(|(_, port)| !port.contains(']')) {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    let port_fits = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
    match port {
        _ if host.is_empty() => Some("it names no host".to_owned()),
        Some(port) if !port_fits(port) => {
            Some(format!("a port is a number from 1 to 65535, and not `{port}`"))
        }
        _ => None,
    }
}

/// What is wrong with addresses of servers, joined by commas. Without a scheme the first one is meant.
pub fn servers(text: &str, schemes: &[&str]) -> Option<String> {
    text.split(',').map(str::trim).find_map(|address| match (address.contains("://"), schemes.first()) {
        (false, Some(scheme)) => url(&format!("{scheme}://{address}"), schemes),
        _ => url(address, schemes),
    })
}

/// What is wrong with the address of a gRPC server: a host, perhaps a port, and `dns:///` may stand before it.
pub fn grpc_server(text: &str) -> Option<String> {
    host_port(text.strip_prefix("dns:///").unwrap_or(text))
}

/// What a text of one of these shapes should be, and what is wrong with it.
pub fn misshapen(text: &str, shape: &Shape) -> Option<(&'static str, String)> {
    let (what, why) = match shape {
        Shape::HostPort { several } => {
            let wrong = match several {
                true => text.split(',').map(str::trim).find_map(host_port),
                false => host_port(text),
            };
            ("the address of a server", wrong)
        }
        Shape::Pattern => ("a regular expression", Pattern::new(text).err().map(|error| error.to_string())),
        Shape::AbsolutePath => {
            let wrong = !text.starts_with('/');
            ("the path of a directory", wrong.then(|| "it does not begin with `/`".to_owned()))
        }
        Shape::RelativePath => {
            let wrong = text.starts_with('/');
            let why = "it begins with `/`, and is read from the directory beside it";
            ("a path within a directory", wrong.then(|| why.to_owned()))
        }
        Shape::Moment => {
            let wrong = DateTime::parse_from_rfc3339(text).is_err();
            ("a moment", wrong.then(|| "a moment is written like `2026-01-31T12:00:00Z`".to_owned()))
        }
        _ => return None,
    };
    why.map(|why| (what, why))
}

/// What is wrong with `host:port`.
fn host_port(text: &str) -> Option<String> {
    if let Some((scheme, _)) = text.split_once("://") {
        return Some(format!("it is `host:port` without `{scheme}://`"));
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '/' | '@' | ',')) {
        return Some("it is `host:port` and nothing else".to_owned());
    }
    server(text)
}

/// The scheme of a websocket among addresses of servers.
pub fn websocket(text: &str) -> Option<&'static str> {
    let scheme = |scheme: &&str| text.split(',').any(|address| address.trim().starts_with(scheme));
    ["ws://", "wss://"].into_iter().find(scheme)
}

/// What is wrong with a subject of NATS, in words.
pub fn subject(text: &str, wildcards: bool) -> Option<&'static str> {
    let mut words = text.split('.').rev();
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        Some("a blank may not stand in it")
    } else if text.split('.').any(str::is_empty) {
        Some("it consists of words joined by single dots")
    } else if !wildcards && words.any(|word| matches!(word, "*" | ">")) {
        Some("`*` and `>` stand only where messages are received")
    } else if words.skip(1).any(|word| word == ">") {
        Some("`>` stands for all that follows, so it comes last")
    } else {
        None
    }
}

/// The same for the constant text at the beginning of an address.
pub fn url_prefix(prefix: &str, schemes: &[&str]) -> Option<String> {
    match prefix.split_once("://") {
        // What follows may be the rest of the host or of the port.
        Some((scheme, rest)) if !rest.contains(['/', '?', '#']) => url(&format!("{scheme}://host"), schemes),
        _ => url(prefix, schemes),
    }
}

/// What is wrong with the path of an endpoint, in words.
pub fn endpoint(text: &str) -> Option<&'static str> {
    if !text.starts_with('/') {
        Some("it does not begin with `/`")
    } else if text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '?' | '#')) {
        Some("blanks, `?` and `#` may not stand in it")
    } else if text.contains("//") || text.split('/').any(|part| matches!(part, "." | "..")) {
        Some("`//`, `.` and `..` are tidied up in a request, which then does not match it")
    } else {
        None
    }
}

/// What is wrong with excluded days, in words: Argo Events silently excludes nothing then.
pub fn excluded_days(text: &str) -> Option<&'static str> {
    let Some(days) = text.strip_prefix("EXDATE:") else { return Some("it does not begin with `EXDATE:`") };
    let is_day = |day: &str| NaiveDateTime::parse_from_str(day, "%Y%m%dT%H%M%SZ").is_ok();
    (!days.split(',').all(is_day)).then_some("each day is written like `20260101T000000Z`")
}

/// A day that is written like `2026-01-01`, `20260101` or `20260101T000000Z`, as it is excluded.
pub fn excluded_day(text: &str) -> Option<String> {
    let (day, _) = text.split_once('T').unwrap_or((text, ""));
    let day = ["%Y-%m-%d", "%Y%m%d"].iter().find_map(|form| NaiveDate::parse_from_str(day, form).ok())?;
    Some(format!("EXDATE:{}", day.format("%Y%m%dT000000Z")))
}

/// Whether it is the name of a time zone.
pub fn is_zone(text: &str) -> bool {
    text.parse::<chrono_tz::Tz>().is_ok()
}

/// The time zone that was probably meant.
pub fn meant_zone(text: &str) -> Option<&'static str> {
    let short = text.rsplit('/').next().unwrap_or(text);
    // One offset is never a slip of another.
    nearest(text, zones())
        .or_else(|| zones().find(|zone| zone.rsplit('/').next() == Some(short)))
        .filter(|zone| !zone.contains(|c: char| c.is_ascii_digit()))
}

/// The names of all time zones.
pub fn zones() -> impl Iterator<Item = &'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_days() {
        for (written, printed) in
            [("7d", "168h0m0s"), ("1h30m", "1h30m0s"), ("1d12h", "36h0m0s"), ("500ms", "500ms")]
        {
            assert_eq!(duration(written).map(|d| d.to_string()).as_deref(), Some(printed), "{written}");
        }
        assert_eq!(duration("200000d"), None);
    }

    #[test]
    fn sizes_are_powers_of_two() {
        assert_eq!(bytes("1Mi"), Some(1_048_576));
        assert_eq!(bytes("9999999999999Ti"), None);
    }

    #[test]
    fn addresses_have_scheme_and_host() {
        assert_eq!(url("https://a.b/c", &["http", "https"]), None);
        for right in
            ["http://a:80", "http://u:p@a:8080/x", "http://[::1]/", "http://[::1]:80", "http://a/b:99999"]
        {
            assert_eq!(url(right, &["http", "https"]), None, "{right}");
        }
        for wrong in [
            "a.b/c",
            "ftp://a",
            "http://",
            "http:///x",
            "http://a b",
            "http://:80",
            "http://a:99999/x",
            "http://a:0",
            "http://a:",
            "http://a:b",
            "http://[::1]:x",
        ] {
            assert!(url(wrong, &["http", "https"]).is_some(), "{wrong}");
        }
        assert_eq!(url("nats://a:4222,b:4222", &["nats"]), None);
        assert!(url("nats://a:4222,b:99999", &["nats"]).is_some());
    }

    #[test]
    fn the_beginning_of_an_address_may_end_anywhere() {
        for right in ["http://", "http://a", "http://a:", "http://a:80", "http://a:80/x/"] {
            assert_eq!(url_prefix(right, &["http"]), None, "{right}");
        }
        for wrong in ["a", "ftp://", "http://a:99999/"] {
            assert!(url_prefix(wrong, &["http"]).is_some(), "{wrong}");
        }
    }

    #[test]
    fn servers_need_no_scheme() {
        for right in ["nats.bus.svc:4222", "nats://a:4222,nats://b:4222", "a, b:4222", "tls://a"] {
            assert_eq!(servers(right, &["nats", "tls"]), None, "{right}");
        }
        for wrong in ["", "a,,b", "http://a", "a:99999", "a b"] {
            assert!(servers(wrong, &["nats", "tls"]).is_some(), "{wrong}");
        }
        assert_eq!((websocket("nats://a, wss://b"), websocket("nats://ws")), (Some("wss://"), None));
    }

    #[test]
    fn grpc_servers_are_host_and_port() {
        for right in
            ["tekton-trigger.argo-events.svc:9000", "dns:///a.b:1", "[::1]:9000", "127.0.0.1:9", "host"]
        {
            assert_eq!(grpc_server(right), None, "{right}");
        }
        for wrong in ["", "http://a:80", "a:b", "a:0", ":9000", "a b:1", "a:1/x", "dns:///", "u@a:1"] {
            assert!(grpc_server(wrong).is_some(), "{wrong}");
        }
    }

    #[test]
    fn texts_have_the_form_of_their_shape() {
        const SEVERAL: Shape = Shape::HostPort { several: true };
        const ONE: Shape = Shape::HostPort { several: false };
        for (shape, right, wrong) in [
            (ONE, "redis.svc:6379", "redis://redis:6379"),
            (ONE, "[::1]:80", "a:1,b:2"),
            (SEVERAL, "a:9092, b:9092", "a:9092,,b"),
            (Shape::Pattern, "^a+$", "("),
            (Shape::AbsolutePath, "/data/", "data/"),
            (Shape::RelativePath, "x/y.txt", "/x/y.txt"),
            (Shape::Moment, "2026-01-31T12:00:00+01:00", "2026-01-31"),
        ] {
            assert_eq!(misshapen(right, &shape), None, "{right}");
            assert!(misshapen(wrong, &shape).is_some(), "{wrong}");
        }
    }

    #[test]
    fn subjects_have_words() {
        for right in ["orders", "orders.*.placed", "orders.>", ">", "*"] {
            assert_eq!(subject(right, true), None, "{right}");
        }
        for wrong in ["", ".a", "a.", "a..b", "a b", ">.a", "a.>.b"] {
            assert!(subject(wrong, true).is_some(), "{wrong}");
        }
        assert!(subject("a.*", false).is_some() && subject("a.b", false).is_none());
    }

    #[test]
    fn days_are_excluded_as_in_calendars() {
        assert_eq!(excluded_days("EXDATE:20260101T000000Z,20261224T120000Z"), None);
        for wrong in ["", "2026-01-01", "EXDATE:", "EXDATE:20260101", "EXDATE:20261301T000000Z"] {
            assert!(excluded_days(wrong).is_some(), "{wrong}");
        }
        for day in ["2026-12-25", "20261225", "20261225T000000Z", "2026-12-25T08:00:00+01:00"] {
            assert_eq!(excluded_day(day).as_deref(), Some("EXDATE:20261225T000000Z"), "{day}");
        }
        assert_eq!(excluded_day("2026-01-01").as_deref(), Some("EXDATE:20260101T000000Z"));
    }
}
