//! String literals and foreign text.

use super::super::ast::{Foreign, Span, Text, TextPart};
use super::super::error::SyntaxErrorKind;
use super::super::text::{Piece, dedent, unescape};
use super::super::tree::{Rule, span};
use super::{At, Builder};

impl Builder<'_> {
    /// A string in any of its forms.
    pub(super) fn text_literal(&mut self, at: At) -> Text {
        let form = self.only_kid(at);
        let raw = form.rule == Rule::raw_string;
        let parts = match form.rule {
            Rule::raw_string => {
                let foreign = self.only_kid(form);
                vec![TextPart::Literal(self.foreign_text(foreign))]
            }
            Rule::open_long => {
                self.runaway(form.span, 3);
                let text = self.slice(form.span).get(3..).unwrap_or_default().to_owned();
                join(vec![Piece::Written(text)])
            }
            _ => {
                let pieces = self.pieces(form);
                join(if form.rule == Rule::long_string { dedent(pieces) } else { pieces })
            }
        };
        Text { parts, raw, span: at.span }
    }

    /// The text of a string that must not have values in it.
    pub(super) fn constant(&mut self, text: &Text) -> String {
        match text.parts.as_slice() {
            [] => String::new(),
            [TextPart::Literal(literal)] => literal.clone(),
            _ => {
                self.error(text.span, SyntaxErrorKind::InterpolatedKey);
                String::new()
            }
        }
    }

    /// `jq "…"`
    pub(super) fn foreign(&mut self, at: At) -> Foreign {
        let mut kids = self.kids(at);
        let language = kids.take(Rule::tag).unwrap_or(at);
        let text = kids.take(Rule::foreign).map(|kid| self.foreign_text(kid)).unwrap_or_default();
        Foreign { language: self.ident(language), text, span: at.span }
    }

    fn foreign_text(&mut self, at: At) -> String {
        let form = self.only_kid(at);
        let written = self.slice(form.span);
        if form.rule == Rule::long_foreign {
            let inner = written.get(3..written.len().saturating_sub(3)).unwrap_or_default();
            let pieces: Vec<Piece<()>> = dedent(vec![Piece::Written(inner.to_owned())]);
            return pieces
                .into_iter()
                .map(|piece| if let Piece::Written(text) = piece { text } else { String::new() })
                .collect();
        }
        let kids = self.kids(form);
        if kids.has(Rule::open_foreign) {
            self.runaway(form.span, 3);
            return written.get(3..).unwrap_or_default().to_owned();
        }
        if kids.has(Rule::unterminated) {
            self.runaway(form.span, 1);
        }
        kids.list
            .iter()
            .find(|kid| kid.rule == Rule::foreign_text)
            .map(|kid| self.slice(kid.span).to_owned())
            .unwrap_or_default()
    }

    /// No closing quotes.
    fn runaway(&mut self, literal: Span, quotes: usize) {
        let start = literal.start as usize;
        let kind =
            if quotes == 1 { SyntaxErrorKind::UnterminatedString } else { SyntaxErrorKind::UnterminatedText };
        self.error(span(start, start + quotes), kind);
    }

    fn pieces(&mut self, at: At) -> Vec<Piece<TextPart>> {
        let mut pieces = Vec::new();
        for kid in self.kids(at).list {
            match kid.rule {
                Rule::short_text | Rule::long_text => {
                    pieces.push(Piece::Written(self.slice(kid.span).to_owned()))
                }
                Rule::escape => match unescape(self.slice(kid.span)) {
                    Some(text) => pieces.push(Piece::Escaped(text)),
                    None => self.error(kid.span, SyntaxErrorKind::BadEscape),
                },
                Rule::interp => {
                    let value = self.interpolation(kid);
                    pieces.push(Piece::Value(TextPart::Value(value)));
                }
                Rule::unterminated => self.runaway(at.span, 1),
                _ => {}
            }
        }
        pieces
    }
}

/// Adjacent literals become one.
fn join(pieces: Vec<Piece<TextPart>>) -> Vec<TextPart> {
    let mut parts: Vec<TextPart> = Vec::with_capacity(1);
    for piece in pieces {
        match (piece, parts.last_mut()) {
            (Piece::Written(text) | Piece::Escaped(text), Some(TextPart::Literal(last))) => {
                last.push_str(&text)
            }
            (Piece::Written(text) | Piece::Escaped(text), _) => parts.push(TextPart::Literal(text)),
            (Piece::Value(value), _) => parts.push(value),
        }
    }
    parts
}
