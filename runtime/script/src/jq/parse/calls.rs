//! Calls of functions.

use super::{Parsed, Parser};
use crate::jq::builtins::Native;
use crate::jq::scope::Binding;
use crate::jq::syntax::Node;
use crate::script::Mistake;
use crate::value::Value;
use std::sync::Arc;

impl Parser<'_> {
    pub(super) fn call(&mut self, start: usize, name: &Arc<str>) -> Parsed {
        let mut args = Vec::new();
        if self.takes("(") {
            loop {
                args.push(self.nested(Self::pipe)?);
                if !self.takes(";") {
                    break;
                }
            }
            self.expects(")")?;
        }
        if let Some((distance, binding)) = self.scope.callable(name, args.len()) {
            let node = match binding {
                Binding::Function { def, .. } => Node::CallLocal { def: *def, at: distance, args },
                _ => Node::Closure(distance),
            };
            return Ok(self.add(node));
        }
        if let Some(def) = self.globals.get(&(name.clone(), args.len())).copied() {
            return Ok(self.add(Node::CallGlobal { def, args }));
        }
        let node = match (&**name, args.as_slice()) {
            ("empty", []) => Node::Empty,
            ("null", []) => Node::Literal(Value::Null),
            ("true", []) => Node::Literal(true.into()),
            ("false", []) => Node::Literal(false.into()),
            ("infinite", []) => Node::Literal(f64::INFINITY.into()),
            ("nan", []) => Node::Literal(f64::NAN.into()),
            ("env", []) => Node::Object(Vec::new()),
            ("path", [f]) => Node::Path(*f),
            ("getpath", [p]) => Node::GetPath(*p),
            ("limit", [count, body]) => Node::Limit { count: *count, body: *body },
            ("skip", [count, body]) => Node::Skip { count: *count, body: *body },
            ("range", [from, to, by]) => Node::Range { from: *from, to: *to, by: *by },
            _ => match Native::named(name, args.len()) {
                Some(native) => Node::Native { native, args },
                None => return Err(self.unknown(start, name, args.len())),
            },
        };
        Ok(self.add(node))
    }

    pub(super) fn unknown(&self, start: usize, name: &str, arity: usize) -> Mistake {
        let why = match name {
            "now" | "localtime" | "strflocaltime" | "mktime_local" => {
                "a script sees no clock and no time zone, so that an event decided again gives the same answer"
            }
            "input" | "inputs" | "input_filename" | "input_line_number" => {
                "a script sees one event and nothing else"
            }
            "debug" | "stderr" => "a script has no output but its result",
            "halt" | "halt_error" => "a script cannot end the process; use `error`",
            "get_search_list" | "modulemeta" => "a filter cannot load modules",
            _ => {
                let parameters = if arity == 1 { "parameter" } else { "parameters" };
                return self
                    .mistake_at(start, format!("there is no function `{name}` with {arity} {parameters}"));
            }
        };
        self.mistake_at(start, format!("`{name}` cannot be used: {why}"))
    }
}
