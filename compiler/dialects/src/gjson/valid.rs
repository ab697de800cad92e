//! Whether a text is JSON.

/// Whether the text is one JSON value, with blanks around it at most. Keeps its own stack: depth does not matter.
pub fn valid(json: &str) -> bool {
    let bytes = json.as_bytes();
    // For each bracket that is open: whether it is an object.
    let mut open: Vec<bool> = Vec::new();
    let mut at = blanks(bytes, 0);
    loop {
        // A value begins here.
        match bytes.get(at) {
            Some(&b @ (b'{' | b'[')) => {
                let object = b == b'{';
                at = blanks(bytes, at + 1);
                if bytes.get(at) == Some(if object { &b'}' } else { &b']' }) {
                    at += 1;
                } else {
                    open.push(object);
                    if object {
                        match key(bytes, at) {
                            Some(next) => at = next,
                            None => return false,
                        }
                    }
                    continue;
                }
            }
            Some(_) => match scalar(bytes, at) {
                Some(next) => at = next,
                None => return false,
            },
            None => return false,
        }
        // A value has ended here.
        loop {
            at = blanks(bytes, at);
            let Some(&object) = open.last() else { return at == bytes.len() };
            match (bytes.get(at), object) {
                (Some(b','), true) => match key(bytes, blanks(bytes, at + 1)) {
                    Some(next) => at = next,
                    None => return false,
                },
                (Some(b','), false) => at = blanks(bytes, at + 1),
                (Some(b'}'), true) | (Some(b']'), false) => {
                    open.pop();
                    at += 1;
                    continue;
                }
                _ => return false,
            }
            break;
        }
    }
}

fn blanks(bytes: &[u8], at: usize) -> usize {
    let length = bytes.iter().skip(at).position(|b| !matches!(b, b' ' | b'\t' | b'\n' | b'\r'));
    length.map_or(bytes.len(), |length| at + length)
}

/// A key, its colon and the blanks behind it.
fn key(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes.get(at) != Some(&b'"') {
        return None;
    }
    let colon = blanks(bytes, string(bytes, at + 1)?);
    (bytes.get(colon) == Some(&b':')).then(|| blanks(bytes, colon + 1))
}

fn scalar(bytes: &[u8], at: usize) -> Option<usize> {
    let word = |word: &[u8]| bytes.get(at..)?.starts_with(word).then_some(at + word.len());
    match bytes.get(at)? {
        b'"' => string(bytes, at + 1),
        b't' => word(b"true"),
        b'f' => word(b"false"),
        b'n' => word(b"null"),
        b'-' | b'0'..=b'9' => number(bytes, at),
        _ => None,
    }
}

fn string(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            0..=0x1f => return None,
            b'\\' => match bytes.get(at + 1)? {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => at += 2,
                b'u' if bytes.get(at + 2..at + 6)?.iter().all(u8::is_ascii_hexdigit) => at += 6,
                _ => return None,
            },
            _ => at += 1,
        }
    }
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = |from: usize| {
        let length = bytes.iter().skip(from).take_while(|b| b.is_ascii_digit()).count();
        (length > 0).then_some(from + length)
    };
    let mut at = at + usize::from(bytes.get(at) == Some(&b'-'));
    at = if bytes.get(at) == Some(&b'0') { at + 1 } else { digits(at)? };
    if bytes.get(at) == Some(&b'.') {
        at = digits(at + 1)?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at = digits(at + 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-'))))?;
    }
    Some(at)
}
