//! A trigger that was given another name goes on where it was.

use super::{Host, lane_name};
use crate::buses::Connected;
use crate::host::check::Checked;
use crate::settings::BusAddress;
use aev_bus::{BusError, LaneSpec};
use std::collections::{BTreeMap, BTreeSet};

/// Which sensor of which pipeline.
type Sensor = (String, String);

impl Host {
    /// Where a sensor has lost one trigger and got one, the new one takes over the other's place on the bus: it was renamed.
    /// With more of either nobody can tell which is which; then the old ones are forgotten and the new ones begin anew.
    pub(super) async fn rename(
        &self,
        checked: &[Checked],
        connected: &BTreeMap<BusAddress, Connected>,
    ) -> Result<(), BusError> {
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
                let lane = spec.name();
                if connected.bus.rename_lane(old, spec.clone()).await? {
                    tracing::warn!(
                        lane,
                        before = *old,
                        "a trigger has another name: it goes on where it was, and with the events that it has not finished \
                         with; their firings have new ids"
                    );
                }
            }
        }
        Ok(())
    }
}
