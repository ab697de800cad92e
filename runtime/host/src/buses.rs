//! Which buses the pipelines of a process use, and their connections: one for each address.

use crate::error::StartError;
use crate::parsed::Parsed;
use crate::settings::{BusAddress, From, Setting, Settings};
use aev_bus::{Bus, BusError, Embedded};
use aev_plan::Plan;
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
        let mut errors = Vec::new();
        for bus in plan.buses.iter().filter(|_| !said) {
            match address(plan, bus, settings) {
                Some(setting) => drop(addresses.declared.insert(bus.name.clone(), setting)),
                None => errors.push(StartError::BusKind {
                    pipeline: plan.name.clone(),
                    bus: bus.name.clone(),
                    kind: bus.kind.clone(),
                }),
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

/// Where a bus of a plan lies; none when this runtime cannot use its kind.
fn address(plan: &Plan, bus: &aev_plan::model::Bus, settings: &Settings) -> Option<Setting<BusAddress>> {
    if bus.kind != "embedded" {
        return None;
    }
    let file = plan.files.first().cloned().unwrap_or_default();
    let Some(path) = bus.config.get("path").and_then(|path| path.as_str()) else {
        return Some(settings.bus.clone());
    };
    let dir = Path::new(&file).parent().unwrap_or(Path::new("")).join(path);
    Some(Setting { value: BusAddress::Embedded { dir, max_bytes: None }, from: From::Pipeline { file } })
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
    pub(crate) async fn get(&self, address: &BusAddress) -> Result<Connected, BusError> {
        let mut open = self.0.lock().await;
        if let Some(connected) = open.get(address) {
            return Ok(connected.clone());
        }
        let connected = Connected { bus: connect(address).await?, parsed: Arc::default() };
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

async fn connect(address: &BusAddress) -> Result<Arc<dyn Bus>, BusError> {
    let BusAddress::Embedded { dir, max_bytes } = address;
    let mut options = aev_bus::Options::new(dir);
    options.max_bytes = max_bytes.unwrap_or(options.max_bytes);
    let opened = tokio::task::spawn_blocking(|| Embedded::open(options)).await;
    let bus = opened.map_err(|error| BusError::Away { reason: error.to_string() })??;
    Ok(Arc::new(bus))
}
