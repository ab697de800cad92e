//! Patterns with `*` and `?`, where `\` takes a sign literally.

enum Part {
    Any,
    One,
    Char(char),
}

/// Whether the whole text fits the pattern. Takes at most length of text times length of pattern.
///
/// gjson gives up and says no once it has tried ten thousand times the length of the text; this does not.
pub(super) fn matches(text: &str, pattern: &str) -> bool {
    let Some(parts) = compile(pattern) else { return false };
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut part) = (0, 0);
    // Where to go on after the last `*`, with one character more for it.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let fits = match parts.get(part) {
            Some(Part::Any) => {
                part += 1;
                retry = Some((part, at));
                continue;
            }
            Some(Part::One) => at < text.len(),
            Some(Part::Char(c)) => text.get(at) == Some(c),
            None if at == text.len() => return true,
            None => false,
        };
        if fits {
            at += 1;
            part += 1;
            continue;
        }
        match retry {
            Some((next, taken)) if taken < text.len() => {
                retry = Some((next, taken + 1));
                part = next;
                at = taken + 1;
            }
            _ => return false,
        }
    }
}

fn compile(pattern: &str) -> Option<Vec<Part>> {
    let mut parts = Vec::new();
    let mut star = false;
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        parts.push(match c {
            '*' => {
                star = true;
                Part::Any
            }
            '?' => Part::One,
            '\\' => match chars.next() {
                Some(c) => Part::Char(c),
                // At the very end it stands for itself behind a `*`, and for nothing elsewhere.
                None if star => Part::Char('\\'),
                None => return None,
            },
            _ => Part::Char(c),
        });
    }
    Some(parts)
}
