//! Servers that are killed, paused, lose their stream or a member, and connections that break: what was published is not lost
//! to a lane, what was acknowledged does not come again, and the log stays short.

use crate::proxy::Proxy;
use crate::support::{OnCluster, OnServer, ack, ask, drain, ids, stranger, take};
use aev_bus::conformance::{event, spec};
use aev_bus::{Bus, Commit, JetStream, Lane, Outgoing, Publish};
use aev_servers::Options;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tokio::task::JoinHandle;
use tracing_subscriber::layer::SubscriberExt as _;

/// What a lane did under load.
struct Worked {
    lane: Box<dyn Lane>,
    acknowledged: BTreeSet<String>,
    /// What came although it was acknowledged.
    again: Vec<String>,
}

/// Publishers and a lane under load.
struct Load {
    bus: Arc<JetStream>,
    stop: Arc<AtomicBool>,
    publishers: Vec<JoinHandle<Vec<String>>>,
    worker: JoinHandle<Worked>,
    done: Arc<AtomicBool>,
    count: Arc<AtomicU64>,
}

impl Load {
    /// Sixteen publishers, and a lane that acknowledges everything at once. Its records of what it took: what was acknowledged,
    /// and what came although it was acknowledged.
    async fn start(bus: JetStream) -> Load {
        let bus = Arc::new(bus);
        let (stop, done) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let count = Arc::new(AtomicU64::new(0));
        let mut lane = bus.lane(spec("load", &["a"])).await.unwrap();
        let publishers = (0..16).map(|publisher| {
            let (bus, stop, count) = (bus.clone(), stop.clone(), count.clone());
            tokio::spawn(async move {
                let mut published = Vec::new();
                for n in 0.. {
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    let id = format!("{publisher}-{n}");
                    if bus.publish(Outgoing::new(&event("a", &id))).await.is_ok() {
                        published.push(id);
                        count.fetch_add(1, Ordering::SeqCst);
                    } else {
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                    // Not as fast as it can: the faults are the matter here.
                    tokio::time::sleep(Duration::from_millis(3)).await;
                }
                published
            })
        });
        let publishers = publishers.collect();
        let ended = done.clone();
        let worker = tokio::spawn(async move {
            let (mut acknowledged, mut again) = (BTreeSet::new(), Vec::new());
            loop {
                let next = tokio::time::timeout(Duration::from_millis(500), lane.next(64)).await;
                let Ok(events) = next else {
                    if ended.load(Ordering::SeqCst) {
                        return Worked { lane, acknowledged, again };
                    }
                    continue;
                };
                let events = events.unwrap();
                let found = ids(&events);
                again.extend(found.iter().filter(|id| acknowledged.contains(*id)).cloned());
                let positions: Vec<_> = events.iter().map(|delivery| delivery.position).collect();
                while lane.commit(Commit { ack: positions.clone(), ..Commit::default() }).await.is_err() {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                acknowledged.extend(found);
            }
        });
        Load { bus, stop, publishers, worker, done, count }
    }

    /// Waits until so many more events were published.
    async fn goes_on(&self, more: u64) {
        let wanted = self.count.load(Ordering::SeqCst) + more;
        let went_on = async {
            while self.count.load(Ordering::SeqCst) < wanted {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let patience = Duration::from_secs(60);
        tokio::time::timeout(patience, went_on).await.expect("nothing was published for a minute");
    }

    /// Ends the load and compares.
    async fn end(self) {
        self.stop.store(true, Ordering::SeqCst);
        let mut published = BTreeSet::new();
        for publisher in self.publishers {
            published.extend(publisher.await.unwrap());
        }
        // Longer than it takes until a server delivers again what it has lost track of.
        tokio::time::sleep(Duration::from_secs(7)).await;
        self.done.store(true, Ordering::SeqCst);
        let Worked { lane, acknowledged, again } = self.worker.await.unwrap();
        let lost: Vec<&String> = published.difference(&acknowledged).collect();
        assert!(lost.is_empty(), "{} of {} lost: {lost:?}", lost.len(), published.len());
        assert!(again.is_empty(), "{} came again: {again:?}", again.len());
        assert_eq!(lane.lost(), 0);
        // And not after the lane is opened anew, either.
        drop(lane);
        let mut lane = self.bus.lane(spec("load", &["a"])).await.unwrap();
        assert_eq!(drain(&mut *lane, Duration::from_secs(1)).await, Vec::<String>::new());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_is_killed_under_load() {
    let Some(mut setup) = OnServer::start("the_server_is_killed_under_load", &Options::default()) else {
        return;
    };
    let load = Load::start(setup.jetstream().await).await;
    for _ in 0..3 {
        load.goes_on(500).await;
        setup.server.kill().unwrap();
        tokio::time::sleep(Duration::from_millis(700)).await;
        setup.server.start_again().unwrap();
    }
    load.goes_on(500).await;
    load.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_is_paused_under_load() {
    let Some(setup) = OnServer::start("the_server_is_paused_under_load", &Options::default()) else { return };
    let load = Load::start(setup.jetstream().await).await;
    for pause in [1, 7] {
        load.goes_on(500).await;
        setup.server.pause().unwrap();
        tokio::time::sleep(Duration::from_secs(pause)).await;
        setup.server.resume().unwrap();
    }
    load.goes_on(500).await;
    load.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_connection_is_cut_under_load() {
    let Some(mut setup) = OnServer::start("the_connection_is_cut_under_load", &Options::default()) else {
        return;
    };
    let proxy = Proxy::start(setup.server.address()).await;
    setup.options.servers = vec![format!("nats://{}", proxy.address)];
    let load = Load::start(setup.jetstream().await).await;
    for _ in 0..10 {
        load.goes_on(100).await;
        proxy.cut();
    }
    // The acknowledgements arrive, and their confirmations do not.
    for _ in 0..2 {
        load.goes_on(200).await;
        proxy.swallow(true);
        tokio::time::sleep(Duration::from_millis(1500)).await;
        proxy.cut();
        proxy.swallow(false);
    }
    load.goes_on(200).await;
    load.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_three_servers_is_lost_under_load() {
    let Some(mut setup) = OnCluster::start("one_of_three_servers_is_lost_under_load") else { return };
    let bus = JetStream::connect(setup.options.clone()).await.unwrap();
    let load = Load::start(bus).await;
    for lost in ["n1", "n2"] {
        load.goes_on(500).await;
        let server = setup.cluster.named(lost).unwrap();
        server.kill().unwrap();
        load.goes_on(500).await;
        server.start_again().unwrap();
        tokio::time::sleep(Duration::from_secs(3)).await;
    }
    load.goes_on(500).await;
    load.end().await;
}

/// What was in the stream is gone with it. Whatever is published from then on reaches the lanes that are open, and those that
/// the bus knows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stream_is_deleted() {
    let Some(setup) = OnServer::start("the_stream_is_deleted", &Options::default()) else { return };
    let bus = setup.jetstream().await;
    drop(bus.lane(spec("closed", &["a"])).await.unwrap());
    let mut lane = bus.lane(spec("open", &["a"])).await.unwrap();
    let client = stranger(&setup).await;
    for round in 0..3 {
        let mut published = Vec::new();
        for n in 0..50 {
            let id = format!("{round}-{n}");
            bus.publish(Outgoing::new(&event("a", &id))).await.unwrap();
            published.push(id);
        }
        let events = take(&mut *lane, 50).await;
        assert_eq!(ids(&events), published, "round {round}");
        // One of them is still in hand when the stream goes; its acknowledgement means nothing afterwards.
        ack(&mut *lane, &events[1..]).await;
        ask(&client, "$JS.API.STREAM.DELETE.default", "").await;
        tokio::time::sleep(Duration::from_millis(round * 700)).await;
        bus.publish(Outgoing::new(&event("a", &format!("{round}-after")))).await.unwrap();
        let after = take(&mut *lane, 1).await;
        assert_eq!(ids(&after), [format!("{round}-after")]);
        ack(&mut *lane, &events[..1]).await;
        ack(&mut *lane, &after).await;
    }
    assert_eq!(drain(&mut *lane, Duration::from_secs(6)).await, Vec::<String>::new());
    let mut closed = bus.lane(spec("closed", &["a"])).await.unwrap();
    assert_eq!(drain(&mut *closed, Duration::from_secs(1)).await, ["2-after"]);
}

/// Somebody deletes the consumer of an open lane: it goes on where it was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_consumer_is_deleted() {
    let Some(setup) = OnServer::start("the_consumer_is_deleted", &Options::default()) else { return };
    let bus = setup.jetstream().await;
    let mut lane = bus.lane(spec("load", &["a"])).await.unwrap();
    let client = stranger(&setup).await;
    for n in 0..10 {
        bus.publish(Outgoing::new(&event("a", &n.to_string()))).await.unwrap();
    }
    let events = take(&mut *lane, 10).await;
    ack(&mut *lane, &events[..5]).await;
    let names = ask(&client, "$JS.API.CONSUMER.NAMES.default", "").await;
    let name = names["consumers"][0].as_str().unwrap();
    ask(&client, &format!("$JS.API.CONSUMER.DELETE.default.{name}"), "").await;
    for n in 10..20 {
        bus.publish(Outgoing::new(&event("a", &n.to_string()))).await.unwrap();
    }
    let more = take(&mut *lane, 10).await;
    assert_eq!(ids(&more), (10..20).map(|n| n.to_string()).collect::<Vec<_>>());
    ack(&mut *lane, &events[5..]).await;
    ack(&mut *lane, &more).await;
    assert_eq!(drain(&mut *lane, Duration::from_secs(6)).await, Vec::<String>::new());
}

/// A process that is killed lets go of what it had in hand within seconds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_dead_process_had_comes_soon() {
    let Some(mut setup) = OnServer::start("what_a_dead_process_had_comes_soon", &Options::default()) else {
        return;
    };
    let other = setup.jetstream().await;
    let proxy = Proxy::start(setup.server.address()).await;
    setup.options.servers = vec![format!("nats://{}", proxy.address)];
    let bus = setup.jetstream().await;
    let mut lane = bus.lane(spec("load", &["a"])).await.unwrap();
    for n in 0..5 {
        bus.publish(Outgoing::new(&event("a", &n.to_string()))).await.unwrap();
    }
    take(&mut *lane, 5).await;
    // Its end, as the server sees it: nothing is given back.
    proxy.refuse();
    proxy.cut();
    let began = std::time::Instant::now();
    let dead = lane;
    let mut lane = other.lane(spec("load", &["a"])).await.unwrap();
    let events = take(&mut *lane, 5).await;
    assert_eq!(ids(&events), ["0", "1", "2", "3", "4"]);
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    drop(dead);
}

/// What aev logs, from information on, with the fields. One for the process: what is set for one thread only is missed where
/// other tests run beside it.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Lines {
    fn global() -> Lines {
        static LINES: OnceLock<Lines> = OnceLock::new();
        let lines = LINES.get_or_init(|| {
            let lines = Lines::default();
            let subscriber = tracing_subscriber::registry().with(lines.clone());
            tracing::subscriber::set_global_default(subscriber).unwrap();
            lines
        });
        lines.clone()
    }

    /// Those that speak of one of these.
    fn about(&self, words: &[&str]) -> Vec<String> {
        let lines = self.0.lock().unwrap();
        lines.iter().filter(|line| words.iter().any(|word| line.contains(word))).cloned().collect()
    }
}

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Lines {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        let metadata = event.metadata();
        if metadata.target().starts_with("aev_bus") && *metadata.level() <= tracing::Level::INFO {
            let mut line = metadata.level().to_string();
            event.record(&mut |field: &tracing::field::Field, value: &dyn std::fmt::Debug| {
                line.push_str(&format!(" {field}={value:?}"));
            });
            self.0.lock().unwrap().push(line);
        }
    }
}

/// Many lanes and publishers wait for a server that is away for a while: one line when it goes and one when it is back.
#[tokio::test]
async fn an_outage_is_two_lines_in_the_log() {
    let Some(mut setup) = OnServer::start("an_outage_is_two_lines_in_the_log", &Options::default()) else {
        return;
    };
    let bus = Arc::new(setup.jetstream().await);
    let mut lanes = Vec::new();
    for lane in bus.open_lanes((0..20).map(|n| spec(&format!("waits{n}"), &["a"])).collect()).await.unwrap() {
        let mut lane = lane;
        lanes.push(tokio::spawn(async move { ids(&take(&mut *lane, 1).await) }));
    }
    let lines = Lines::global();
    let url = setup.server.url();
    let ours = [url.as_str(), "p/q/waits"];
    let before = lines.about(&ours).len();
    setup.server.kill().unwrap();
    let mut refused = Vec::new();
    for n in 0..20 {
        let bus = bus.clone();
        refused.push(tokio::spawn(async move {
            bus.publish(Outgoing::new(&event("a", &format!("{n}")))).await.is_err()
        }));
    }
    for refused in refused {
        assert!(refused.await.unwrap());
    }
    assert!(bus.away().is_some());
    setup.server.start_again().unwrap();
    while bus.publish(Outgoing::new(&event("a", "back"))).await.is_err() {}
    for lane in lanes {
        assert_eq!(lane.await.unwrap(), ["back"]);
    }
    let lines = lines.about(&ours);
    assert_eq!(lines.len() - before, 2, "{lines:?}");
}
