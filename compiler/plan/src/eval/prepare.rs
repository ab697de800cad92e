//! From a plan's expression to its prepared form.

use super::elements::Elements;
use super::foreign::{Asked, Read};
use super::operand::{Scalar, Side};
use super::place::{Steps, written};
use super::predicate::Node;
use super::range::Range;
use super::{Dialects, Place, Predicate, Value};
use crate::expr::{Comparator, Expr, Foreign, Path};
use crate::function::function;
use crate::json::Json;
use crate::re2::Pattern;
use std::fmt;

/// Why an expression cannot be executed. A plan that the compiler made never gives one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrepareError {
    /// No event has this name here.
    UnknownEvent(String),
    /// This is no regular expression; why not.
    Pattern(String, String),
    /// No function has this name.
    UnknownFunction(String),
    /// A function is given more or fewer values than it takes.
    Arguments(&'static str),
    /// This is no time of day, or no time zone.
    Clock(String),
    /// A foreign expression is wrong or not executed; why.
    Foreign(String),
}

impl fmt::Display for PrepareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PrepareError::UnknownEvent(name) => {
                write!(f, "the plan reads an event `{name}` that does not exist there")
            }
            PrepareError::Pattern(pattern, why) => {
                write!(f, "the pattern `{pattern}` in the plan is wrong: {why}")
            }
            PrepareError::UnknownFunction(name) => {
                write!(f, "the plan calls `{name}`, and there is no such function")
            }
            PrepareError::Arguments(name) => {
                write!(f, "the plan calls `{name}` with another number of values than it takes")
            }
            PrepareError::Foreign(why) => write!(f, "{why}"),
            PrepareError::Clock(text) => {
                write!(f, "`{text}` in the plan is no time of day, or no time zone")
            }
        }
    }
}

impl std::error::Error for PrepareError {}

/// The names in scope.
struct Names<'n> {
    /// Those of the events; none when there is only one, whatever it is called.
    events: Option<&'n [&'n str]>,
    /// Those of elements, from the outermost quantifier inwards. Their positions follow those of the events.
    elements: Vec<&'n str>,
    dialects: &'n dyn Dialects,
}

impl Predicate {
    /// The condition of a filter: every name in it is that of the one event.
    ///
    /// # Errors
    /// A pattern or a foreign expression is wrong.
    pub fn prepare(expr: &Expr, dialects: &dyn Dialects) -> Result<Predicate, PrepareError> {
        Ok(Predicate(Names { events: None, elements: Vec::new(), dialects }.node(expr)?))
    }
}

impl Value {
    /// A value of an action: position `n` of the scope is the event called `names[n]`.
    ///
    /// # Errors
    /// A name is unknown, or a pattern or a foreign expression wrong.
    pub fn prepare(expr: &Expr, names: &[&str], dialects: &dyn Dialects) -> Result<Value, PrepareError> {
        Names { events: Some(names), elements: Vec::new(), dialects }.value(expr)
    }
}

impl Value {
    /// A value of a filter: every name in it is that of the one event.
    ///
    /// # Errors
    /// A pattern or a foreign expression is wrong.
    pub fn prepare_of_one(expr: &Expr, dialects: &dyn Dialects) -> Result<Value, PrepareError> {
        Names { events: None, elements: Vec::new(), dialects }.value(expr)
    }
}

impl<'n> Names<'n> {
    /// How many events there are.
    fn events(&self) -> usize {
        self.events.map_or(1, <[_]>::len)
    }

    fn slot(&self, name: &str) -> Result<usize, PrepareError> {
        if let Some(element) = self.elements.iter().rposition(|known| *known == name) {
            return Ok(self.events() + element);
        }
        match self.events {
            None => Ok(0),
            Some(names) => {
                let found = names.iter().position(|known| *known == name);
                found.ok_or_else(|| PrepareError::UnknownEvent(name.to_owned()))
            }
        }
    }

    fn place(&self, path: &Path) -> Result<Place, PrepareError> {
        let slot = self.slot(&path.event)?;
        Ok(Place::new(path, slot, slot >= self.events()))
    }

    fn nodes(&self, members: &'n [Expr]) -> Result<Box<[Node]>, PrepareError> {
        members.iter().map(|member| self.node(member)).collect()
    }

    fn values(&self, members: &'n [Expr]) -> Result<Box<[Value]>, PrepareError> {
        members.iter().map(|member| self.value(member)).collect()
    }

    /// Its way of writing itself, and the value.
    fn side_value(&self, expr: &'n Expr) -> Result<(Box<str>, Value), PrepareError> {
        let value = self.value(expr)?;
        Ok((value.written().into(), value))
    }

    /// Its way of writing itself, and the side.
    fn side(&self, expr: &'n Expr) -> Result<(Box<str>, Side), PrepareError> {
        let (written, value) = self.side_value(expr)?;
        Ok((written, Side::new(value)))
    }

    fn node(&self, expr: &'n Expr) -> Result<Node, PrepareError> {
        Ok(match expr {
            Expr::Const(Json::Bool(value)) => Node::Constant(*value),
            Expr::Exists(path) => Node::Exists(self.place(path)?),
            Expr::Not(inner) => Node::Not(Box::new(self.node(inner)?)),
            Expr::All(members) => Node::All(self.nodes(members)?),
            Expr::Any(members) => Node::Any(self.nodes(members)?),
            Expr::Compare(compare) => {
                let (left_written, left) = self.side(&compare.left)?;
                let (right_written, right) = self.side(&compare.right)?;
                Node::Compare { op: compare.op, left, right, written: (left_written, right_written) }
            }
            // The `or` of nothing is false, whatever the value is.
            Expr::In(inside) if inside.members.is_empty() => Node::Constant(inside.negated),
            Expr::In(inside) => {
                let (written, value) = self.side(&inside.value)?;
                let members = inside.members.iter().map(|member| Scalar::of(member).owned()).collect();
                let listed = inside.members.clone().into();
                Node::In { value, members, listed, negated: inside.negated, written }
            }
            Expr::Matches(matches) => {
                let (written, value) = self.side(&matches.value)?;
                let source = matches.pattern.as_str();
                let pattern = Pattern::new(source)
                    .map_err(|error| PrepareError::Pattern(source.to_owned(), error.to_string()))?;
                Node::Matches { value, pattern, negated: matches.negated, source: source.into(), written }
            }
            Expr::Quantified(quantified) => {
                let (written, list) = self.side_value(&quantified.list)?;
                let mut elements = self.elements.clone();
                elements.push(&quantified.name);
                let inner = Names { events: self.events, elements, dialects: self.dialects };
                let slot = inner.events() + self.elements.len();
                let condition = Box::new(inner.node(&quantified.condition)?);
                Node::Elements(Elements { all: quantified.all, list, written, slot, condition })
            }
            Expr::TimeRange(range) => Node::Range(Range::prepare(range, self.slot(&range.event)?)?),
            Expr::Govaluate(asked) => {
                let test = self.dialects.test(&asked.text).map_err(PrepareError::Foreign)?;
                let fields = asked.fields.iter().map(|(name, value)| Ok((name.clone(), self.value(value)?)));
                Node::Asked(Asked { fields: fields.collect::<Result<_, _>>()?, test })
            }
            // What is no condition stands for `… == true`.
            other => {
                let (written, left) = self.side(other)?;
                let right = Side::Constant(Scalar::Bool(true));
                Node::Compare { op: Comparator::Equal, left, right, written: (written, "true".into()) }
            }
        })
    }

    fn value(&self, expr: &'n Expr) -> Result<Value, PrepareError> {
        Ok(match expr {
            Expr::Const(json) => Value::Constant(json.clone()),
            Expr::Path(path) => Value::Path(self.place(path)?),
            Expr::Attribute(reference) => {
                let written = format!("{}::{}", reference.event, reference.attribute.name()).into();
                Value::Attribute {
                    slot: self.slot(&reference.event)?,
                    attribute: reference.attribute,
                    written,
                }
            }
            Expr::Text(inner) => Value::Text(Box::new(self.value(inner)?)),
            Expr::Concat(parts) => Value::Concat(self.values(parts)?),
            Expr::Default(default) => Value::Default {
                value: Box::new(self.value(&default.value)?),
                fallback: Box::new(self.value(&default.fallback)?),
                null_is_absent: default.null_is_absent,
            },
            Expr::List(items) => Value::List(self.values(items)?),
            Expr::Object(members) => {
                let members = members.iter().map(|(key, value)| Ok((key.clone(), self.value(value)?)));
                Value::Object(members.collect::<Result<_, _>>()?)
            }
            Expr::Call(call) => {
                let unknown = || PrepareError::UnknownFunction(call.function.clone());
                let function = function(&call.function).ok_or_else(unknown)?;
                if call.args.len() != function.params.len() {
                    return Err(PrepareError::Arguments(function.name));
                }
                Value::Call { function, args: self.values(&call.args)? }
            }
            Expr::Arithmetic(arithmetic) => Value::Arithmetic {
                op: arithmetic.op,
                left: Box::new(self.value(&arithmetic.left)?),
                right: Box::new(self.value(&arithmetic.right)?),
            },
            Expr::If(choice) => Value::If {
                condition: Box::new(Predicate(self.node(&choice.condition)?)),
                then: Box::new(self.value(&choice.then)?),
                otherwise: Box::new(self.value(&choice.otherwise)?),
            },
            Expr::Member(member) => {
                let value = self.value(&member.value)?;
                let written = written(&value.written(), &member.steps).into();
                Value::Member { value: Box::new(value), steps: Steps::new(&member.steps), written }
            }
            Expr::Foreign(foreign) => {
                let reading = self.dialects.reading(foreign).map_err(PrepareError::Foreign)?;
                Value::Foreign(Read {
                    slot: self.slot(&foreign.event)?,
                    reading,
                    written: as_written(foreign),
                })
            }
            condition => Value::Condition(Box::new(Predicate(self.node(condition)?))),
        })
    }
}

fn as_written(foreign: &Foreign) -> Box<str> {
    let Foreign { language, text, event, context, .. } = foreign;
    let context = if *context { "::context" } else { "" };
    format!("{}({event}{context}, r\"{text}\")", language.name()).into()
}
