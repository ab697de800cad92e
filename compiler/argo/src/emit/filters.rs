//! Argo's filters as YAML.

use crate::node::{Fields, Node};
use aev_plan::argo::{DataFilter, ExprFilter, Filters, Operator};
use aev_plan::origin::Origin;

/// Adds `filters` and their operator to a dependency.
pub(super) fn put(dependency: &mut Fields, filters: &Filters, origin: Origin) {
    operator(dependency, "filtersLogicalOperator", filters.operator);
    let mut fields = Fields::at(origin);
    operator(&mut fields, "dataLogicalOperator", filters.data_operator);
    let list = |nodes: Vec<Node>| Node::from(nodes).at(origin);
    fields.put_some(
        "data",
        filters.data.as_ref().map(|data| list(data.iter().map(|entry| self::data(entry, origin)).collect())),
    );
    operator(&mut fields, "exprLogicalOperator", filters.expr_operator);
    fields.put_some(
        "exprs",
        filters.exprs.as_ref().map(|exprs| list(exprs.iter().map(|entry| expr(entry, origin)).collect())),
    );
    if let Some(context) = &filters.context {
        let mut node = Fields::at(origin);
        node.put_text("type", &context.kind);
        node.put_text("subject", &context.subject);
        node.put_text("source", &context.source);
        node.put_text("datacontenttype", &context.datacontenttype);
        fields.put("context", node);
    }
    if let Some(time) = &filters.time {
        let mut node = Fields::at(origin);
        node.put("start", time.start.as_str());
        node.put("stop", time.stop.as_str());
        node.put_text("timezone", &time.timezone);
        fields.put("time", node);
    }
    fields.put_some("script", filters.script.as_deref());
    dependency.put("filters", fields);
}

fn operator(fields: &mut Fields, key: &str, operator: Operator) {
    if operator == Operator::Or {
        fields.put(key, "or");
    }
}

fn data(filter: &DataFilter, origin: Origin) -> Node {
    let mut fields = Fields::at(origin);
    fields.put("path", filter.path.as_str());
    fields.put("type", filter.kind.as_str());
    fields.put_text("comparator", &filter.comparator);
    fields.put("value", filter.value.iter().map(|value| Node::from(value.as_str())).collect::<Vec<_>>());
    fields.put_text("template", &filter.template);
    fields.into()
}

fn expr(filter: &ExprFilter, origin: Origin) -> Node {
    let field = |field: &aev_plan::argo::PayloadField| {
        let mut fields = Fields::at(origin);
        fields.put("name", field.name.as_str());
        fields.put("path", field.path.as_str());
        Node::from(fields)
    };
    let mut fields = Fields::at(origin);
    fields.put("expr", filter.expr.as_str());
    fields.put("fields", filter.fields.iter().map(field).collect::<Vec<_>>());
    fields.into()
}
