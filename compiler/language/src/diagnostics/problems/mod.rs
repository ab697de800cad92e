//! The words: one function a code, named like what is wrong.
//!
//! House style: a message is one sentence in plain words that says what is wrong with *this* text, lower case at the start,
//! no full stop, names in back-ticks, no type of this program. The label says in a few words what stands there or what was
//! expected. The help says what to do and shows the corrected text.

pub mod allow;
pub mod argo;
pub mod calls;
pub mod clauses;
pub mod constants;
pub mod expressions;
pub mod files;
pub mod foreign;
pub mod kinds;
pub mod lints;
pub mod names;
pub mod sensors;
pub mod structure;
pub mod syntax;
pub mod targets;
pub mod types;
pub mod unparsed;
mod words;

/// `` `a`, `b` or `c` ``
fn quoted(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => format!("`{only}`"),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|name| format!("`{name}`")).collect();
            format!("{} or `{last}`", first.join(", "))
        }
    }
}

/// `` `a`, `b` and `c` ``; of many the first.
fn list_names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 12;
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    let shown: Vec<String> = names.iter().take(SHOWN).cloned().collect();
    match shown.split_last() {
        _ if names.len() > SHOWN => format!("{}, …", shown.join(", ")),
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
        None => String::new(),
    }
}
