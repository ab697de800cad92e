//! Checks a body before it goes into an event.

use super::Refusal;
use aev_plan::document;
use serde_json::value::RawValue;

/// How deep a body may nest: whoever reads the event has to go through the object around the body, too.
const MAX_DEPTH: usize = document::MAX_DEPTH - 1;

/// The JSON text in a body: valid, in UTF-8, and not too deep.
pub(super) fn check(body: &[u8]) -> Result<&RawValue, Refusal> {
    let text = std::str::from_utf8(body).map_err(|error| {
        Refusal::Malformed(format!("the body is not UTF-8 at byte {}", error.valid_up_to()))
    })?;
    if text.trim_ascii().is_empty() {
        return Err(Refusal::Malformed("the body is empty; send JSON".to_owned()));
    }
    // First the depth: nothing that recurses may see a body that is too deep.
    if depth(body) > MAX_DEPTH {
        return Err(Refusal::Malformed(format!("the body nests deeper than {MAX_DEPTH} levels")));
    }
    serde_json::from_str(text).map_err(|error| Refusal::Malformed(format!("the body is no JSON: {error}")))
}

/// The deepest nesting, of text that may or may not be JSON.
fn depth(body: &[u8]) -> usize {
    let (mut now, mut most, mut in_text, mut escaped) = (0_usize, 0, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                now += 1;
                most = most.max(now);
            }
            b']' | b'}' if !in_text => now = now.saturating_sub(1),
            _ => {}
        }
    }
    most
}
