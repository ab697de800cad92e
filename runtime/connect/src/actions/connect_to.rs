//! `HOST:PORT=ADDRESS:PORT`: calls to a host go to another address, so that a pipeline for a cluster can be tried out.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::str::FromStr;

/// Which hosts are reached elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectTo(BTreeMap<(String, u16), SocketAddr>);

impl ConnectTo {
    /// Adds what one option says. A later one for the same host and port wins.
    ///
    /// # Errors
    /// It has not the form `HOST:PORT=ADDRESS:PORT`.
    pub fn add(&mut self, option: &str) -> Result<(), InvalidConnectTo> {
        let parts = || {
            let (from, to) = option.split_once('=')?;
            let (host, port) = from.rsplit_once(':')?;
            let port = u16::from_str(port).ok()?;
            let to = SocketAddr::from_str(to).ok()?;
            (!host.is_empty()).then(|| ((host.to_ascii_lowercase(), port), to))
        };
        let (from, to) = parts().ok_or_else(|| InvalidConnectTo(option.to_owned()))?;
        self.0.insert(from, to);
        Ok(())
    }

    /// Where this host and port are reached instead.
    pub(crate) fn of(&self, host: &str, port: u16) -> Option<SocketAddr> {
        self.0.get(&(host.to_ascii_lowercase(), port)).copied()
    }

    /// Every rule, in order of host and port.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u16, SocketAddr)> {
        self.0.iter().map(|((host, port), to)| (host.as_str(), *port, *to))
    }
}

/// The option has not the form that it should have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no `HOST:PORT=ADDRESS:PORT`, such as `builds.ci.svc:80=127.0.0.1:8080`; the address is an IP address"
)]
pub struct InvalidConnectTo(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_form_and_nothing_else() {
        let mut map = ConnectTo::default();
        for option in
            ["Builds.ci.svc:80=127.0.0.1:8080", "[::1]:443=[::1]:8443", "builds.ci.svc:80=127.0.0.1:81"]
        {
            map.add(option).unwrap();
        }
        let rules: Vec<_> = map.iter().map(|(host, port, to)| format!("{host}:{port}={to}")).collect();
        assert_eq!(rules, ["[::1]:443=[::1]:8443", "builds.ci.svc:80=127.0.0.1:81"]);
        for option in
            ["", "a", "a:80", "a=127.0.0.1:80", "a:80=b:80", ":80=127.0.0.1:80", "a:99999=127.0.0.1:80"]
        {
            assert!(map.add(option).is_err(), "{option}");
        }
    }
}
