//! What stands in brackets.
//!
//! It is on one line if its first entry stands on the line of the opening bracket, and if it fits. Otherwise the entries have
//! lines of their own, but those that their author put on one line stay together as long as they fit.

use super::doc::{Bracket, Doc, any_broken, ends_in_lines};
use super::layout::{Child, Layout};
use crate::syntax::tree::{Node, Rule};

impl<'t> Layout<'t> {
    /// What is before the bracket, and the entries in it.
    pub(super) fn bracketed(&mut self, rule: Rule, children: &[Child]) -> Vec<Doc<'t>> {
        let open = children.iter().position(|(_, _, rule)| is_open(*rule)).unwrap_or(children.len());
        let (head, rest) = children.split_at_checked(open).unwrap_or_default();
        let mut docs = self.all(head);
        let Some(entries) = rest.get(1..rest.len().saturating_sub(1)) else { return docs };
        docs.extend(self.before());
        let Some(opening) = self.take() else { return docs };
        let entries: Vec<Child> =
            entries.iter().copied().filter(|(_, _, rule)| *rule != Rule::comma).collect();
        let compact = entries.first().is_none_or(|entry| !self.begins_line(entry));
        let (inside, broken) = self.entries(rule, &entries);
        let comments = self.comments(true);
        let hugs = compact
            && comments.is_empty()
            && matches!(
                rule,
                Rule::object | Rule::block | Rule::list | Rule::record | Rule::patch | Rule::args
            )
            && entries.len() == 1
            && ends_in_lines(&inside);
        let broken = broken || !compact || any_broken(&comments);
        let Some(closing) = self.take() else { return docs };
        docs.push(Doc::Bracket(Box::new(Bracket {
            open: opening.text(),
            padded: opening.rule == Rule::lbrace && !entries.is_empty(),
            inside,
            comments,
            close: closing.text(),
            broken,
            hugs,
            outer: matches!(rule, Rule::body | Rule::items | Rule::test | Rule::sensor | Rule::group),
        })));
        docs
    }

    /// Entries with separators between them, and whether they have more than one line whatever fits.
    fn entries(&mut self, bracket: Rule, entries: &[Child]) -> (Vec<Doc<'t>>, bool) {
        let several = entries.len() > 1;
        // Between these the grammar has no commas.
        let separate = several && matches!(bracket, Rule::items | Rule::test);
        let mut rows: Vec<Doc<'t>> = Vec::new();
        let mut row: Vec<Doc<'t>> = Vec::new();
        let mut above: Option<Rule> = None;
        for entry in entries {
            if let Some(above) = above {
                let comma = self.needs_comma(bracket, above, entry.1);
                if separate || is_alone(above) || is_alone(entry.2) || self.begins_line(entry) {
                    close_row(&mut rows, &mut row);
                    rows.push(Doc::Separator { comma });
                } else {
                    row.push(Doc::Separator { comma });
                }
            }
            // What stands before the first entry of a line is no part of that line.
            let before = if row.is_empty() { &mut rows } else { &mut row };
            before.extend(self.between(above));
            row.extend(self.entry(*entry));
            above = Some(entry.2);
        }
        close_row(&mut rows, &mut row);
        let documented = entries.iter().any(|entry| entry.2 == Rule::doc);
        let broken = several && matches!(bracket, Rule::items | Rule::test | Rule::body | Rule::sensor);
        let broken = broken || documented || any_broken(&rows);
        (rows, broken)
    }

    /// Whether a comma stands between two entries that have lines of their own: between arguments, and where an entry would
    /// otherwise be read as the rest of the one above it.
    fn needs_comma(&self, bracket: Rule, above: Rule, entry: Node) -> bool {
        if bracket == Rule::args {
            return true;
        }
        let mut words = self.words_from(entry);
        let Some(first) = words.next() else { return false };
        let goes_on = match above {
            Rule::item | Rule::event => {
                ["as", "map", "named", "raw", "where", "with"].contains(&first.text())
            }
            // A key is no operator when its colon follows it.
            _ => {
                let key =
                    words.next().is_some_and(|next| next.rule == Rule::colon && next.comments.is_empty());
                !key && ["and", "at", "in", "matches", "not", "or"].contains(&first.text())
            }
        };
        first.comma && goes_on
    }
}

/// Entries on one line are printed on one line if they fit.
fn close_row<'t>(rows: &mut Vec<Doc<'t>>, row: &mut Vec<Doc<'t>>) {
    let row = std::mem::take(row);
    if row.iter().any(|doc| matches!(doc, Doc::Separator { .. })) {
        rows.push(Doc::group(row, false));
    } else {
        rows.extend(row);
    }
}

/// What has a line of its own where the brackets are broken.
fn is_alone(entry: Rule) -> bool {
    matches!(entry, Rule::doc | Rule::item | Rule::event | Rule::action | Rule::on_failure)
}

fn is_open(rule: Rule) -> bool {
    matches!(rule, Rule::lbrace | Rule::lbrack | Rule::lparen)
}
