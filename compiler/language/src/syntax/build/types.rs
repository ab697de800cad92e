//! Types.

use super::super::ast::{RecordField, Span, TypeExpr, TypeKind};
use super::super::error::{Expected, SyntaxErrorKind};
use super::super::tree::Rule;
use super::{At, Builder, Docs};

impl Builder<'_> {
    /// A type, or a hole where it is missing.
    pub(super) fn type_or_hole(&mut self, at: Option<At>, parent: At) -> TypeExpr {
        match at {
            Some(at) if at.rule == Rule::missing => {
                self.missing(at, Expected::Type);
                TypeExpr { kind: TypeKind::Hole, span: at.span }
            }
            Some(at) => self.type_expr(at),
            None => TypeExpr { kind: TypeKind::Hole, span: parent.span },
        }
    }

    fn type_expr(&mut self, at: At) -> TypeExpr {
        if at.rule != Rule::type_expr {
            return self.type_atom(at);
        }
        let mut members = Vec::new();
        for kid in self.kids(at).list {
            match kid.rule {
                Rule::pipe => {}
                _ => members.push(self.type_or_hole(Some(kid), at)),
            }
        }
        match members.len() {
            1 => members.pop().unwrap_or(TypeExpr { kind: TypeKind::Hole, span: at.span }),
            _ => TypeExpr { kind: TypeKind::Union(members), span: at.span },
        }
    }

    fn type_atom(&mut self, at: At) -> TypeExpr {
        let kind = match at.rule {
            Rule::record => TypeKind::Record(self.record(at)),
            Rule::string => TypeKind::Text(self.text_literal(at)),
            Rule::number => TypeKind::Number(self.slice(at.span).replace('_', "")),
            Rule::type_from => {
                let mut kids = self.kids(at);
                match (kids.next(), kids.next()) {
                    (Some(function), Some(args)) => {
                        TypeKind::From { function: self.ident(function), args: self.args(args) }
                    }
                    _ => TypeKind::Hole,
                }
            }
            Rule::named_type => {
                let mut kids = self.kids(at);
                let name = kids.next().map(|kid| self.slice(kid.span).to_owned()).unwrap_or_default();
                let argument = kids.take(Rule::generic).map(|kid| Box::new(self.generic(kid)));
                TypeKind::Name { name, argument }
            }
            _ => TypeKind::Hole,
        };
        TypeExpr { kind, span: at.span }
    }

    /// What stands between `<` and `>`.
    pub(super) fn generic(&mut self, at: At) -> TypeExpr {
        let mut kids = self.kids(at);
        kids.take(Rule::langle);
        let inner = kids.next();
        let ty = self.type_or_hole(inner, at);
        if let Some(kid) = kids.take(Rule::unclosed)
            && inner.is_some_and(|kid| kid.rule != Rule::missing)
        {
            self.unclosed(at, kid, "<", ">");
        }
        ty
    }

    /// The fields of a record type.
    pub(super) fn record(&mut self, at: At) -> Vec<RecordField> {
        let mut fields = Vec::new();
        let mut docs = Docs::default();
        let mut before: Option<Span> = None;
        for kid in self.kids(at).list {
            match kid.rule {
                Rule::doc => docs.lines.push(kid),
                Rule::record_field => {
                    let doc = self.doc(&mut docs);
                    let mut parts = self.kids(kid);
                    if let Some(key) = parts.next() {
                        let name = self.key(key);
                        let optional = parts.take(Rule::optional).is_some();
                        parts.take(Rule::colon);
                        let ty = self.type_or_hole(parts.next(), kid);
                        fields.push(RecordField { doc, name, optional, ty });
                    }
                }
                Rule::bad_entry => self.bad(kid, before, Rule::only_record),
                Rule::unclosed => self.unclosed(at, kid, "{", "}"),
                Rule::wrong_semicolon => self.error(kid.span, SyntaxErrorKind::Semicolon),
                _ => {}
            }
            before = (kid.rule == Rule::record_field).then_some(kid.span);
        }
        self.dangling(&mut docs);
        fields
    }
}
