//! Connecting, receiving, and handing on what was received.

use super::Nats;
use crate::sources::Place;
use crate::sources::hand_on::{self, HELD, Held};
use crate::sources::task::{Around, Stop};
use async_nats::{Client, Event, Subscriber};
use futures_util::StreamExt as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;

/// Losses are said at most once in this time.
const SAYING: Duration = Duration::from_secs(10);

/// Receives until it is asked to stop, and then publishes what it has.
pub(super) async fn run(nats: Arc<Nats>, place: Place, around: Around, stop: Stop) {
    let (sender, receiver) = unbounded_channel();
    let held = Room::new(place.clone(), sender);
    tokio::join!(
        hand_on::run(&place, "NATS", receiver, &around, stop.clone()),
        receive(&nats, held, &around, stop)
    );
}

/// The room for events, and what did not find any.
struct Room {
    place: Place,
    free: Arc<Semaphore>,
    sender: UnboundedSender<Held>,
    lost: u64,
    no_json: u64,
    said: Option<Instant>,
}

impl Room {
    fn new(place: Place, sender: UnboundedSender<Held>) -> Room {
        Room { place, free: Arc::new(Semaphore::new(HELD)), sender, lost: 0, no_json: 0, said: None }
    }

    fn take(&mut self, nats: &Nats, message: &async_nats::Message, around: &Around) {
        match nats.incoming(&self.place, message, (around.now)()) {
            None => self.no_json += 1,
            Some(event) => {
                match self.free.clone().try_acquire_many_owned(hand_on::cost(&event)) {
                    // The other side is there as long as this one.
                    Ok(room) => drop(self.sender.send((event, room))),
                    Err(_) => self.lost += 1,
                }
            }
        }
        if self.said.is_none_or(|since| since.elapsed() >= SAYING) {
            self.say();
        }
    }

    fn say(&mut self) {
        if self.lost + self.no_json == 0 {
            return;
        }
        tracing::error!(
            source = %self.place,
            no_room = self.lost,
            no_json = self.no_json,
            "messages from NATS are lost: the bus took none for too long, or their body is no JSON"
        );
        (self.lost, self.no_json, self.said) = (0, 0, Some(Instant::now()));
    }
}

async fn receive(nats: &Nats, mut held: Room, around: &Around, mut stop: Stop) {
    let (mut failed, mut since) = (0_u32, None::<Instant>);
    loop {
        let broken = Arc::new(Notify::new());
        let connected = tokio::select! {
            () = stop.asked() => return,
            connected = connect(nats, around, broken.clone()) => connected,
        };
        let reason = match connected {
            Ok((client, mut messages)) => {
                if let Some(since) = since.take() {
                    let seconds = Instant::now().duration_since(since).as_secs();
                    tracing::info!(source = %held.place, seconds, "the source receives from NATS again");
                }
                failed = 0;
                let reason = listen(nats, &mut messages, &broken, &mut held, around, &mut stop).await;
                if reason.is_none() {
                    // What the server has sent by now still comes.
                    let _ = messages.unsubscribe().await;
                    let _ = client.flush().await;
                    while let Ok(Some(message)) =
                        tokio::time::timeout(Duration::from_millis(100), messages.next()).await
                    {
                        held.take(nats, &message, around);
                    }
                    held.say();
                    return;
                }
                reason.unwrap_or_default()
            }
            Err(reason) => reason,
        };
        failed = failed.saturating_add(1);
        if since.is_none() {
            since = Some(Instant::now());
            tracing::warn!(source = %held.place, server = nats.server.shown(), reason, "the source receives nothing from NATS");
        }
        if !stop.pause(nats.pause(failed)).await {
            held.say();
            return;
        }
    }
}

/// Takes messages; gives why the connection ended, or nothing when it is to stop.
async fn listen(
    nats: &Nats,
    messages: &mut Subscriber,
    broken: &Notify,
    held: &mut Room,
    around: &Around,
    stop: &mut Stop,
) -> Option<String> {
    loop {
        tokio::select! {
            biased;
            message = messages.next() => match message {
                Some(message) => held.take(nats, &message, around),
                None => return Some("the subscription was ended".to_owned()),
            },
            () = broken.notified() => return Some("the connection was lost".to_owned()),
            () = stop.asked() => return None,
        }
    }
}

/// A connection that is given up when it breaks: the next one reads its secrets anew.
async fn connect(nats: &Nats, around: &Around, broken: Arc<Notify>) -> Result<(Client, Subscriber), String> {
    let options = nats.server.options(&*around.secrets).map_err(|error| error.to_string())?;
    let options = options.event_callback(move |event| {
        let denied = matches!(&event, Event::ServerError(error) if error.to_string().to_lowercase().contains("permissions violation"));
        if denied || matches!(event, Event::Disconnected | Event::Closed) {
            broken.notify_one();
        }
        std::future::ready(())
    });
    let client = options.connect(nats.server.urls()).await.map_err(|error| error.to_string())?;
    let subject = nats.subject.clone();
    let messages = match &nats.queue {
        Some(queue) => client.queue_subscribe(subject, queue.clone()).await,
        None => client.subscribe(subject).await,
    };
    let messages = messages.map_err(|error| error.to_string())?;
    client.flush().await.map_err(|error| error.to_string())?;
    Ok((client, messages))
}
