//! One trigger on a bus on disk, in a world that a test holds in its hands: its clock, and what its actions meet.

use aev_bus::{Bus, CloudEvent, Embedded, Options, Outgoing};
use aev_engine::effect::Act;
use aev_engine::script::NoScripts;
use aev_engine::{Outcome, Timestamp, Trigger};
use aev_host::decision::{Next, Outcome as Shown, Speaker, What};
use aev_host::parsed::Parsed;
use aev_host::runner::{Around, Phase};
use aev_host::{Clock, Decisions, Perform, Performed, Runner, SystemClock};
use aev_plan::Plan;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// The clock of the system, put forward.
#[derive(Default)]
pub struct Ahead(AtomicI64);

impl Ahead {
    pub fn put_forward(&self, by: Duration) {
        self.0.fetch_add(by.as_nanos() as i64, Ordering::SeqCst);
    }
}

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        Timestamp(SystemClock.now().0 + self.0.load(Ordering::SeqCst))
    }
}

/// What the actions of a trigger met.
pub struct World {
    /// When each began, and its trigger, firing, attempt, and action.
    pub begun: Mutex<Vec<(Instant, Act)>>,
    /// How many are under way, and the most that ever were.
    running: AtomicUsize,
    pub most: AtomicUsize,
    /// Each takes one of these, and does not end without it.
    pub ends: Semaphore,
    /// Whether an attempt succeeds.
    pub answer: fn(&Act) -> bool,
}

impl World {
    pub fn new(ends: usize, answer: fn(&Act) -> bool) -> Arc<World> {
        Arc::new(World {
            begun: Mutex::default(),
            running: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            ends: Semaphore::new(ends),
            answer,
        })
    }

    pub fn count(&self) -> usize {
        self.begun.lock().unwrap().len()
    }

    /// Waits until so many have begun.
    pub async fn wait(&self, count: usize) {
        while self.count() < count {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// When each began.
    pub fn times(&self) -> Vec<Instant> {
        self.begun.lock().unwrap().iter().map(|(at, _)| *at).collect()
    }

    /// The most that began in any span of this length.
    pub fn most_within(&self, span: Duration) -> usize {
        let times = self.times();
        let within = |first: &Instant| times.iter().filter(|at| *at >= first && **at < *first + span).count();
        times.iter().map(within).max().unwrap_or(0)
    }
}

impl Perform for World {
    fn perform<'a>(&'a self, _: &'a str, act: &'a Act) -> aev_bus::Pending<'a, Performed> {
        Box::pin(async move {
            self.begun.lock().unwrap().push((Instant::now(), act.clone()));
            let running = self.running.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(running, Ordering::SeqCst);
            self.ends.acquire().await.unwrap().forget();
            self.running.fetch_sub(1, Ordering::SeqCst);
            match (self.answer)(act) {
                true => Performed { outcome: Outcome::Done, shown: Shown::Logged(Vec::new()) },
                false => {
                    let error = "it is busy".to_owned();
                    let outcome =
                        Outcome::Failed { retriable: true, error: error.clone(), retry_after: None };
                    Performed { outcome, shown: Shown::Failed(error) }
                }
            }
        })
    }

    fn look<'a>(&'a self, _: &'a str, _: &'a Act) -> aev_bus::Pending<'a, Outcome> {
        Box::pin(std::future::ready(Outcome::Done))
    }
}

/// The first trigger of a plan at work.
pub struct Bench {
    pub bus: Arc<dyn Bus>,
    pub clock: Arc<Ahead>,
    decisions: Decisions,
    /// What was decided beside what was waited for.
    decided: VecDeque<serde_json::Value>,
    stop: watch::Sender<Phase>,
    task: JoinHandle<()>,
}

impl Bench {
    pub async fn start(dir: &Path, plan: &Plan, world: &Arc<World>, ahead: Duration) -> Bench {
        let bus: Arc<dyn Bus> = Arc::new(Embedded::open(Options::new(dir)).unwrap());
        let sensor = &plan.sensors[0];
        let trigger = Arc::new(Trigger::prepare(sensor, &sensor.triggers[0], &NoScripts).unwrap());
        let clock = Arc::new(Ahead::default());
        clock.put_forward(ahead);
        let speaker = Speaker::new();
        let decisions = speaker.listen();
        let around = Around {
            bus: bus.clone(),
            parsed: Arc::new(Parsed::default()),
            world: world.clone(),
            clock: clock.clone(),
            speaker,
        };
        let (runner, stop) = Runner::new("pipe".into(), trigger, around);
        // The lane is there before anything is sent.
        let lane = bus.lane(runner.spec()).await.unwrap();
        let task = tokio::spawn(runner.run(Some(lane)));
        Bench { bus, clock, decisions, decided: VecDeque::new(), stop, task }
    }

    pub async fn send(&self, event: &str, id: &str) {
        publish(&self.bus, event, id).await;
    }

    /// Waits until this has been decided; gives its JSON.
    pub async fn decided(&mut self, decision: &str) -> serde_json::Value {
        loop {
            while let Some(json) = self.decided.pop_front() {
                if json["decision"] == decision {
                    return json;
                }
            }
            let next = self.decisions.next_within(Duration::from_secs(20)).await;
            let Some(Next::Decided(decided)) = next else { panic!("it was never decided: {decision}") };
            let notes = decided.what.iter().filter(|what| matches!(what, What::Note(_)));
            self.decided.extend(notes.map(|note| serde_json::to_value(note).unwrap()));
        }
    }

    /// Ends it in the middle of whatever it does.
    pub async fn kill(self) {
        self.stop.send_replace(Phase::Abort);
        self.task.abort();
        let _ = self.task.await;
        self.bus.close().await;
    }
}

/// Sends an event whose body is its id.
pub async fn publish(bus: &Arc<dyn Bus>, event: &str, id: &str) {
    let event = CloudEvent {
        id: id.to_owned(),
        source: "hook".to_owned(),
        kind: "webhook".to_owned(),
        subject: event.to_owned(),
        datacontenttype: "application/json".to_owned(),
        time: "2026-01-01T00:00:00Z".to_owned(),
        extensions: Vec::new(),
        data: format!(r#"{{"header":{{}},"body":{{"id":"{id}"}}}}"#).into_bytes(),
    };
    bus.publish(Outgoing::new(&event)).await.unwrap();
}
