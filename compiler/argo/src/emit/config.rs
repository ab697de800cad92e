//! The configuration of a bus or an event in the types that Argo has for it.

use crate::node::{Node, Value};
use aev_catalogue::{Block, Shape};
use aev_plan::json::Json;
use aev_plan::origin::Origin;

/// The object with its origin; what Argo types as text is text.
pub(super) fn config(json: &Json, block: &Block, origin: Origin) -> Node {
    let mut node = Node::from(json);
    fields(&mut node, block);
    node.place(origin);
    node
}

/// The same of the value of one field.
pub(super) fn value(json: &Json, of: &Shape, origin: Origin) -> Node {
    let mut node = Node::from(json);
    shape(&mut node, of);
    node.place(origin);
    node
}

fn fields(node: &mut Node, block: &Block) {
    if let Value::Map(entries) = &mut node.value {
        entries.retain(|entry| entry.value.value != Value::Null);
        for entry in entries {
            if let Some(field) = block.field(&entry.key) {
                shape(&mut entry.value, &field.shape);
            }
        }
    }
}

fn shape(node: &mut Node, of: &Shape) {
    match (of, &mut node.value) {
        (Shape::Record(block), _) => fields(node, block),
        (Shape::List(of), Value::List(items)) => items.iter_mut().for_each(|item| shape(item, of)),
        (Shape::Map(of), Value::Map(entries)) => {
            entries.iter_mut().for_each(|entry| shape(&mut entry.value, of))
        }
        (
            Shape::Port | Shape::QuotedInt { .. } | Shape::Text | Shape::Duration | Shape::Size,
            Value::Number(number),
        ) => {
            node.value = Value::Text(number.as_str().to_owned());
        }
        _ => {}
    }
}
