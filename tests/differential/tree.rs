//! JSON of an event: put together step by step, and written with the whitespace and the escapes that senders use.

use crate::path::{Path, Step};
use crate::random::Random;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// A number, `true`, `false` or `null`, as it is written.
    Raw(String),
    Text(String),
    List(Vec<Tree>),
    /// No key occurs twice: what then counts is left to whoever reads it, in Argo too.
    Object(Vec<(String, Tree)>),
}

const SPACES: &[&str] = &[" ", "\n", "\t", "  ", "\r\n"];

impl Tree {
    /// Scalars of every kind, and some lists and objects. No number is beyond the range of doubles: in a filter such a one is
    /// infinite on both roads, but in an action Argo writes `+Inf` or fails where aev keeps the digits.
    pub fn any(random: &mut Random) -> Tree {
        let raw = |text: &str| Tree::Raw(text.to_owned());
        let text = |text: &str| Tree::Text(text.to_owned());
        match random.below(24) {
            0 | 1 => raw("null"),
            2 => raw("true"),
            3 => raw("false"),
            4..=8 => raw(random.pick(&[
                "0",
                "1",
                "2",
                "42",
                "-1",
                "1.5",
                "1.50",
                "1e3",
                "42.0",
                "-0",
                "4.2e1",
                "9007199254740992",
                "9007199254740993",
                "12345678901234567890",
                "0.0001",
                "1e-7",
                "1E+2",
                "1e21",
                "100000000000000000000000",
            ])),
            9..=15 => text(random.pick(&[
                "",
                "x",
                "y",
                "X",
                "xy",
                "1",
                "42",
                "20",
                "abc",
                "true",
                "null",
                "2020-01-02",
                "2020-01-03",
                "é",
                "e\u{301}",
                "it's",
                "\"",
                "{}",
                "[]",
                "<&>",
                "a\nb",
                "😀",
                "open",
                "opened",
                "[1]",
                "x\u{0}y",
            ])),
            16 => Tree::List(Vec::new()),
            17 => Tree::List(vec![raw("1")]),
            18 => Tree::List(vec![text("x"), raw("null"), Tree::List(vec![raw("1"), text("x")])]),
            19 => Tree::Object(Vec::new()),
            20 => Tree::Object(vec![("a".into(), raw("1")), ("0".into(), text("x"))]),
            21 => Tree::Object(vec![
                ("".into(), raw("1")),
                ("b".into(), Tree::Object(vec![("c".into(), text("y"))])),
            ]),
            22 => Tree::List(vec![
                Tree::Object(vec![("a".into(), text("x"))]),
                Tree::Object(vec![("a".into(), raw("0"))]),
            ]),
            _ => text("x"),
        }
    }

    /// A value that is nearly this one: another writing, another kind, or a neighbour.
    pub fn near(&self, random: &mut Random) -> Tree {
        let raw = |text: String| Tree::Raw(text);
        match (self, random.below(4)) {
            (Tree::Text(text), 0) => Tree::Text(format!("{text}x")),
            (Tree::Text(text), 1) => Tree::Text(text.chars().skip(1).collect()),
            (Tree::Text(text), 2) if text.parse::<i32>().is_ok() || text == "true" || text == "null" => {
                raw(text.clone())
            }
            (Tree::Text(text), _) => Tree::Text(text.to_uppercase()),
            (Tree::Raw(written), 0) => Tree::Text(written.clone()),
            (Tree::Raw(written), n) => match written.parse::<i64>() {
                Ok(number) if n == 1 => raw(number.saturating_add(1).to_string()),
                Ok(number) if n == 2 => raw(number.saturating_sub(1).to_string()),
                Ok(number) => raw(format!("{number}.0")),
                Err(_) => raw(if written == "true" { "false" } else { "true" }.to_owned()),
            },
            (other, 0) => Tree::List(vec![other.clone()]),
            (other, 1) => Tree::Object(vec![("a".into(), other.clone())]),
            _ => Tree::any(random),
        }
    }

    /// Puts a value where a path leads. What is in the way stays, so that some paths lead nowhere.
    pub fn put(&mut self, path: &Path, value: Tree, random: &mut Random) {
        self.put_at(&path.0, value, random);
    }

    fn put_at(&mut self, steps: &[Step], value: Tree, random: &mut Random) {
        let Some((step, rest)) = steps.split_first() else {
            *self = value;
            return;
        };
        let mut inner = |slot: &mut Tree| {
            if rest.is_empty() {
                *slot = value.clone();
            } else {
                if matches!(slot, Tree::Raw(_) | Tree::Text(_)) {
                    *slot = container(&rest[0], random);
                }
                slot.put_at(rest, value.clone(), random);
            }
        };
        match (self, step) {
            (Tree::Object(members), Step::Key(key)) => inner(member(members, key)),
            (Tree::Object(members), Step::Index(index)) if *index >= 0 => {
                inner(member(members, &index.to_string()))
            }
            (Tree::List(items), Step::Index(index)) => {
                // From the end a list may be of any length, and of none it has no last.
                let at = usize::try_from(*index).unwrap_or(items.len().saturating_sub(1));
                while items.len() <= at {
                    items.push(Tree::Raw("null".into()));
                }
                inner(&mut items[at]);
            }
            (Tree::List(items), Step::Key(key)) => {
                if let Some(item) = key.parse::<usize>().ok().and_then(|at| items.get_mut(at)) {
                    inner(item);
                }
            }
            _ => {}
        }
    }

    /// A path counts from the end where it meets an object with a member `#`: gjson takes the last element of that, aev
    /// nothing. This is one of the differences that stay as they are.
    pub fn is_ambiguous(&self, steps: &[Step]) -> bool {
        let Some((step, rest)) = steps.split_first() else { return false };
        let member = |key: &str| match self {
            Tree::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            Tree::List(items) => items.get(key.parse::<usize>().ok()?),
            _ => None,
        };
        let next = match (self, step) {
            (Tree::Object(_), Step::Index(-1)) => return member("#").is_some(),
            (Tree::List(items), Step::Index(-1)) => items.last(),
            (_, Step::Index(index)) => member(&index.to_string()),
            (_, Step::Key(key)) => member(key),
        };
        next.is_some_and(|next| next.is_ambiguous(rest))
    }

    /// Something stands where a path leads.
    pub fn has(&self, steps: &[Step]) -> bool {
        let Some((step, rest)) = steps.split_first() else { return true };
        let next = match (self, step) {
            (Tree::Object(members), step) => {
                let key = match step {
                    Step::Key(key) => key.clone(),
                    Step::Index(index) => index.to_string(),
                };
                members.iter().find(|(name, _)| *name == key).map(|(_, value)| value)
            }
            (Tree::List(items), Step::Index(-1)) => items.last(),
            (Tree::List(items), Step::Index(index)) => {
                usize::try_from(*index).ok().and_then(|at| items.get(at))
            }
            (Tree::List(items), Step::Key(key)) => key.parse::<usize>().ok().and_then(|at| items.get(at)),
            _ => None,
        };
        next.is_some_and(|next| next.has(rest))
    }

    /// The text of it. `plain` without blanks and escapes that are not needed.
    pub fn write(&self, plain: bool, random: &mut Random) -> String {
        let mut out = String::new();
        self.write_to(&mut out, plain, random);
        out
    }

    fn write_to(&self, out: &mut String, plain: bool, random: &mut Random) {
        let mut blank = |out: &mut String| {
            if !plain && random.once_in(6) {
                out.push_str(random.pick(SPACES));
            }
        };
        blank(out);
        match self {
            Tree::Raw(text) => out.push_str(text),
            Tree::Text(text) => quote(text, out, plain, random),
            Tree::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    item.write_to(out, plain, random);
                }
                out.push(']');
            }
            Tree::Object(members) => {
                out.push('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    quote(key, out, plain, random);
                    out.push(':');
                    value.write_to(out, plain, random);
                }
                out.push('}');
            }
        }
        if !plain && random.once_in(8) {
            out.push_str(random.pick(SPACES));
        }
    }
}

fn member<'t>(members: &'t mut Vec<(String, Tree)>, key: &str) -> &'t mut Tree {
    let at = members.iter().position(|(name, _)| name == key).unwrap_or_else(|| {
        members.push((key.to_owned(), Tree::Raw("null".into())));
        members.len() - 1
    });
    &mut members[at].1
}

/// What can hold a step.
fn container(step: &Step, random: &mut Random) -> Tree {
    match step {
        Step::Key(_) => Tree::Object(Vec::new()),
        Step::Index(index) if *index >= 0 && random.once_in(4) => Tree::Object(Vec::new()),
        Step::Index(_) => {
            let mut items = Vec::new();
            for _ in 0..random.below(3) {
                items.push(Tree::any(random));
            }
            Tree::List(items)
        }
    }
}

fn quote(text: &str, out: &mut String, plain: bool, random: &mut Random) {
    out.push('"');
    for c in text.chars() {
        let escaped = !plain && random.once_in(10);
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' if !escaped => out.push_str("\\n"),
            '/' if escaped => out.push_str("\\/"),
            c if escaped || c < ' ' => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
