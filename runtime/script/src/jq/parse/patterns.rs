//! What follows `as`.

use super::{Bound, Parser};
use crate::jq::lex::Token;
use crate::jq::scope::Binding;
use crate::jq::syntax::{Format, Node, NodeId};
use crate::script::Mistake;

impl Parser<'_> {
    /// What follows `as`. The first value is bound already when the sources of the others are read.
    pub(super) fn pattern(&mut self) -> Result<Bound, Mistake> {
        let before = self.scope.len();
        let mut sources = Vec::new();
        self.part(&mut sources)?;
        if self.sees("?//") {
            return Err(
                self.mistake("alternatives of patterns with `?//` are not supported; use `if` and `type`")
            );
        }
        Ok(Bound { sources, count: self.scope.len() - before })
    }

    /// Binds one value, then what the pattern takes from it.
    pub(super) fn part(&mut self, sources: &mut Vec<NodeId>) -> Result<(), Mistake> {
        if let Some(Token::Variable(name)) = self.peek().cloned() {
            self.at += 1;
            self.scope.push(Binding::Variable(name));
            return Ok(());
        }
        self.scope.push(Binding::Hidden);
        let value = self.scope.len();
        if self.takes("[") {
            for position in 0_usize.. {
                let key = self.literal(position);
                self.nested(|parser| parser.taken(value, key, sources))?;
                if !self.takes(",") {
                    break;
                }
            }
            self.expects("]")
        } else if self.takes("{") {
            loop {
                self.member_pattern(value, sources)?;
                if !self.takes(",") {
                    break;
                }
            }
            self.expects("}")
        } else {
            Err(self.mistake("a variable, a list or an object of variables belongs here"))
        }
    }

    pub(super) fn taken(
        &mut self,
        value: usize,
        key: NodeId,
        sources: &mut Vec<NodeId>,
    ) -> Result<(), Mistake> {
        let target = self.add(Node::Variable((self.scope.len() - value) as u32));
        sources.push(self.add(Node::Index { target, key }));
        self.part(sources)
    }

    pub(super) fn member_pattern(&mut self, value: usize, sources: &mut Vec<NodeId>) -> Result<(), Mistake> {
        let key = match self.peek().cloned() {
            Some(Token::Variable(name)) => {
                self.at += 1;
                let key = self.literal(&*name);
                let target = self.add(Node::Variable((self.scope.len() - value) as u32));
                sources.push(self.add(Node::Index { target, key }));
                self.scope.push(Binding::Variable(name.clone()));
                if !self.takes(":") {
                    return Ok(());
                }
                self.literal(&*name)
            }
            Some(Token::Name(name)) => {
                self.at += 1;
                self.expects(":")?;
                self.literal(&*name)
            }
            Some(Token::TextStart) => {
                let key = self.text_literal(Format::Text)?;
                self.expects(":")?;
                key
            }
            _ => {
                self.expects("(")?;
                let key = self.nested(Self::pipe)?;
                self.expects(")")?;
                self.expects(":")?;
                key
            }
        };
        self.nested(|parser| parser.taken(value, key, sources))
    }
}
