//! Argo's trigger parameters as YAML.

use crate::node::{Fields, Node};
use aev_plan::argo::{Operation, Parameter, ParameterSource};
use aev_plan::origin::Origin;

/// A list of parameters.
pub(super) fn nodes(parameters: &[(Parameter, Origin)]) -> Vec<Node> {
    parameters.iter().map(|(parameter, origin)| node(parameter, *origin)).collect()
}

/// One parameter.
pub(super) fn node(parameter: &Parameter, origin: Origin) -> Node {
    let mut fields = Fields::at(origin);
    fields.put("src", source(&parameter.src, origin));
    fields.put("dest", parameter.dest.as_str());
    match parameter.operation {
        Operation::Overwrite => {}
        Operation::Append => fields.put("operation", "append"),
        Operation::Prepend => fields.put("operation", "prepend"),
    }
    fields.into()
}

fn source(source: &ParameterSource, origin: Origin) -> Fields {
    let mut fields = Fields::at(origin);
    fields.put("dependencyName", source.dependency_name.as_str());
    fields.put_text("contextKey", &source.context_key);
    fields.put_text("contextTemplate", &source.context_template);
    fields.put_text("dataKey", &source.data_key);
    fields.put_text("dataTemplate", &source.data_template);
    fields.put_some("value", source.value.as_deref());
    if source.use_raw_data {
        fields.put("useRawData", true);
    }
    fields
}
