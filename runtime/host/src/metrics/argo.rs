//! The page under the names of Argo Events 1.9.11, for dashboards that were made for it: the same names, labels and types. What
//! Argo does not count is not there.

use super::page::{Kind, Page};
use crate::host::Host;

/// Argo counts durations in whole milliseconds; here the sum is exact.
fn milliseconds(seconds: f64) -> f64 {
    (seconds * 1e6).round() / 1e3
}

impl Host {
    /// The page under Argo's names.
    pub async fn argo_metrics(&self) -> String {
        let namespaces: std::collections::BTreeMap<String, String> = self
            .plans()
            .iter()
            .map(|plan| (plan.name.clone(), plan.namespace.clone().unwrap_or_default()))
            .collect();
        let namespace = |pipeline: &str| namespaces.get(pipeline).map_or("", String::as_str);
        let mut page = Page::default();
        let sources = self.sources();

        let name = "argo_events_event_service_running_total";
        page.metric(name, "Events of the source that can come in.", Kind::Gauge);
        let mut running = std::collections::BTreeMap::new();
        for (place, _) in &sources {
            *running.entry((place.pipeline.as_str(), place.source.as_str())).or_insert(0_u64) += 1;
        }
        for ((pipeline, source), count) in running {
            page.sample(name, &[("namespace", namespace(pipeline)), ("eventsource_name", source)], count);
        }
        let mut counted = |name: &str, help: &str, count: &dyn Fn(&super::SourceCounters) -> u64| {
            page.metric(name, help, Kind::Counter);
            for (place, counters) in &sources {
                let labels = [
                    ("namespace", namespace(&place.pipeline)),
                    ("eventsource_name", place.source.as_str()),
                    ("event_name", place.event.as_str()),
                ];
                page.sample(name, &labels, count(counters));
            }
        };
        counted("argo_events_events_sent_total", "Events that the bus has taken.", &|c| {
            c.published.get() + c.duplicates.get()
        });
        counted("argo_events_events_sent_failed_total", "Events that the bus did not take.", &|c| {
            c.turned_away.get()
        });
        counted(
            "argo_events_events_processing_failed_total",
            "Events that became none, or that the bus did not take.",
            &|c| c.turned_away.get() + c.refusals().values().sum::<u64>(),
        );
        let name = "argo_events_event_processing_duration_milliseconds";
        page.metric(name, "How long the bus took to take an event.", Kind::Summary);
        for (place, counters) in &sources {
            let labels = [
                ("namespace", namespace(&place.pipeline)),
                ("eventsource_name", place.source.as_str()),
                ("event_name", place.event.as_str()),
            ];
            page.sample(&format!("{name}_sum"), &labels, milliseconds(counters.took.seconds()));
            page.sample(
                &format!("{name}_count"),
                &labels,
                counters.took.cumulated().last().copied().unwrap_or(0),
            );
        }

        let (status, health) = (self.status().await, self.health());
        let triggers: Vec<_> =
            status.triggers.iter().zip(health.iter().map(|health| &health.counters)).collect();
        let mut counted = |name: &str, help: &str, count: &dyn Fn(&super::TriggerCounters) -> u64| {
            page.metric(name, help, Kind::Counter);
            for (status, counters) in &triggers {
                let labels = [
                    ("namespace", namespace(&status.pipeline)),
                    ("sensor_name", status.sensor.as_str()),
                    ("trigger_name", status.trigger.as_str()),
                ];
                page.sample(name, &labels, count(counters));
            }
        };
        counted("argo_events_action_triggered_total", "Actions that are done.", &|c| c.done.get());
        counted("argo_events_action_failed_total", "Attempts that failed.", &|c| c.attempts_failed.get());
        counted("argo_events_action_retries_failed_total", "Actions that have failed for good.", &|c| {
            c.failed.get()
        });
        let name = "argo_events_action_duration_milliseconds";
        page.metric(name, "How long actions took.", Kind::Summary);
        for (status, counters) in &triggers {
            let labels = [
                ("namespace", namespace(&status.pipeline)),
                ("sensor_name", status.sensor.as_str()),
                ("trigger_name", status.trigger.as_str()),
            ];
            page.sample(&format!("{name}_sum"), &labels, milliseconds(counters.took.seconds()));
            page.sample(
                &format!("{name}_count"),
                &labels,
                counters.took.cumulated().last().copied().unwrap_or(0),
            );
        }
        page.text()
    }
}
