//! Operators and clauses: on one line, or each at the beginning of a line.

use super::doc::{Doc, any_broken};
use super::layout::{Child, Layout};
use super::words::Word;
use crate::syntax::tree::Rule;

/// How tightly an operator binds. Lines break at those that bind least.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Or,
    And,
    /// Lines never break here.
    Comparison,
    Default,
    Sum,
    Product,
}

/// Where the lines of a chain begin.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// One step further in.
    Nested,
    /// With their operands below the first one, the operators left of them.
    Hanging,
    /// Below the first operand.
    Below,
}

impl<'t> Layout<'t> {
    pub(super) fn expression(&mut self, children: &[Child]) -> Vec<Doc<'t>> {
        self.chain(children, Place::Nested)
    }

    /// `where` and `match`: the operands stand below each other.
    pub(super) fn hanging(&mut self, children: &[Child]) -> Vec<Doc<'t>> {
        let Some(((index, _, rule), before)) = children.split_last() else { return Vec::new() };
        let mut docs = self.all(before);
        docs.extend(self.before());
        self.last = None;
        let chain = match rule {
            Rule::expr => {
                let children = self.children(*index);
                self.chain(&children, Place::Hanging)
            }
            _ => Vec::new(),
        };
        docs.push(Doc::hang(chain));
        docs
    }

    /// `(…)` in an expression.
    pub(super) fn parenthesis(&mut self, children: &[Child]) -> Vec<Doc<'t>> {
        let [open, (index, _, Rule::expr), close] = children else { return self.all(children) };
        let mut docs = self.node(*open);
        let inner = self.children(*index);
        docs.push(Doc::hang(self.chain(&inner, Place::Below)));
        docs.extend(self.node(*close));
        docs
    }

    /// The operators that bind least, each with what follows it.
    fn chain(&mut self, children: &[Child], place: Place) -> Vec<Doc<'t>> {
        // What follows `any x in l:` or `if` is all its own.
        let greedy =
            children.iter().position(|(_, _, rule)| matches!(rule, Rule::quantifier | Rule::if_head));
        let own = children.get(..greedy.unwrap_or(children.len())).unwrap_or_default();
        let lowest = own.iter().filter_map(|child| self.level(child)).min();
        let Some(lowest) = lowest else { return self.operand(children, greedy, place) };
        let is_operator = |child: &Child| self.level(child) == Some(lowest);
        let at: Vec<usize> =
            own.iter().enumerate().filter(|(_, child)| is_operator(child)).map(|(at, _)| at).collect();
        let inner = if place == Place::Hanging { Place::Below } else { place };
        let mut docs =
            self.chain(children.get(..at.first().copied().unwrap_or(0)).unwrap_or_default(), inner);
        let mut behind = Vec::new();
        let mut broken = false;
        for (nth, operator) in at.iter().enumerate() {
            let end = at.get(nth + 1).copied().unwrap_or(children.len());
            let Some((sign, rest)) = children.get(*operator..end).and_then(<[Child]>::split_first) else {
                continue;
            };
            let chosen = self.begins_line(sign) || rest.first().is_some_and(|next| self.begins_line(next));
            broken |= lowest <= Level::And && chosen;
            if lowest != Level::Comparison {
                let left = |word: &Word<'_>| word.text().chars().count() + 1;
                let outdent = match place {
                    Place::Hanging => self.coming().map_or(0, left),
                    Place::Nested | Place::Below => 0,
                };
                behind.push(Doc::Line { outdent });
                self.last = None;
            }
            behind.extend(self.node(*sign));
            behind.extend(self.chain(rest, inner));
        }
        if lowest == Level::Comparison {
            docs.extend(behind);
            return docs;
        }
        if place == Place::Nested {
            behind = vec![Doc::nest(behind)];
        }
        docs.extend(behind);
        vec![Doc::group(docs, broken)]
    }

    /// An operand with what stands before it. Of `any x in l:` and `if`, at `greedy`, it is all that follows.
    fn operand(&mut self, children: &[Child], greedy: Option<usize>, place: Place) -> Vec<Doc<'t>> {
        let Some(greedy) = greedy else { return self.all(children) };
        let (before, rest) = children.split_at_checked(greedy).unwrap_or_default();
        let mut docs = self.all(before);
        match rest.split_first() {
            Some((head, rest)) if head.2 == Rule::if_head => docs.extend(self.choice(*head, rest)),
            Some((head, rest)) => {
                docs.extend(self.node(*head));
                docs.extend(self.chain(rest, place));
            }
            None => {}
        }
        docs
    }

    /// `if c then a else b`: on one line, or `then` and `else` at the beginning of lines.
    fn choice(&mut self, head: Child, rest: &[Child]) -> Vec<Doc<'t>> {
        let mut docs = Vec::new();
        let mut behind = Vec::new();
        let mut broken = false;
        for part in self.children(head.0) {
            let begins = matches!(part.2, Rule::kw_then | Rule::kw_else);
            if begins {
                broken |= self.begins_line(&part);
                behind.push(Doc::Line { outdent: 0 });
                self.last = None;
            }
            let target = if behind.is_empty() { &mut docs } else { &mut behind };
            target.extend(self.node(part));
        }
        behind.extend(self.chain(rest, Place::Nested));
        docs.push(Doc::nest(behind));
        vec![Doc::group(docs, broken)]
    }

    fn level(&self, (_, node, rule): &Child) -> Option<Level> {
        if !matches!(rule, Rule::infix | Rule::arithmetic) {
            return None;
        }
        Some(match self.first_word(*node)?.text() {
            "or" => Level::Or,
            "and" => Level::And,
            "??" => Level::Default,
            "+" | "-" => Level::Sum,
            "*" | "/" | "%" => Level::Product,
            _ => Level::Comparison,
        })
    }

    /// What is joined by `and`, `or` or `|`, in a condition or a type.
    pub(super) fn alternatives(&mut self, children: &[Child]) -> Vec<Doc<'t>> {
        let Some((first, rest)) = children.split_first() else { return Vec::new() };
        let mut docs = self.node(*first);
        if rest.is_empty() {
            return docs;
        }
        let is_sign = |child: &&Child| matches!(child.2, Rule::kw_and | Rule::kw_or | Rule::pipe);
        let broken = rest.iter().filter(is_sign).any(|sign| self.begins_line(sign));
        // Behind a record of several lines comes a blank: `} | null`.
        let joined = any_broken(&docs) && !broken;
        let mut behind = Vec::new();
        for part in rest {
            if is_sign(&part) {
                behind.push(if joined { Doc::Space } else { Doc::Line { outdent: 0 } });
                self.last = None;
            }
            behind.extend(self.node(*part));
        }
        if joined {
            docs.extend(behind);
            return docs;
        }
        docs.push(Doc::nest(behind));
        vec![Doc::group(docs, broken)]
    }

    /// A filter or an event, and its clauses: behind it, or each on a line of its own.
    pub(super) fn clauses(&mut self, children: &[Child]) -> Vec<Doc<'t>> {
        let is_clause = |(_, _, rule): &Child| matches!(rule, Rule::map | Rule::where_ | Rule::raw);
        let head = children.iter().position(is_clause).unwrap_or(children.len());
        let (head, clauses) = children.split_at_checked(head).unwrap_or_default();
        let mut docs = self.all(head);
        if !clauses.is_empty() {
            docs.push(self.lines(clauses.iter().map(std::slice::from_ref), None));
        }
        docs
    }

    /// A trigger, its condition and its clauses: on one line, or each on a line of its own and the brace, too.
    pub(super) fn trigger(&mut self, children: &[Child]) -> Vec<Doc<'t>> {
        let on = children.iter().position(|child| child.2 == Rule::kw_on).unwrap_or(children.len());
        let (name, rest) = children.split_at_checked(on).unwrap_or_default();
        let mut docs = self.all(name);
        let Some((body, clauses)) = rest.split_last() else { return docs };
        let (condition, clauses) = clauses.split_at_checked(2).unwrap_or((clauses, &[]));
        let clauses = std::iter::once(condition).chain(clauses.iter().map(std::slice::from_ref));
        docs.push(self.lines(clauses, Some(Doc::Line { outdent: 0 })));
        self.last = None;
        docs.extend(self.node(*body));
        docs
    }

    /// What stands before braces with items in them; when it is too long, the braces have lines of their own.
    pub(super) fn braced(&mut self, children: &[Child]) -> Vec<Doc<'t>> {
        let mut docs = Vec::new();
        let mut head = Vec::new();
        for child in children {
            if child.2 == Rule::items {
                head.push(Doc::Line { outdent: 0 });
                docs.push(Doc::group(std::mem::take(&mut head), false));
                self.last = None;
                docs.extend(self.node(*child));
            } else if child.2 == Rule::else_if {
                // It has braces of its own, which are no part of the head of those that follow.
                docs.append(&mut head);
                docs.extend(self.node(*child));
            } else {
                head.extend(self.node(*child));
            }
        }
        docs.extend(head);
        docs
    }

    /// `for x in l if c: v`
    pub(super) fn comprehension(&mut self, children: &[Child]) -> Vec<Doc<'t>> {
        let mut docs = Vec::new();
        let mut behind = Vec::new();
        for child in children {
            let value = self.last.is_some_and(|last| last.rule == Rule::colon);
            if value || child.2 == Rule::kw_if {
                behind.push(Doc::Line { outdent: 0 });
                self.last = None;
            }
            let target = if behind.is_empty() { &mut docs } else { &mut behind };
            target.extend(self.node(*child));
        }
        docs.push(Doc::nest(behind));
        vec![Doc::group(docs, false)]
    }

    /// All on one line, or each at the beginning of one, and `end` behind them.
    fn lines<'c>(&mut self, parts: impl Iterator<Item = &'c [Child]>, end: Option<Doc<'t>>) -> Doc<'t> {
        let mut docs = Vec::new();
        let mut broken = false;
        for part in parts {
            broken |= part.first().is_some_and(|first| self.begins_line(first));
            docs.push(Doc::Line { outdent: 0 });
            self.last = None;
            docs.extend(self.all(part));
        }
        let mut docs = vec![Doc::nest(docs)];
        docs.extend(end);
        Doc::group(docs, broken)
    }
}
