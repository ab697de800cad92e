//! A process that runs one plan until it is killed; tests of the host start it.
//!
//! `runner PLAN.json BUS OBJECTS-DIR` prints the address of its first port, or `none`, once it takes events. `BUS` is a directory
//! or an address with a scheme. It never ends by itself, and reads nothing. With `AEV_LOG` it logs to standard error; the
//! variables of OpenTelemetry count.

use aev_host::settings::Name;
use aev_host::{Host, Layers, Settings};
use aev_plan::Plan;
use std::error::Error;
use std::io::Write;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [plan, bus, objects] = arguments.as_slice() else {
        return Err("PLAN.json BUS OBJECTS-DIR".into());
    };
    if let Ok(levels) = std::env::var("AEV_LOG") {
        tracing_subscriber::fmt().with_env_filter(levels).with_writer(std::io::stderr).init();
    }
    let plan: Plan = serde_json::from_slice(&std::fs::read(plan)?)?;
    let own = plan.sources.iter().filter(|source| !source.external);
    let ports = own.map(|_| (Name::Port, "12000=0".to_owned()));
    let flags = [
        (Name::Bus, if bus.contains("://") { bus.clone() } else { format!("embedded:{bus}") }),
        (Name::Objects, objects.clone()),
        (Name::Records, format!("{objects}.records")),
    ];
    let environment = std::env::vars().filter(|(name, _)| name.starts_with("OTEL_")).collect();
    let flags = flags.into_iter().chain(ports).collect();
    let layers = Layers { flags, environment, ..Layers::default() };
    let host = Host::start(&[plan], &Settings::resolve(&layers)?).await;
    let host =
        host.map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
    let addresses = host.addresses();
    let address = addresses.values().next().map_or_else(|| "none".to_owned(), ToString::to_string);
    let mut out = std::io::stdout();
    writeln!(out, "{address}")?;
    out.flush()?;
    std::future::pending().await
}
