//! What a status says, in words for people.

use std::error::Error;
use tonic::{Code, ConnectError, Status};

/// The longest text of a server that is passed on.
const LONGEST: usize = 300;

/// What the server says, on one line: its text and its code. What it sends back of a payload is its own affair.
pub(crate) fn said(status: &Status) -> String {
    let code = name(status.code());
    let text: String =
        status.message().chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST).collect();
    match text.trim() {
        "" => code.to_owned(),
        text => format!("{text} ({code})"),
    }
}

/// The innermost cause when the connection and not the server ended a call.
pub(crate) fn broken(status: &Status) -> Option<String> {
    status.source().map(|error| causes(error).last().map_or_else(String::new, ToString::to_string))
}

/// Whether there was no connection at all: the server has not seen the call.
pub(crate) fn never_sent(status: &Status) -> bool {
    status.source().is_some_and(|error| causes(error).any(|error| error.is::<ConnectError>()))
}

fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// As the protocol spells it.
fn name(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_one_line_with_its_code() {
        assert_eq!(said(&Status::not_found("no\nsuch")), "no such (NOT_FOUND)");
        assert_eq!(said(&Status::new(Code::Aborted, " ")), "ABORTED");
        assert!(said(&Status::internal("x".repeat(1000))).len() < 320);
    }
}
