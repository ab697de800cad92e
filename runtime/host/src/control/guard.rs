//! Who may ask. A Unix socket is guarded by its rights; a port by a token, and against pages in a browser.

use super::answer::Refused;
use super::socket;
use hyper::header::{AUTHORIZATION, HOST, ORIGIN};
use hyper::{HeaderMap, StatusCode};
use std::net::IpAddr;
use std::path::PathBuf;

/// What a client must show.
#[derive(Clone, Debug)]
pub(super) enum Guard {
    /// Nothing: the system has let it in.
    Socket,
    /// The token in this file.
    Token(PathBuf),
}

impl Guard {
    /// # Errors
    /// It may not ask.
    pub(super) fn check(&self, headers: &HeaderMap) -> Result<(), Refused> {
        // Only a page in a browser says where it comes from, and none has business here.
        if headers.contains_key(ORIGIN) {
            return Err(Refused::new(StatusCode::FORBIDDEN, "requests of web pages are not taken"));
        }
        let Guard::Token(file) = self else { return Ok(()) };
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        // A page can only get here under a name of its own.
        if !host.is_some_and(is_address) {
            let reason = "the header `host` must be an IP address or `localhost`";
            return Err(Refused::new(StatusCode::FORBIDDEN, reason));
        }
        let token = socket::token(file).map_err(|error| {
            tracing::error!(%error, "nobody can use the control port");
            Refused::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "the token of this process cannot be read; see its log",
            )
        })?;
        let shown = headers.get(AUTHORIZATION).and_then(|value| value.as_bytes().split_at_checked(7));
        match shown {
            Some((scheme, shown))
                if scheme.eq_ignore_ascii_case(b"bearer ") && token.matches(shown.trim_ascii()) =>
            {
                Ok(())
            }
            _ => Err(Refused::new(
                StatusCode::UNAUTHORIZED,
                "the token is missing or wrong; give it with `--token-file FILE`",
            )),
        }
    }
}

/// `127.0.0.1:7000`, `[::1]`, `localhost:7000`.
fn is_address(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.parse::<IpAddr>().is_ok()
}
