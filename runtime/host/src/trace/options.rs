//! Where traces go, and which: as the variables of OpenTelemetry say it.

use hyper::header::{HeaderName, HeaderValue};
use std::fmt;
use url::Url;

/// Where traces go.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// The whole URL, such as `http://127.0.0.1:4318/v1/traces`.
    pub url: String,
    /// Sent with each request.
    pub headers: Headers,
    /// Attributes of this process, `service.name` among them.
    pub resource: Vec<(String, String)>,
    /// Which traces are recorded.
    pub sampler: Sampler,
}

/// Headers, whose values may be secrets and are not shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(pub(crate) Vec<(String, String)>);

impl fmt::Display for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown: Vec<String> = self.0.iter().map(|(name, _)| format!("{name}=***")).collect();
        f.write_str(if shown.is_empty() { "none" } else { "" })?;
        f.write_str(&shown.join(","))
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Headers {
    /// From `NAME=VALUE,…`, values with `%` and two digits for what else could not stand there.
    ///
    /// # Errors
    /// It is nothing of the kind, or HTTP does not allow it. The text says nothing of a value.
    pub(crate) fn parse(text: &str) -> Result<Headers, String> {
        let headers = Headers(pairs(text)?);
        for (name, value) in &headers.0 {
            let name_fits = HeaderName::from_bytes(name.as_bytes()).is_ok();
            if !name_fits || HeaderValue::from_str(value).is_err() {
                return Err("one of the headers has a character that HTTP does not allow".to_owned());
            }
        }
        Ok(headers)
    }
}

/// Reads `NAME=VALUE,…`.
pub(crate) fn pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    let pair = |part: &str| {
        let wrong = || "it is no list of `NAME=VALUE`, with commas between them".to_owned();
        let (name, value) = part.split_once('=').ok_or_else(wrong)?;
        let (name, value) = (decoded(name.trim()), decoded(value.trim()));
        match (name, value) {
            (Some(name), Some(value)) if !name.is_empty() => Ok((name, value)),
            _ => Err(wrong()),
        }
    };
    text.split(',').filter(|part| !part.trim().is_empty()).map(pair).collect()
}

/// With `%` and two digits put back into the byte.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// The URL for traces, from that of the collector.
///
/// # Errors
/// It is no URL for HTTP.
pub(crate) fn base(text: &str) -> Result<String, String> {
    let url = whole(text)?;
    let path = url.trim_end_matches('/');
    Ok(if path.ends_with("/v1/traces") { path.to_owned() } else { format!("{path}/v1/traces") })
}

/// A URL as it is.
///
/// # Errors
/// It is no URL for HTTP.
pub(crate) fn whole(text: &str) -> Result<String, String> {
    let wrong = |what: &str| format!("{what}; write the URL of a collector, such as `http://127.0.0.1:4318`");
    // What stands before a host may be a password, so the text is not repeated.
    let url = Url::parse(text).map_err(|_| wrong("it is no URL"))?;
    match () {
        () if !matches!(url.scheme(), "http" | "https") || !url.has_host() => {
            Err(wrong("it begins neither with `http://` nor with `https://`"))
        }
        () if !url.username().is_empty() || url.password().is_some() => {
            Err("it holds a password; put it into `OTEL_EXPORTER_OTLP_HEADERS`".to_owned())
        }
        () if url.query().is_some() || url.fragment().is_some() => Err(wrong("it has a query")),
        () => Ok(text.to_owned()),
    }
}

/// Which traces are recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampler {
    /// What the sender has decided counts, when there is one.
    parent: bool,
    /// The share of traces, from 0 to 1, without a sender's decision.
    ratio: f64,
    /// Its name and whether its argument is shown.
    name: &'static str,
}

/// The samplers, with whether the parent's decision counts, and their share; none for the argument.
const SAMPLERS: [(&str, bool, Option<f64>); 6] = [
    ("always_on", false, Some(1.0)),
    ("always_off", false, Some(0.0)),
    ("traceidratio", false, None),
    ("parentbased_always_on", true, Some(1.0)),
    ("parentbased_always_off", true, Some(0.0)),
    ("parentbased_traceidratio", true, None),
];

impl Default for Sampler {
    fn default() -> Sampler {
        Sampler { parent: true, ratio: 1.0, name: "parentbased_always_on" }
    }
}

impl Sampler {
    /// From its name and its argument, which is 1 unless said.
    ///
    /// # Errors
    /// There is none of this name, or the argument is no share.
    pub(crate) fn parse(name: &str, argument: Option<&str>) -> Result<Sampler, String> {
        let Some((name, parent, ratio)) = SAMPLERS.iter().find(|(known, ..)| *known == name) else {
            let known: Vec<&str> = SAMPLERS.iter().map(|(name, ..)| *name).collect();
            return Err(format!("`{name}` is no sampler; there are {}", known.join(", ")));
        };
        let argument = || match argument {
            None => Ok(1.0),
            Some(text) => match text.trim().parse::<f64>() {
                Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
                _ => Err(format!("`{text}` is no share of traces; write a number from 0 to 1")),
            },
        };
        Ok(Sampler { parent: *parent, ratio: ratio.map_or_else(argument, Ok)?, name })
    }

    /// Whether a trace is recorded; the same for everyone who asks about one trace.
    pub(crate) fn samples(&self, trace: &[u8; 16], sender: Option<bool>) -> bool {
        if self.parent
            && let Some(sampled) = sender
        {
            return sampled;
        }
        // As OpenTelemetry does: the last seven bytes of the id are the random ones. A double holds 53 bits of them exactly.
        let [.., a, b, c, d, e, f, g] = *trace;
        let random = u64::from_be_bytes([0, a, b, c, d, e, f, g]) >> 3;
        (random as f64) < self.ratio * (1_u64 << 53) as f64
    }
}

impl fmt::Display for Sampler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if self.name.ends_with("traceidratio") { write!(f, " {}", self.ratio) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_and_not_shown() {
        let headers = Headers::parse("authorization=Bearer%20canary, x-team=ops,").unwrap();
        assert_eq!(
            headers.0,
            [("authorization".into(), "Bearer canary".into()), ("x-team".into(), "ops".to_owned())]
        );
        assert_eq!(
            format!("{headers} {headers:?}"),
            "authorization=***,x-team=*** authorization=***,x-team=***"
        );
        for wrong in ["canary", "=canary", "a b=canary", "a=canary%0a", "a=canary%zz", "a=canary%2"] {
            let error = Headers::parse(wrong).unwrap_err();
            assert!(!error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn a_collector_has_a_path_for_traces() {
        assert_eq!(base("http://h:4318").unwrap(), "http://h:4318/v1/traces");
        assert_eq!(base("https://h/otlp/").unwrap(), "https://h/otlp/v1/traces");
        assert_eq!(base("http://h:4318/v1/traces").unwrap(), "http://h:4318/v1/traces");
        for wrong in ["h:4318", "grpc://h", "http://u:canary@h", "http://h/?k=canary"] {
            let error = base(wrong).unwrap_err();
            assert!(!error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn samplers_are_those_of_opentelemetry() {
        let sampler = |name, argument| Sampler::parse(name, argument).unwrap();
        let (low, high) = ([0; 16], [0xff; 16]);
        assert!(sampler("always_on", None).samples(&high, Some(false)));
        assert!(!sampler("always_off", None).samples(&low, Some(true)));
        let half = sampler("parentbased_traceidratio", Some("0.5"));
        assert_eq!((half.samples(&low, None), half.samples(&high, None)), (true, false));
        assert_eq!((half.samples(&low, Some(false)), half.samples(&high, Some(true))), (false, true));
        assert!(sampler("traceidratio", None).samples(&high, None), "everything unless said");
        assert!(!sampler("traceidratio", Some("0")).samples(&low, None));
        assert_eq!(half.to_string(), "parentbased_traceidratio 0.5");
        assert!(
            Sampler::parse("sometimes", None).is_err() && Sampler::parse("traceidratio", Some("2")).is_err()
        );
    }
}
