//! The page under aev's own names: base units, `_total` for what only grows.

use super::counters::{BOUNDS, Counter, Durations, SourceCounters, TriggerCounters};
use super::page::{Kind, Page};
use super::process;
use crate::host::Host;
use crate::host::status::{BusState, HostStatus, TriggerStatus};
use aev_connect::sources::Place;
use std::sync::Arc;

/// A metric: its name, its help, and the value that it shows.
type Series<T> = (&'static str, &'static str, fn(&T) -> u64);

/// A trigger with its labels.
struct Trigger<'s> {
    labels: [(&'static str, &'s str); 3],
    status: &'s TriggerStatus,
    counters: &'s TriggerCounters,
}

impl Host {
    /// The page under aev's names.
    pub async fn metrics(&self) -> String {
        let status = self.status().await;
        let mut page = Page::default();
        page.metric("aev_build_info", "The version of aev.", Kind::Gauge);
        page.sample("aev_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
        page.metric("aev_pipelines", "Pipelines that run.", Kind::Gauge);
        page.sample("aev_pipelines", &[], self.plans().len());
        sources(&mut page, &self.sources());
        let health = self.health();
        let triggers = status.triggers.iter().zip(&health).map(|(status, health)| Trigger {
            labels: [
                ("pipeline", &status.pipeline),
                ("sensor", &status.sensor),
                ("trigger", &status.trigger),
            ],
            status,
            counters: &health.counters,
        });
        let triggers: Vec<Trigger<'_>> = triggers.collect();
        counted(&mut page, &triggers);
        measured(&mut page, &triggers);
        buses(&mut page, &status);
        if let Some(records) = self.records() {
            page.metric(
                "aev_records_lost_total",
                "Records that did not fit into the queue or onto the disk.",
                Kind::Counter,
            );
            page.sample("aev_records_lost_total", &[], records.lost());
        }
        if let Some(tracer) = self.tracer() {
            let spans = tracer.counters();
            for (name, help, count) in [
                ("aev_trace_spans_exported_total", "Spans that the collector has taken.", &spans.exported),
                (
                    "aev_trace_spans_dropped_total",
                    "Spans that did not fit into the queue, or that the collector did not take.",
                    &spans.dropped,
                ),
            ] {
                page.metric(name, help, Kind::Counter);
                page.sample(name, &[], count.get());
            }
        }
        process::write(&mut page);
        page.text()
    }
}

fn sources(page: &mut Page, sources: &[(Place, Arc<SourceCounters>)]) {
    let series: [Series<SourceCounters>; 4] = [
        ("aev_source_events_filtered_total", "Events that the source kept from the bus.", |c| {
            c.filtered.get()
        }),
        ("aev_source_events_published_total", "Events that the bus has taken.", |c| c.published.get()),
        ("aev_source_events_duplicate_total", "Events that the bus had already.", |c| c.duplicates.get()),
        ("aev_source_events_turned_away_total", "Events that the bus did not take.", |c| c.turned_away.get()),
    ];
    for (name, help, count) in series {
        page.metric(name, help, Kind::Counter);
        for (place, counters) in sources {
            page.sample(name, &labels(place), count(counters));
        }
    }
    let name = "aev_source_requests_refused_total";
    page.metric(name, "Requests that were refused, by HTTP status.", Kind::Counter);
    for (place, counters) in sources {
        for (status, count) in counters.refusals() {
            let [pipeline, source, event] = labels(place);
            page.sample(name, &[pipeline, source, event, ("status", &status.to_string())], count);
        }
    }
    let name = "aev_source_publish_seconds";
    page.metric(name, "How long the bus took to take an event.", Kind::Histogram);
    for (place, counters) in sources {
        histogram(page, name, &labels(place), &counters.took);
    }
}

fn labels(place: &Place) -> [(&'static str, &str); 3] {
    [("pipeline", &place.pipeline), ("source", &place.source), ("event", &place.event)]
}

/// Which number of a trigger a series shows.
type Which = for<'c> fn(&'c TriggerCounters) -> &'c Counter;

fn counted(page: &mut Page, triggers: &[Trigger<'_>]) {
    let series: [(&str, &str, Which); 13] = [
        ("aev_trigger_events_received_total", "Events that the trigger has read.", |c| &c.received),
        ("aev_trigger_events_matched_total", "Events that passed one of its streams.", |c| &c.matched),
        ("aev_trigger_events_filtered_total", "Events that did not pass one of its streams.", |c| {
            &c.filtered
        }),
        ("aev_trigger_events_repeated_total", "Events that it knew already.", |c| &c.repeated),
        ("aev_trigger_messages_unreadable_total", "Messages that are no events.", |c| &c.unreadable),
        ("aev_trigger_fired_total", "Times that its condition was met.", |c| &c.fired),
        ("aev_trigger_resets_total", "Times that what a join had kept was forgotten.", |c| &c.resets),
        ("aev_action_attempts_total", "Attempts that were begun.", |c| &c.attempts),
        ("aev_action_attempts_failed_total", "Attempts that failed or had no answer.", |c| {
            &c.attempts_failed
        }),
        ("aev_action_done_total", "Actions that are done.", |c| &c.done),
        ("aev_action_failed_total", "Actions that have failed for good.", |c| &c.failed),
        ("aev_trigger_redriven_total", "Dead letters that were sent again.", |c| &c.redriven),
        ("aev_trigger_dead_letters_total", "Dead letters since the start.", |c| &c.dead),
    ];
    for (name, help, which) in series {
        page.metric(name, help, Kind::Counter);
        for trigger in triggers {
            page.sample(name, &trigger.labels, which(trigger.counters).get());
        }
    }
    let name = "aev_action_seconds";
    page.metric(name, "How long attempts took.", Kind::Histogram);
    for trigger in triggers {
        histogram(page, name, &trigger.labels, &trigger.counters.took);
    }
}

fn count(value: usize) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}

fn measured(page: &mut Page, triggers: &[Trigger<'_>]) {
    let series: [Series<TriggerStatus>; 5] = [
        ("aev_trigger_lag", "Events on the bus that the trigger has not finished with.", |s| s.lag),
        ("aev_trigger_acting", "Actions under way or about to begin.", |s| count(s.acting)),
        ("aev_trigger_firings", "Firings that are not over.", |s| count(s.firings)),
        ("aev_trigger_dead_letters", "Dead letters that are kept.", |s| s.dead),
        ("aev_trigger_stalled", "1 while it does not go on.", |s| u64::from(s.stalled.is_some())),
    ];
    for (name, help, value) in series {
        page.metric(name, help, Kind::Gauge);
        for trigger in triggers {
            page.sample(name, &trigger.labels, value(trigger.status));
        }
    }
    let name = "aev_trigger_events_lost_total";
    page.metric(name, "Events that the bus let go of before the trigger had read them.", Kind::Counter);
    for trigger in triggers {
        page.sample(name, &trigger.labels, trigger.status.lost);
    }
    let name = "aev_trigger_last_event_seconds";
    page.metric(name, "When the trigger took an event last, since 1970; 0 before the first.", Kind::Gauge);
    for trigger in triggers {
        let seconds = trigger.status.last_event.map_or(0.0, |time| time.0 as f64 / 1e9);
        page.sample(name, &trigger.labels, seconds);
    }
}

fn buses(page: &mut Page, status: &HostStatus) {
    let series: [Series<BusState>; 5] = [
        ("aev_bus_away", "1 while the bus does not answer.", |bus| u64::from(bus.away.is_some())),
        ("aev_bus_events", "Events that the bus keeps.", |bus| bus.events),
        ("aev_bus_bytes", "Their bytes, with those of the dead letters.", |bus| bus.bytes),
        ("aev_bus_max_bytes", "At so many bytes the bus refuses new events.", |bus| bus.max_bytes),
        ("aev_bus_dead_letters", "Dead letters that the bus keeps.", |bus| bus.dead),
    ];
    for (name, help, value) in series {
        page.metric(name, help, Kind::Gauge);
        for bus in &status.buses {
            page.sample(name, &[("bus", &bus.address)], value(bus));
        }
    }
    let name = "aev_bus_deletions_total";
    page.metric(name, "Times that all that the bus kept was found to have been deleted.", Kind::Counter);
    for bus in &status.buses {
        page.sample(name, &[("bus", &bus.address)], bus.deletions);
    }
}

fn histogram(page: &mut Page, name: &str, labels: &[(&str, &str)], durations: &Durations) {
    let cumulated = durations.cumulated();
    let bounds = BOUNDS.iter().map(ToString::to_string).chain(["+Inf".to_owned()]);
    for (bound, count) in bounds.zip(&cumulated) {
        let mut labels = labels.to_vec();
        labels.push(("le", &bound));
        page.sample(&format!("{name}_bucket"), &labels, count);
    }
    page.sample(&format!("{name}_sum"), labels, durations.seconds());
    page.sample(&format!("{name}_count"), labels, cumulated.last().copied().unwrap_or(0));
}
