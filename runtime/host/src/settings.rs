//! Settings: what is in force, and where each value came from.
//!
//! A flag wins over the environment, that over the file of `--env`, that over the default. Where the bus lies a pipeline's
//! file says as well; it wins over the default only.

mod otlp;

pub use crate::address::{BusAddress, Servers};
pub use crate::control::ControlAddress;
use crate::metrics::Names;
use crate::records;
use aev_connect::actions::ConnectTo;
pub use otlp::Otlp;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

/// Every setting: its name, its flag and its variable in the environment.
const NAMES: [(Name, &str, &str); 12] = [
    (Name::Bus, "--bus", "AEV_BUS"),
    (Name::Bind, "--bind", "AEV_BIND"),
    (Name::Port, "--port", "AEV_PORT"),
    (Name::Secrets, "--secrets", "AEV_SECRETS"),
    (Name::Objects, "--objects", "AEV_OBJECTS"),
    (Name::Connect, "--connect", "AEV_CONNECT"),
    (Name::Records, "--records", "AEV_RECORDS"),
    (Name::Control, "--control", "AEV_CONTROL"),
    (Name::ControlToken, "--control-token", "AEV_CONTROL_TOKEN"),
    (Name::Metrics, "--metrics", "AEV_METRICS"),
    (Name::Otlp, "--otlp", "AEV_OTLP"),
    (Name::Log, "--log", "AEV_LOG"),
];

/// Where records are kept unless said, and in how many bytes.
const RECORDS: &str = ".aev/records";
const RECORDS_BYTES: u64 = 64 << 20;
/// With fewer they would explain nothing.
const RECORDS_LEAST: u64 = 64 << 10;
/// Where a process can be asked and told unless said.
pub const CONTROL: &str = ".aev/control.sock";

/// Which setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// Where events lie: `embedded:DIR`.
    Bus,
    /// The address that ports are bound on.
    Bind,
    /// `12000=0`: the port that is bound instead of the one in the file. May be said several times.
    Port,
    /// Directory of secrets.
    Secrets,
    /// Directory for finished objects.
    Objects,
    /// `HOST:PORT=ADDRESS:PORT`. May be said several times.
    Connect,
    /// `DIR`, `DIR?max-bytes=N` or `none`: where records of what became of each event are kept.
    Records,
    /// `PATH`, `HOST:PORT` or `none`: where the process can be asked and told.
    Control,
    /// File of the token for the latter on a port.
    ControlToken,
    /// `ADDRESS:PORT`, with `?argo` behind it for Argo's names as well: where metrics and health are read.
    Metrics,
    /// URL of a collector of OpenTelemetry, or `none`: where traces go.
    Otlp,
    /// Levels of the log.
    Log,
}

impl Name {
    fn names(self) -> (&'static str, &'static str) {
        NAMES.iter().find(|(name, ..)| *name == self).map_or(("", ""), |(_, flag, variable)| (flag, variable))
    }

    fn may_repeat(self) -> bool {
        matches!(self, Name::Port | Name::Connect)
    }
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// Nobody said anything.
    Default,
    /// The pipeline's file.
    Pipeline {
        /// As it was named.
        file: String,
    },
    /// The file of `--env`.
    EnvFile {
        /// The file.
        file: PathBuf,
        /// From 1.
        line: usize,
    },
    /// The environment.
    Environment(&'static str),
    /// The command line.
    Flag(&'static str),
}

impl fmt::Display for From {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            From::Default => f.write_str("default"),
            From::Pipeline { file } => write!(f, "pipeline file {file}"),
            From::EnvFile { file, line } => write!(f, "env file {}:{line}", file.display()),
            From::Environment(variable) => write!(f, "environment {variable}"),
            From::Flag(flag) => write!(f, "flag {flag}"),
        }
    }
}

impl Serialize for From {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A value that knows where it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Setting<T> {
    /// What is in force.
    pub value: T,
    /// Who said so.
    pub from: From,
}

/// What a process that runs pipelines goes by.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Where events lie; `embedded:.aev/bus` unless said.
    pub bus: Setting<BusAddress>,
    /// The address that ports are bound on; 127.0.0.1 unless said.
    pub bind: Setting<IpAddr>,
    /// Ports that are bound instead of those in the files.
    pub ports: Setting<BTreeMap<u16, u16>>,
    /// Where `DIR/name/key` lies; none unless said.
    pub secrets: Setting<Option<PathBuf>>,
    /// Where finished objects are written to; `.aev/objects` unless said.
    pub objects: Setting<PathBuf>,
    /// Hosts that are reached elsewhere.
    pub connect: Setting<ConnectTo>,
    /// Records of what became of each event; `.aev/records` with 64 MiB unless said, and none for `none`.
    pub records: Setting<Option<records::Options>>,
    /// Where the process can be asked and told; `.aev/control.sock` unless said.
    pub control: Setting<ControlAddress>,
    /// The file with the token that a client on a port must have.
    pub control_token: Setting<Option<PathBuf>>,
    /// Where metrics and health are read; nowhere unless said.
    pub metrics: Setting<Option<(SocketAddr, Names)>>,
    /// Where traces go; nowhere unless said.
    pub otlp: Otlp,
    /// Levels of the log, such as `info` or `aev_bus=debug,warn`; `warn` unless said.
    pub log: Setting<String>,
}

/// What each layer says. Values are text here, as they were written.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// The command line.
    pub flags: Vec<(Name, String)>,
    /// All variables of the environment; those that begin with `AEV_` are read, and those of OpenTelemetry for traces.
    pub environment: BTreeMap<String, String>,
    /// The file of `--env` with its text.
    pub env_file: Option<(PathBuf, String)>,
}

/// A setting cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The value has not the form that it should have.
    #[error("{from}: {reason}")]
    Value {
        /// Who said it.
        from: From,
        /// What is wrong, and the right form.
        reason: String,
    },
    /// A line of the file of `--env` is none.
    #[error("{}:{line}: a line is `KEY=VALUE`, empty, or begins with `#`", file.display())]
    Line {
        /// The file.
        file: PathBuf,
        /// From 1.
        line: usize,
    },
    /// It has a key that begins with `AEV_` and is no setting.
    #[error("{from}: `{key}` is no setting; there are {}", known())]
    Unknown {
        /// Where it stands.
        from: From,
        /// What was found.
        key: String,
    },
}

fn known() -> String {
    NAMES.map(|(_, _, variable)| variable).join(", ")
}

impl Settings {
    /// What is in force.
    ///
    /// # Errors
    /// The first value that has not the form that it should have.
    pub fn resolve(layers: &Layers) -> Result<Settings, SettingsError> {
        let file = env_file(layers)?;
        let find = |name: Name| -> Vec<(String, From)> { find(layers, &file, name) };
        Ok(Settings {
            bus: one(find(Name::Bus), BusAddress::embedded(".aev/bus"), BusAddress::from_str)?,
            bind: one(find(Name::Bind), IpAddr::V4(Ipv4Addr::LOCALHOST), |text| {
                IpAddr::from_str(text)
                    .map_err(|_| format!("`{text}` is no IP address; write one like 127.0.0.1 or 0.0.0.0"))
            })?,
            ports: many(find(Name::Port), |ports: &mut BTreeMap<u16, u16>, text| {
                let wrong = || format!("`{text}` is no pair of ports; write one like 12000=0");
                let (from, to) = text.split_once('=').ok_or_else(wrong)?;
                ports.insert(
                    from.trim().parse().map_err(|_| wrong())?,
                    to.trim().parse().map_err(|_| wrong())?,
                );
                Ok(())
            })?,
            secrets: one(find(Name::Secrets), None, |text| Ok(Some(dir(text)?)))?,
            objects: one(find(Name::Objects), ".aev/objects".into(), dir)?,
            connect: many(find(Name::Connect), |rules: &mut ConnectTo, text| {
                rules.add(text).map_err(|error| error.to_string())
            })?,
            records: one(find(Name::Records), Some(records_in(RECORDS, RECORDS_BYTES)), records)?,
            control: one(
                find(Name::Control),
                ControlAddress::Socket(CONTROL.into()),
                ControlAddress::from_str,
            )?,
            control_token: one(find(Name::ControlToken), None, |text| match text.is_empty() {
                true => Err("the file's name is empty".to_owned()),
                false => Ok(Some(text.into())),
            })?,
            metrics: one(find(Name::Metrics), None, metrics)?,
            otlp: Otlp::resolve(layers, &file)?,
            log: one(find(Name::Log), "warn".to_owned(), |text| Ok(text.to_owned()))?,
        })
    }

    /// Each setting with its value and where that came from: for `--show-config`. None of them is a secret.
    pub fn rows(&self) -> Vec<(&'static str, String, &From)> {
        let list = |items: Vec<String>| if items.is_empty() { "none".to_owned() } else { items.join(", ") };
        let ports = self.ports.value.iter().map(|(from, to)| format!("{from}={to}")).collect();
        let rules = self.connect.value.iter().map(|(host, port, to)| format!("{host}:{port}={to}")).collect();
        let path = |path: &Option<PathBuf>| {
            path.as_ref().map_or("none".to_owned(), |path| path.display().to_string())
        };
        let (secrets, token) = (path(&self.secrets.value), path(&self.control_token.value));
        let kept = self.records.value.as_ref().map_or("none".to_owned(), |records| {
            format!("{}?max-bytes={}", records.dir.display(), records.max_bytes)
        });
        let metrics = match self.metrics.value {
            None => "none".to_owned(),
            Some((address, Names::Ours)) => address.to_string(),
            Some((address, Names::AndArgo)) => format!("{address}?argo"),
        };
        let mut rows = vec![
            ("bus", self.bus.value.to_string(), &self.bus.from),
            ("bind", self.bind.value.to_string(), &self.bind.from),
            ("port", list(ports), &self.ports.from),
            ("secrets", secrets, &self.secrets.from),
            ("objects", self.objects.value.display().to_string(), &self.objects.from),
            ("connect", list(rules), &self.connect.from),
            ("records", kept, &self.records.from),
            ("control", self.control.value.to_string(), &self.control.from),
            ("control-token", token, &self.control_token.from),
            ("metrics", metrics, &self.metrics.from),
        ];
        rows.extend(self.otlp.rows());
        rows.push(("log", self.log.value.clone(), &self.log.from));
        rows
    }
}

fn metrics(text: &str) -> Result<Option<(SocketAddr, Names)>, String> {
    if text == "none" {
        return Ok(None);
    }
    let (address, names) = match text.strip_suffix("?argo") {
        Some(address) => (address, Names::AndArgo),
        None => (text, Names::Ours),
    };
    match address.parse() {
        Ok(address) => Ok(Some((address, names))),
        Err(_) => Err(format!(
            "`{text}` is no place for metrics; write `ADDRESS:PORT` such as `127.0.0.1:9090`, with `?argo` behind it for \
             the names of Argo Events as well, or `none`"
        )),
    }
}

fn records_in(dir: &str, max_bytes: u64) -> records::Options {
    records::Options { dir: dir.into(), max_bytes }
}

fn records(text: &str) -> Result<Option<records::Options>, String> {
    if text == "none" {
        return Ok(None);
    }
    let (dir, bytes) = match text.rsplit_once("?max-bytes=") {
        None => (text, Some(RECORDS_BYTES)),
        Some((dir, bytes)) => (dir, bytes.parse().ok().filter(|bytes| *bytes >= RECORDS_LEAST)),
    };
    match bytes {
        Some(bytes) if !dir.is_empty() => Ok(Some(records_in(dir, bytes))),
        _ => Err(format!(
            "`{text}` is no place for records; write `DIR`, `DIR?max-bytes=N` with at least {RECORDS_LEAST}, or `none`"
        )),
    }
}

fn dir(text: &str) -> Result<PathBuf, String> {
    if text.is_empty() { Err("the directory is empty".to_owned()) } else { Ok(text.into()) }
}

type EnvFile<'a> = Vec<(&'a str, &'a str, From)>;

fn env_file(layers: &Layers) -> Result<EnvFile<'_>, SettingsError> {
    let mut entries = Vec::new();
    let Some((file, text)) = &layers.env_file else { return Ok(entries) };
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = || SettingsError::Line { file: file.clone(), line: index + 1 };
        let (key, value) = line.split_once('=').ok_or_else(wrong)?;
        let from = From::EnvFile { file: file.clone(), line: index + 1 };
        let key = key.trim();
        if key.starts_with("AEV_") && !NAMES.iter().any(|(_, _, variable)| *variable == key) {
            return Err(SettingsError::Unknown { from, key: key.to_owned() });
        }
        entries.push((key, unquoted(value.trim()), from));
    }
    Ok(entries)
}

fn unquoted(value: &str) -> &str {
    let within = |quote| value.strip_prefix(quote).and_then(|rest: &str| rest.strip_suffix(quote));
    within('"').or_else(|| within('\'')).unwrap_or(value)
}

/// What the highest layer that says anything says: of one that may repeat everything, otherwise the last.
fn find(layers: &Layers, file: &EnvFile<'_>, name: Name) -> Vec<(String, From)> {
    let (flag, variable) = name.names();
    let split = |text: &str, from: From| -> Vec<(String, From)> {
        match name.may_repeat() {
            true => text.split(',').map(|part| (part.trim().to_owned(), from.clone())).collect(),
            false => vec![(text.to_owned(), from)],
        }
    };
    let flags: Vec<_> = layers.flags.iter().filter(|(of, _)| *of == name).collect();
    if !flags.is_empty() {
        return flags.into_iter().flat_map(|(_, text)| split(text, From::Flag(flag))).collect();
    }
    // As usual in the environment, an empty variable says nothing.
    if let Some(text) = layers.environment.get(variable).filter(|text| !text.is_empty()) {
        return split(text, From::Environment(variable));
    }
    if let Some((_, text, from)) = file.iter().rev().find(|(key, ..)| *key == variable) {
        return split(text, from.clone());
    }
    Vec::new()
}

fn one<T>(
    found: Vec<(String, From)>,
    default: T,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<Setting<T>, SettingsError> {
    match found.into_iter().next_back() {
        None => Ok(Setting { value: default, from: From::Default }),
        Some((text, from)) => match read(&text) {
            Ok(value) => Ok(Setting { value, from }),
            Err(reason) => Err(SettingsError::Value { from, reason }),
        },
    }
}

fn many<T: Default>(
    found: Vec<(String, From)>,
    add: impl Fn(&mut T, &str) -> Result<(), String>,
) -> Result<Setting<T>, SettingsError> {
    let mut setting = Setting { value: T::default(), from: From::Default };
    for (text, from) in found {
        add(&mut setting.value, &text)
            .map_err(|reason| SettingsError::Value { from: from.clone(), reason })?;
        setting.from = from;
    }
    Ok(setting)
}
