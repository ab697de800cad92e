//! Text literals. They are printed as they are written; of those that go over several lines all lines are moved by the
//! same number of blanks, which changes neither what the text stands for nor the lines to one another.

use super::words::Written;

/// A text over several lines.
#[derive(Debug)]
pub(super) struct Lines {
    /// The rest of the line that it begins on.
    pub first: String,
    /// The others, without the indent that all of them have.
    pub rest: Vec<String>,
    /// The last line has nothing but the closing quotes.
    pub closed_alone: bool,
}

/// A literal.
pub(super) fn literal(written: &str) -> Written {
    let mut lines = written.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let first = lines.next().unwrap_or_default().to_owned();
    let rest: Vec<&str> = lines.collect();
    if rest.is_empty() {
        return Written::Word(written.to_owned());
    }
    let closed_alone = rest.last().is_some_and(|line| line.trim_start_matches(BLANKS) == "\"\"\"");
    let body = rest.get(..rest.len() - usize::from(closed_alone)).unwrap_or_default();
    let indent = body.iter().filter(|line| !is_blank(line)).map(|line| indent(line)).min().unwrap_or(0);
    let cut = |line: &&str| match is_blank(line) {
        true => String::new(),
        false => line.get(indent..).unwrap_or_default().to_owned(),
    };
    let mut rest: Vec<String> = body.iter().map(cut).collect();
    if closed_alone {
        rest.push("\"\"\"".to_owned());
    }
    Written::Text(Lines { first, rest, closed_alone })
}

/// `jq "…"`: one blank behind the name of the language.
pub(super) fn tagged(written: &str) -> Written {
    match written.split_once('"') {
        Some((tag, rest)) => literal(&format!("{} \"{rest}", tag.trim_end())),
        None => literal(written),
    }
}

const BLANKS: [char; 2] = [' ', '\t'];

fn is_blank(line: &str) -> bool {
    line.trim_start_matches(BLANKS).is_empty()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(BLANKS).len()
}
