//! Why a request did not become an event, and what to do about it.

use crate::secrets::SecretError;
use std::time::Duration;

/// A request that was refused. Its text is the answer; it says nothing that the sender did not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// 404
    #[error("there is no endpoint at this path; compare it with `endpoint` in the source")]
    NotFound,
    /// 405, with `Allow`
    #[error("this endpoint takes `{allow}` only")]
    Method {
        /// The one that it takes.
        allow: hyper::Method,
    },
    /// 401
    #[error("{0}")]
    Unauthorized(Denied),
    /// 413, by `maxPayloadSize`
    #[error(
        "the body has more than {limit} bytes, the most that this endpoint takes; send less, or raise `maxPayloadSize`"
    )]
    TooLarge {
        /// In bytes.
        limit: usize,
    },
    /// 413, by the bus
    #[error("the event has {size} bytes on the bus, which takes at most {limit}; send less")]
    TooLargeForBus {
        /// Bytes on the wire of the bus.
        size: usize,
        /// The most that it takes.
        limit: usize,
    },
    /// 415
    #[error("{0}")]
    MediaType(String),
    /// 400
    #[error("{0}")]
    Malformed(String),
    /// 408
    #[error("the body did not arrive within {} s; send it again", limit.as_secs_f64())]
    Slow {
        /// How long it may take.
        limit: Duration,
    },
    /// 503, with `Retry-After`
    #[error("{reason}; send the event again later")]
    Unavailable {
        /// What cannot take it.
        reason: &'static str,
        /// When it is worth trying again.
        retry_after: Duration,
    },
    /// 500. The log has the reason; the sender can do nothing.
    #[error("the endpoint is not set up completely; its operator finds the reason in the log")]
    Secret(SecretError),
}

/// Why a request is not known to come from whom it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Denied {
    /// No bearer token.
    #[error("the header `Authorization: Bearer …` is missing")]
    NoToken,
    /// Another token.
    #[error("the bearer token is wrong; compare it with the secret of the source")]
    WrongToken,
    /// No signature.
    #[error("the header `X-Hub-Signature-256` is missing; set the secret at the hook")]
    NoSignature,
    /// No signature, where the file says which header has it.
    #[error("the header with the signature is missing")]
    Unsigned,
    /// Of several signatures nobody knows which counts.
    #[error("the header with the signature stands there more than once")]
    SeveralSignatures,
    /// A signature in another form than the file says.
    #[error(
        "the signature is not written as the endpoint wants it; compare prefix and encoding with the source"
    )]
    UnreadableSignature,
    /// A signature that is none.
    #[error("the signature is not written as `sha256=` and 64 hexadecimal digits")]
    MalformedSignature,
    /// The signature of another body or with another secret.
    #[error("the signature is not that of this body; compare the secret at the hook with that of the source")]
    WrongSignature,
}

impl Refusal {
    /// The HTTP status.
    pub(crate) fn status(&self) -> u16 {
        match self {
            Refusal::NotFound => 404,
            Refusal::Method { .. } => 405,
            Refusal::Unauthorized(_) => 401,
            Refusal::TooLarge { .. } | Refusal::TooLargeForBus { .. } => 413,
            Refusal::MediaType(_) => 415,
            Refusal::Malformed(_) => 400,
            Refusal::Slow { .. } => 408,
            Refusal::Unavailable { .. } => 503,
            Refusal::Secret(_) => 500,
        }
    }
}
