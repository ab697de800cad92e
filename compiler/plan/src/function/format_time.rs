//! `format-time(t, layout)`: the time of an event in a layout of Go.

use super::{Example, Failure, Function, Gives, Stands, Takes, param, text_of};
use crate::json::Json;
use chrono::{DateTime, Utc};

pub(super) static FUNCTION: Function = Function {
    name: "format-time",
    params: &[param("t", Takes::Time), param("layout", Takes::Layout)],
    gives: Gives::Text,
    doc: "The time of an event, in UTC, in the layout of Go: `2006-01-02T15:04:05.000Z07:00` and parts of it.",
    example: Example {
        written: "format-time(e::time, \"2006/01/02 15:04\")",
        data: "{}",
        gives: r#""2026/01/31 09:30""#,
    },
    argo: Stands::NOWHERE,
    only_in_where: false,
    run,
};

/// A part of a layout.
#[derive(Debug, PartialEq)]
enum Piece {
    /// What `chrono` writes for it.
    Field(&'static str),
    /// A fraction of a second of so many digits.
    Fraction(char, usize),
    Literal(char),
}

/// What Go writes, and how `chrono` does. The time is UTC.
const FIELDS: [(&str, &str); 8] = [
    ("2006", "%Y"),
    ("01", "%m"),
    ("02", "%d"),
    ("15", "%H"),
    ("04", "%M"),
    ("05", "%S"),
    ("Z07:00", "Z"),
    ("-07:00", "+00:00"),
];

pub(super) fn is_layout(layout: &str) -> bool {
    pieces(layout).is_some()
}

/// The parts of a layout; none if there is one in it that is not known.
fn pieces(layout: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = layout;
    while let Some(first) = rest.chars().next() {
        let field = FIELDS.iter().find_map(|(go, ours)| Some((rest.strip_prefix(go)?, *ours)));
        if let Some((after, ours)) = field {
            pieces.push(Piece::Field(ours));
            rest = after;
            continue;
        }
        let after = rest.strip_prefix(first)?;
        let digits = after.trim_start_matches('0');
        let zeros = after.len() - digits.len();
        let fraction = matches!(first, '.' | ',') && zeros > 0;
        if fraction && !digits.starts_with(|c: char| c.is_ascii_digit()) {
            pieces.push(Piece::Fraction(first, (zeros <= 9).then_some(zeros)?));
            rest = digits;
        } else if (first.is_alphanumeric() && !matches!(first, 'T' | 'Z'))
            || (matches!(first, '.' | ',') && after.starts_with('9'))
        {
            return None;
        } else {
            pieces.push(Piece::Literal(first));
            rest = after;
        }
    }
    Some(pieces)
}

fn run(args: &[Json]) -> Result<Json, Failure> {
    let [time, layout] = args else { return Err(Failure("it takes two values")) };
    let time: DateTime<Utc> = text_of(time)?.parse().map_err(|_| Failure("it is no time"))?;
    let pieces = pieces(text_of(layout)?).ok_or(Failure("it is no layout of a time"))?;
    let written = pieces.iter().map(|piece| match piece {
        Piece::Field(field) => time.format(field).to_string(),
        Piece::Fraction(point, digits) => {
            let nanos = format!("{:09}", time.timestamp_subsec_nanos());
            format!("{point}{}", nanos.get(..*digits).unwrap_or_default())
        }
        Piece::Literal(c) => c.to_string(),
    });
    Ok(written.collect::<String>().into())
}
