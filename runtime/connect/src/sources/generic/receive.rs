//! Connecting, receiving, and handing on what was received.

use super::Generic;
use crate::actions::ConnectTo;
use crate::grpc::generated::generic::EventSource;
use crate::grpc::generated::generic::eventing_client::EventingClient;
use crate::grpc::{self, Address};
use crate::publish::Incoming;
use crate::secrets::{SecretValue, Secrets};
use crate::sources::Place;
use crate::sources::hand_on::{self, HELD, Held};
use crate::sources::task::{Around, Stop};
use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::Instant;
use tonic::Request;
use tonic::metadata::AsciiMetadataValue;
use tonic::transport::Channel;

/// The largest payload that is taken from the stream; a larger one ends it. What the bus does not take is less.
const LARGEST: usize = HELD;

/// A stream that has stood for so long stands, even if it has brought nothing.
const SETTLED: Duration = Duration::from_secs(5);

/// Losses are said at most once in this time.
const SAYING: Duration = Duration::from_secs(10);

/// Receives until it is asked to stop, and then publishes what it has.
pub(super) async fn run(generic: Arc<Generic>, place: Place, around: Around, stop: Stop) {
    let (sender, events) = unbounded_channel();
    let receiver = Receiver {
        generic: &generic,
        place: &place,
        around: &around,
        room: Arc::new(Semaphore::new(HELD)),
        sender,
        no_json: 0,
        said: None,
    };
    let handing = hand_on::run(&place, "its server", events, &around, stop.clone());
    tokio::join!(handing, receiver.receive(stop));
}

/// Why a stream has ended.
enum End {
    /// It shall.
    Asked,
    /// In words.
    Broken(String),
}

struct Receiver<'a> {
    generic: &'a Generic,
    place: &'a Place,
    around: &'a Around,
    room: Arc<Semaphore>,
    sender: UnboundedSender<Held>,
    /// Payloads that should be JSON and are none.
    no_json: u64,
    said: Option<Instant>,
}

impl Receiver<'_> {
    async fn receive(mut self, mut stop: Stop) {
        let server =
            Address::new(&self.generic.server.url).map(|address| address.shown()).unwrap_or_default();
        loop {
            let end = self.stream(&mut stop).await;
            self.say();
            let End::Broken(reason) = end else { return };
            let pause = self.generic.away.ended(self.place, &server, reason);
            if !stop.pause(pause).await {
                return;
            }
        }
    }

    /// One stream, on a connection of its own: the next one reads its secrets anew.
    async fn stream(&mut self, stop: &mut Stop) -> End {
        let token = match self.token() {
            Ok(token) => token,
            Err(reason) => return End::Broken(reason),
        };
        // A server could send the token back.
        let words = |text: String| match &token {
            Some((_, token)) if !token.is_empty() => text.replace(token.as_str(), "***"),
            _ => text,
        };
        let mut client = tokio::select! {
            () = stop.asked() => return End::Asked,
            connected = self.connect() => match connected {
                Ok(client) => client,
                Err(reason) => return End::Broken(words(reason)),
            },
        };
        self.generic.away.connected();
        let mut request = Request::new(EventSource {
            name: self.place.event.clone(),
            config: self.generic.config.clone().into_bytes(),
        });
        if let Some((header, _)) = &token {
            request.metadata_mut().insert("authorization", header.clone());
        }
        let settled = tokio::time::sleep(SETTLED);
        tokio::pin!(settled);
        let mut stands = false;
        // Many servers answer only with their first event, so this may take as long as it likes.
        let asked = client.start_event_source(request);
        tokio::pin!(asked);
        let mut events = loop {
            tokio::select! {
                () = stop.asked() => return End::Asked,
                () = &mut settled, if !stands => {
                    stands = true;
                    self.generic.away.stands(self.place);
                }
                answer = &mut asked => match answer {
                    Ok(events) => break events.into_inner(),
                    Err(status) => return End::Broken(words(why(&status))),
                },
            }
        };
        loop {
            tokio::select! {
                () = stop.asked() => return End::Asked,
                () = &mut settled, if !stands => {
                    stands = true;
                    self.generic.away.stands(self.place);
                }
                event = events.message() => match event {
                    Ok(Some(event)) => {
                        if !stands {
                            stands = true;
                            self.generic.away.stands(self.place);
                        }
                        if !self.take(&event.payload, stop).await {
                            return End::Asked;
                        }
                    }
                    Ok(None) => return End::Broken("the server has ended the stream".to_owned()),
                    Err(status) => return End::Broken(words(why(&status))),
                },
            }
        }
    }

    async fn connect(&self) -> Result<EventingClient<Channel>, String> {
        let secrets = &*self.around.secrets;
        let reached = grpc::reach(&self.generic.server, &ConnectTo::default(), secrets);
        let (endpoint, connector) = reached.map_err(|error| error.to_string())?;
        let channel = endpoint.connect_with_connector(connector).await.map_err(|error| {
            let causes = std::iter::successors(error.source(), |&cause| cause.source());
            causes.last().map_or_else(|| "there is no connection".to_owned(), ToString::to_string)
        })?;
        Ok(EventingClient::new(channel).max_decoding_message_size(LARGEST))
    }

    /// The token as it is sent, and as it is.
    fn token(&self) -> Result<Option<(AsciiMetadataValue, zeroize::Zeroizing<String>)>, String> {
        let Some(secret) = &self.generic.auth else { return Ok(None) };
        let value: SecretValue =
            Secrets::get(&*self.around.secrets, secret).map_err(|error| error.to_string())?;
        let unfit = || {
            format!(
                "the key `{}` of the secret `{}` cannot be sent: it has a character that a header cannot have",
                secret.key, secret.name
            )
        };
        let token = std::str::from_utf8(value.expose()).map_err(|_| unfit())?.trim_end_matches(['\r', '\n']);
        let header = zeroize::Zeroizing::new(format!("Bearer {token}"));
        let mut header: AsciiMetadataValue = header.parse().map_err(|_| unfit())?;
        header.set_sensitive(true);
        Ok(Some((header, zeroize::Zeroizing::new(token.to_owned()))))
    }

    /// Takes an event as soon as there is room; gives false when it shall stop first, and the event is lost with the stream.
    async fn take(&mut self, payload: &[u8], stop: &mut Stop) -> bool {
        let Some(event) = self.generic.incoming(self.place, payload, (self.around.now)()) else {
            self.no_json += 1;
            if self.said.is_none_or(|since| since.elapsed() >= SAYING) {
                self.say();
            }
            return true;
        };
        let cost = hand_on::cost(&event);
        let room = self.room.clone().acquire_many_owned(cost);
        tokio::select! {
            biased;
            room = room => {
                if let Ok(room) = room {
                    self.hand(event, room);
                }
                true
            }
            () = stop.asked() => {
                tracing::error!(source = %self.place, "an event of the server is lost: the source ends and the bus takes none");
                false
            }
        }
    }

    fn hand(&self, event: Incoming, room: tokio::sync::OwnedSemaphorePermit) {
        // The other side is there as long as this one.
        let _ = self.sender.send((event, room));
    }

    fn say(&mut self) {
        if self.no_json > 0 {
            tracing::error!(source = %self.place, no_json = self.no_json, "events of the server are lost: their body is no JSON");
            (self.no_json, self.said) = (0, Some(Instant::now()));
        }
    }
}

fn why(status: &tonic::Status) -> String {
    grpc::broken(status).unwrap_or_else(|| grpc::said(status))
}
