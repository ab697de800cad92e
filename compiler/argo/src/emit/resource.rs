//! A Kubernetes object with event values in it: the literal object, and the parameters that fill the rest.

use crate::forms::{self, Kind, Parts};
use crate::gjson::{Place, destination, is_numeric};
use crate::node::{Fields, Node, Value};
use crate::refusal::{NoValueForm, Reason, Refusal};
use aev_plan::argo::{Operation, Parameter, ParameterSource};
use aev_plan::expr::Expr;
use aev_plan::json::Json;
use aev_plan::origin::Origin;

use super::faithful;
use super::scope::Scope;

/// An object under construction.
pub(super) struct Resource<'a> {
    scope: Scope<'a>,
    origin: Origin,
    places: Vec<Place>,
    /// What fills the places of event values.
    pub(super) parameters: Vec<(Parameter, Origin)>,
}

impl<'a> Resource<'a> {
    pub(super) fn new(scope: Scope<'a>, origin: Origin) -> Resource<'a> {
        Resource { scope, origin, places: Vec::new(), parameters: Vec::new() }
    }

    /// Of a part of an object, at this place.
    pub(super) fn within(scope: Scope<'a>, origin: Origin, places: Vec<Place>) -> Resource<'a> {
        Resource { scope, origin, places, parameters: Vec::new() }
    }

    /// The literal part of a value; nothing when all of it comes from events: a parameter makes its place itself.
    pub(super) fn literal(&mut self, expr: &Expr) -> Result<Option<Node>, Refusal> {
        if let Some(value) = forms::fold(expr) {
            return self.constant(&value);
        }
        if let Some(parts) = forms::parts(expr, &self.scope)? {
            return self.text(expr, parts);
        }
        match expr {
            Expr::Object(members) => self.object(members),
            Expr::List(items) => self.list(items).map(Some),
            _ => self.value(expr),
        }
    }

    /// What Argo would not keep of a constant is a parameter.
    fn constant(&mut self, value: &Json) -> Result<Option<Node>, Refusal> {
        let expr = |value: &Json| Expr::Const(value.clone());
        match value {
            value if faithful::value(value) => Ok(Some(Node::from(value).at(self.origin))),
            Json::Object(members) => {
                let members: Vec<_> =
                    members.iter().map(|(key, member)| (key.clone(), expr(member))).collect();
                self.object(&members)
            }
            Json::List(items) => self.list(&items.iter().map(expr).collect::<Vec<_>>()).map(Some),
            scalar => self.value(&expr(scalar)),
        }
    }

    fn object(&mut self, members: &[(String, Expr)]) -> Result<Option<Node>, Refusal> {
        let mut fields = Fields::at(self.origin);
        for (key, value) in members {
            self.places.push(Place::Key(key.clone()));
            let first = self.parameters.len();
            match self.literal(value)? {
                Some(node) if faithful::text(key) => fields.put(key.as_str(), node),
                // The literal part comes by a parameter, before those that fill it.
                Some(node) => {
                    let filling = self.parameters.split_off(first);
                    self.value(&Expr::Const(node.to_json()))?;
                    self.parameters.extend(filling);
                }
                None => {}
            }
            self.places.pop();
        }
        Ok((!fields.is_empty()).then(|| fields.into()))
    }

    /// Elements keep their place: where all of one comes from events something must stand for it.
    fn list(&mut self, items: &[Expr]) -> Result<Node, Refusal> {
        let mut nodes = Vec::new();
        for (index, item) in items.iter().enumerate() {
            self.places.push(Place::Index(index));
            let node = self.literal(item)?;
            self.places.pop();
            nodes.push(node.unwrap_or_else(|| match item {
                Expr::Object(_) | Expr::Const(Json::Object(_)) => Fields::at(self.origin).into(),
                Expr::Text(_) | Expr::Concat(_) => Node::from("").at(self.origin),
                _ => Node::new(Value::Null).at(self.origin),
            }));
        }
        Ok(Node::from(nodes).at(self.origin))
    }

    fn value(&mut self, expr: &Expr) -> Result<Option<Node>, Refusal> {
        let sources = forms::value(expr, Kind::Json, &self.scope)?;
        let origin = forms::origin(expr).unwrap_or(self.origin);
        for source in sources {
            self.push(source, Operation::Overwrite, origin);
        }
        Ok(None)
    }

    fn text(&mut self, expr: &Expr, text: Parts) -> Result<Option<Node>, Refusal> {
        let has_prefix = !text.prefix.is_empty() || text.parts.is_empty();
        let appends = text.parts.len() > usize::from(!has_prefix);
        let numeric = self.places.iter().find_map(|place| match place {
            Place::Key(key) if is_numeric(key) => Some(key.clone()),
            _ => None,
        });
        if let Some(key) = numeric.filter(|_| appends) {
            // What stands there is read with gjson, which does not know `:0`.
            return Err(forms::refuse(expr, Reason::NoValueForm(NoValueForm::NumericKey { key })));
        }
        let origin = forms::origin(expr).unwrap_or(self.origin);
        let faithful = faithful::text(&text.prefix);
        if has_prefix && !faithful {
            self.value(&Expr::Const(Json::String(text.prefix.clone())))?;
        }
        for (index, sources) in text.parts.into_iter().enumerate() {
            let operation = if index == 0 && !has_prefix { Operation::Overwrite } else { Operation::Append };
            for source in sources {
                self.push(source, operation, origin);
            }
        }
        Ok((has_prefix && faithful).then(|| Node::from(text.prefix).at(self.origin)))
    }

    fn push(&mut self, src: ParameterSource, operation: Operation, origin: Origin) {
        self.parameters.push((Parameter { src, dest: destination(&self.places), operation }, origin));
    }
}

/// A constant member of an object expression.
pub(super) fn constant<'a>(expr: &'a Expr, keys: &[&str]) -> Option<&'a str> {
    match (keys, expr) {
        ([], Expr::Text(inner)) => constant(inner, keys),
        ([key, rest @ ..], Expr::Object(members)) => {
            constant(members.iter().find(|(name, _)| name == key).map(|(_, value)| value)?, rest)
        }
        (keys, Expr::Const(value)) => keys.iter().try_fold(value, |value, key| value.get(key))?.as_str(),
        _ => None,
    }
}

/// A member of an object expression is there, constant or not.
pub(super) fn has(expr: &Expr, keys: &[&str]) -> bool {
    match (keys, expr) {
        ([], _) => true,
        ([key, rest @ ..], Expr::Object(members)) => {
            members.iter().any(|(name, value)| name == key && has(value, rest))
        }
        (keys, Expr::Const(value)) => keys.iter().try_fold(value, |value, key| value.get(key)).is_some(),
        _ => false,
    }
}
