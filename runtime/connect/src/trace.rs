//! W3C Trace Context: which trace an event or a call belongs to, as `traceparent` and `tracestate` say it in HTTP headers,
//! in headers of NATS messages and in attributes of CloudEvents.
//!
//! What is malformed counts as not there, as the standard wants it: a malformed `traceparent` begins a new trace, and a
//! malformed or overlong `tracestate` is dropped.

use hyper::HeaderMap;
use std::fmt;

/// Name of the header and of the attribute with the ids.
pub const TRACEPARENT: &str = "traceparent";
/// Name of the header and of the attribute with what tracing systems add.
pub const TRACESTATE: &str = "tracestate";

/// Bytes of a `tracestate` that are passed on.
const STATE_BYTES: usize = 512;
/// Members of a `tracestate`.
const STATE_MEMBERS: usize = 32;

/// Bit of the flags: the trace is recorded.
const SAMPLED: u8 = 1;
/// Bit of the flags: the trace's id is random.
const RANDOM: u8 = 2;

/// Where in which trace something belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// Of the trace; not all nought.
    pub trace: [u8; 16],
    /// Of the span in it; not all nought.
    pub span: [u8; 8],
    /// The known bits of the flags.
    flags: u8,
    /// What tracing systems have added.
    pub state: Option<Box<str>>,
}

impl Context {
    /// A place in a trace that is recorded, or is not.
    pub fn new(trace: [u8; 16], span: [u8; 8], sampled: bool) -> Context {
        Context { trace, span, flags: u8::from(sampled), state: None }
    }

    /// The same trace, at this span.
    pub fn at(&self, span: [u8; 8], sampled: bool) -> Context {
        Context { span, flags: self.flags & RANDOM | u8::from(sampled), ..self.clone() }
    }

    /// Reads both; none when the first is malformed. The second may have come in several pieces.
    pub fn parse<'a>(parent: &str, state: impl IntoIterator<Item = &'a str>) -> Option<Context> {
        let mut context = parse_parent(parent)?;
        context.state = parse_state(state);
        Some(context)
    }

    /// From the headers of a request; none when there is no `traceparent`, several, or a malformed one.
    pub fn of_headers(headers: &HeaderMap) -> Option<Context> {
        let mut parents = headers.get_all(TRACEPARENT).iter();
        let parent = parents.next()?.to_str().ok()?;
        if parents.next().is_some() {
            return None;
        }
        // What is no text is malformed.
        let state = headers.get_all(TRACESTATE).iter().map(|value| value.to_str().unwrap_or("\0"));
        Context::parse(parent, state)
    }

    /// Whether the trace is recorded.
    pub fn sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    /// As `traceparent` says it.
    pub fn traceparent(&self) -> String {
        format!("00-{}-{}-{:02x}", hex(&self.trace), hex(&self.span), self.flags)
    }
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// `VERSION-TRACE-SPAN-FLAGS`. A later version may have more behind it, which is ignored.
fn parse_parent(text: &str) -> Option<Context> {
    let text = text.trim_matches([' ', '\t']);
    let mut parts = text.splitn(5, '-');
    let [version] = bytes(parts.next()?)?;
    let (trace, span) = (bytes(parts.next()?)?, bytes(parts.next()?)?);
    let [flags] = bytes(parts.next()?)?;
    let more = parts.next().is_some();
    let valid = version != 0xff && !(version == 0 && more) && trace != [0; 16] && span != [0; 8];
    valid.then_some(Context { trace, span, flags: flags & (SAMPLED | RANDOM), state: None })
}

/// Exactly so many bytes in lower-case digits.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    if text.len() != N * 2 {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let &[high, low] = pair else { return None };
        *byte = digit(high)? << 4 | digit(low)?;
    }
    Some(bytes)
}

/// `KEY=VALUE,…`, in one text; none when nothing is there or something is malformed.
fn parse_state<'a>(pieces: impl IntoIterator<Item = &'a str>) -> Option<Box<str>> {
    let mut members: Vec<(&str, &str)> = Vec::new();
    for member in pieces.into_iter().flat_map(|piece| piece.split(',')) {
        let member = member.trim_matches([' ', '\t']);
        if member.is_empty() {
            continue;
        }
        let (key, value) = member.split_once('=')?;
        let known = members.iter().any(|(other, _)| *other == key);
        if known || !is_key(key) || !is_value(value) || members.len() == STATE_MEMBERS {
            return None;
        }
        members.push((key, value));
    }
    let members: Vec<String> = members.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let state = members.join(",");
    (!state.is_empty() && state.len() <= STATE_BYTES).then(|| state.into())
}

/// `SYSTEM`, or `TENANT@SYSTEM`.
fn is_key(key: &str) -> bool {
    let rest = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-' | b'*' | b'/')
    };
    let named = |name: &str, digit: bool, most: usize| {
        let first = name.bytes().next();
        let begins = first.is_some_and(|b| b.is_ascii_lowercase() || digit && b.is_ascii_digit());
        begins && name.len() <= most && name.bytes().all(rest)
    };
    match key.split_once('@') {
        Some((tenant, system)) => named(tenant, true, 241) && named(system, false, 14),
        None => named(key, true, 256),
    }
}

/// Printable, without `,` and `=`, and not ending in a blank.
fn is_value(value: &str) -> bool {
    let allowed = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b',' && byte != b'=';
    !value.is_empty() && value.len() <= 256 && value.bytes().all(allowed) && !value.ends_with(' ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_parent_is_read_as_the_standard_says() {
        let context = Context::parse(PARENT, []).unwrap();
        assert_eq!((context.traceparent().as_str(), context.sampled()), (PARENT, true));
        let unsampled = Context::parse(&PARENT.replace("-01", "-00"), []).unwrap();
        assert!(!unsampled.sampled());
        // A later version, with more behind it and unknown flags.
        let later = PARENT.replacen("00", "cc", 1).replace("-01", "-09-what-the-future-will-be");
        assert_eq!(Context::parse(&later, []).unwrap().traceparent(), PARENT);
        for wrong in [
            "",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333é-01",
            "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.more",
        ] {
            assert_eq!(Context::parse(wrong, ["a=1"]), None, "{wrong}");
        }
    }

    #[test]
    fn a_state_is_passed_on_or_dropped_as_a_whole() {
        let state =
            |pieces: &[&str]| Context::parse(PARENT, pieces.iter().copied()).unwrap().state.map(String::from);
        assert_eq!(
            state(&["rojo=00f067aa0ba902b7 , congo=t61rcWkgMzE"]).unwrap(),
            "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"
        );
        assert_eq!(state(&["a=1,,", "t0@sys=x y"]).unwrap(), "a=1,t0@sys=x y");
        let members = |count: usize| (0..count).map(|n| format!("k{n}=v")).collect::<Vec<_>>().join(",");
        assert!(state(&[&members(32)]).is_some());
        let long = format!("a={}", "x".repeat(256));
        let (fits, over) = (format!("{long},b={}", "x".repeat(251)), format!("{long},b={}", "x".repeat(252)));
        assert_eq!((fits.len(), state(&[&fits])), (512, Some(fits.clone())));
        for wrong in
            ["", "a", "=1", "a=", "a=1,a=2", "A=1", "a=b=c", "a=é", "a@=1", "a@b@c=1", &members(33), &over]
        {
            assert_eq!(state(&[wrong]), None, "{wrong}");
        }
    }

    #[test]
    fn two_parents_are_none() {
        let mut headers = HeaderMap::new();
        headers.append(TRACEPARENT, PARENT.parse().unwrap());
        headers.append(TRACESTATE, "a=1".parse().unwrap());
        headers.append(TRACESTATE, "b=2".parse().unwrap());
        assert_eq!(Context::of_headers(&headers).unwrap().state.as_deref(), Some("a=1,b=2"));
        headers.append(TRACEPARENT, PARENT.parse().unwrap());
        assert_eq!(Context::of_headers(&headers), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(trace in any::<[u8; 16]>(), span in any::<[u8; 8]>(), sampled: bool) {
            prop_assume!(trace != [0; 16] && span != [0; 8]);
            let context = Context::new(trace, span, sampled);
            prop_assert_eq!(Context::parse(&context.traceparent(), []), Some(context));
        }

        #[test]
        fn any_text_is_read_without_harm(parent in "\\PC{0,60}", state in "\\PC{0,600}") {
            Context::parse(&parent, [state.as_str()]);
            Context::parse(PARENT, [state.as_str()]);
        }
    }
}
