//! What the text of a string literal stands for: escapes, and the indentation of the `"""` forms.

/// The character that the escape at the start of `written` (with its backslash) stands for.
pub(super) fn unescape(written: &str) -> Option<String> {
    let rest = written.strip_prefix('\\')?;
    let text = match rest {
        "n" => "\n",
        "t" => "\t",
        "r" => "\r",
        "\"" => "\"",
        "\\" => "\\",
        "${" => "${",
        _ => {
            let digits = rest.strip_prefix("u{")?.strip_suffix('}')?;
            let plain =
                (1..=6).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let code = plain.then(|| u32::from_str_radix(digits, 16).ok()).flatten()?;
            return char::from_u32(code).map(String::from);
        }
    };
    Some(text.to_owned())
}

/// A piece of a `"""` literal before its indentation is removed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece<T> {
    /// Text as written in the file: its newlines separate lines.
    Written(String),
    /// Text that an escape stands for: its newlines do not.
    Escaped(String),
    /// An interpolated value.
    Value(T),
}

/// Removes the first and the last newline and the indent that all lines have in common. Lines of blanks, that of
/// the closing quotes included, do not count for the indent and become empty.
pub(super) fn dedent<T>(pieces: Vec<Piece<T>>) -> Vec<Piece<T>> {
    let several_lines =
        pieces.iter().any(|piece| matches!(piece, Piece::Written(text) if text.contains('\n')));
    if !several_lines {
        return pieces;
    }
    let lines = lines(pieces);
    let indent = lines.iter().skip(1).filter_map(|line| indent(line)).min().unwrap_or(0);
    let last = lines.len() - 1;
    let mut result = Vec::new();
    let mut first_shown = true;
    for (at, line) in lines.into_iter().enumerate() {
        let blank = is_blank(&line);
        // The rest of the line of the opening quotes, and the line of the closing ones, when there is nothing on them.
        if blank && (at == 0 || at == last) {
            continue;
        }
        if !first_shown {
            result.push(Piece::Written("\n".to_owned()));
        }
        first_shown = false;
        if blank {
            continue;
        }
        let strip = if at == 0 { 0 } else { indent };
        for (index, piece) in line.into_iter().enumerate() {
            match piece {
                Piece::Written(text) if index == 0 => {
                    result.push(Piece::Written(text.get(strip..).unwrap_or_default().to_owned()));
                }
                piece => result.push(piece),
            }
        }
    }
    result
}

fn lines<T>(pieces: Vec<Piece<T>>) -> Vec<Vec<Piece<T>>> {
    let mut lines = vec![Vec::new()];
    for piece in pieces {
        if let Piece::Written(text) = piece {
            for (at, part) in text.split('\n').enumerate() {
                if at > 0 {
                    lines.push(Vec::new());
                }
                let part = part.strip_suffix('\r').unwrap_or(part);
                if let Some(line) = lines.last_mut().filter(|_| !part.is_empty()) {
                    line.push(Piece::Written(part.to_owned()));
                }
            }
        } else if let Some(line) = lines.last_mut() {
            line.push(piece);
        }
    }
    lines
}

fn is_blank<T>(line: &[Piece<T>]) -> bool {
    line.iter()
        .all(|piece| matches!(piece, Piece::Written(text) if text.bytes().all(|b| b == b' ' || b == b'\t')))
}

fn indent<T>(line: &[Piece<T>]) -> Option<usize> {
    if is_blank(line) {
        return None;
    }
    Some(match line.first() {
        Some(Piece::Written(text)) => text.len() - text.trim_start_matches([' ', '\t']).len(),
        _ => 0,
    })
}
