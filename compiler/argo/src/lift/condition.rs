//! Argo's conditions: names with `&&`, `||` and parentheses, `&&` before `||`.

use aev_plan::model::Condition;

/// How deep parentheses may stand in one another, so that no text can exhaust the stack.
const DEPTH: usize = 64;

/// The condition of a text; nothing if Argo could not read it, or if it is nested deeper than anybody writes.
pub(super) fn parse(text: &str) -> Option<Condition> {
    let mut reader = Reader { rest: text, depth: 0 };
    let condition = reader.any()?;
    reader.skip();
    reader.rest.is_empty().then_some(condition)
}

/// All of these names, for a condition that is empty.
pub(super) fn all(names: &[String]) -> Condition {
    one_or(names.iter().cloned().map(Condition::Stream).collect(), Condition::And)
}

struct Reader<'a> {
    rest: &'a str,
    /// Parentheses that are open.
    depth: usize,
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn takes(&mut self, sign: &str) -> bool {
        self.skip();
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn any(&mut self) -> Option<Condition> {
        let mut parts = vec![self.all()?];
        while self.takes("||") {
            parts.push(self.all()?);
        }
        Some(one_or(parts, Condition::Or))
    }

    fn all(&mut self) -> Option<Condition> {
        let mut parts = vec![self.one()?];
        while self.takes("&&") {
            parts.push(self.one()?);
        }
        Some(one_or(parts, Condition::And))
    }

    fn one(&mut self) -> Option<Condition> {
        if self.takes("(") {
            self.depth += 1;
            let inner = if self.depth > DEPTH { None } else { self.any() }?;
            self.depth -= 1;
            return self.takes(")").then_some(inner);
        }
        self.skip();
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let end = self.rest.find(|c| !fits(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at_checked(end)?;
        let begins = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        self.rest = rest;
        begins.then(|| Condition::Stream(name.to_owned()))
    }
}

fn one_or(mut parts: Vec<Condition>, many: fn(Vec<Condition>) -> Condition) -> Condition {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            many(parts)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn and_binds_tighter() {
        let stream = |name: &str| Condition::Stream(name.to_owned());
        let read = |text| parse(text).unwrap();
        assert_eq!(
            read("a || b && c-d"),
            Condition::Or(vec![stream("a"), Condition::And(vec![stream("b"), stream("c-d")])])
        );
        assert_eq!(
            read("(a||b) && c"),
            Condition::And(vec![Condition::Or(vec![stream("a"), stream("b")]), stream("c")])
        );
        assert_eq!(read(" ((a)) "), stream("a"));
    }

    #[test]
    fn what_argo_cannot_read_is_none() {
        for text in ["!a", "a & b", "a and b", "a b", " ", "(a", "a)", "1a", "a.b", "a ||"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn parentheses_end_somewhere() {
        let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
        assert!(parse(&nested(DEPTH)).is_some());
        assert_eq!(parse(&nested(DEPTH + 1)), None);
        assert_eq!(parse(&"(".repeat(1_000_000)), None);
    }
}
