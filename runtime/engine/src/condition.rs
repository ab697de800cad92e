//! When a trigger fires.

use aev_plan::model::Condition;

/// Its streams in the order they stand there, each once.
pub fn streams(condition: &Condition) -> Vec<&str> {
    fn walk<'c>(condition: &'c Condition, names: &mut Vec<&'c str>) {
        match condition {
            Condition::Stream(name) if names.contains(&name.as_str()) => {}
            Condition::Stream(name) => names.push(name),
            Condition::And(members) | Condition::Or(members) => {
                members.iter().for_each(|member| walk(member, names))
            }
        }
    }
    let mut names = Vec::new();
    walk(condition, &mut names);
    names
}

/// The streams that make a condition true, given which have an event; none when it is not.
///
/// Of an `or` every alternative that holds counts, and none that does not: in `(a and b) or c` an event of `c` fires
/// alone, and an `a` that waits for its `b` goes on waiting. (Argo hands over that old `a` too, and forgets it.)
pub fn support<'c>(condition: &'c Condition, has: &dyn Fn(&str) -> bool) -> Option<Vec<&'c str>> {
    match condition {
        Condition::Stream(name) => has(name).then(|| vec![name.as_str()]),
        Condition::And(members) => {
            let parts: Option<Vec<_>> = members.iter().map(|member| support(member, has)).collect();
            parts.map(|parts| parts.concat())
        }
        Condition::Or(members) => {
            let parts: Vec<_> = members.iter().filter_map(|member| support(member, has)).collect();
            (!parts.is_empty()).then(|| parts.concat())
        }
    }
}
