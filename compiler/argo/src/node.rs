//! A YAML or JSON value in its order, each part with the place it came from.

use aev_plan::json::{Json, Number};
use aev_plan::origin::Origin;

/// A value with its origin. Equality looks at the value only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// The aev construct it was made from, or the place in the YAML it was read from.
    pub origin: Origin,
}

/// What a [`Node`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number as it was written.
    Number(Number),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// An object.
    Map(Vec<Entry>),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub key: String,
    /// Where the name stands.
    pub origin: Origin,
    /// Its value.
    pub value: Node,
}

impl Node {
    /// A value from nowhere in particular.
    pub fn new(value: Value) -> Node {
        Node { value, origin: Origin::default() }
    }

    /// The same value, come from there.
    pub fn at(mut self, origin: Origin) -> Node {
        self.origin = origin;
        self
    }

    /// All of it has come from there.
    pub(crate) fn place(&mut self, origin: Origin) {
        self.origin = origin;
        match &mut self.value {
            Value::List(items) => items.iter_mut().for_each(|item| item.place(origin)),
            Value::Map(entries) => {
                for entry in entries {
                    entry.origin = origin;
                    entry.value.place(origin);
                }
            }
            _ => {}
        }
    }

    /// The members of an object; none of anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The elements of a list; none of anything else.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// A member of an object.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// What stands below these keys.
    pub fn find(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The text, if it is text.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text below these keys; empty when there is none.
    pub fn text_at(&self, keys: &[&str]) -> &str {
        self.find(keys).and_then(Node::text).unwrap_or_default()
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<&Number> {
        match &self.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// Adds a member to an object that does not have it; nothing to anything else.
    pub fn put(&mut self, key: &str, value: Node) {
        let origin = self.origin;
        if let Value::Map(entries) = &mut self.value {
            entries.push(Entry { key: key.to_owned(), origin, value });
        }
    }

    /// It is `true`.
    pub fn is_true(&self) -> bool {
        self.value == Value::Bool(true)
    }

    /// What it is, in the words of JSON.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::Text(_) => "string",
            Value::List(_) => "array",
            Value::Map(_) => "object",
        }
    }

    /// The same value as JSON.
    pub fn to_json(&self) -> Json {
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Number(number) => Json::Number(number.clone()),
            Value::Text(text) => Json::String(text.clone()),
            Value::List(items) => items.iter().map(Node::to_json).collect(),
            Value::Map(entries) => {
                entries.iter().map(|entry| (entry.key.clone(), entry.value.to_json())).collect()
            }
        }
    }
}

impl From<&Json> for Node {
    fn from(json: &Json) -> Node {
        Node::new(match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => Value::Number(number.clone()),
            Json::String(text) => Value::Text(text.clone()),
            Json::List(items) => Value::List(items.iter().map(Node::from).collect()),
            Json::Object(members) => {
                let entry = |(key, value): &(String, Json)| Entry {
                    key: key.clone(),
                    origin: Origin::default(),
                    value: Node::from(value),
                };
                Value::Map(members.iter().map(entry).collect())
            }
        })
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Node {
        Node::new(Value::Text(text.to_owned()))
    }
}

impl From<String> for Node {
    fn from(text: String) -> Node {
        Node::new(Value::Text(text))
    }
}

impl From<bool> for Node {
    fn from(value: bool) -> Node {
        Node::new(Value::Bool(value))
    }
}

impl From<i64> for Node {
    fn from(value: i64) -> Node {
        Node::new(Value::Number(value.into()))
    }
}

impl From<Vec<Node>> for Node {
    fn from(items: Vec<Node>) -> Node {
        Node::new(Value::List(items))
    }
}

/// An object under construction: members stand in the order in which they are put.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    origin: Origin,
    entries: Vec<Entry>,
}

impl Fields {
    /// An object made from the construct that stands there.
    pub fn at(origin: Origin) -> Fields {
        Fields { origin, entries: Vec::new() }
    }

    /// Adds a member.
    pub fn put(&mut self, key: impl Into<String>, value: impl Into<Node>) {
        self.entries.push(Entry { key: key.into(), origin: self.origin, value: value.into() });
    }

    /// Adds a member that is there.
    pub fn put_some(&mut self, key: &str, value: Option<impl Into<Node>>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    /// Adds text that is not empty.
    pub fn put_text(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            self.put(key, text);
        }
    }

    /// Adds a list that is not empty.
    pub fn put_list(&mut self, key: &str, items: Vec<Node>) {
        if !items.is_empty() {
            self.put(key, items);
        }
    }

    /// No member so far.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl From<Fields> for Node {
    fn from(fields: Fields) -> Node {
        Node { value: Value::Map(fields.entries), origin: fields.origin }
    }
}
