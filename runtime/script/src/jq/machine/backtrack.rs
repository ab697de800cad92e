//! Going back to a choice point, for another value or because of an error.

use super::{Machine, Move, Next};
use crate::jq::state::{Choice, Fork, Item};
use crate::jq::syntax::Node;
use crate::jq::{Fallible, Raise, paths};
use crate::value::{ITEM, Value};

impl Machine<'_> {
    /// Goes back to the last choice point.
    pub(super) fn backtrack(&mut self) -> Move {
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
    pub(super) fn again(&mut self) -> Fallible<Option<Next>> {
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
    pub(super) fn unwind(&mut self, raise: Raise) -> Move {
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
