//! `gjson(e, r"…")` and `gotemplate(e, r"…")`: keys and templates of a parameter, and paths of a filter, as they are written.
//! `govaluate(r"…", …)` is an entry of `exprs` that is nobody else's, because brackets around an expression may change it.

use super::operand::field_path;
use super::path::present;
use super::{Fragment, Kind, Piece, Sources, Spot, refuse};
use crate::emit::scope::Scope;
use crate::refusal::{NoFilterForm, Reason, Refusal};
use aev_plan::argo::{ExprFilter, ParameterSource, PayloadField};
use aev_plan::expr::{Expr, Foreign, ForeignLanguage};

/// As a parameter.
pub(super) fn emit(expr: &Expr, kind: Kind, scope: &Scope<'_>) -> Result<Option<Sources>, Refusal> {
    let Expr::Foreign(foreign) = expr else { return Ok(None) };
    let raw = kind == Kind::Json && foreign.language == ForeignLanguage::Gjson;
    let source = |stream: &String| ParameterSource {
        use_raw_data: raw,
        ..ParameterSource::of(foreign, stream.clone())
    };
    Ok(Some(present(expr, &foreign.event, scope)?.iter().map(source).collect()))
}

/// The path of a filter; filters see nothing but the data.
pub(super) fn filter_path(expr: &Expr, foreign: &Foreign) -> Result<String, Refusal> {
    match (foreign.language, foreign.context) {
        (ForeignLanguage::Gjson, false) => Ok(foreign.text.clone()),
        (ForeignLanguage::Gjson, true) => {
            Err(refuse(expr, Reason::NoFilterForm(NoFilterForm::Attribute { attribute: "context" })))
        }
        (ForeignLanguage::GoTemplate, _) => Err(refuse(expr, Reason::NoFilterForm(NoFilterForm::Computed))),
    }
}

/// As an entry of `exprs`.
pub(super) fn entry(expr: &Expr, spot: Spot) -> Result<Option<Fragment>, Refusal> {
    let (Expr::Govaluate(asked), Spot::Exprs) = (expr, spot) else { return Ok(None) };
    let field = |(name, value): &(String, Expr)| {
        let path = match value {
            Expr::Path(path) => field_path(value, path)?,
            Expr::Foreign(foreign) => filter_path(value, foreign)?,
            _ => return Err(refuse(expr, Reason::NoFilterForm(NoFilterForm::Computed))),
        };
        Ok(PayloadField { path, name: name.clone() })
    };
    let fields = asked.fields.iter().map(field).collect::<Result<_, _>>()?;
    Ok(Some(Fragment::Exprs(vec![vec![Piece::Whole(ExprFilter { expr: asked.text.clone(), fields })]])))
}
