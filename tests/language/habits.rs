//! What people who come from Argo Events and from other languages write from memory: each is one error, at its place, that
//! says what to do.
//!
//! `habits.txt` has them: behind `==` the code and the words of the help, or of the message where there is none; then the
//! text, with `⟦…⟧` around what is pointed at. Where it names `shop` or `ci` without declaring them, they are [`SHOP`].

use aev_language::compile::{Options, compile};
use aev_language::diagnostics::Diagnostic;

use crate::explain::shown;

const SHOP: &str = r#"external source shop: webhook<{ id: string, total: number, state: "open" | "paid", labels: list<string>, note?: string }>
external source ci { event built: webhook<{ sha: string }>  event approved: webhook }
"#;

struct Habit<'t> {
    code: &'t str,
    words: &'t str,
    text: String,
    /// What is pointed at, in bytes of the text.
    place: (usize, usize),
}

fn habits(file: &str) -> Vec<Habit<'_>> {
    let blocks = file.split("== AEV").filter(|block| !block.trim().is_empty());
    let habit = |block| -> Option<Habit<'_>> {
        let (head, marked) = str::split_once(block, '\n')?;
        let (code, words) = head.split_once(' ')?;
        let (before, rest) = marked.split_once('⟦')?;
        let (at, after) = rest.split_once('⟧')?;
        let declared = |name: &str| !marked.contains(&format!("source {name}"));
        let named = |name: &str| marked.contains(&format!(" {name}")) && declared(name);
        let shop = if named("shop") || named("ci.") || named("ci ") { SHOP } else { "" };
        let start = shop.len() + before.len();
        let text = format!("{shop}{before}{at}{}\n", after.trim_end());
        Some(Habit { code, words, text, place: (start, start + at.len()) })
    };
    blocks.map(|block| habit(block).unwrap_or_else(|| panic!("{block}"))).collect()
}

/// What is not as it is written there.
fn mismatch(habit: &Habit<'_>) -> Option<String> {
    let found = compile("habit.aev", &habit.text, &Options::default()).diagnostics;
    let errors: Vec<Diagnostic> = found.into_iter().filter(Diagnostic::is_error).collect();
    let right = match errors.as_slice() {
        [error] => {
            let at = error.labels[0].span;
            error.code.to_string() == format!("AEV{}", habit.code)
                && (at.start as usize, at.end as usize) == habit.place
                && error.help.as_ref().unwrap_or(&error.message) == habit.words
        }
        _ => false,
    };
    (!right)
        .then(|| format!("{} {}\n{}\n{}", habit.code, habit.words, habit.text, shown(&habit.text, &errors)))
}

#[test]
fn a_habit_of_another_language_is_one_error_that_says_what_to_do() {
    let file = include_str!("habits.txt");
    let habits = habits(file);
    assert!(habits.len() >= 100, "{}", habits.len());
    let wrong: Vec<String> = habits.iter().filter_map(mismatch).collect();
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), habits.len(), wrong.join("\n----\n"));
}
