//! Which construct has come out how, and how often.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;

pub const CONDITION: [&str; 3] = ["true", "false", "unknown"];
pub const VALUE: [&str; 3] = ["value", "fails", "absent"];

/// Constructs that are true, false or unknown.
const CONDITIONS: [&str; 21] = [
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "== null",
    "!= null",
    "in [a, b]",
    "not in [a, b]",
    "in list",
    "not in list",
    "matches",
    "not matches",
    "exists",
    "not",
    "and",
    "or",
    "any",
    "all",
    "bare value",
];

/// Constructs that have a value, fail or are absent. The functions come to them.
const VALUES: [&str; 20] = [
    "path",
    "header",
    "header.all",
    "attribute",
    "member of a value",
    "??",
    "text with values",
    "if",
    "+",
    "-",
    "*",
    "/",
    "%",
    "negation",
    "list",
    "object",
    "comprehension",
    "condition as a value",
    "element",
    "map",
];

/// What cannot come out, and why.
const IMPOSSIBLE: [(&str, &str, &str); 17] = [
    ("exists", "unknown", "a path is there or not"),
    ("time range", "unknown", "an event has a time"),
    ("path", "fails", "a path that leads to nothing is absent"),
    ("element", "fails", "what a quantifier names is an element, and a path from it is there or not"),
    ("header", "fails", "as a path"),
    ("header.all", "fails", "as a path"),
    ("attribute", "fails", "an event has all its attributes"),
    ("attribute", "absent", "an event has all its attributes"),
    ("condition as a value", "absent", "unknown is no value, and `??` does not stand in for it"),
    ("map", "absent", "what is absent is null there"),
    ("format-time", "fails", "an event has a time, and the layout is checked"),
    ("format-time", "absent", "an event has a time"),
    ("loose-bool", "fails", "it takes every value; one that fails within is counted there"),
    ("json", "fails", "it takes every value; one that fails within is counted there"),
    ("text", "fails", "it takes every value; one that fails within is counted there"),
    ("list", "fails", "its parts fail, and are counted there"),
    ("object", "fails", "its parts fail, and are counted there"),
];

/// How often each cell has to be met.
const LEAST: u32 = 20;

#[derive(Default)]
pub struct Table(RefCell<BTreeMap<(String, &'static str), u32>>);

impl Table {
    pub fn count(&self, construct: &str, outcome: &'static str) {
        *self.0.borrow_mut().entry((construct.to_owned(), outcome)).or_default() += 1;
    }

    fn of(&self, construct: &str, outcome: &'static str) -> u32 {
        self.0.borrow().get(&(construct.to_owned(), outcome)).copied().unwrap_or(0)
    }

    /// The table in words, and the cells that were met too seldom or should not have been met at all.
    pub fn shown(&self) -> (String, Vec<String>) {
        let (mut shown, mut wrong) = (String::new(), Vec::new());
        let functions = aev_plan::function::FUNCTIONS.iter().map(|function| function.name);
        let values: Vec<&str> = VALUES.into_iter().chain(["text"]).chain(functions).collect();
        let conditions: Vec<&str> = CONDITIONS.into_iter().chain(["time range"]).collect();
        for (constructs, outcomes) in [(conditions, CONDITION), (values, VALUE)] {
            let [a, b, c] = outcomes;
            writeln!(shown, "{:22}{a:>9}{b:>9}{c:>9}", "").unwrap();
            for construct in constructs {
                write!(shown, "{construct:22}").unwrap();
                for outcome in outcomes {
                    let count = self.of(construct, outcome);
                    let why = IMPOSSIBLE.iter().find(|(known, of, _)| (*known, *of) == (construct, outcome));
                    match why {
                        None if count < LEAST => {
                            wrong.push(format!("`{construct}` {outcome}: {count} times"))
                        }
                        Some((_, _, why)) if count > 0 => {
                            wrong.push(format!("`{construct}` {outcome}, though {why}: {count} times"));
                        }
                        _ => {}
                    }
                    match why {
                        Some(_) => write!(shown, "{:>9}", "-").unwrap(),
                        None => write!(shown, "{count:>9}").unwrap(),
                    }
                }
                shown.push('\n');
            }
        }
        for (construct, outcome, why) in IMPOSSIBLE {
            writeln!(shown, "never: `{construct}` {outcome}: {why}").unwrap();
        }
        (shown, wrong)
    }
}
