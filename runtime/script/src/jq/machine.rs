//! The machine that executes a filter.

use super::state::{Bound, Choice, Env, EnvId, Fork, Frame, FrameId, Item, NONE, Place};
use super::syntax::{Node, NodeId, Program};
use super::{Fallible, Raise, builtins, error, formats, operators, paths};
use crate::limits::Meter;
use crate::value::{ITEM, MEMBER, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The first output of a filter, if there is one.
pub(super) fn first(program: &Program, input: Value, meter: &mut Meter) -> Fallible<Option<Value>> {
    let mut machine = Machine {
        program,
        meter,
        envs: Vec::new(),
        frames: Vec::new(),
        forks: Vec::new(),
        charged: 0,
        labels: 0,
        patterns: super::pattern::Cache::default(),
    };
    let mut next = Ok(Next::Run(program.root, NONE, Item::unasked(input), NONE));
    loop {
        next = match next {
            Ok(Next::Return(item, NONE)) => return Ok(Some(item.value)),
            Ok(Next::Return(item, frame)) => machine.resume(item, frame),
            Ok(Next::Run(node, env, item, frame)) => machine.run(node, env, item, frame),
            Ok(Next::Backtrack) if machine.forks.is_empty() => return Ok(None),
            Ok(Next::Backtrack) => machine.backtrack(),
            Err(Raise::Bound(bound)) => return Err(Raise::Bound(bound)),
            Err(raise) if machine.forks.is_empty() => return Err(raise),
            Err(raise) => machine.unwind(raise),
        };
    }
}

/// The next move.
enum Next {
    Run(NodeId, EnvId, Item, FrameId),
    Return(Item, FrameId),
    Backtrack,
}

type Move = Fallible<Next>;

struct Machine<'m> {
    program: &'m Program,
    meter: &'m mut Meter,
    envs: Vec<Env>,
    /// A frame may be returned to by several choice points, so it is only taken away when none is above it.
    frames: Vec<(Frame, FrameId)>,
    forks: Vec<Fork>,
    /// The largest total of bindings, frames and choice points that was counted.
    charged: usize,
    labels: u64,
    patterns: super::pattern::Cache,
}

/// Bindings, frames and choice points are counted in lots of so many.
const LOT: usize = 64;
const LARGEST: usize = size_of::<Fork>() + 16;

impl Machine<'_> {
    fn charge(&mut self) -> Fallible<()> {
        let held = self.envs.len() + self.frames.len() + self.forks.len();
        if held >= self.charged {
            // Vectors double when they grow, and the old one is held until the new one is filled.
            self.meter.allocate(3 * LOT * LARGEST)?;
            self.charged += LOT;
        }
        Ok(())
    }

    fn frame(&mut self, frame: Frame, next: FrameId) -> Fallible<FrameId> {
        self.charge()?;
        self.frames.push((frame, next));
        Ok((self.frames.len() - 1) as FrameId)
    }

    fn bind(&mut self, bound: Bound, outer: EnvId) -> Fallible<EnvId> {
        self.charge()?;
        self.envs.push(Env { bound, outer });
        Ok((self.envs.len() - 1) as EnvId)
    }

    /// Leaves a choice point behind and tells its position.
    fn fork(&mut self, choice: Choice) -> Fallible<usize> {
        self.charge()?;
        self.forks.push(Fork { choice, frames: self.frames.len(), envs: self.envs.len() });
        Ok(self.forks.len() - 1)
    }

    /// The binding at a distance.
    fn at(&mut self, mut env: EnvId, distance: u32) -> Fallible<EnvId> {
        self.meter.steps(u64::from(distance) / 4)?;
        for _ in 0..distance {
            env = self.envs.get(env as usize).map_or(NONE, |env| env.outer);
        }
        Ok(env)
    }

    fn run(&mut self, id: NodeId, env: EnvId, item: Item, next: FrameId) -> Move {
        self.meter.steps(1)?;
        let program = self.program;
        let Some(node) = program.nodes.get(id as usize) else { return Ok(Next::Backtrack) };
        match node {
            Node::Identity => Ok(Next::Return(item, next)),
            Node::Literal(value) => {
                Ok(Next::Return(Item { value: value.clone(), place: item.place.lost() }, next))
            }
            Node::Variable(distance) => {
                let at = self.at(env, *distance)?;
                let value = match self.envs.get(at as usize).map(|env| &env.bound) {
                    Some(Bound::Variable(value)) => value.clone(),
                    _ => Value::Null,
                };
                Ok(Next::Return(Item { value, place: item.place.lost() }, next))
            }
            Node::Index { target, key } => {
                if let Some(Node::Literal(key)) = program.nodes.get(*key as usize) {
                    if let Some(Node::Identity) = program.nodes.get(*target as usize) {
                        return self.member(item, key.clone(), next);
                    }
                    let next = self.frame(Frame::Member { key: key.clone() }, next)?;
                    return Ok(Next::Run(*target, env, item, next));
                }
                let input = item.plain();
                let next = self.frame(Frame::Key { node: *target, env, input: item }, next)?;
                Ok(Next::Run(*key, env, input, next))
            }
            Node::Slice { target, from, to } => {
                let input = item.plain();
                match (from, to) {
                    (_, Some(to)) => {
                        let next = self.frame(Frame::SliceTo { node: id, env, input: item }, next)?;
                        Ok(Next::Run(*to, env, input, next))
                    }
                    (Some(from), None) => {
                        let frame = Frame::SliceFrom { node: *target, env, input: item, to: Value::Null };
                        let next = self.frame(frame, next)?;
                        Ok(Next::Run(*from, env, input, next))
                    }
                    (None, None) => Err(error("a slice has a beginning or an end")),
                }
            }
            Node::Each(target) => {
                let next = self.frame(Frame::Each, next)?;
                Ok(Next::Run(*target, env, item, next))
            }
            Node::Pipe(left, right) => {
                let next = self.frame(Frame::Then(*right, env), next)?;
                Ok(Next::Run(*left, env, item, next))
            }
            Node::Comma(left, right) => {
                self.fork(Choice::Run { node: *right, env, input: item.clone(), next })?;
                Ok(Next::Run(*left, env, item, next))
            }
            Node::Negate(operand) => {
                let next = self.frame(Frame::Negate, next)?;
                Ok(Next::Run(*operand, env, item, next))
            }
            Node::Binary { right, .. } => {
                let input = item.plain();
                let next = self.frame(Frame::Left { node: id, env, input: item }, next)?;
                Ok(Next::Run(*right, env, input, next))
            }
            Node::And(left, _) | Node::Or(left, _) => {
                let input = item.plain();
                let next = self.frame(Frame::Decide { node: id, env, input: item }, next)?;
                Ok(Next::Run(*left, env, input, next))
            }
            Node::Alternative(left, right) => {
                let input = item.clone();
                let choice = Choice::Alternative { found: false, node: *right, env, input, next };
                let fork = self.fork(choice)?;
                let next = self.frame(Frame::LeaveAlternative(fork), next)?;
                Ok(Next::Run(*left, env, item, next))
            }
            Node::If { condition, .. } => {
                let input = item.plain();
                let next = self.frame(Frame::Choose { node: id, env, input: item }, next)?;
                Ok(Next::Run(*condition, env, input, next))
            }
            Node::Try { body, .. } => {
                let fork = self.fork(Choice::Try { node: id, env, input: item.clone(), next })?;
                let next = self.frame(Frame::LeaveTry(fork), next)?;
                Ok(Next::Run(*body, env, item, next))
            }
            Node::Bind { source, body } => {
                let input = item.plain();
                let next = self.frame(Frame::Bind { body: *body, env, input: item }, next)?;
                Ok(Next::Run(*source, env, input, next))
            }
            Node::Reduce { init, .. } => {
                let input = item.clone();
                let next = self.frame(Frame::ReduceInit { node: id, env, input }, next)?;
                Ok(Next::Run(*init, env, item, next))
            }
            Node::Foreach { init, .. } => {
                let input = item.clone();
                let next = self.frame(Frame::ForeachInit { node: id, env, input }, next)?;
                Ok(Next::Run(*init, env, item, next))
            }
            Node::Local(body) => {
                let env = self.bind(Bound::Function, env)?;
                Ok(Next::Run(*body, env, item, next))
            }
            Node::Label(body) => {
                self.labels += 1;
                let fork = self.fork(Choice::Label(self.labels))?;
                let env = self.bind(Bound::Label(self.labels), env)?;
                let next = self.frame(Frame::LeaveLabel(fork), next)?;
                Ok(Next::Run(*body, env, item, next))
            }
            Node::Break(distance) => {
                let at = self.at(env, *distance)?;
                if let Some(Bound::Label(label)) = self.envs.get(at as usize).map(|env| &env.bound) {
                    let target =
                        self.forks.iter().rposition(|f| matches!(f.choice, Choice::Label(l) if l == *label));
                    if let Some(target) = target {
                        let passed = self.forks.len() - target;
                        self.forks.truncate(target);
                        self.meter.steps(passed as u64)?;
                    }
                }
                Ok(Next::Backtrack)
            }
            Node::List(None) => {
                Ok(Next::Return(Item { value: Value::list(Vec::new())?, place: item.place.lost() }, next))
            }
            Node::List(Some(items)) => {
                let place = item.place.lost();
                let fork = self.fork(Choice::Collect { items: Vec::new(), place, next })?;
                let next = self.frame(Frame::Collect(fork), NONE)?;
                Ok(Next::Run(*items, env, Item::unasked(item.value), next))
            }
            Node::Object(_) => self.object(id, env, item, Vec::new(), next),
            Node::Text { .. } => self.text(id, env, item, Vec::new(), next),
            Node::Closure(distance) => {
                let at = self.at(env, *distance)?;
                match self.envs.get(at as usize).map(|env| &env.bound) {
                    Some(Bound::Closure(node, env)) => Ok(Next::Run(*node, *env, item, next)),
                    _ => Ok(Next::Backtrack),
                }
            }
            Node::CallLocal { def, at, args } => {
                let inner = self.at(env, *at)?;
                self.call(*def, args, env, inner, item, next)
            }
            Node::CallGlobal { def, args } => self.call(*def, args, env, NONE, item, next),
            Node::Native { args, .. } if args.is_empty() => self.native(id, item, Vec::new(), next),
            Node::Native { args, .. } => {
                let input = item.plain();
                let next =
                    self.frame(Frame::Argument { node: id, env, input: item, done: Vec::new() }, next)?;
                Ok(Next::Run(args.last().copied().unwrap_or_default(), env, input, next))
            }
            Node::Empty => Ok(Next::Backtrack),
            Node::Path(f) => {
                let next = self.frame(Frame::PathEnd { outer: item.place.lost() }, next)?;
                Ok(Next::Run(*f, env, Item { place: Place::At(Arc::default()), ..item }, next))
            }
            Node::GetPath(path) => {
                let input = item.plain();
                let next = self.frame(Frame::PathKey { input: item }, next)?;
                Ok(Next::Run(*path, env, input, next))
            }
            Node::Modify { paths, .. } => {
                let (value, place) = (item.value, item.place.lost());
                let choice = Choice::Modify { state: value.clone(), deleted: Vec::new(), place, next };
                let fork = self.fork(choice)?;
                let next = self.frame(Frame::ModifyEach { node: id, env, fork }, NONE)?;
                Ok(Next::Run(*paths, env, Item { value, place: Place::At(Arc::default()) }, next))
            }
            Node::Limit { count, .. } | Node::Skip { count, .. } => {
                let input = item.plain();
                let next = self.frame(Frame::Count { node: id, env, input: item }, next)?;
                Ok(Next::Run(*count, env, input, next))
            }
            Node::Range { from, .. } => {
                let input = item.plain();
                let next =
                    self.frame(Frame::Argument { node: id, env, input: item, done: Vec::new() }, next)?;
                Ok(Next::Run(*from, env, input, next))
            }
        }
    }

    /// Runs a function; `inner` is what its body sees.
    fn call(
        &mut self,
        def: u32,
        args: &[NodeId],
        env: EnvId,
        mut inner: EnvId,
        item: Item,
        next: FrameId,
    ) -> Move {
        for arg in args {
            inner = self.bind(Bound::Closure(*arg, env), inner)?;
        }
        match self.program.defs.get(def as usize) {
            Some(def) => Ok(Next::Run(def.body, inner, item, next)),
            None => Ok(Next::Backtrack),
        }
    }

    /// A frame that is to be done now: taken away if nothing can return to it, else a copy.
    fn take(&mut self, id: FrameId) -> Fallible<Option<(Frame, FrameId)>> {
        let floor = self.forks.last().map_or(0, |fork| fork.frames);
        let at = id as usize;
        if at >= floor {
            // Whatever is above was left by values that went another way.
            self.frames.truncate(at + 1);
            return Ok(self.frames.pop());
        }
        let found = self.frames.get(at).cloned();
        if let Some((frame, _)) = &found {
            let held = match frame {
                Frame::ObjectKey { done, .. } | Frame::ObjectValue { done, .. } => done.len() * MEMBER,
                Frame::TextPart { done, .. } => done.len() * 16,
                Frame::Argument { done, .. } => done.len() * ITEM,
                _ => 0,
            };
            self.meter.allocate(held)?;
        }
        Ok(found)
    }

    /// Goes on with a value.
    fn resume(&mut self, item: Item, frame: FrameId) -> Move {
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

    fn choice(&mut self, fork: usize) -> Option<&mut Choice> {
        self.forks.get_mut(fork).map(|fork| &mut fork.choice)
    }

    fn member(&mut self, item: Item, key: Value, next: FrameId) -> Move {
        if matches!(item.place, Place::Nowhere) {
            return Err(error(paths::NO_PATH));
        }
        let value = paths::member(&item.value, &key, self.meter)?;
        let place = paths::extend(&item.place, &[key], self.meter)?;
        Ok(Next::Return(Item { value, place }, next))
    }

    fn each(&mut self, item: Item, next: FrameId) -> Move {
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
    fn object(
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
    fn text(&mut self, id: NodeId, env: EnvId, input: Item, done: Vec<Arc<str>>, next: FrameId) -> Move {
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
    fn argument(&mut self, id: NodeId, env: EnvId, input: Item, done: Vec<Value>, next: FrameId) -> Move {
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

    fn native(&mut self, id: NodeId, item: Item, mut args: Vec<Value>, next: FrameId) -> Move {
        let Some(Node::Native { native, .. }) = self.program.nodes.get(id as usize) else {
            return Ok(Next::Backtrack);
        };
        args.reverse();
        let place = item.place.lost();
        let value = builtins::call(*native, item.value, args, &mut self.patterns, self.meter)?;
        Ok(Next::Return(Item { value, place }, next))
    }

    /// Goes back to the last choice point.
    fn backtrack(&mut self) -> Move {
        self.meter.steps(1)?;
        let Some(Fork { frames, envs, .. }) = self.forks.last() else { return Ok(Next::Backtrack) };
        self.frames.truncate(*frames);
        self.envs.truncate(*envs);
        if let Some(next) = self.again()? {
            return Ok(next);
        }
        let Some(Fork { choice, .. }) = self.forks.pop() else { return Ok(Next::Backtrack) };
        match choice {
            Choice::Run { node, env, input, next } => Ok(Next::Run(node, env, input, next)),
            Choice::Collect { items, place, next } => {
                Ok(Next::Return(Item { value: Value::list(items)?, place }, next))
            }
            Choice::Reduce { state: Some(state), next } => Ok(Next::Return(state, next)),
            Choice::Alternative { found: false, node, env, input, next } => {
                Ok(Next::Run(node, env, input, next))
            }
            Choice::Modify { state, deleted, place, next } => {
                let value = paths::delete(state, deleted, self.meter)?;
                Ok(Next::Return(Item { value, place }, next))
            }
            Choice::ModifyOne { whole, path } => {
                self.meter.allocate(ITEM)?;
                if let Some(Choice::Modify { deleted, .. }) = self.choice(whole) {
                    deleted.push(path);
                }
                Ok(Next::Backtrack)
            }
            _ => Ok(Next::Backtrack),
        }
    }

    /// The next value of the last choice point, which stays.
    fn again(&mut self) -> Fallible<Option<Next>> {
        let Some(fork) = self.forks.last_mut() else { return Ok(None) };
        Ok(match &mut fork.choice {
            Choice::Items { list, at, place, next } => match list.items.get(*at) {
                Some(value) => {
                    let (value, next) = (value.clone(), *next);
                    let place = paths::extend(place, &[(*at).into()], self.meter)?;
                    *at += 1;
                    Some(Next::Return(Item { value, place }, next))
                }
                None => None,
            },
            Choice::Members { members, place, next } => match members.next() {
                Some((key, value)) => {
                    let next = *next;
                    let place = paths::extend(place, &[Value::Text(key)], self.meter)?;
                    Some(Next::Return(Item { value, place }, next))
                }
                None => None,
            },
            Choice::Range { at, to, by, place, next } => {
                let more =
                    if *by > 0.0 { *at < *to } else { *by < 0.0 && *at > *to || *by == 0.0 && *at < *to };
                let value = *at;
                *at += *by;
                more.then(|| Next::Return(Item { value: value.into(), place: place.clone() }, *next))
            }
            _ => None,
        })
    }

    /// Looks for who catches an error.
    fn unwind(&mut self, raise: Raise) -> Move {
        while let Some(Fork { choice, frames, envs }) = self.forks.pop() {
            self.meter.steps(1)?;
            match choice {
                Choice::Left(fork) => self.forks.truncate(fork),
                Choice::Alternative { found, node, env, input, next } => {
                    self.frames.truncate(frames);
                    self.envs.truncate(envs);
                    return Ok(if found { Next::Backtrack } else { Next::Run(node, env, input, next) });
                }
                Choice::Try { node, env, input, next } => {
                    self.frames.truncate(frames);
                    self.envs.truncate(envs);
                    let Some(Node::Try { handler, .. }) = self.program.nodes.get(node as usize) else {
                        return Ok(Next::Backtrack);
                    };
                    let (Raise::Error(value) | Raise::User(value)) = raise else { return Err(raise) };
                    return Ok(match handler {
                        Some(handler) => {
                            Next::Run(*handler, env, Item { value, place: input.place.lost() }, next)
                        }
                        None => Next::Backtrack,
                    });
                }
                _ => {}
            }
        }
        Err(raise)
    }
}
