//! Rules of the catalogue as sentences.

use aev_catalogue::Rule;

/// One sentence.
pub fn sentence(rule: &Rule) -> String {
    match *rule {
        Rule::ExactlyOne(groups) => format!("Exactly one of {}.", choices(groups)),
        Rule::AtLeastOne(groups) => format!("At least one of {}.", choices(groups)),
        Rule::AtMostOne(groups) => format!("At most one of {}.", choices(groups)),
        Rule::AllOrNone(names) => format!("All of {}, or none.", all(names)),
        Rule::Requires(names, needed) => format!("With {}, `{needed}` is required.", all(names)),
        Rule::TrueNeeds(name, needed) => format!("With `{name}: true`, `{needed}` is required."),
        Rule::OnlyWith(name, other) => format!("`{name}` needs `{other}`."),
        Rule::IdleWithout(name, object, member, effect) => {
            format!("`{name}` does nothing without `{object}.{member}`: {effect}.")
        }
        Rule::ArgoNeedsTrue(name, why) => format!("Argo Events needs `{name}: true`: {why}."),
        Rule::Not(name, number, why) => format!("`{name}` may not be {number}: {why}."),
    }
}

/// "`a`, `b` with `c`, or `d`".
fn choices(groups: &[&[&str]]) -> String {
    let groups: Vec<String> = groups.iter().map(|names| quoted(names).join(" with ")).collect();
    joined(&groups, "and")
}

/// "`a` and `b`".
fn all(names: &[&str]) -> String {
    joined(&quoted(names), "and")
}

fn quoted(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| format!("`{name}`")).collect()
}

fn joined(words: &[String], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}
