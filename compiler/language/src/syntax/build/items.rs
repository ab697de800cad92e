//! The file and its items.

use super::super::MAX_DEPTH;
use super::super::ast::{
    Bus, Event, EventBody, Expr, File, Filter, For, Group, Header, Ident, If, Item, ItemKind, Let, Mapping,
    Param, Ref, Sensor, Source, SourceBody, Span, Text, TypeExpr, TypeItem, TypeKind, Use,
};
use super::super::error::{Expected, SyntaxErrorKind};
use super::super::tree::Rule;
use super::{At, Builder, Docs, Kids};

impl Builder<'_> {
    pub(super) fn file(&mut self) -> File {
        let mut file = File::default();
        let Some(root) = self.tree.nodes().first() else { return file };
        let root = At { index: 0, rule: Rule::file, span: root.span };
        let comments: Vec<Span> = self
            .tree
            .comments()
            .map(|node| node.span)
            .filter(|span| !self.slice(*span).starts_with("//"))
            .collect();
        for span in comments {
            self.error(span, SyntaxErrorKind::CommentForm);
        }
        let mut docs = Docs::default();
        let mut before: Option<Span> = None;
        for kid in self.kids(root).list {
            match kid.rule {
                Rule::doc => docs.lines.push(kid),
                Rule::header => {
                    let doc = self.doc(&mut docs);
                    let header = self.header(kid, doc);
                    // What could not be read may have been a header.
                    let items = file.items.iter().any(|item| !matches!(item.kind, ItemKind::Hole));
                    if file.header.is_some() || items {
                        let start = kid.span.start;
                        self.error(Span { start, end: start + 8 }, SyntaxErrorKind::MisplacedHeader);
                    }
                    file.header = file.header.or(Some(header));
                }
                Rule::item => {
                    let doc = self.doc(&mut docs);
                    file.items.push(self.item(kid, doc));
                }
                Rule::bad_item => {
                    docs.lines.clear();
                    self.bad(kid, before, Rule::only_items);
                    file.items.push(hole(kid));
                }
                _ => {}
            }
            before = matches!(kid.rule, Rule::item | Rule::header).then_some(kid.span);
        }
        self.dangling(&mut docs);
        file
    }

    fn header(&mut self, at: At, doc: Option<String>) -> Header {
        let mut kids = self.kids(at);
        kids.take(Rule::kw_pipeline);
        let name = match kids.next() {
            Some(kid) if kid.rule == Rule::ident => Some(self.ident(kid)),
            Some(kid) => {
                self.missing(kid, Expected::Name);
                None
            }
            None => None,
        };
        let block = kids.take(Rule::block).map(|kid| self.block(kid));
        Header { doc, name, block, span: at.span }
    }

    fn items(&mut self, at: At) -> Vec<Item> {
        let mut items = Vec::new();
        let mut docs = Docs::default();
        let mut before: Option<Span> = None;
        for kid in self.kids(at).list {
            match kid.rule {
                Rule::doc => docs.lines.push(kid),
                Rule::item => {
                    let doc = self.doc(&mut docs);
                    items.push(self.item(kid, doc));
                }
                Rule::bad_inner => {
                    docs.lines.clear();
                    self.bad(kid, before, Rule::only_items);
                    items.push(hole(kid));
                }
                Rule::unclosed => self.unclosed(at, kid, "{", "}"),
                _ => {}
            }
            before = (kid.rule == Rule::item).then_some(kid.span);
        }
        self.dangling(&mut docs);
        items
    }

    fn item(&mut self, at: At, doc: Option<String>) -> Item {
        let kind = self.kids(at).next().and_then(|kid| self.item_kind(kid)).unwrap_or(ItemKind::Hole);
        Item { doc, kind, span: at.span }
    }

    fn item_kind(&mut self, at: At) -> Option<ItemKind> {
        let mut kids = self.kids(at);
        Some(match at.rule {
            Rule::use_ => {
                let path = kids.find(Rule::string).map(|kid| self.text_literal(kid))?;
                let with = kids.take(Rule::kw_with).and_then(|_| kids.next()).map(|kid| self.object(kid));
                let alias = kids.take(Rule::kw_as).and_then(|_| kids.next()).map(|kid| self.ident(kid));
                ItemKind::Use(Use { path, with, alias })
            }
            Rule::param => {
                let name = self.name(&mut kids)?;
                kids.take(Rule::colon);
                let ty = self.type_or_hole(kids.next(), at);
                let default = kids.take(Rule::equals).map(|_| self.value(kids.next(), at));
                ItemKind::Param(Param { name, ty, default })
            }
            Rule::let_ => {
                let name = self.name(&mut kids)?;
                if let Some(sign) = kids.next() {
                    self.wrong(sign);
                }
                let value = self.value(kids.next(), at);
                ItemKind::Let(Let { name, value })
            }
            Rule::type_ => {
                let name = self.name(&mut kids)?;
                let ty = match kids.next() {
                    Some(kid) if kid.rule == Rule::record => {
                        TypeExpr { kind: TypeKind::Record(self.record(kid)), span: kid.span }
                    }
                    Some(sign) => {
                        self.wrong(sign);
                        self.type_or_hole(kids.next(), at)
                    }
                    None => return None,
                };
                ItemKind::Type(TypeItem { name, ty })
            }
            Rule::bus => {
                let name = self.name(&mut kids)?;
                let named = self.named(&mut kids);
                if let Some(sign) = kids.next() {
                    self.wrong(sign);
                }
                let kind = kids.find(Rule::kind).map(|kid| self.ident(kid))?;
                let block = kids.take(Rule::block).map(|kid| self.block(kid));
                ItemKind::Bus(Bus { name, named, kind, block })
            }
            Rule::source => {
                let external = kids.take(Rule::kw_external).is_some();
                let name = self.name(&mut kids)?;
                let named = self.named(&mut kids);
                if kids.take(Rule::colon).is_none()
                    && let Some(sign) = kids.take(Rule::wrong_equals)
                {
                    self.wrong(sign);
                }
                let body = match kids.next()? {
                    kid if kid.rule == Rule::group => SourceBody::Group(self.group(kid)),
                    kid => SourceBody::One(self.event_body(kid)?),
                };
                ItemKind::Source(Source { external, name, named, body })
            }
            Rule::filter => ItemKind::Filter(self.filter(kids)?),
            Rule::trigger => ItemKind::Trigger(self.trigger(kids)?),
            Rule::sensor => ItemKind::Sensor(self.sensor(at)?),
            Rule::for_ => {
                let name = self.name(&mut kids)?;
                kids.take(Rule::kw_in);
                let list = self.value(kids.next(), at);
                kids.take(Rule::kw_by);
                let key = self.value(kids.next(), at);
                let items = kids.next().map(|kid| self.items(kid)).unwrap_or_default();
                ItemKind::For(For { name, list, key, items })
            }
            Rule::if_ => self.conditional_items(at, kids),
            Rule::test => ItemKind::Test(self.test(at)?),
            _ => return None,
        })
    }

    /// `if` with its `else if`s, each inside the one before.
    fn conditional_items(&mut self, at: At, mut kids: Kids) -> ItemKind {
        kids.take(Rule::kw_if);
        let condition = self.value(kids.next(), at);
        let then = kids.next().map(|kid| self.items(kid)).unwrap_or_default();
        let mut arms: Vec<(Span, Expr, Vec<Item>)> = Vec::new();
        while let Some(arm) = kids.take(Rule::else_if) {
            if arms.len() >= MAX_DEPTH {
                self.error(arm.span, SyntaxErrorKind::TooDeep { limit: MAX_DEPTH });
                break;
            }
            let mut parts = self.kids(arm);
            parts.take(Rule::kw_else);
            let word = parts.take(Rule::kw_if).map_or(arm.span, |kid| kid.span);
            let condition = self.value(parts.next(), arm);
            let items = parts.next().map(|kid| self.items(kid)).unwrap_or_default();
            arms.push((Span { start: word.start, end: arm.span.end }, condition, items));
        }
        let mut otherwise = kids.find(Rule::items).map(|kid| self.items(kid)).unwrap_or_default();
        for (span, condition, then) in arms.into_iter().rev() {
            let span =
                Span { start: span.start, end: otherwise.last().map_or(span.end, |last| last.span.end) };
            otherwise = vec![Item { doc: None, kind: ItemKind::If(If { condition, then, otherwise }), span }];
        }
        ItemKind::If(If { condition, then, otherwise })
    }

    /// The name of an item, after its keyword.
    pub(super) fn name(&self, kids: &mut Kids) -> Option<Ident> {
        kids.find(Rule::ident).map(|kid| self.ident(kid))
    }

    /// `named "…"`
    pub(super) fn named(&mut self, kids: &mut Kids) -> Option<Text> {
        let named = kids.take(Rule::named)?;
        self.kids(named).find(Rule::string).map(|kid| self.text_literal(kid))
    }

    pub(super) fn reference(&self, at: At) -> Ref {
        let kids = self.kids(at).list;
        let segments =
            kids.into_iter().filter(|kid| kid.rule == Rule::ident).map(|kid| self.ident(kid)).collect();
        Ref { segments, span: at.span }
    }

    pub(super) fn alias(&self, kids: &mut Kids) -> Option<Ident> {
        let alias = kids.take(Rule::alias)?;
        self.kids(alias).find(Rule::ident).map(|kid| self.ident(kid))
    }

    fn filter(&mut self, mut kids: Kids) -> Option<Filter> {
        let name = self.name(&mut kids)?;
        let named = self.named(&mut kids);
        let from = kids.find(Rule::ref_).map(|kid| self.reference(kid))?;
        let alias = self.alias(&mut kids);
        let map = kids.take(Rule::map).and_then(|kid| {
            self.kids(kid).list.last().map(|kid| match kid.rule {
                Rule::tagged => Mapping::Foreign(self.foreign(*kid)),
                _ => Mapping::Object(self.object(*kid)),
            })
        });
        let condition = kids.take(Rule::where_).map(|kid| self.where_(kid));
        let raw = kids
            .take(Rule::raw)
            .and_then(|kid| self.kids(kid).find(Rule::object))
            .map(|kid| self.object(kid));
        Some(Filter { name, named, from, alias, map, condition, raw })
    }

    fn where_(&mut self, at: At) -> Expr {
        let mut kids = self.kids(at);
        kids.take(Rule::kw_where);
        self.value(kids.next(), at)
    }

    fn event_body(&mut self, at: At) -> Option<EventBody> {
        let mut kids = self.kids(at);
        let kind = kids.take(Rule::kind).map(|kid| self.ident(kid))?;
        let ty = kids.take(Rule::generic).map(|kid| self.generic(kid));
        let block = kids.take(Rule::block).map(|kid| self.block(kid));
        let filter = kids.take(Rule::where_).map(|kid| self.where_(kid));
        Some(EventBody { kind, ty, block, filter })
    }

    fn group(&mut self, at: At) -> Group {
        let mut group =
            Group { events: Vec::new(), fields: Vec::new(), raw: None, broken: false, span: at.span };
        let mut docs = Docs::default();
        let mut before: Option<Span> = None;
        for kid in self.kids(at).list {
            match kid.rule {
                Rule::doc => docs.lines.push(kid),
                Rule::event => {
                    let doc = self.doc(&mut docs);
                    let mut parts = self.kids(kid);
                    if let Some(name) = self.name(&mut parts) {
                        let named = self.named(&mut parts);
                        if let Some(sign) = parts.next() {
                            self.wrong(sign);
                        }
                        let body = parts.find(Rule::event_body).and_then(|kid| self.event_body(kid));
                        group.events.extend(body.map(|body| Event {
                            doc,
                            name,
                            named,
                            body,
                            span: kid.span,
                        }));
                    }
                }
                Rule::field => {
                    let doc = self.doc(&mut docs);
                    group.fields.push(self.field(kid, doc));
                }
                Rule::raw => self.raw(kid, &mut group.raw, at),
                Rule::bad_entry => {
                    group.broken = true;
                    docs.lines.clear();
                    self.bad(kid, before, Rule::only_group);
                }
                Rule::unclosed => {
                    group.broken = true;
                    self.unclosed(at, kid, "{", "}");
                }
                _ => {
                    self.wrong(kid);
                }
            }
            before = matches!(kid.rule, Rule::event | Rule::field | Rule::raw).then_some(kid.span);
        }
        self.dangling(&mut docs);
        group
    }

    fn sensor(&mut self, at: At) -> Option<Sensor> {
        let mut kids = self.kids(at);
        let name = self.name(&mut kids)?;
        let named = self.named(&mut kids);
        let mut sensor = Sensor { name, named, items: Vec::new(), fields: Vec::new(), raw: None };
        let mut docs = Docs::default();
        let mut before: Option<Span> = None;
        while let Some(kid) = kids.next() {
            match kid.rule {
                Rule::doc => docs.lines.push(kid),
                Rule::item => {
                    let doc = self.doc(&mut docs);
                    sensor.items.push(self.item(kid, doc));
                }
                Rule::field => {
                    let doc = self.doc(&mut docs);
                    sensor.fields.push(self.field(kid, doc));
                }
                Rule::raw => self.raw(kid, &mut sensor.raw, at),
                Rule::bad_inner => {
                    self.bad(kid, before, Rule::only_sensor);
                    sensor.items.push(hole(kid));
                }
                Rule::unclosed => self.unclosed(at, kid, "{", "}"),
                _ => {
                    self.wrong(kid);
                }
            }
            before = matches!(kid.rule, Rule::item | Rule::field | Rule::raw).then_some(kid.span);
        }
        self.dangling(&mut docs);
        Some(sensor)
    }
}

fn hole(at: At) -> Item {
    Item { doc: None, kind: ItemKind::Hole, span: at.span }
}
