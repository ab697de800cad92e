//! Servers for tests, and buses on them.

use aev_bus::conformance::Setup;
use aev_bus::nats::{Auth, Tls};
use aev_bus::{Bus, BusError, Commit, ConnectOptions, Delivery, JetStream, Lane, Pending};
use aev_servers::{Access, Certificates, Cluster, NatsServer, Options, program};
use std::sync::Arc;
use std::time::Duration;

/// A server of its own, and how it is reached.
pub struct OnServer {
    pub server: NatsServer,
    pub options: ConnectOptions,
}

impl OnServer {
    /// Starts a server; none when there is no program, which is said under the test's name.
    pub fn start(test: &str, options: &Options) -> Option<OnServer> {
        if program::missing(test) {
            return None;
        }
        let server = NatsServer::start(options).unwrap();
        let mut connect = ConnectOptions::new(&server.url());
        connect.auth = match &options.access {
            Access::Open => Auth::None,
            Access::UserAndPassword(user, password) => {
                Auth::UserAndPassword { user: user.as_str().into(), password: password.as_str().into() }
            }
            Access::Token(token) => Auth::Token(token.as_str().into()),
            Access::Nkey { seed } => Auth::Nkey(seed.as_str().into()),
            Access::Credentials { file, .. } => Auth::Credentials(file.as_str().into()),
        };
        if let Some(tls) = &options.tls {
            let client = (tls.client.clone(), tls.client_key.as_str().into());
            connect.tls = Tls {
                required: true,
                ca: Some(tls.ca.clone()),
                client: options.verify_clients.then_some(client),
                ..Tls::default()
            };
        }
        Some(OnServer { server, options: connect })
    }

    pub async fn jetstream(&self) -> JetStream {
        JetStream::connect(self.options.clone()).await.unwrap()
    }
}

impl Setup for OnServer {
    fn open(&self) -> Pending<'_, Result<Arc<dyn Bus>, BusError>> {
        Box::pin(async { Ok(Arc::new(JetStream::connect(self.options.clone()).await?) as Arc<dyn Bus>) })
    }
}

/// Three servers of its own, with three copies of everything.
pub struct OnCluster {
    pub cluster: Cluster,
    pub options: ConnectOptions,
}

impl OnCluster {
    pub fn start(test: &str) -> Option<OnCluster> {
        if program::missing(test) {
            return None;
        }
        let cluster = Cluster::start(&Options::default()).unwrap();
        let mut options = ConnectOptions::new(&cluster.urls().join(","));
        options.stream_config = "replicas: 3".to_owned();
        Some(OnCluster { cluster, options })
    }
}

impl Setup for OnCluster {
    fn open(&self) -> Pending<'_, Result<Arc<dyn Bus>, BusError>> {
        Box::pin(async { Ok(Arc::new(JetStream::connect(self.options.clone()).await?) as Arc<dyn Bus>) })
    }
}

/// TLS that the server demands, with certificates made for this test.
pub fn tls() -> Option<Certificates> {
    Some(Certificates::make().unwrap())
}

/// A client of its own, as another program has one.
pub async fn stranger(setup: &OnServer) -> async_nats::Client {
    async_nats::connect(setup.server.url()).await.unwrap()
}

/// What the server answers to a request.
pub async fn ask(client: &async_nats::Client, subject: &str, payload: &str) -> serde_json::Value {
    let answer = client.request(subject.to_owned(), payload.to_owned().into()).await.unwrap();
    serde_json::from_slice(&answer.payload).unwrap()
}

/// So many events, in however many steps.
pub async fn take(lane: &mut dyn Lane, count: usize) -> Vec<Delivery> {
    let mut taken = Vec::new();
    while taken.len() < count {
        let next = tokio::time::timeout(Duration::from_secs(20), lane.next(count - taken.len())).await;
        let next =
            next.unwrap_or_else(|_| panic!("after {} of {count} events none came for 20 s", taken.len()));
        taken.extend(next.unwrap());
    }
    taken
}

pub async fn ack(lane: &mut dyn Lane, events: &[Delivery]) {
    let ack = events.iter().map(|delivery| delivery.position).collect();
    lane.commit(Commit { ack, ..Commit::default() }).await.unwrap();
}

/// The ids of all events until none comes for so long; all are acknowledged.
pub async fn drain(lane: &mut dyn Lane, quiet: Duration) -> Vec<String> {
    let mut found = Vec::new();
    while let Ok(events) = tokio::time::timeout(quiet, lane.next(256)).await {
        let events = events.unwrap();
        ack(lane, &events).await;
        found.extend(ids(&events));
    }
    found
}

pub fn ids(events: &[Delivery]) -> Vec<String> {
    events.iter().map(|delivery| delivery.event.as_ref().unwrap().id.clone()).collect()
}
