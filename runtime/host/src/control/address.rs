//! Where a running process is asked and told.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where a process can be asked and told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ControlAddress {
    /// Nowhere.
    None,
    /// On a socket in the file system, which its owner alone may use.
    Socket(PathBuf),
    /// On a port, for whoever has the token.
    Tcp(String),
}

impl FromStr for ControlAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<ControlAddress, String> {
        if text.is_empty() {
            return Err("the socket's path is empty; write a path, HOST:PORT or `none`".to_owned());
        }
        if text == "none" {
            return Ok(ControlAddress::None);
        }
        let port = text.rsplit_once(':').filter(|(host, _)| !host.is_empty() && !host.contains('/'));
        Ok(match port.and_then(|(_, port)| port.parse::<u16>().ok()) {
            Some(_) => ControlAddress::Tcp(text.to_owned()),
            None => ControlAddress::Socket(text.into()),
        })
    }
}

impl fmt::Display for ControlAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ControlAddress::None => f.write_str("none"),
            ControlAddress::Socket(path) => path.display().fmt(f),
            ControlAddress::Tcp(address) => f.write_str(address),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_told_from_a_path() {
        for (text, wanted) in [
            ("none", ControlAddress::None),
            (".aev/control.sock", ControlAddress::Socket(".aev/control.sock".into())),
            ("./a:1", ControlAddress::Socket("./a:1".into())),
            ("127.0.0.1:7000", ControlAddress::Tcp("127.0.0.1:7000".into())),
            ("[::1]:0", ControlAddress::Tcp("[::1]:0".into())),
            ("localhost:7000", ControlAddress::Tcp("localhost:7000".into())),
        ] {
            assert_eq!(text.parse(), Ok(wanted));
        }
        assert!("".parse::<ControlAddress>().is_err());
    }
}
