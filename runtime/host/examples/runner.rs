//! A process that runs one plan until it is killed; the crash tests of the host start it.
//!
//! `runner PLAN.json BUS-DIR OBJECTS-DIR` prints the address of its first port once it takes requests. It never ends by
//! itself, and reads nothing. With `AEV_LOG` it logs to standard error.

use aev_host::settings::Name;
use aev_host::{Host, Layers, Settings};
use aev_plan::Plan;
use std::error::Error;
use std::io::Write;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [plan, bus, objects] = arguments.as_slice() else {
        return Err("PLAN.json BUS-DIR OBJECTS-DIR".into());
    };
    if let Ok(levels) = std::env::var("AEV_LOG") {
        tracing_subscriber::fmt().with_env_filter(levels).with_writer(std::io::stderr).init();
    }
    let plan: Plan = serde_json::from_slice(&std::fs::read(plan)?)?;
    let ports = plan.sources.iter().map(|_| (Name::Port, "12000=0".to_owned()));
    let flags = [
        (Name::Bus, format!("embedded:{bus}")),
        (Name::Objects, objects.clone()),
        (Name::Records, format!("{bus}.records")),
    ];
    let layers = Layers { flags: flags.into_iter().chain(ports).collect(), ..Layers::default() };
    let host = Host::start(&[plan], &Settings::resolve(&layers)?).await;
    let host =
        host.map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let addresses = host.addresses();
    let address = addresses.values().next().ok_or("no port")?;
    let mut out = std::io::stdout();
    writeln!(out, "{address}")?;
    out.flush()?;
    std::future::pending().await
}
