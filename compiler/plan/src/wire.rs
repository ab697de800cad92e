//! The versioned JSON form of a plan: `{"version": "1.0", "plan": {…}}`.
//!
//! The major number grows when an older reader would misread a plan, the minor one when it can have something new. A
//! newer minor version is read as long as the plan uses nothing new: a field that this reader does not know is an error
//! and never ignored, since it could be what limits a trigger.

mod words;

use crate::json::Json;
use crate::model::Plan;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The version that [`to_json`] writes, as major and minor number.
pub const VERSION: (u32, u32) = (1, 5);

/// A plan with its version.
#[derive(Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(title = "aev plan")]
#[serde(deny_unknown_fields)]
struct Versioned<P> {
    /// `major.minor`; a reader refuses a newer major version.
    version: String,
    /// The plan.
    plan: P,
}

/// Why a text is no plan that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WireError {
    /// It is no plan at all, or has a field wrong; where and why.
    Invalid(String),
    /// Its version has no such form as `1.0`.
    Version(String),
    /// It was written for a newer major version.
    NewerMajor {
        /// The version that stands in it.
        found: String,
    },
    /// It was written for a newer minor version, and uses something new; where and what.
    NewerMinor {
        /// The version that stands in it.
        found: String,
        /// What was not understood.
        problem: String,
    },
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (major, minor) = VERSION;
        match self {
            WireError::Invalid(problem) => write!(f, "this is no plan: {problem}"),
            WireError::Version(found) => {
                write!(f, "`{found}` is no version of a plan; write it like `{major}.{minor}`")
            }
            WireError::NewerMajor { found } => {
                write!(f, "the plan has version {found}, and this aev reads up to {major}.x; use a newer aev")
            }
            WireError::NewerMinor { found, problem } => write!(
                f,
                "the plan has version {found} and uses something newer than {major}.{minor}: {problem}; use a newer aev"
            ),
        }
    }
}

impl std::error::Error for WireError {}

/// The JSON form, indented, ending with a newline.
///
/// # Errors
/// None that a plan of the compiler can have: only what serde_json refuses, such as a factor that is no finite number.
pub fn to_json(plan: &Plan) -> Result<String, WireError> {
    let (major, minor) = VERSION;
    let versioned = Versioned { version: format!("{major}.{minor}"), plan };
    let mut text = serde_json::to_string_pretty(&versioned).map_err(|error| invalid(&error))?;
    text.push('\n');
    Ok(text)
}

/// Reads the JSON form.
///
/// # Errors
/// It is no plan, or one of a version that this reader does not understand.
pub fn from_json(text: &str) -> Result<Plan, WireError> {
    let json = Json::parse(text).map_err(|error| WireError::Invalid(error.to_string()))?;
    let Some(found) = json.get("version").and_then(Json::as_str) else {
        return Err(WireError::Invalid("it has no `version`, which is text like `\"1.0\"`".to_owned()));
    };
    let (major, minor) = version(found).ok_or_else(|| WireError::Version(found.to_owned()))?;
    if major > VERSION.0 {
        return Err(WireError::NewerMajor { found: found.to_owned() });
    }
    match serde_json::from_str::<Versioned<Plan>>(text) {
        Ok(versioned) => Ok(versioned.plan),
        Err(error) if (major, minor) > VERSION => {
            Err(WireError::NewerMinor { found: found.to_owned(), problem: words::of(&error) })
        }
        Err(error) => Err(invalid(&error)),
    }
}

/// The JSON Schema of what [`to_json`] writes.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(Versioned<Plan>)
}

fn version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.')?;
    let number =
        |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?;
    match (number(major)?, number(minor)?) {
        (0, _) => None,
        version => Some(version),
    }
}

fn invalid(error: &serde_json::Error) -> WireError {
    WireError::Invalid(words::of(error))
}
