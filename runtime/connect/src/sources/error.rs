//! What stands against starting a source, and what the user should know of one that starts.

use super::Place;
use aev_plan::origin::Origin;
use std::fmt;

/// Something that works otherwise than in Argo, for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The source would have its hook created, and this runtime does not do that.
    HookNotRegistered {
        /// Which one.
        place: Place,
        /// What GitHub should call, if the file says.
        url: Option<String>,
        /// What GitHub should send.
        events: Vec<String>,
        /// Where it was declared.
        origin: Origin,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Notice::HookNotRegistered { place, url, events, .. } = self;
        write!(f, "`{place}`: hooks are not registered at GitHub yet; create one there by hand")?;
        if let Some(url) = url {
            write!(f, ", with the payload URL `{url}`")?;
        }
        match events.as_slice() {
            [] => Ok(()),
            [all] if all == "*" => f.write_str(", for all events"),
            events => write!(f, ", for the events `{}`", events.join("`, `")),
        }
    }
}

/// A source cannot be started.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// This runtime does not execute the kind yet.
    #[error(
        "`{place}`: this runtime cannot execute a source of kind `{kind}` yet; declare it as `external source` and let \
         Argo's own event source feed it over the same bus"
    )]
    Unsupported {
        /// Which one.
        place: Place,
        /// Its kind.
        kind: String,
        /// Where it was declared.
        origin: Origin,
    },
    /// The fields are not those of the kind.
    #[error("`{place}`: the fields of `{kind}` are wrong: {reason}")]
    Config {
        /// Which one.
        place: Place,
        /// Its kind.
        kind: &'static str,
        /// What is wrong with which field.
        reason: String,
        /// Where it was declared.
        origin: Origin,
    },
    /// No request can have this method here.
    #[error("`{place}`: the method `{method}` is not served; say one of `GET`, `POST`, `PUT` and `PATCH`")]
    Method {
        /// Which one.
        place: Place,
        /// What the file says.
        method: String,
        /// Where it was declared.
        origin: Origin,
    },
    /// One half of a certificate was given.
    #[error(
        "`{place}`: `serverCertSecret` and `serverKeySecret` belong together; give both, or none for plain HTTP"
    )]
    HalfCertificate {
        /// Which one.
        place: Place,
        /// Where it was declared.
        origin: Origin,
    },
    /// Its requests cannot be verified as the plan says.
    #[error("`{place}`: `verify` cannot be done: {reason}")]
    Verify {
        /// Which one.
        place: Place,
        /// Why not.
        reason: String,
        /// Where it was said.
        origin: Origin,
    },
    /// It would filter before the bus.
    #[error("`{place}`: this runtime cannot filter at the source yet; move the `where` to a `filter`")]
    SourceFilter {
        /// Which one.
        place: Place,
        /// Where it was declared.
        origin: Origin,
    },
}

impl SourceError {
    /// Where in the file it is.
    pub fn origin(&self) -> Origin {
        match self {
            SourceError::Unsupported { origin, .. }
            | SourceError::Config { origin, .. }
            | SourceError::Method { origin, .. }
            | SourceError::HalfCertificate { origin, .. }
            | SourceError::Verify { origin, .. }
            | SourceError::SourceFilter { origin, .. } => *origin,
        }
    }
}
