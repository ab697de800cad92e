//! What a frame does with a value.

use super::{Machine, Move, Next};
use crate::jq::state::{Bound, Choice, Frame, FrameId, Item, NONE, Place};
use crate::jq::syntax::{Node, NodeId};
use crate::jq::{error, formats, operators, paths};
use crate::value::{ITEM, MEMBER, Value};

impl Machine<'_> {
    /// Goes on with a value.
    pub(super) fn resume(&mut self, item: Item, frame: FrameId) -> Move {
        self.meter.steps(1)?;
        let Some((frame, next)) = self.take(frame)? else { return Ok(Next::Backtrack) };
        let program = self.program;
        let node_of = |id: NodeId| program.nodes.get(id as usize);
        match frame {
            Frame::Then(node, env) => Ok(Next::Run(node, env, item, next)),
            Frame::Left { node, env, input } => {
                let Some(Node::Binary { left, .. }) = node_of(node) else { return Ok(Next::Backtrack) };
                let frame = Frame::Combine { node, right: item.value, input: input.place.lost() };
                let next = self.frame(frame, next)?;
                Ok(Next::Run(*left, env, Item::unasked(input.value), next))
            }
            Frame::Combine { node, right, input } => {
                let Some(Node::Binary { op, .. }) = node_of(node) else { return Ok(Next::Backtrack) };
                let value = operators::apply(*op, item.value, right, self.meter)?;
                Ok(Next::Return(Item { value, place: input }, next))
            }
            Frame::Key { node, env, input } => {
                let next = self.frame(Frame::Member { key: item.value }, next)?;
                Ok(Next::Run(node, env, input, next))
            }
            Frame::Member { key } => self.member(item, key, next),
            Frame::SliceTo { node, env, input } => {
                let Some(Node::Slice { target, from, .. }) = node_of(node) else {
                    return Ok(Next::Backtrack);
                };
                let to = item.value;
                match from {
                    Some(from) => {
                        let plain = input.plain();
                        let next = self.frame(Frame::SliceFrom { node: *target, env, input, to }, next)?;
                        Ok(Next::Run(*from, env, plain, next))
                    }
                    None => {
                        let next = self.frame(Frame::SliceOf { from: Value::Null, to }, next)?;
                        Ok(Next::Run(*target, env, input, next))
                    }
                }
            }
            Frame::SliceFrom { node, env, input, to } => {
                let next = self.frame(Frame::SliceOf { from: item.value, to }, next)?;
                Ok(Next::Run(node, env, input, next))
            }
            Frame::SliceOf { from, to } => {
                let key = paths::slice_key(from, to)?;
                self.member(item, key, next)
            }
            Frame::Each => self.each(item, next),
            Frame::Negate => match &item.value {
                Value::Number(number) => {
                    let value = Value::Number(number.negated());
                    Ok(Next::Return(Item { value, place: item.place.lost() }, next))
                }
                value => Err(error(format!("cannot negate {}", operators::a(value)))),
            },
            Frame::Decide { node, env, input } => {
                let (right, decided) = match node_of(node) {
                    Some(Node::And(_, right)) => (*right, !item.value.is_true()),
                    Some(Node::Or(_, right)) => (*right, item.value.is_true()),
                    _ => return Ok(Next::Backtrack),
                };
                if decided {
                    let value = item.value.is_true().into();
                    return Ok(Next::Return(Item { value, place: input.place.lost() }, next));
                }
                let next = self.frame(Frame::Truth { input: input.place.lost() }, next)?;
                Ok(Next::Run(right, env, Item::unasked(input.value), next))
            }
            Frame::Truth { input } => {
                Ok(Next::Return(Item { value: item.value.is_true().into(), place: input }, next))
            }
            Frame::Choose { node, env, input } => {
                let Some(Node::If { then, otherwise, .. }) = node_of(node) else {
                    return Ok(Next::Backtrack);
                };
                let node = if item.value.is_true() { *then } else { *otherwise };
                Ok(Next::Run(node, env, input, next))
            }
            Frame::LeaveTry(fork) | Frame::LeaveLabel(fork) if fork + 1 == self.forks.len() => {
                // Nothing is left to try within, so nothing will come back here.
                self.forks.pop();
                Ok(Next::Return(item, next))
            }
            Frame::LeaveTry(fork) => {
                self.fork(Choice::Left(fork))?;
                Ok(Next::Return(item, next))
            }
            Frame::LeaveLabel(_) => Ok(Next::Return(item, next)),
            Frame::LeaveAlternative(_) if !item.value.is_true() => Ok(Next::Backtrack),
            Frame::LeaveAlternative(fork) => {
                if fork + 1 == self.forks.len() {
                    self.forks.pop();
                    return Ok(Next::Return(item, next));
                }
                if let Some(Choice::Alternative { found, .. }) = self.choice(fork) {
                    *found = true;
                }
                self.fork(Choice::Left(fork))?;
                Ok(Next::Return(item, next))
            }
            Frame::Bind { body, env, input } => {
                let env = self.bind(Bound::Variable(item.value), env)?;
                Ok(Next::Run(body, env, input, next))
            }
            Frame::Collect(fork) => {
                self.meter.allocate(2 * ITEM)?;
                if let Some(Choice::Collect { items, .. }) = self.choice(fork) {
                    items.push(item.value);
                }
                Ok(Next::Backtrack)
            }
            Frame::ReduceInit { node, env, input } => {
                let Some(Node::Reduce { source, .. }) = node_of(node) else { return Ok(Next::Backtrack) };
                let fork = self.fork(Choice::Reduce { state: Some(item), next })?;
                let next = self.frame(Frame::ReduceEach { node, env, fork }, NONE)?;
                Ok(Next::Run(*source, env, Item::unasked(input.value), next))
            }
            Frame::ReduceEach { node, env, fork } => {
                let Some(Node::Reduce { update, keeps, .. }) = node_of(node) else {
                    return Ok(Next::Backtrack);
                };
                let state = match self.choice(fork) {
                    Some(Choice::Reduce { state, .. }) if *keeps => state.clone(),
                    Some(Choice::Reduce { state, .. }) => state.take(),
                    _ => None,
                };
                let env = self.bind(Bound::Variable(item.value), env)?;
                let next = self.frame(Frame::ReduceStore(fork), NONE)?;
                Ok(Next::Run(*update, env, state.unwrap_or_else(|| Item::unasked(Value::Null)), next))
            }
            Frame::ReduceStore(fork) => {
                if let Some(Choice::Reduce { state, .. }) = self.choice(fork) {
                    *state = Some(item);
                }
                Ok(Next::Backtrack)
            }
            Frame::ForeachInit { node, env, input } => {
                let Some(Node::Foreach { source, .. }) = node_of(node) else { return Ok(Next::Backtrack) };
                let fork = self.fork(Choice::Foreach { state: item })?;
                let next = self.frame(Frame::ForeachEach { node, env, fork }, next)?;
                Ok(Next::Run(*source, env, Item::unasked(input.value), next))
            }
            Frame::ForeachEach { node, env, fork } => {
                let Some(Node::Foreach { update, .. }) = node_of(node) else { return Ok(Next::Backtrack) };
                let Some(Choice::Foreach { state }) = self.choice(fork) else { return Ok(Next::Backtrack) };
                let state = state.clone();
                let env = self.bind(Bound::Variable(item.value), env)?;
                let next = self.frame(Frame::ForeachStore { node, env, fork }, next)?;
                Ok(Next::Run(*update, env, state, next))
            }
            Frame::ForeachStore { node, env, fork } => {
                if let Some(Choice::Foreach { state }) = self.choice(fork) {
                    *state = item.clone();
                }
                match node_of(node) {
                    Some(Node::Foreach { extract: Some(extract), .. }) => {
                        Ok(Next::Run(*extract, env, item, next))
                    }
                    _ => Ok(Next::Return(item, next)),
                }
            }
            Frame::ObjectKey { node, env, input, done } => {
                let Value::Text(key) = item.value else {
                    return Err(error(format!(
                        "the key of an object is text, not {}",
                        operators::a(&item.value)
                    )));
                };
                let Some(Node::Object(members)) = node_of(node) else { return Ok(Next::Backtrack) };
                let value = members.get(done.len()).map_or(0, |(_, value)| *value);
                let plain = input.plain();
                let next = self.frame(Frame::ObjectValue { node, env, input, done, key }, next)?;
                Ok(Next::Run(value, env, plain, next))
            }
            Frame::ObjectValue { node, env, input, mut done, key } => {
                self.meter.allocate(MEMBER + key.len())?;
                done.push((key, item.value));
                self.object(node, env, input, done, next)
            }
            Frame::TextPart { node, env, input, mut done } => {
                let Some(Node::Text { format, .. }) = node_of(node) else { return Ok(Next::Backtrack) };
                done.push(formats::write(*format, &item.value, self.meter)?);
                self.text(node, env, input, done, next)
            }
            Frame::Argument { node, env, input, mut done } => {
                self.meter.allocate(ITEM)?;
                done.push(item.value);
                self.argument(node, env, input, done, next)
            }
            Frame::PathEnd { outer } => match item.place {
                Place::At(path) => {
                    self.meter.allocate(path.len() * ITEM)?;
                    let value = Value::list(path.as_ref().clone())?;
                    Ok(Next::Return(Item { value, place: outer }, next))
                }
                _ => Err(error(paths::NO_PATH)),
            },
            Frame::PathKey { input } => {
                let Value::List(path) = &item.value else { return Err(error("a path is a list")) };
                let value = paths::get(&input.value, &path.items, self.meter)?;
                let place = paths::extend(&input.place, &path.items, self.meter)?;
                Ok(Next::Return(Item { value, place }, next))
            }
            Frame::ModifyEach { node, env, fork } => {
                let Some(Node::Modify { update, .. }) = node_of(node) else { return Ok(Next::Backtrack) };
                let Place::At(path) = item.place else { return Err(error(paths::NO_PATH)) };
                let one = self.forks.len();
                let Some(Choice::Modify { state, .. }) = self.forks.get(fork).map(|fork| &fork.choice) else {
                    return Ok(Next::Backtrack);
                };
                let old = paths::get(state, &path, self.meter)?;
                self.meter.allocate(path.len() * ITEM)?;
                let path = Value::list(path.as_ref().clone())?;
                self.fork(Choice::ModifyOne { whole: fork, path })?;
                let next = self.frame(Frame::ModifyStore(one), NONE)?;
                Ok(Next::Run(*update, env, Item::unasked(old), next))
            }
            Frame::ModifyStore(one) => {
                let passed = self.forks.len().saturating_sub(one);
                self.meter.steps(passed as u64)?;
                self.forks.truncate(one + 1);
                let Some(Choice::ModifyOne { whole, path: Value::List(path) }) =
                    self.forks.pop().map(|f| f.choice)
                else {
                    return Ok(Next::Backtrack);
                };
                let fork = self.forks.get_mut(whole).map(|fork| &mut fork.choice);
                if let Some(Choice::Modify { state, .. }) = fork {
                    let old = std::mem::replace(state, Value::Null);
                    *state = paths::set(old, &path.items, item.value, self.meter)?;
                }
                Ok(Next::Backtrack)
            }
            Frame::Count { node, env, input } => {
                let Value::Number(count) = &item.value else { return Err(error("a count is a number")) };
                let count = count.value.ceil();
                match node_of(node) {
                    Some(Node::Limit { .. } | Node::Skip { .. }) if count < 0.0 => {
                        Err(error("a count is not negative"))
                    }
                    Some(Node::Limit { .. }) if count == 0.0 => Ok(Next::Backtrack),
                    Some(Node::Limit { body, .. }) => {
                        let fork = self.fork(Choice::Limit { left: count as u64 })?;
                        let next = self.frame(Frame::Counted(fork), next)?;
                        Ok(Next::Run(*body, env, input, next))
                    }
                    Some(Node::Skip { body, .. }) => {
                        let fork = self.fork(Choice::Skip { left: count as u64 })?;
                        let next = self.frame(Frame::Counted(fork), next)?;
                        Ok(Next::Run(*body, env, input, next))
                    }
                    _ => Ok(Next::Backtrack),
                }
            }
            Frame::Counted(fork) => {
                match self.choice(fork) {
                    Some(Choice::Limit { left: left @ 2.. }) => *left -= 1,
                    Some(Choice::Limit { .. }) => {
                        let passed = self.forks.len() - fork;
                        self.forks.truncate(fork);
                        self.meter.steps(passed as u64)?;
                    }
                    Some(Choice::Skip { left: left @ 1.. }) => {
                        *left -= 1;
                        return Ok(Next::Backtrack);
                    }
                    _ => {}
                }
                Ok(Next::Return(item, next))
            }
        }
    }
}
