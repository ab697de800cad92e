//! The machine that executes a filter.

mod backtrack;
mod parts;
mod resume;

use super::state::{Bound, Choice, Env, EnvId, Fork, Frame, FrameId, Item, NONE, Place};
use super::syntax::{Node, NodeId, Program};
use super::{Fallible, Raise, error};
use crate::limits::Meter;
use crate::value::{ITEM, MEMBER, Value};
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

    fn choice(&mut self, fork: usize) -> Option<&mut Choice> {
        self.forks.get_mut(fork).map(|fork| &mut fork.choice)
    }
}
