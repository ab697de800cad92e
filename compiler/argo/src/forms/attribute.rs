//! An attribute of the CloudEvent: `contextKey`. The envelope is a source without any key, and arrives as text.

use super::path::present;
use super::{Kind, Sources, refuse};
use crate::emit::scope::Scope;
use crate::refusal::{NoValueForm, Reason, Refusal};
use aev_plan::argo::ParameterSource;
use aev_plan::expr::{Attribute, Expr};

pub(super) fn emit(expr: &Expr, kind: Kind, scope: &Scope<'_>) -> Result<Option<Sources>, Refusal> {
    let Expr::Attribute(reference) = expr else { return Ok(None) };
    let (context_key, use_raw_data) = match reference.attribute {
        Attribute::Envelope if kind == Kind::Json => {
            return Err(refuse(expr, Reason::NoValueForm(NoValueForm::Envelope)));
        }
        Attribute::Envelope => ("", false),
        Attribute::Context => ("@this", kind == Kind::Json),
        attribute => (name(attribute), false),
    };
    let source = |stream: &String| ParameterSource {
        dependency_name: stream.clone(),
        context_key: context_key.to_owned(),
        use_raw_data,
        ..ParameterSource::default()
    };
    Ok(Some(present(expr, &reference.event, scope)?.iter().map(source).collect()))
}

/// As it is called in a CloudEvent and after `::`.
pub(crate) fn name(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::Id => "id",
        Attribute::Source => "source",
        Attribute::Type => "type",
        Attribute::Subject => "subject",
        Attribute::Time => "time",
        Attribute::DataContentType => "datacontenttype",
        Attribute::Context => "context",
        Attribute::Envelope => "envelope",
    }
}
