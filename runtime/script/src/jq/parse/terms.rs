//! The parts that operators connect.

use super::{KEYWORDS, Parsed, Parser};
use crate::jq::lex::Token;
use crate::jq::syntax::{Format, Node, NodeId};
use crate::jq::total;
use crate::script::Mistake;
use crate::value::Value;
use std::sync::Arc;

impl Parser<'_> {
    pub(super) fn term(&mut self) -> Parsed {
        let start = self.at;
        match self.next() {
            Some(Token::Number(text)) => Ok(self.literal(Value::number(&text))),
            Some(Token::TextStart) => {
                self.at = start;
                self.text_literal(Format::Text)
            }
            Some(Token::Format(name)) => {
                let format = Format::named(&name);
                let format =
                    format.ok_or_else(|| self.mistake_at(start, format!("there is no format `@{name}`")))?;
                if self.peek() == Some(&Token::TextStart) {
                    return self.text_literal(format);
                }
                let parts = vec![self.add(Node::Identity)];
                Ok(self.add(Node::Text { format, parts }))
            }
            Some(Token::Field(name)) => {
                let (target, key) = (self.add(Node::Identity), self.literal(&*name));
                Ok(self.add(Node::Index { target, key }))
            }
            Some(Token::Variable(name)) => self.variable(start, &name),
            Some(Token::Sign("..")) => self.global("recurse", Vec::new()),
            Some(Token::Sign(".")) => {
                let target = self.add(Node::Identity);
                if self.peek() == Some(&Token::TextStart) {
                    let key = self.text_literal(Format::Text)?;
                    return Ok(self.add(Node::Index { target, key }));
                }
                Ok(target)
            }
            Some(Token::Sign("(")) => {
                let node = self.nested(Self::pipe)?;
                self.expects(")")?;
                Ok(node)
            }
            Some(Token::Sign("[")) => {
                let items = if self.sees("]") { None } else { Some(self.nested(Self::pipe)?) };
                self.expects("]")?;
                Ok(self.add(Node::List(items)))
            }
            Some(Token::Sign("{")) => self.object(),
            Some(Token::Name(name)) => self.word(start, name),
            _ => Err(self.mistake_at(start, "an expression belongs here")),
        }
    }

    pub(super) fn variable(&mut self, start: usize, name: &str) -> Parsed {
        if let Some(distance) = self.scope.variable(name) {
            return Ok(self.add(Node::Variable(distance)));
        }
        match name {
            // As in Argo, where gojq is given no environment.
            "ENV" => Ok(self.add(Node::Object(Vec::new()))),
            _ => Err(self.mistake_at(start, format!("there is no variable `${name}` here"))),
        }
    }

    /// A keyword, a constant or a call.
    pub(super) fn word(&mut self, start: usize, name: Arc<str>) -> Parsed {
        match &*name {
            "if" => self.nested(Self::condition),
            "try" => self.nested(|parser| {
                let body = parser.handled()?;
                let handler = if parser.takes("catch") { Some(parser.handled()?) } else { None };
                Ok(parser.add(Node::Try { body, handler }))
            }),
            "reduce" | "foreach" => self.nested(|parser| parser.fold(*name == *"foreach")),
            "break" => {
                let at = self.at;
                let Some(Token::Variable(label)) = self.next() else {
                    return Err(self.mistake_at(at, "the name of a label belongs here, such as `$out`"));
                };
                match self.scope.label(&label) {
                    Some(distance) => Ok(self.add(Node::Break(distance))),
                    None => Err(self.mistake_at(at, format!("there is no label `${label}` around this"))),
                }
            }
            "import" | "include" => Err(self.mistake_at(start, "a filter cannot load modules")),
            name if KEYWORDS.contains(&name) => Err(self.mistake_at(start, "an expression belongs here")),
            _ => self.call(start, &name),
        }
    }

    /// The body of `try` and of `catch`: a term with its suffixes.
    pub(super) fn handled(&mut self) -> Parsed {
        self.nested(Self::postfix)
    }

    pub(super) fn condition(&mut self) -> Parsed {
        let condition = self.pipe()?;
        self.expects("then")?;
        let then = self.pipe()?;
        let otherwise = if self.takes("elif") {
            let otherwise = self.nested(Self::condition)?;
            return Ok(self.add(Node::If { condition, then, otherwise }));
        } else if self.takes("else") {
            self.pipe()?
        } else {
            self.add(Node::Identity)
        };
        self.expects("end")?;
        Ok(self.add(Node::If { condition, then, otherwise }))
    }

    pub(super) fn fold(&mut self, foreach: bool) -> Parsed {
        let source = self.postfix()?;
        self.expects("as")?;
        let outer = self.scope.len();
        let bound = self.pattern()?;
        // The start is outside of the bindings.
        let inner = self.scope.split_off(outer);
        self.expects("(")?;
        let init = self.pipe()?;
        self.scope.extend(inner);
        self.expects(";")?;
        let update = self.pipe()?;
        let extract = if foreach && self.takes(";") { Some(self.pipe()?) } else { None };
        self.expects(")")?;
        debug_assert_eq!(self.scope.len(), outer + bound.count);
        self.scope.truncate(outer);
        let update = self.wrap(bound.sources.clone(), update);
        if foreach {
            let extract = extract.map(|extract| self.wrap(bound.sources, extract));
            return Ok(self.add(Node::Foreach { source, init, update, extract }));
        }
        let keeps = !total::always_gives(&self.program, update);
        Ok(self.add(Node::Reduce { source, init, update, keeps }))
    }

    pub(super) fn object(&mut self) -> Parsed {
        let mut members = Vec::new();
        while !self.sees("}") {
            members.push(self.member()?);
            if !self.takes(",") {
                break;
            }
        }
        self.expects("}")?;
        Ok(self.add(Node::Object(members)))
    }

    pub(super) fn member(&mut self) -> Result<(NodeId, NodeId), Mistake> {
        let start = self.at;
        let key = match self.next() {
            Some(Token::Variable(name)) => {
                let (key, value) = (self.literal(&*name), self.variable(start, &name)?);
                return Ok((key, value));
            }
            Some(Token::Name(name)) => self.literal(&*name),
            Some(Token::Number(_)) => {
                return Err(self.mistake_at(start, "a number as a key is written as text"));
            }
            Some(Token::TextStart) => {
                self.at = start;
                self.text_literal(Format::Text)?
            }
            Some(Token::Sign("(")) => {
                let key = self.nested(Self::pipe)?;
                self.expects(")")?;
                if !self.sees(":") {
                    return Err(self.mistake("a `:` and a value are missing here"));
                }
                key
            }
            _ => return Err(self.mistake_at(start, "a key or a `}` belongs here")),
        };
        if !self.takes(":") {
            let target = self.add(Node::Identity);
            let value = self.add(Node::Index { target, key });
            return Ok((key, value));
        }
        // Values are alternatives of `|`, without commas.
        let mut value = self.nested(|parser| parser.binary(0))?;
        if self.takes("|") {
            let mut stages = vec![value];
            loop {
                stages.push(self.nested(|parser| parser.binary(0))?);
                if !self.takes("|") {
                    break;
                }
            }
            value = stages.pop().unwrap_or_default();
            value = stages.into_iter().rev().fold(value, |right, left| self.add(Node::Pipe(left, right)));
        }
        Ok((key, value))
    }

    pub(super) fn text_literal(&mut self, format: Format) -> Parsed {
        self.at += 1;
        let mut parts = Vec::new();
        let mut only = None;
        loop {
            let start = self.at;
            match self.next() {
                Some(Token::TextPart(text)) => {
                    if !text.is_empty() {
                        let part = self.literal(&*text);
                        parts.push(part);
                    }
                    only = Some(text);
                }
                Some(Token::ValueStart) => {
                    let inner = self.nested(Self::pipe)?;
                    if self.next() != Some(Token::ValueEnd) {
                        return Err(self.mistake_at(self.at - 1, "a `)` is missing here"));
                    }
                    let identity = self.add(Node::Identity);
                    let text = self.add(Node::Text { format, parts: vec![identity] });
                    parts.push(self.add(Node::Pipe(inner, text)));
                    only = None;
                }
                Some(Token::TextEnd) => break,
                _ => return Err(self.mistake_at(start, "the text does not end")),
            }
        }
        match (only, parts.as_slice()) {
            (Some(text), [] | [_]) if parts.iter().all(|part| self.is_literal(*part)) => {
                Ok(self.literal(&*text))
            }
            _ => {
                // Literal parts are text already, so only values are formatted.
                Ok(self.add(Node::Text { format: Format::Text, parts }))
            }
        }
    }

    pub(super) fn is_literal(&self, node: NodeId) -> bool {
        matches!(self.program.nodes.get(node as usize), Some(Node::Literal(_)))
    }
}
