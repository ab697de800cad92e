//! The alternatives of `a ?? b ?? c`, whichever way it is nested.

use aev_plan::expr::Expr;

/// One alternative.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Link<'a> {
    /// The value; no `??` itself.
    pub(super) value: &'a Expr,
    /// Null is passed over like what is absent. Of the last one it is not asked.
    pub(super) null_is_absent: bool,
}

/// The alternatives in their order; nothing when they are not all asked in a row. In `(a ?? b) ?? c` a null of `a` that
/// counts as absent only for the whole leads to `c` and past `b`.
pub(super) fn links(expr: &Expr) -> Option<Vec<Link<'_>>> {
    let Expr::Default(default) = expr else { return Some(vec![Link { value: expr, null_is_absent: false }]) };
    let mut links = links(&default.value)?;
    if default.null_is_absent {
        let (last, before) = links.split_last_mut()?;
        if before.iter().any(|link| !link.null_is_absent) {
            return None;
        }
        last.null_is_absent = true;
    }
    links.extend(self::links(&default.fallback)?);
    Some(links)
}

#[cfg(test)]
mod tests {
    use super::*;
    use aev_plan::expr::Default;

    fn default(value: Expr, fallback: Expr, null_is_absent: bool) -> Expr {
        Expr::Default(Box::new(Default { value, fallback, null_is_absent }))
    }

    fn flat(expr: &Expr) -> Option<Vec<(String, bool)>> {
        let shown = |link: &Link<'_>| match link.value {
            Expr::Const(value) => (value.as_str().unwrap_or_default().to_owned(), link.null_is_absent),
            other => panic!("{other:?}"),
        };
        links(expr).map(|links| links.iter().map(shown).collect())
    }

    #[test]
    fn both_ways_of_nesting_are_one_row() {
        let [a, b, c] = ["a", "b", "c"].map(Expr::text);
        let row = |flags: [bool; 3]| {
            Some(["a", "b", "c"].into_iter().map(str::to_owned).zip(flags).collect::<Vec<_>>())
        };
        let left = |first, second| default(default(a.clone(), b.clone(), first), c.clone(), second);
        let right = |first, second| default(a.clone(), default(b.clone(), c.clone(), second), first);
        assert_eq!(flat(&left(false, false)), row([false; 3]));
        assert_eq!(flat(&left(true, true)), row([true, true, false]));
        assert_eq!(flat(&left(true, false)), row([true, false, false]));
        assert_eq!(flat(&right(false, true)), row([false, true, false]));
        assert_eq!(flat(&right(true, false)), row([true, false, false]));
        assert_eq!(flat(&left(false, true)), None, "a null of the first leads past the second");
    }
}
