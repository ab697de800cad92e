//! Writing what does not exist yet.

use super::{New, Part, SetError};
use crate::text::push_json_string;

/// Appends a text as JSON. Only a text that needs it is escaped, and then `<`, `>` and `&` in it too.
pub(super) fn push_text(out: &mut String, text: &str) {
    if text.bytes().any(|b| !(b' '..=0x7f).contains(&b) || b == b'"' || b == b'\\') {
        push_json_string(out, text);
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}

/// Appends the value with the objects and lists around it, as one member of an object or one element of a list.
pub(super) fn push_value(
    out: &mut String,
    list: bool,
    parts: &[Part<'_>],
    new: New<'_>,
) -> Result<(), SetError> {
    let mut closing = Vec::new();
    let mut in_list = list;
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            in_list = part.index().is_some() || part.appends();
            out.push(if in_list { '[' } else { '{' });
            closing.push(if in_list { ']' } else { '}' });
            if in_list {
                out.push_str(&"null,".repeat(part.padding(0)?));
            }
        }
        if !in_list {
            push_text(out, &part.key);
            out.push(':');
        }
    }
    new.push_to(out);
    out.extend(closing.into_iter().rev());
    Ok(())
}
