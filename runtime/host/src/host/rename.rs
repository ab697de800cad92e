//! A trigger that was given another name goes on where it was.

use super::{Host, lane_name};
use crate::buses::Connected;
use crate::host::check::Checked;
use crate::settings::BusAddress;
use aev_bus::{Bus, BusError, LaneSpec};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// Which sensor of which pipeline.
type Sensor = (String, String);

/// Between two attempts while the bus is away, and how many there are.
const PAUSE: (Duration, u32) = (Duration::from_millis(500), 20);

/// A trigger that was renamed.
pub(super) struct Rename {
    bus: Arc<dyn Bus>,
    /// The lane that it has had.
    old: String,
    /// The lane that it gets.
    new: LaneSpec,
}

impl Host {
    /// Where a sensor has lost one trigger and got one, the new one takes over the other's place on the bus: it was renamed.
    /// With more of either nobody can tell which is which; then the old ones are forgotten and the new ones begin anew.
    pub(super) async fn renames(
        &self,
        checked: &[Checked],
        connected: &BTreeMap<BusAddress, Connected>,
    ) -> Result<Vec<Rename>, BusError> {
        let mut renames = Vec::new();
        for (address, connected) in connected {
            let known: BTreeSet<String> = connected.bus.lanes().await?.into_iter().collect();
            if known.is_empty() {
                continue;
            }
            let mut wanted = BTreeSet::new();
            let mut new: BTreeMap<Sensor, Vec<LaneSpec>> = BTreeMap::new();
            for plan in checked {
                for (definition, trigger) in &plan.triggers {
                    let name = lane_name(&plan.plan, definition);
                    if definition.bus == *address && !known.contains(&name) {
                        let (runner, _) =
                            self.runner(plan.plan.name.as_str().into(), trigger.clone(), connected);
                        let sensor = (plan.plan.name.clone(), definition.sensor.clone());
                        new.entry(sensor).or_default().push(runner.spec());
                    }
                    wanted.insert(name);
                }
            }
            let mut gone: BTreeMap<Sensor, Vec<&String>> = BTreeMap::new();
            for name in known.difference(&wanted) {
                if let [pipeline, sensor, _] = name.splitn(3, '/').collect::<Vec<_>>().as_slice() {
                    gone.entry(((*pipeline).to_owned(), (*sensor).to_owned())).or_default().push(name);
                }
            }
            for (sensor, specs) in new {
                let (Some([old]), [spec]) = (gone.get(&sensor).map(Vec::as_slice), specs.as_slice()) else {
                    continue;
                };
                let (bus, old) = (connected.bus.clone(), (*old).clone());
                renames.push(Rename { bus, old, new: spec.clone() });
            }
        }
        Ok(renames)
    }
}

/// Gives the new triggers the places of the old ones, which have ended. Gives the lanes that keep theirs, because the bus was
/// away for too long: the new triggers begin at new events, and what waits for the old ones is not let go.
pub(super) async fn carry_out(renames: Vec<Rename>) -> BTreeSet<String> {
    let mut unmoved = BTreeSet::new();
    for Rename { bus, old, new } in renames {
        let lane = new.name();
        match moved(&*bus, &old, &new).await {
            Ok(true) => tracing::warn!(
                lane,
                before = old,
                "a trigger has another name: it goes on where it was, and with the events that it has not finished with; \
                 their firings have new ids"
            ),
            Ok(false) => {}
            Err(error) => {
                tracing::error!(
                    lane,
                    before = old,
                    %error,
                    "a trigger has another name and begins at new events; those that it had not finished with stay on the bus \
                     under the name before"
                );
                unmoved.insert(old);
            }
        }
    }
    unmoved
}

async fn moved(bus: &dyn Bus, old: &str, new: &LaneSpec) -> Result<bool, BusError> {
    let (pause, mut left) = PAUSE;
    loop {
        match bus.rename_lane(old, new.clone()).await {
            Err(error) if error.passes() && left > 0 => left -= 1,
            done => return done,
        }
        sleep(pause).await;
    }
}
