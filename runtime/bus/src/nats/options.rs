//! How a NATS server is reached, for both drivers that use one.

use super::tls;
use crate::error::BusError;
use std::time::Duration;
use zeroize::Zeroizing;

/// A text that is neither printed nor compared, and is wiped from memory when it is dropped.
#[derive(Clone)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes a secret in.
    pub fn new(text: impl Into<String>) -> SecretText {
        SecretText(Zeroizing::new(text.into()))
    }

    /// Hands it to the library that sends it.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for SecretText {
    fn from(text: &str) -> SecretText {
        SecretText::new(text)
    }
}

/// How the process says who it is.
#[derive(Clone, Default)]
pub enum Auth {
    /// Not at all.
    #[default]
    None,
    /// A user's name and password: what Argo Events' own JetStream bus asks for.
    UserAndPassword {
        /// Name.
        user: SecretText,
        /// Password.
        password: SecretText,
    },
    /// A token.
    Token(SecretText),
    /// The seed of a key, `SU…`.
    Nkey(SecretText),
    /// The text of a credentials file.
    Credentials(SecretText),
}

/// TLS of a connection. Certificates are verified, against the given authority or else those of the system, unless said
/// otherwise.
#[derive(Clone, Default)]
pub struct Tls {
    /// TLS must be spoken. Otherwise it is where the server demands it or its URL says `tls://`.
    pub required: bool,
    /// The server's certificate is not verified: for a bus that Argo Events has installed, whose certificate nobody vouches
    /// for. Whoever stands between can read and change everything.
    pub insecure: bool,
    /// The authority that signed the server's certificate, in PEM.
    pub ca: Option<String>,
    /// A certificate of this process and its key, in PEM.
    pub client: Option<(String, SecretText)>,
}

/// How a server is reached.
#[derive(Clone, Default)]
pub struct ConnectOptions {
    /// URLs of one server or several of a cluster: `nats://host:4222` or `tls://host:4222`.
    pub servers: Vec<String>,
    /// How the process says who it is.
    pub auth: Auth,
    /// Encryption.
    pub tls: Tls,
    /// What the server shows for this connection.
    pub name: String,
    /// Argo's `streamConfig`, as YAML; only JetStream looks at it. Empty for the defaults.
    pub stream_config: String,
}

impl ConnectOptions {
    /// Servers by their URLs, separated by commas as Argo has it, and nothing else.
    pub fn new(servers: &str) -> ConnectOptions {
        let servers = servers.split(',').map(str::trim).filter(|url| !url.is_empty());
        ConnectOptions {
            servers: servers.map(str::to_owned).collect(),
            name: "aev".to_owned(),
            ..ConnectOptions::default()
        }
    }

    /// The servers as messages name them: without a user and password in the URL.
    pub(crate) fn shown(&self) -> String {
        let bare = |url: &String| match url.split_once("://") {
            Some((scheme, rest)) => {
                format!("{scheme}://{}", rest.rsplit_once('@').map_or(rest, |(_, host)| host))
            }
            None => url.rsplit_once('@').map_or(url.as_str(), |(_, host)| host).to_owned(),
        };
        self.servers.iter().map(bare).collect::<Vec<_>>().join(",")
    }

    pub(super) fn refused(&self, reason: impl Into<String>) -> BusError {
        BusError::Refused { server: self.shown(), reason: reason.into() }
    }

    /// The same for the library.
    pub(super) fn client_options(&self) -> Result<async_nats::ConnectOptions, BusError> {
        let options = async_nats::ConnectOptions::new()
            .name(&self.name)
            .connection_timeout(Duration::from_secs(5))
            // A server that does not answer two of them is given up: half-open connections are found within 15 s.
            .ping_interval(Duration::from_secs(5))
            .client_capacity(4096)
            // Messages that one subscription holds at most. A lane on JetStream asks for fewer; on core NATS the rest is dropped.
            .subscription_capacity(1 << 14)
            .retain_servers_order()
            .reconnect_delay_callback(pause);
        let options = match &self.auth {
            Auth::None => options,
            Auth::UserAndPassword { user, password } => {
                options.user_and_password(user.reveal().to_owned(), password.reveal().to_owned())
            }
            Auth::Token(token) => options.token(token.reveal().to_owned()),
            Auth::Nkey(seed) => options.nkey(seed.reveal().trim().to_owned()),
            Auth::Credentials(file) => options
                .credentials(file.reveal())
                .map_err(|_| self.refused("the credentials file holds no JWT and seed of a user"))?,
        };
        let options = options.require_tls(self.tls.required);
        Ok(options.tls_client_config(tls::config(&self.tls).map_err(|reason| self.refused(reason))?))
    }
}

/// Before the first attempt none, then longer ones up to 2 s.
fn pause(attempt: usize) -> Duration {
    let doublings = u32::try_from(attempt.saturating_sub(2)).unwrap_or(u32::MAX).min(5);
    match attempt {
        0 | 1 => Duration::ZERO,
        _ => Duration::from_millis(100).saturating_mul(1 << doublings).min(Duration::from_secs(2)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_servers_without_secrets() {
        let options = ConnectOptions::new("nats://user:s3cret@one:4222, two:4222");
        assert_eq!(options.shown(), "nats://one:4222,two:4222");
    }

    #[test]
    fn pauses_grow_and_end_at_two_seconds() {
        let pauses: Vec<u128> = (0..10).map(|attempt| pause(attempt).as_millis()).collect();
        assert_eq!(pauses, [0, 0, 100, 200, 400, 800, 1600, 2000, 2000, 2000]);
    }
}
