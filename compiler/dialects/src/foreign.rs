//! `gjson(…)`, `gotemplate(…)` and `govaluate(…)` of aev, on the ports that execute Argo's filters and parameters.

use crate::dynamic::Dynamic;
use crate::govaluate::Expression;
use crate::text::push_json_string;
use crate::{gjson, parameters};
use aev_plan::argo::{Operation, Parameter, ParameterSource};
use aev_plan::eval::{Dialects, Reading, Test};
use aev_plan::event::Event;
use aev_plan::expr::{Foreign, ForeignLanguage};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a plan's expressions are prepared with.
#[derive(Clone, Copy, Debug)]
pub struct Ported;

impl Dialects for Ported {
    fn reading(&self, foreign: &Foreign) -> Result<Arc<dyn Reading>, String> {
        let Foreign { language, text, context, .. } = foreign;
        match language {
            ForeignLanguage::Gjson => Ok(Arc::new(Path { path: text.clone(), context: *context })),
            ForeignLanguage::GoTemplate => match executes(foreign) {
                true => Ok(Arc::new(Template(ParameterSource::of(foreign, String::new())))),
                false => Err("Go templates are not executed yet".to_owned()),
            },
        }
    }

    fn test(&self, text: &str) -> Result<Arc<dyn Test>, String> {
        let expression = Expression::parse(text).map_err(|error| error.to_string())?;
        Ok(Arc::new(Condition(expression)))
    }
}

/// Whether [`Ported`] executes an expression.
pub fn executes(foreign: &Foreign) -> bool {
    let src = ParameterSource::of(foreign, String::new());
    parameters::unsupported(&[Parameter { src, dest: String::new(), operation: Operation::Overwrite }])
        .is_empty()
}

/// A path, which gives what it finds as it arrived.
#[derive(Debug)]
struct Path {
    path: String,
    context: bool,
}

impl Reading for Path {
    fn read(&self, event: &Event) -> Result<Option<String>, String> {
        let context = self.context.then(|| parameters::context(event));
        let value = gjson::get(context.as_deref().unwrap_or(event.data.text()), &self.path);
        Ok(value.exists().then(|| value.raw().to_owned()))
    }
}

/// A template, rendered as that of a parameter is.
#[derive(Debug)]
struct Template(ParameterSource);

impl Reading for Template {
    fn read(&self, event: &Event) -> Result<Option<String>, String> {
        let events = BTreeMap::from([(self.0.dependency_name.as_str(), event)]);
        let found = parameters::resolve(&self.0, &events).map_err(|error| error.to_string())?;
        Ok(found.map(|found| {
            let mut json = String::new();
            push_json_string(&mut json, &found.text);
            json
        }))
    }
}

#[derive(Debug)]
struct Condition(Expression);

impl Test for Condition {
    fn holds(&self, fields: &[(&str, &str)]) -> Result<bool, String> {
        let variables =
            fields.iter().map(|(name, json)| ((*name).to_owned(), gjson::parse(json).decode())).collect();
        let value = self.0.evaluate(&variables).map_err(|error| error.to_string())?;
        Ok(value == Dynamic::Bool(true))
    }
}
