//! Texts and literals that must have a form: durations, sizes, addresses, endpoints, time zones.

use aev_plan::duration::GoDuration;
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
    let expected = schemes.iter().map(|scheme| format!("`{scheme}://`")).collect::<Vec<_>>().join(" or ");
    let Some((scheme, rest)) = text.split_once("://") else {
        return Some(format!("it does not begin with {expected}"));
    };
    if !schemes.contains(&scheme) {
        Some(format!("it does not begin with {expected}"))
    } else if rest.is_empty() || rest.starts_with(['/', '?', '#']) {
        Some("it names no host".to_owned())
    } else if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        Some("a blank may not stand in it".to_owned())
    } else {
        None
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

/// Whether it is the name of a time zone.
pub fn is_zone(text: &str) -> bool {
    text.parse::<chrono_tz::Tz>().is_ok()
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
        for wrong in ["a.b/c", "ftp://a", "http://", "http:///x", "http://a b"] {
            assert!(url(wrong, &["http", "https"]).is_some(), "{wrong}");
        }
    }
}
