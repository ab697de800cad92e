//! Where events lie: the address of a bus, as it is written on a command line.

use aev_plan::model::SecretRef;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where events lie.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BusAddress {
    /// In this process: `embedded:DIR`, or `embedded:DIR?max-bytes=N`.
    Embedded {
        /// The directory.
        dir: PathBuf,
        /// At so many bytes that no trigger has finished with new events are refused; 1 GiB unless said.
        max_bytes: Option<u64>,
    },
    /// On NATS JetStream: `jetstream://HOST:PORT[,HOST:PORT]`, with options behind `?`.
    JetStream(Servers),
    /// On core NATS, at most once: `nats://HOST:PORT[,HOST:PORT]`, with the same options.
    Nats(Servers),
}

/// Servers of NATS, and how they are reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Servers {
    /// `HOST:PORT`, one or several with commas.
    pub hosts: String,
    /// `auth=NAME/KEY`: a secret in Argo's form, lines of YAML with `username` and `password`, `token`, `nkey`, or
    /// `credentials`; or a whole credentials file.
    pub auth: Option<SecretRef>,
    /// `tls`: a connection without TLS is refused.
    pub tls: bool,
    /// `ca=NAME/KEY`: certificates in PEM that the servers' are checked with, instead of the system's.
    pub ca: Option<SecretRef>,
    /// `cert=NAME/KEY` and `key=NAME/KEY`: the certificate of this process and its key, in PEM.
    pub identity: Option<(SecretRef, SecretRef)>,
    /// `insecure`: the servers' certificates are not checked.
    pub insecure: bool,
    /// Argo's `streamConfig`, YAML: how the stream is to be made. Not written in the address.
    pub stream: Option<String>,
}

const FORMS: &str =
    "write `embedded:DIR`, `embedded:DIR?max-bytes=N`, `jetstream://HOST:PORT` or `nats://HOST:PORT`";
const OPTIONS: &str = "`auth=NAME/KEY`, `tls`, `ca=NAME/KEY`, `cert=NAME/KEY`, `key=NAME/KEY` and `insecure`";

impl BusAddress {
    /// What it is, as OpenTelemetry names messaging systems.
    pub(crate) fn system(&self) -> &'static str {
        match self {
            BusAddress::Embedded { .. } => "aev",
            BusAddress::JetStream(_) | BusAddress::Nats(_) => "nats",
        }
    }

    /// In this directory, with the usual bound.
    pub(crate) fn embedded(dir: impl Into<PathBuf>) -> BusAddress {
        BusAddress::Embedded { dir: dir.into(), max_bytes: None }
    }

    /// Every secret that is needed to connect.
    pub(crate) fn secrets(&self) -> Vec<SecretRef> {
        match self {
            BusAddress::Embedded { .. } => Vec::new(),
            BusAddress::JetStream(servers) | BusAddress::Nats(servers) => {
                let identity = servers.identity.iter().flat_map(|(cert, key)| [cert, key]);
                servers.auth.iter().chain(&servers.ca).chain(identity).cloned().collect()
            }
        }
    }
}

impl FromStr for BusAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<BusAddress, String> {
        let wrong = || format!("`{}` is no bus that can be run on; {FORMS}", without_password(text));
        if let Some(rest) = text.strip_prefix("embedded:") {
            let (dir, max_bytes) = match rest.rsplit_once("?max-bytes=") {
                None => (rest, None),
                Some((dir, number)) => (dir, Some(number.parse().map_err(|_| wrong())?)),
            };
            return match dir.is_empty() {
                true => Err(wrong()),
                false => Ok(BusAddress::Embedded { dir: dir.into(), max_bytes }),
            };
        }
        let of = |scheme: &str| text.strip_prefix(scheme).map(Servers::read);
        match (of("jetstream://"), of("nats://")) {
            (Some(servers), _) => servers.map(BusAddress::JetStream),
            (_, Some(servers)) => servers.map(BusAddress::Nats),
            (None, None) => Err(wrong()),
        }
    }
}

impl Servers {
    /// Reads what stands behind the scheme.
    fn read(text: &str) -> Result<Servers, String> {
        let (hosts, options) = text.split_once('?').unwrap_or((text, ""));
        if hosts.contains('@') {
            return Err(
                "a password in the address of a bus can be seen by others; put it into a secret and write \
                        `?auth=NAME/KEY` behind the address"
                    .to_owned(),
            );
        }
        if hosts.is_empty() || hosts.split(',').any(|host| host.is_empty() || host.contains('/')) {
            return Err(format!("`{hosts}` names no servers; write `HOST:PORT`, several with commas"));
        }
        let mut servers = Servers { hosts: hosts.to_owned(), ..Servers::default() };
        let (mut cert, mut key) = (None, None);
        for option in options.split('&').filter(|option| !option.is_empty()) {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            match name {
                "auth" => servers.auth = Some(secret(name, value)?),
                "ca" => servers.ca = Some(secret(name, value)?),
                "cert" => cert = Some(secret(name, value)?),
                "key" => key = Some(secret(name, value)?),
                "tls" if value.is_empty() => servers.tls = true,
                "insecure" if value.is_empty() => servers.insecure = true,
                _ => return Err(format!("`{option}` is no option of a bus; there are {OPTIONS}")),
            }
        }
        servers.identity = match (cert, key) {
            (None, None) => None,
            (Some(cert), Some(key)) => Some((cert, key)),
            _ => return Err("`cert` and `key` of a bus go together".to_owned()),
        };
        Ok(servers)
    }
}

fn secret(option: &str, text: &str) -> Result<SecretRef, String> {
    match text.split_once('/') {
        Some((name, key)) if !name.is_empty() && !key.is_empty() && !key.contains('/') => {
            Ok(SecretRef { name: name.to_owned(), key: key.to_owned() })
        }
        _ => Err(format!("`{option}={text}` names no secret; write `{option}=NAME/KEY`")),
    }
}

/// An address that somebody has put a password into is not repeated.
fn without_password(text: &str) -> &str {
    if text.contains('@') { "…" } else { text }
}

impl fmt::Display for BusAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BusAddress::Embedded { dir, max_bytes } => {
                write!(f, "embedded:{}", dir.display())?;
                max_bytes.map_or(Ok(()), |bytes| write!(f, "?max-bytes={bytes}"))
            }
            BusAddress::JetStream(servers) => write!(f, "jetstream://{servers}"),
            BusAddress::Nats(servers) => write!(f, "nats://{servers}"),
        }
    }
}

impl fmt::Display for Servers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hosts)?;
        let (cert, key) = self.identity.as_ref().map(|(cert, key)| (cert, key)).unzip();
        let secrets = [("auth", self.auth.as_ref()), ("ca", self.ca.as_ref()), ("cert", cert), ("key", key)];
        let secrets = secrets.into_iter().filter_map(|(name, secret)| {
            let secret = secret?;
            Some(format!("{name}={}/{}", secret.name, secret.key))
        });
        let flags = [("tls", self.tls), ("insecure", self.insecure)];
        let flags = flags.into_iter().filter(|(_, set)| *set).map(|(name, _)| name.to_owned());
        let options: Vec<String> = secrets.chain(flags).collect();
        if options.is_empty() { Ok(()) } else { write!(f, "?{}", options.join("&")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_printed_as_it_was_written() {
        for text in [
            "embedded:a/b",
            "embedded:a?max-bytes=7",
            "nats://one:4222",
            "jetstream://one:4222,two:4222?auth=js/client-auth&ca=tls/ca.crt&cert=tls/tls.crt&key=tls/tls.key&tls&insecure",
        ] {
            assert_eq!(BusAddress::from_str(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_address_is_refused_without_its_password() {
        for (text, said) in [
            ("kafka:b", "embedded:DIR"),
            ("embedded:", "embedded:DIR"),
            ("jetstream://", "HOST:PORT"),
            ("jetstream://a,,b", "HOST:PORT"),
            ("nats://a/b", "HOST:PORT"),
            ("nats://a?auth=x", "auth=NAME/KEY"),
            ("nats://a?cert=x/y", "go together"),
            ("nats://a?password=x", "`password=x` is no option"),
            ("nats://user:hunter2@a:4222", "?auth=NAME/KEY"),
            ("http://user:hunter2@a:4222", "jetstream://"),
        ] {
            let error = BusAddress::from_str(text).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
