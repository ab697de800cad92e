//! Which buses the pipelines of a process use, and their connections: one for each address.

use crate::error::StartError;
use crate::parsed::Parsed;
use crate::remote;
use crate::settings::{BusAddress, From, Servers, Setting, Settings};
use aev_bus::{Bus, BusError, Embedded, Guarantee, JetStream, Nats};
use aev_connect::secrets::Secrets;
use aev_plan::Plan;
use aev_plan::json::Json;
use aev_plan::model::SecretRef;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Where the buses lie that a plan names.
pub(crate) struct Addresses {
    /// By the name in the file.
    declared: BTreeMap<String, Setting<BusAddress>>,
    /// Said outside the file, and so for all of them.
    overruled: Option<Setting<BusAddress>>,
    /// Of a bus that the file does not declare.
    default: Setting<BusAddress>,
}

impl Addresses {
    /// Reads them from a plan. Who says on the command line or in the environment where events lie overrules the file.
    ///
    /// # Errors
    /// Buses that cannot be used.
    pub(crate) fn of(plan: &Plan, settings: &Settings) -> Result<Addresses, Vec<StartError>> {
        let said = settings.bus.from != From::Default;
        let mut addresses = Addresses {
            declared: BTreeMap::new(),
            overruled: said.then(|| settings.bus.clone()),
            default: settings.bus.clone(),
        };
        // An embedded bus exists only here: what names no bus uses it, where Argo would use `default`.
        let mut embedded = plan.buses.iter().filter(|bus| bus.kind == "embedded" && !said);
        if let (Some(only), None) = (embedded.next(), embedded.next()) {
            addresses.default = address(plan, only, settings).map_err(|error| vec![*error])?;
        }
        let mut errors = Vec::new();
        for bus in plan.buses.iter().filter(|_| !said) {
            match address(plan, bus, settings) {
                Ok(setting) => drop(addresses.declared.insert(bus.name.clone(), setting)),
                Err(error) => errors.push(*error),
            }
        }
        if errors.is_empty() { Ok(addresses) } else { Err(errors) }
    }

    /// Where a bus lies. Without a name it is `default`, as in Argo.
    pub(crate) fn find(&self, name: Option<&str>) -> &Setting<BusAddress> {
        match &self.overruled {
            Some(setting) => setting,
            None => self.declared.get(name.unwrap_or("default")).unwrap_or(&self.default),
        }
    }

    /// Those that the plan's sources and sensors use, each once.
    pub(crate) fn used<'a>(&'a self, plan: &'a Plan) -> Vec<&'a Setting<BusAddress>> {
        let sources = plan.sources.iter().filter(|source| !source.external).map(|source| &source.bus);
        let mut used: Vec<&Setting<BusAddress>> = Vec::new();
        for bus in sources.chain(plan.sensors.iter().map(|sensor| &sensor.bus)) {
            let found = self.find(bus.as_deref());
            if !used.iter().any(|other| other.value == found.value) {
                used.push(found);
            }
        }
        used
    }
}

/// Where a bus of a plan lies.
fn address(
    plan: &Plan,
    bus: &aev_plan::model::Bus,
    settings: &Settings,
) -> Result<Setting<BusAddress>, Box<StartError>> {
    let file = plan.files.first().cloned().unwrap_or_default();
    let from = From::Pipeline { file: file.clone() };
    let unusable = |reason: String| {
        let (pipeline, bus) = (plan.name.clone(), bus.name.clone());
        Box::new(StartError::Bus { pipeline, bus, reason })
    };
    let value = match bus.kind.as_str() {
        "embedded" => match bus.config.get("path").and_then(|path| path.as_str()) {
            None => return Ok(settings.bus.clone()),
            Some(path) => BusAddress::embedded(Path::new(&file).parent().unwrap_or(Path::new("")).join(path)),
        },
        "jetstreamExotic" => BusAddress::JetStream(exotic(&bus.config).map_err(unusable)?),
        "jetstream" => BusAddress::JetStream(native(plan, bus).map_err(unusable)?),
        "nats" => match bus.config.get("exotic") {
            Some(config) => BusAddress::Nats(exotic(config).map_err(unusable)?),
            None => {
                let reason = "a `native` bus of NATS Streaming has ended with NATS Streaming; run it on core NATS with \
                              `exotic: { url: … }` or `--bus nats://HOST:PORT`";
                return Err(unusable(reason.to_owned()));
            }
        },
        kind => {
            let (pipeline, bus, kind) = (plan.name.clone(), bus.name.clone(), kind.to_owned());
            return Err(Box::new(StartError::BusKind { pipeline, bus, kind }));
        }
    };
    Ok(Setting { value, from })
}

impl Settings {
    /// The buses that plans use under these settings, each once. One that cannot be used is left out; [`crate::Host::start`]
    /// says why.
    pub fn buses(&self, plans: &[Plan]) -> Vec<Setting<BusAddress>> {
        let mut used: Vec<Setting<BusAddress>> = Vec::new();
        for plan in plans {
            let Ok(addresses) = Addresses::of(plan, self) else { continue };
            for bus in addresses.used(plan) {
                if !used.iter().any(|other| other.value == bus.value) {
                    used.push(bus.clone());
                }
            }
        }
        used
    }
}

/// The fields of Argo's `jetstreamExotic`, and those of `exotic` in `nats`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Exotic {
    url: String,
    access_secret: Option<SecretRef>,
    stream_config: Option<String>,
    tls: Option<Tls>,
}

/// Argo's TLS block.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tls {
    ca_cert_secret: Option<SecretRef>,
    client_cert_secret: Option<SecretRef>,
    client_key_secret: Option<SecretRef>,
    #[serde(default)]
    insecure_skip_verify: bool,
}

/// Servers that are there already.
fn exotic(config: &Json) -> Result<Servers, String> {
    let config: Exotic = serde_json::from_str(&config.to_string()).map_err(|error| error.to_string())?;
    let mut servers =
        Servers { auth: config.access_secret, stream: config.stream_config, ..Servers::default() };
    let mut hosts = Vec::new();
    for url in config.url.split(',').map(str::trim) {
        let (scheme, host) = url.split_once("://").unwrap_or(("nats", url));
        match scheme {
            "nats" => {}
            "tls" => servers.tls = true,
            other => {
                return Err(format!(
                    "its URL has the scheme `{other}`, which this runtime cannot use; write `nats://` or `tls://`"
                ));
            }
        }
        if host.contains('@') {
            return Err(
                "its URL holds a password; put it into a secret and name that as `accessSecret`".to_owned()
            );
        }
        hosts.push(host.trim_end_matches('/'));
    }
    servers.hosts = hosts.join(",");
    if let Some(tls) = config.tls {
        servers.tls = true;
        servers.ca = tls.ca_cert_secret;
        servers.insecure = tls.insecure_skip_verify;
        servers.identity = tls.client_cert_secret.zip(tls.client_key_secret);
    }
    Ok(servers)
}

/// Servers that Argo Events has installed: their names follow from that of the bus.
fn native(plan: &Plan, bus: &aev_plan::model::Bus) -> Result<Servers, String> {
    let name = &bus.name;
    let namespace = plan.namespace.as_ref().ok_or_else(|| {
        format!(
            "its servers are found by their namespace, which the header does not say; write `namespace: …` there, or say \
             where it is with `--bus jetstream://HOST:PORT?auth=eventbus-{name}-js-client-auth/client-auth&insecure`"
        )
    })?;
    let stream = bus.config.get("streamConfig").and_then(|text| text.as_str()).map(str::to_owned);
    Ok(Servers {
        hosts: format!("eventbus-{name}-js-svc.{namespace}.svc:4222"),
        auth: Some(SecretRef {
            name: format!("eventbus-{name}-js-client-auth"),
            key: "client-auth".to_owned(),
        }),
        // Argo's controller signs the certificates itself and publishes no authority for them.
        tls: true,
        insecure: true,
        stream,
        ..Servers::default()
    })
}

/// A connected bus with what its triggers share.
#[derive(Clone)]
pub(crate) struct Connected {
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) parsed: Arc<Parsed>,
}

/// The connected buses of a process.
#[derive(Default)]
pub(crate) struct Buses(tokio::sync::Mutex<BTreeMap<BusAddress, Connected>>);

impl Buses {
    /// The bus at an address; it is connected to when it is asked for the first time.
    ///
    /// # Errors
    /// It cannot be opened.
    pub(crate) async fn get(
        &self,
        address: &BusAddress,
        secrets: &dyn Secrets,
    ) -> Result<Connected, StartError> {
        let mut open = self.0.lock().await;
        if let Some(connected) = open.get(address) {
            return Ok(connected.clone());
        }
        let bus = connect(address, secrets).await?;
        for drift in bus.drift() {
            tracing::warn!(bus = %address, "{drift}");
        }
        if bus.guarantee() == Guarantee::AtMostOnce {
            tracing::warn!(bus = %address, "this bus keeps nothing: an event is delivered at most once");
        }
        let connected = Connected { bus, parsed: Arc::default() };
        open.insert(address.clone(), connected.clone());
        Ok(connected)
    }

    /// All of them, by address.
    pub(crate) async fn all(&self) -> Vec<(BusAddress, Connected)> {
        let open = self.0.lock().await;
        open.iter().map(|(address, connected)| (address.clone(), connected.clone())).collect()
    }

    /// Closes all of them but these.
    pub(crate) async fn keep(&self, used: impl Fn(&BusAddress) -> bool) {
        let mut open = self.0.lock().await;
        let (kept, unused) = std::mem::take(&mut *open).into_iter().partition(|(address, _)| used(address));
        *open = kept;
        let unused: BTreeMap<_, Connected> = unused;
        for connected in unused.into_values() {
            connected.bus.close().await;
        }
    }
}

async fn connect(address: &BusAddress, secrets: &dyn Secrets) -> Result<Arc<dyn Bus>, StartError> {
    match address {
        BusAddress::JetStream(servers) => {
            let connected =
                JetStream::connect(remote::options(address, servers, secrets).map_err(|error| *error)?).await;
            Ok(Arc::new(connected.map_err(|error| unreached(address, error))?))
        }
        BusAddress::Nats(servers) => {
            let connected =
                Nats::connect(remote::options(address, servers, secrets).map_err(|error| *error)?).await;
            Ok(Arc::new(connected.map_err(|error| unreached(address, error))?))
        }
        BusAddress::Embedded { dir, max_bytes } => {
            let mut options = aev_bus::Options::new(dir);
            options.max_bytes = max_bytes.unwrap_or(options.max_bytes);
            let opened = tokio::task::spawn_blocking(|| Embedded::open(options)).await;
            Ok(Arc::new(opened.map_err(|error| BusError::Away { reason: error.to_string() })??))
        }
    }
}

/// Servers could not be connected to at the start. Later they may go and come back.
fn unreached(address: &BusAddress, error: BusError) -> StartError {
    match error {
        BusError::Away { reason } => StartError::Unreached { address: address.to_string(), reason },
        error => error.into(),
    }
}
