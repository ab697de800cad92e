//! Sources that go and get their events, or make them, instead of waiting for requests.

use super::Place;
use crate::publish::{Incoming, Publish, PublishError};
use crate::secrets::Secrets;
use aev_plan::json::Json;
use aev_plan::model::SecretRef;
use aev_plan::time::Timestamp;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

/// One event that a task brings.
#[derive(Clone)]
pub struct Task {
    pub(super) place: Place,
    pub(super) kind: &'static str,
    pub(super) config: Json,
    /// It remembers what it did last.
    pub(super) remembers: bool,
    pub(super) work: Arc<dyn Work>,
}

/// While this is the same, a task need not be stopped for a new plan.
impl PartialEq for Task {
    fn eq(&self, other: &Task) -> bool {
        self.place == other.place && self.kind == other.kind && self.config == other.config
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} for {}", self.kind, self.place)
    }
}

/// What a kind does.
pub(super) trait Work: Send + Sync {
    /// The secrets that it uses.
    fn secrets(&self) -> Vec<SecretRef> {
        Vec::new()
    }

    /// Why it brings nothing now, in words for people; nothing while all is well.
    fn trouble(&self) -> Option<String> {
        None
    }

    /// Works until it is asked to stop.
    fn run(self: Arc<Self>, place: Place, around: Around, stop: Stop) -> Working;
}

/// What [`Work::run`] returns.
pub(super) type Working = Pin<Box<dyn Future<Output = ()> + Send>>;

/// What the tasks of a process share.
#[derive(Clone)]
pub struct Around {
    /// Where events go.
    pub publisher: Arc<dyn Publish>,
    /// Where secrets come from.
    pub secrets: Arc<dyn Secrets>,
    /// The time of day. Pauses are measured by tokio.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Where a task remembers what it did last; it is asked only by those that [remember](Task::remembers).
    pub memory: Arc<dyn Memory>,
}

/// What [`Memory::recall`] and [`Memory::remember`] return.
pub type Remembering<'a, T> = Pin<Box<dyn Future<Output = Result<T, String>> + Send + 'a>>;

/// Keeps one text for each place, through restarts and as safely as the bus keeps events.
pub trait Memory: Send + Sync {
    /// What was kept last.
    fn recall<'a>(&'a self, place: &'a Place) -> Remembering<'a, Option<String>>;

    /// Keeps this instead.
    fn remember<'a>(&'a self, place: &'a Place, text: String) -> Remembering<'a, ()>;
}

impl Task {
    /// Which event this is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Argo's name of the kind.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Every secret that it needs.
    pub fn secrets(&self) -> Vec<SecretRef> {
        self.work.secrets()
    }

    /// Why it brings nothing now, in words for people; nothing while all is well.
    pub fn trouble(&self) -> Option<String> {
        self.work.trouble()
    }

    /// Whether it asks the [`Memory`].
    pub fn remembers(&self) -> bool {
        self.remembers
    }

    /// Starts it.
    pub fn start(self, around: Around) -> Running {
        let (stop, stopped) = watch::channel(false);
        let work = self.work.clone().run(self.place.clone(), around, Stop(stopped));
        Running { task: self, stop, handle: tokio::spawn(work) }
    }
}

/// A task that runs.
pub struct Running {
    task: Task,
    stop: watch::Sender<bool>,
    handle: JoinHandle<()>,
}

impl Running {
    /// What runs.
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// It takes no more events, and publishes those that it has.
    pub fn drain(&self) {
        self.stop.send_replace(true);
    }

    /// Waits until it has ended, and stops it at the deadline. Gives whether it has ended by itself.
    pub async fn ended(mut self, deadline: Instant) -> bool {
        let ended = timeout_at(deadline, &mut self.handle).await.is_ok();
        if !ended {
            self.handle.abort();
            let _ = (&mut self.handle).await;
        }
        ended
    }
}

/// Whatever drops a task without asking it to end stops it.
impl Drop for Running {
    fn drop(&mut self) {
        self.handle.abort();
    }
}

/// Ends tasks in order within this time. Gives how many were stopped in the middle.
pub async fn drain(tasks: Vec<Running>, patience: Duration) -> usize {
    let deadline = Instant::now() + patience;
    tasks.iter().for_each(Running::drain);
    let mut stopped = 0;
    for task in tasks {
        stopped += usize::from(!task.ended(deadline).await);
    }
    stopped
}

/// Tells a task to stop.
#[derive(Clone)]
pub(super) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Waits until it shall stop.
    pub(super) async fn asked(&mut self) {
        // Without whoever could ask, the task is to end, too.
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    /// Waits so long; gives whether it shall go on.
    pub(super) async fn pause(&mut self, pause: Duration) -> bool {
        tokio::select! {
            () = self.asked() => false,
            () = tokio::time::sleep(pause) => true,
        }
    }
}

/// Publishes an event, and again until the bus has it; one line in the log an outage. Gives false when it shall stop first.
/// An event that the bus never takes is lost, and said.
pub(super) async fn publish(publisher: &dyn Publish, event: Incoming, stop: &mut Stop) -> bool {
    let mut waited: Option<Instant> = None;
    let mut pause = Duration::from_millis(100);
    let (source, name) = (event.source.clone(), event.event.clone());
    loop {
        match publisher.publish(event.clone()).await {
            Ok(()) => {
                if let Some(since) = waited {
                    let seconds = since.elapsed().as_secs();
                    tracing::info!(source, event = name, seconds, "the bus takes events of the source again");
                }
                return true;
            }
            Err(error @ PublishError::TooLarge { .. }) => {
                tracing::error!(source, event = name, id = event.id, %error, "an event of the source is lost");
                return true;
            }
            Err(error @ PublishError::Unavailable { .. }) => {
                if waited.is_none() {
                    waited = Some(Instant::now());
                    tracing::warn!(source, event = name, %error, "the source waits for its bus");
                }
                if !stop.pause(pause).await {
                    return false;
                }
                pause = (pause * 2).min(Duration::from_secs(2));
            }
        }
    }
}
