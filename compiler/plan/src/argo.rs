//! Filters, transforms, parameters and templates that stay in Argo Events' own form.
//!
//! Names and shapes are those of the `argoproj.io/v1alpha1` Sensor. `aev-dialects` evaluates them.

use crate::expr::{Foreign, ForeignLanguage};
use crate::json::Json;
use serde::{Deserialize, Serialize};

/// `filters` and `filtersLogicalOperator` of a dependency.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Filters {
    /// How the kinds of filter combine.
    #[serde(default)]
    pub operator: Operator,
    /// How the members of `data` combine.
    #[serde(default)]
    pub data_operator: Operator,
    /// How the members of `exprs` combine.
    #[serde(default)]
    pub expr_operator: Operator,
    /// Data filters; none differs from empty under `or`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Vec<DataFilter>>,
    /// Expression filters, written in govaluate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exprs: Option<Vec<ExprFilter>>,
    /// Attributes that must be equal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<ContextFilter>,
    /// A span of the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeFilter>,
    /// Lua.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
}

/// `and`, which is also what an empty operator means, or `or`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Operator {
    /// All of them.
    #[default]
    And,
    /// One of them.
    Or,
}

/// One entry of `filters.data`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataFilter {
    /// A gjson path.
    pub path: String,
    /// `bool`, `number` or `string`; another one is an error when an event comes.
    #[serde(rename = "type")]
    pub kind: String,
    /// One of them must fit.
    pub value: Vec<String>,
    /// `=` unless said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comparator: String,
    /// A Go template over the value as text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub template: String,
}

impl ParameterSource {
    /// That of a foreign expression.
    pub fn of(foreign: &Foreign, dependency_name: String) -> ParameterSource {
        let mut source = ParameterSource { dependency_name, ..ParameterSource::default() };
        let place = match (foreign.language, foreign.context) {
            (ForeignLanguage::Gjson, false) => &mut source.data_key,
            (ForeignLanguage::Gjson, true) => &mut source.context_key,
            (ForeignLanguage::GoTemplate, false) => &mut source.data_template,
            (ForeignLanguage::GoTemplate, true) => &mut source.context_template,
        };
        place.clone_from(&foreign.text);
        source
    }
}

/// One entry of `filters.exprs`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExprFilter {
    /// A govaluate expression.
    pub expr: String,
    /// The variables in it.
    pub fields: Vec<PayloadField>,
}

/// A variable of an [`ExprFilter`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PayloadField {
    /// A gjson path.
    pub path: String,
    /// The name in the expression.
    pub name: String,
}

/// `filters.context`: what is not empty must be equal. Argo ignores id, time and specversion here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContextFilter {
    /// The kind of source.
    #[serde(default, rename = "type", skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The name of the event within its source.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// The name of the source.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Media type of the data.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub datacontenttype: String,
}

/// `filters.time`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeFilter {
    /// `HH:MM:SS`.
    pub start: String,
    /// `HH:MM:SS`, excluded; before `start` it passes midnight.
    pub stop: String,
    /// An IANA zone; UTC unless said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub timezone: String,
}

/// One of Argo's trigger parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Where the value comes from.
    pub src: ParameterSource,
    /// An sjson path.
    pub dest: String,
    /// What is done with it there.
    #[serde(default, skip_serializing_if = "Operation::is_overwrite")]
    pub operation: Operation,
}

/// What happens to the value that stands at a destination.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// It goes.
    #[default]
    Overwrite,
    /// The new text follows it.
    Append,
    /// The new text precedes it.
    Prepend,
}

impl Operation {
    /// For serialisation: what Argo assumes when nothing is said.
    pub fn is_overwrite(&self) -> bool {
        *self == Operation::Overwrite
    }
}

/// `src` of a parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ParameterSource {
    /// The dependency whose event is read.
    pub dependency_name: String,
    /// A gjson path into the context.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub context_key: String,
    /// A Go template over the context.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub context_template: String,
    /// A gjson path into the data.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub data_key: String,
    /// A Go template over the data.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub data_template: String,
    /// The default, or without a key the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The JSON type is kept; otherwise everything becomes text.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub use_raw_data: bool,
}

/// A trigger's `template` and `parameters` as they stand in the Sensor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// The `template` object without `name` and `conditions`, such as `{"k8s": {"source": …, "parameters": […]}}`.
    pub template: Json,
    /// Parameters of the trigger: they change the template.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
}
