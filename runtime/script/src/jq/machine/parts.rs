//! Values that are read or put together part by part.

use super::{Machine, Move, Next};
use crate::jq::state::{Choice, EnvId, Frame, FrameId, Item, Place};
use crate::jq::syntax::{Node, NodeId};
use crate::jq::{builtins, error, operators, paths};
use crate::value::{MEMBER, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Machine<'_> {
    pub(super) fn member(&mut self, item: Item, key: Value, next: FrameId) -> Move {
        if matches!(item.place, Place::Nowhere) {
            return Err(error(paths::NO_PATH));
        }
        let value = paths::member(&item.value, &key, self.meter)?;
        let place = paths::extend(&item.place, &[key], self.meter)?;
        Ok(Next::Return(Item { value, place }, next))
    }

    pub(super) fn each(&mut self, item: Item, next: FrameId) -> Move {
        let place = item.place;
        if matches!(place, Place::Nowhere) {
            return Err(error(paths::NO_PATH));
        }
        match item.value {
            Value::List(list) => {
                self.fork(Choice::Items { list, at: 0, place, next })?;
            }
            Value::Object(object) => {
                self.meter.allocate(object.members.len() * MEMBER)?;
                let members: Vec<_> = object.members.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
                self.fork(Choice::Members { members: members.into_iter(), place, next })?;
            }
            value => return Err(error(format!("cannot iterate over {}", operators::a(&value)))),
        }
        Ok(Next::Backtrack)
    }

    /// Goes on with an object of which some members are done.
    pub(super) fn object(
        &mut self,
        id: NodeId,
        env: EnvId,
        input: Item,
        done: Vec<(Arc<str>, Value)>,
        next: FrameId,
    ) -> Move {
        let Some(Node::Object(members)) = self.program.nodes.get(id as usize) else {
            return Ok(Next::Backtrack);
        };
        match members.get(done.len()) {
            Some((key, _)) => {
                let plain = input.plain();
                let next = self.frame(Frame::ObjectKey { node: id, env, input, done }, next)?;
                Ok(Next::Run(*key, env, plain, next))
            }
            None => {
                let value = Value::object(done.into_iter().collect::<BTreeMap<_, _>>())?;
                Ok(Next::Return(Item { value, place: input.place.lost() }, next))
            }
        }
    }

    /// Goes on with text of which some parts are done.
    pub(super) fn text(
        &mut self,
        id: NodeId,
        env: EnvId,
        input: Item,
        done: Vec<Arc<str>>,
        next: FrameId,
    ) -> Move {
        let Some(Node::Text { parts, .. }) = self.program.nodes.get(id as usize) else {
            return Ok(Next::Backtrack);
        };
        match parts.get(done.len()) {
            Some(part) => {
                let plain = input.plain();
                let next = self.frame(Frame::TextPart { node: id, env, input, done }, next)?;
                Ok(Next::Run(*part, env, plain, next))
            }
            None => {
                self.meter.allocate(done.iter().map(|part| part.len()).sum())?;
                let value = Value::Text(done.concat().into());
                Ok(Next::Return(Item { value, place: input.place.lost() }, next))
            }
        }
    }

    /// Goes on with a call of which some arguments are done.
    pub(super) fn argument(
        &mut self,
        id: NodeId,
        env: EnvId,
        input: Item,
        done: Vec<Value>,
        next: FrameId,
    ) -> Move {
        let waiting = match self.program.nodes.get(id as usize) {
            Some(Node::Native { args, .. }) => {
                args.len().checked_sub(done.len() + 1).and_then(|at| args.get(at)).copied()
            }
            // The outer loop of a range is that of its first argument.
            Some(Node::Range { from, to, by }) => [*from, *to, *by].get(done.len()).copied(),
            _ => None,
        };
        if let Some(argument) = waiting {
            let plain = input.plain();
            let next = self.frame(Frame::Argument { node: id, env, input, done }, next)?;
            return Ok(Next::Run(argument, env, plain, next));
        }
        if let Some(Node::Native { .. }) = self.program.nodes.get(id as usize) {
            return self.native(id, input, done, next);
        }
        let [Value::Number(from), Value::Number(to), Value::Number(by)] = done.as_slice() else {
            return Err(error("a range goes from a number to a number"));
        };
        let place = input.place.lost();
        self.fork(Choice::Range { at: from.value, to: to.value, by: by.value, place, next })?;
        Ok(Next::Backtrack)
    }

    pub(super) fn native(&mut self, id: NodeId, item: Item, mut args: Vec<Value>, next: FrameId) -> Move {
        let Some(Node::Native { native, .. }) = self.program.nodes.get(id as usize) else {
            return Ok(Next::Backtrack);
        };
        args.reverse();
        let place = item.place.lost();
        let value = builtins::call(*native, item.value, args, &mut self.patterns, self.meter)?;
        Ok(Next::Return(Item { value, place }, next))
    }
}
