//! Objects, blocks and patches.

use super::super::ast::{
    Block, Entry, Expr, ExprKind, Field, Ident, Object, Patch, PatchEntry, PatchStep, PatchStepKind, Span,
    Verify,
};
use super::super::error::{Expected, SyntaxErrorKind};
use super::super::tree::Rule;
use super::{At, Builder, Docs};

impl Builder<'_> {
    pub(super) fn object(&mut self, at: At) -> Object {
        let (block, _) = self.entries(at, Rule::only_object_entries);
        Object { entries: block.entries, broken: block.broken, span: at.span }
    }

    pub(super) fn block(&mut self, at: At) -> Block {
        self.entries(at, Rule::only_entries).0
    }

    fn entries(&mut self, at: At, strict: Rule) -> (Block, Docs) {
        let mut block = Block { span: at.span, ..Block::default() };
        let mut docs = Docs::default();
        let mut before: Option<Span> = None;
        let mut kids = self.kids(at);
        while let Some(kid) = kids.next() {
            if kid.span.start < self.skipped {
                block.broken = true;
                continue;
            }
            match kid.rule {
                Rule::doc => docs.lines.push(kid),
                Rule::field => {
                    let doc = self.doc(&mut docs);
                    let field = self.field(kid, doc);
                    block.entries.push(Entry::Field(field));
                }
                Rule::spread => {
                    let value = self.spread(kid);
                    block.entries.push(Entry::Spread(value));
                }
                Rule::verify => {
                    let verify = self.verify(kid);
                    if block.verify.is_some() {
                        self.error(kid.span, SyntaxErrorKind::Twice);
                    }
                    block.verify = verify.or(block.verify);
                }
                Rule::raw => self.raw(kid, &mut block.raw, at),
                Rule::bad_entry => {
                    block.broken = true;
                    docs.lines.clear();
                    let last = block.entries.last().and_then(|entry| match entry {
                        Entry::Field(field) => Some(field),
                        Entry::Spread(_) => None,
                    });
                    if !self.dashed(kid, last) && !self.block_text(kid, last) {
                        self.bad(kid, before, strict);
                    }
                }
                Rule::unclosed => {
                    block.broken = true;
                    self.unclosed(at, kid, "{", "}");
                }
                _ => {
                    self.wrong(kid);
                }
            }
            before =
                matches!(kid.rule, Rule::field | Rule::spread | Rule::verify | Rule::raw).then_some(kid.span);
        }
        self.dangling(&mut docs);
        (block, docs)
    }

    /// `raw { … }`, which is the last entry and stands once.
    pub(super) fn raw(&mut self, at: At, slot: &mut Option<Object>, parent: At) {
        let word = super::span(at.span.start as usize, at.span.start as usize + 3);
        let Some(object) = self.kids(at).find(Rule::object) else { return };
        let object = self.object(object);
        if slot.is_some() {
            self.error(word, SyntaxErrorKind::Twice);
            return;
        }
        *slot = Some(object);
        let entry = |rule| {
            matches!(
                rule,
                Rule::field
                    | Rule::spread
                    | Rule::verify
                    | Rule::event
                    | Rule::option
                    | Rule::action
                    | Rule::on_failure
                    | Rule::item
            )
        };
        if self.kids(parent).list.iter().any(|kid| kid.span.start > at.span.start && entry(kid.rule)) {
            self.error(word, SyntaxErrorKind::RawNotLast);
        }
    }

    pub(super) fn spread(&mut self, at: At) -> Expr {
        let mut kids = self.kids(at);
        kids.take(Rule::dots);
        self.value(kids.next(), at)
    }

    /// An expression, or a hole where it is missing.
    pub(super) fn value(&mut self, at: Option<At>, parent: At) -> Expr {
        match at {
            Some(at) if at.rule != Rule::missing => self.expr(at),
            Some(at) => {
                if !self.single_colon(at) {
                    self.missing(at, Expected::Value);
                }
                Expr { kind: ExprKind::Hole, span: at.span }
            }
            None => Expr { kind: ExprKind::Hole, span: parent.span },
        }
    }

    /// `key: value`, also as the option of a trigger.
    pub(super) fn field(&mut self, at: At, doc: Option<String>) -> Field {
        let mut kids = self.kids(at);
        let key =
            kids.next().map_or_else(|| Ident { value: String::new(), span: at.span }, |kid| self.key(kid));
        if let Some(sign) = kids.next() {
            self.wrong(sign);
        }
        let value = self.value(kids.next(), at);
        Field { doc, key, value, span: at.span }
    }

    /// A name or a string, perhaps wrapped in `key`.
    pub(super) fn key(&mut self, at: At) -> Ident {
        match at.rule {
            Rule::key => {
                let kid = self.only_kid(at);
                self.key(kid)
            }
            Rule::string => {
                let text = self.text_literal(at);
                let value = self.constant(&text);
                Ident { value, span: at.span }
            }
            _ => self.ident(at),
        }
    }

    fn verify(&mut self, at: At) -> Option<Verify> {
        let mut kids = self.kids(at);
        kids.take(Rule::kw_verify);
        if let Some(sign) = kids.next() {
            self.wrong(sign);
        }
        let method = kids.find(Rule::kw_hmac).map(|kid| self.ident(kid))?;
        let object = kids.find(Rule::object).map(|kid| self.object(kid))?;
        Some(Verify { method, object, span: at.span })
    }

    pub(super) fn patch(&mut self, at: At) -> Patch {
        let mut entries = Vec::new();
        let mut docs = Docs::default();
        let mut before = None;
        let mut kids = self.kids(at);
        while let Some(kid) = kids.next() {
            match kid.rule {
                Rule::doc => docs.lines.push(kid),
                Rule::patch_field => {
                    docs.lines.clear();
                    entries.push(self.patch_field(kid));
                }
                Rule::spread => entries.push(PatchEntry::Spread(self.spread(kid))),
                Rule::bad_entry => self.bad(kid, before, Rule::only_patch),
                Rule::unclosed => self.unclosed(at, kid, "{", "}"),
                _ => {
                    self.wrong(kid);
                }
            }
            before = matches!(kid.rule, Rule::patch_field | Rule::spread).then_some(kid.span);
        }
        self.dangling(&mut docs);
        entries.shrink_to_fit();
        Patch { entries, span: at.span }
    }

    fn patch_field(&mut self, at: At) -> PatchEntry {
        let mut kids = self.kids(at);
        let path = kids.take(Rule::path).map(|path| self.path(path)).unwrap_or_default();
        if let Some(sign) = kids.next() {
            self.wrong(sign);
        }
        let value = self.value(kids.next(), at);
        PatchEntry::Field { path, value, span: at.span }
    }

    fn path(&mut self, at: At) -> Vec<PatchStep> {
        let mut steps = Vec::with_capacity(1);
        for kid in self.kids(at).list {
            let kind = match kid.rule {
                Rule::dot => continue,
                Rule::selector => self.selector(kid),
                _ => PatchStepKind::Key(self.key(kid).value),
            };
            steps.push(PatchStep { kind, span: kid.span });
        }
        steps
    }

    fn selector(&mut self, at: At) -> PatchStepKind {
        let mut kids = self.kids(at);
        kids.take(Rule::lbrack);
        match kids.next() {
            Some(kid) if kid.rule == Rule::int => match self.slice(kid.span).parse() {
                Ok(index) => PatchStepKind::Index(index),
                Err(_) => {
                    self.error(kid.span, SyntaxErrorKind::BadNumber);
                    PatchStepKind::Index(0)
                }
            },
            Some(kid) if kid.rule == Rule::by_name => {
                let mut parts = self.kids(kid);
                let member =
                    parts.take(Rule::name).map(|name| self.slice(name.span).to_owned()).unwrap_or_default();
                match parts.find(Rule::string) {
                    Some(value) => PatchStepKind::ByName { member, value: self.text_literal(value) },
                    None => PatchStepKind::Append,
                }
            }
            Some(kid) if kid.rule == Rule::string => PatchStepKind::Key(self.key(kid).value),
            _ => PatchStepKind::Append,
        }
    }
}
