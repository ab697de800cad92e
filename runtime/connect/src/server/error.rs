//! Why a listener cannot start.

use super::TlsError;
use crate::sources::Place;
use std::io::ErrorKind;
use std::net::SocketAddr;

/// The listener cannot start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BindError {
    /// Somebody else has the port.
    #[error("port {} on {} is in use; stop what uses it, or take another with `--port {declared}=N` (0 for any free one)", address.port(), address.ip())]
    InUse {
        /// The port that the file says.
        declared: u16,
        /// What was to be bound.
        address: SocketAddr,
    },
    /// The system does not allow it.
    #[error("port {} on {} may not be used by this user; take one from 1024 up with `--port {declared}=N`", address.port(), address.ip())]
    NotAllowed {
        /// The port that the file says.
        declared: u16,
        /// What was to be bound.
        address: SocketAddr,
    },
    /// This machine does not have the address.
    #[error("this machine does not have the address {}; give one of its own with `--bind`, or 0.0.0.0 for all", address.ip())]
    NoSuchAddress {
        /// What was to be bound.
        address: SocketAddr,
    },
    /// Something else.
    #[error("port {} on {} cannot be used: {reason}", address.port(), address.ip())]
    Other {
        /// What was to be bound.
        address: SocketAddr,
        /// What the system says.
        reason: String,
    },
    /// Two endpoints have the same port and path.
    #[error(
        "`{}` of the pipeline `{}` and `{}` of `{}` have the same endpoint `{path}` on port {port}; give one of them another",
        both.0, both.0.pipeline, both.1, both.1.pipeline
    )]
    SameEndpoint {
        /// As the files say.
        port: u16,
        /// Of both.
        path: String,
        /// The one that came first, and the other.
        both: Box<(Place, Place)>,
    },
    /// One port can have one certificate only.
    #[error(
        "`{}` of the pipeline `{}` and `{}` of `{}` are on port {port} with different certificates; give one of them another \
         port", both.0, both.0.pipeline, both.1, both.1.pipeline
    )]
    DifferentCertificates {
        /// As the files say.
        port: u16,
        /// The one that came first, and one that differs.
        both: Box<(Place, Place)>,
    },
    /// HTTPS cannot be served.
    #[error("`{place}` of the pipeline `{}`: {error}", place.pipeline)]
    Tls {
        /// Which endpoint.
        place: Box<Place>,
        /// Why.
        error: TlsError,
    },
}

impl BindError {
    pub(super) fn of(error: &std::io::Error, declared: u16, address: SocketAddr) -> BindError {
        match error.kind() {
            ErrorKind::AddrInUse => BindError::InUse { declared, address },
            ErrorKind::PermissionDenied => BindError::NotAllowed { declared, address },
            ErrorKind::AddrNotAvailable => BindError::NoSuchAddress { address },
            _ => BindError::Other { address, reason: error.to_string() },
        }
    }
}
