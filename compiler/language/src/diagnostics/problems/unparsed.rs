//! AEV0001: text that does not parse, in words for each form of it.

use super::words;
use crate::diagnostics::{Diagnostic, FileId, Place, nearest};
use crate::syntax::ast::Span;
use crate::syntax::{Expected, Found, SyntaxError, SyntaxErrorKind as Kind};

/// AEV0001: a mistake in the form of a text.
pub fn unparsed(file: FileId, text: &str, error: &SyntaxError) -> Diagnostic {
    let problem = worded(file, error);
    match correction(text, error) {
        Some((title, edits)) => problem.edited(title, edits),
        None => problem,
    }
}

/// What is written instead of a sign that other languages have, or of one that stands a little aside.
fn correction(text: &str, error: &SyntaxError) -> Option<(String, Vec<(Span, String)>)> {
    let Span { start, end } = error.span;
    let written = text.get(start as usize..end as usize)?;
    // What touches the sign, or would.
    let before = text.get(..start as usize)?.trim_end_matches([' ', '\t']).len();
    let before = u32::try_from(before).ok()?;
    let edit = |start, end, with: &str| (Span { start, end }, with.to_owned());
    Some(match &error.kind {
        Kind::MissingMark { mark, .. } => {
            (format!("write `{mark}`"), vec![edit(start, start, mark.encode_utf8(&mut [0; 4]))])
        }
        Kind::SingleQuotes => {
            let inside = written.strip_prefix('\'')?.strip_suffix('\'')?;
            let plain = !inside.contains(['"', '\\', '\'', '\n']) && !inside.contains("${");
            plain.then_some(())?;
            ("write double quotes".to_owned(), vec![edit(start, start + 1, "\""), edit(end - 1, end, "\"")])
        }
        Kind::Semicolon => ("remove it".to_owned(), vec![edit(start, end, "")]),
        Kind::CommentForm => {
            let signs = written.len() - written.strip_prefix('#')?.trim_start_matches('#').len();
            ("write `//`".to_owned(), vec![edit(start, start + u32::try_from(signs).ok()?, "//")])
        }
        Kind::DanglingDoc => ("write `//`".to_owned(), vec![edit(start, start + 3, "//")]),
        Kind::MinusNeedsBlanks => ("write a blank behind it".to_owned(), vec![edit(end, end, " ")]),
        Kind::TouchesWhatItFollows(_) => ("remove the blank".to_owned(), vec![edit(before, start, "")]),
        Kind::UseColon => ("write `:`".to_owned(), vec![edit(before, end, ":")]),
        _ => return None,
    })
}

/// The mistake in words.
fn worded(file: FileId, error: &SyntaxError) -> Diagnostic {
    let at = Place::new(file, error.span);
    let say = |message: String| Diagnostic::error(1, at, message);
    let plain = |message: &str| Diagnostic::error(1, at, message);
    match &error.kind {
        Kind::Unexpected { found, expected } => unexpected(at, found, expected),
        Kind::UnterminatedString => {
            plain("this text has no closing `\"`").help("text over several lines stands in `\"\"\"`")
        }
        Kind::UnterminatedText => plain("this text has no closing `\"\"\"`"),
        Kind::Unclosed { open, close } => {
            say(format!("this `{open}` is never closed")).help(format!("add `{close}`"))
        }
        Kind::Mismatched { open, close, found } => say(format!("expected `{close}`, found `{found}`"))
            .see(Place::new(file, *open), "this is still open")
            .help(format!("add `{close}`")),
        Kind::MissingMark { mark, partner } => {
            let problem = say(format!("there is a `{mark}` missing here")).help(format!("write `{mark}`"));
            match partner {
                Some(partner) => problem.see(Place::new(file, *partner), "without it, this closes nothing"),
                None => problem,
            }
        }
        Kind::Unopened(close) => {
            say(format!("nothing is open that this `{close}` could close")).help("remove it")
        }
        Kind::UseColon => plain("a key and its value are separated by `:`").help("write `:`"),
        Kind::UseEquals => {
            plain("a name is given its value with `=`").help("write `=`").replaced_by("write `=`", "=")
        }
        Kind::UseDoubleEquals => plain("`==` compares; a single `=` does not stand in a value")
            .help("write `==`")
            .replaced_by("write `==`", "=="),
        Kind::UseWords { wrote, mean } => say(format!("`{wrote}` is no operator"))
            .help(format!("write `{mean}`"))
            .replaced_by(format!("write `{mean}`"), *mean),
        Kind::SingleQuotes => plain("text stands in double quotes"),
        Kind::Semicolon => plain("entries are separated by newlines or commas").help("remove the `;`"),
        Kind::CommentForm => plain("a comment begins with `//`"),
        Kind::DanglingDoc => {
            plain("a `///` comment documents what follows, and nothing follows").help("write `//`")
        }
        Kind::MinusNeedsBlanks => plain("minus has blanks on both sides").help("write it like `a - b`"),
        Kind::TouchesWhatItFollows(bracket) => {
            say(format!("this `{bracket}` touches what it follows")).help("remove the blank before it")
        }
        Kind::ReservedName(name) => {
            say(format!("`{name}` is reserved, and cannot be a name")).help("choose another name")
        }
        Kind::BadEscape => plain("this is no escape")
            .help("in a regular expression write `r\"…\"`; elsewhere there are `\\n`, `\\t`, `\\r`, `\\\"`, `\\\\`, `\\u{…}` and `\\${`"),
        Kind::BadNumber => plain("this is no number, duration, size, rate or time of day")
            .help("write it like `42`, `3.14`, `30s`, `10Gi`, `10/min` or `09:00`"),
        Kind::InterpolatedKey => plain("a key is constant text, without `${…}`"),
        Kind::ChainedComparison => plain("comparisons do not chain").help("join two of them with `and`"),
        Kind::NeedsParentheses => plain("this needs parentheses around it").help("write `(…)`"),
        Kind::IfWithoutThen => plain("an `if` that is a value needs a `then`"),
        Kind::IfWithoutElse => plain("an `if` that is a value needs an `else`"),
        Kind::NestedItem => {
            plain("an item stands beside others, and not inside braces").help("move it behind the closing `}`")
        }
        Kind::DoubleBraces => {
            plain("a value in text has one pair of braces").help("write it like `${e.body.id}`")
        }
        Kind::BadDuration { mean } => plain("a duration is a number and its unit, without a blank")
            .help(format!("write `{mean}`"))
            .replaced_by(format!("write `{mean}`"), mean),
        Kind::BlockText => plain("text over several lines stands in `\"\"\"`")
            .help("write `\"\"\"` here and on the line behind the text"),
        Kind::UseColons => plain("an attribute of an event is read with `::`")
            .help("write `::`")
            .replaced_by("write `::`", "::"),
        Kind::FailureForm => plain("an `on-failure` has a hyphen and a name, and no colon")
            .help("write `on-failure NAME { … }`"),
        Kind::NoTarget(name) => no_target(at, name),
        Kind::WrongList => {
            plain("the elements of a list stand in `[…]`").help("write them like `[\"a\", \"b\"]`")
        }
        Kind::MisplacedRange => plain("a range of times stands only after `in`")
            .help("write it like `e::time in 09:00..17:00 at \"UTC\"`"),
        Kind::MisplacedHeader => plain("the header comes first, and once"),
        Kind::RawNotLast => plain("`raw` is the last entry of its block").help("move it to the end"),
        Kind::Twice => plain("the block has this already").help("remove one of them"),
        Kind::TooDeep { limit } => say(format!("this is nested deeper than {limit} levels")),
        Kind::TooLong { limit } => {
            say(format!("this expression has more than {limit} parts")).help("split it")
        }
        Kind::TooLarge { limit } => say(format!("a file has at most {limit} bytes")),
    }
}

/// An action that does not say what it is about.
fn no_target(at: Place, name: &str) -> Diagnostic {
    let (named, example) = match name {
        "workflow.run" => ("template", "TEMPLATE"),
        _ => ("workflow", "WORKFLOW"),
    };
    Diagnostic::error(1, at, format!("`{name}` is followed by the name of a {named}"))
        .help(format!("write `{name} \"{example}\" {{ … }}`"))
}

/// What an item begins with.
const ITEMS: [&str; 12] =
    ["bus", "external", "filter", "for", "if", "let", "param", "source", "test", "trigger", "type", "use"];

/// Operators that are words.
const OPERATORS: [&str; 5] = ["and", "or", "not", "in", "matches"];

/// What may follow nearly everything, and is seldom what was meant.
const SELDOM: [&str; 3] = ["...", "named", "raw"];

fn unexpected(at: Place, found: &Found, expected: &[Expected]) -> Diagnostic {
    let problem = said(at, found, expected);
    let Found::Text(text) = found else { return problem };
    let words = expected.iter().flat_map(|expected| match expected {
        Expected::Token(token) => std::slice::from_ref(token),
        Expected::Item => &ITEMS,
        Expected::Operator => &OPERATORS,
        _ => &[],
    });
    let words: Vec<&str> = words.copied().filter(|word| word.len() > 1).collect();
    let possible =
        |word: &&str| words.contains(word) || *word == "==" && expected.contains(&Expected::Operator);
    let meant = words::instead(text).filter(possible).or_else(|| nearest(text, words.iter().copied()));
    match (meant, words::about(text, expected)) {
        (Some(meant), _) => {
            problem.help(format!("did you mean `{meant}`?")).replaced_by(format!("write `{meant}`"), meant)
        }
        (None, Some(help)) => problem.help(help),
        (None, None) => problem,
    }
}

fn said(at: Place, found: &Found, expected: &[Expected]) -> Diagnostic {
    let found = match found {
        Found::Text(text) if text == "`" => "a back-tick".to_owned(),
        Found::Text(text) => format!("`{text}`"),
        Found::EndOfLine => "the end of the line".to_owned(),
        Found::EndOfFile => "the end of the file".to_owned(),
    };
    let likely = |one: &&Expected| !matches!(one, Expected::Token(token) if SELDOM.contains(token));
    let some = expected.iter().any(|one| likely(&one));
    let words: Vec<String> =
        expected.iter().filter(|one| !some || likely(one)).map(|expected| word(*expected)).collect();
    match words.split_last() {
        None => Diagnostic::error(1, at, format!("{found} makes no sense here")),
        Some((only, [])) => Diagnostic::error(1, at, format!("expected {only}, found {found}")),
        Some((last, first)) => {
            Diagnostic::error(1, at, format!("expected {} or {last}, found {found}", first.join(", ")))
        }
    }
}

fn word(expected: Expected) -> String {
    match expected {
        Expected::Token(token) => format!("`{token}`"),
        Expected::Name => "a name".to_owned(),
        Expected::Key => "a key".to_owned(),
        Expected::Text => "text in quotes".to_owned(),
        Expected::Value => "a value".to_owned(),
        Expected::Operator => "an operator".to_owned(),
        Expected::Type => "a type".to_owned(),
        Expected::Kind => "a kind".to_owned(),
        Expected::Number => "a number".to_owned(),
        Expected::Duration => "a duration, such as `5m`".to_owned(),
        Expected::Item => "an item, such as `source` or `trigger`".to_owned(),
        Expected::Action => "an action".to_owned(),
        Expected::Block => "a block in braces".to_owned(),
        Expected::End => "the end of this entry".to_owned(),
    }
}
