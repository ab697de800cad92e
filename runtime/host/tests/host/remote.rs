//! On buses that are servers of their own.

use crate::support::{
    Client, PATIENCE, Place, Target, address, bus, filtered, http, plan, post, settled, stream, trigger,
};
use aev_host::Host;
use aev_host::settings::Name;
use aev_plan::Plan;
use aev_servers::{NatsServer, Options, program};
use std::collections::BTreeSet;
use std::time::Duration;

async fn start(place: &Place, server: &NatsServer, plan: &Plan) -> Host {
    let address = server.url().replace("nats://", "jetstream://");
    let settings = place.settings(&[(Name::Bus, &address)]);
    let started = Host::start(std::slice::from_ref(plan), &settings).await;
    started.unwrap_or_else(|errors| panic!("{errors:?}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_a_webhook_over_jetstream_to_a_call() {
    if program::missing("host::remote::from_a_webhook_over_jetstream_to_a_call") {
        return;
    }
    let (place, target) = (Place::new(), Target::new().await);
    let server = NatsServer::start(&Options::default()).unwrap();
    let streams = filtered("wanted", "a", "kind", "wanted");
    let plan = plan(&["a"], &streams, &trigger("call", "wanted", &http(&target.url("/t")), ""));
    let host = start(&place, &server, &plan).await;
    let mut client = Client::connect(address(&host)).await.unwrap();
    for n in 0..200 {
        let kind = if n % 2 == 0 { "wanted" } else { "other" };
        let response = client.post("/a", &format!(r#"{{"id":"{n}","kind":"{kind}"}}"#)).await.unwrap();
        assert_eq!(response.status, 200, "{response:?}");
    }
    settled(&host).await;
    assert_eq!(target.calls().len(), 100);
    assert_eq!(host.drain(PATIENCE).await, Default::default());

    // What came while nobody listened is taken up where it was left.
    let host = start(&place, &server, &plan).await;
    post(&host, "/a", "ignored").await;
    settled(&host).await;
    assert_eq!(target.calls().len(), 100, "nothing is repeated");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_bus_is_killed_under_load_and_nothing_is_lost() {
    if program::missing("host::remote::the_bus_is_killed_under_load_and_nothing_is_lost") {
        return;
    }
    let (place, target) = (Place::new(), Target::new().await);
    let mut server = NatsServer::start(&Options::default()).unwrap();
    let plan = plan(&["a"], &stream("a"), &trigger("call", "a", &http(&target.url("/t")), ""));
    let host = start(&place, &server, &plan).await;
    let to = address(&host);
    let sender = tokio::spawn(async move {
        let mut client = Client::connect(to).await.unwrap();
        let (mut taken, mut refused) = (BTreeSet::new(), 0);
        let begun = tokio::time::Instant::now();
        let mut n = 0;
        while begun.elapsed() < Duration::from_secs(8) {
            let id = format!("{n}");
            n += 1;
            match client.post("/a", &format!(r#"{{"id":"{id}"}}"#)).await {
                Some(response) if response.status == 200 => drop(taken.insert(id)),
                Some(response) => {
                    assert_eq!(response.status, 503, "{response:?}");
                    assert!(response.retry_after.is_some(), "{response:?}");
                    refused += 1;
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                None => client = Client::connect(to).await.unwrap(),
            }
        }
        (taken, refused)
    });
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        server.kill().unwrap();
        tokio::time::sleep(Duration::from_millis(1000)).await;
        server.start_again().unwrap();
    }
    let (taken, refused) = sender.await.unwrap();
    settled(&host).await;
    assert!(refused > 0, "while the bus was away, senders were turned away");
    let called: Vec<String> = target.calls().iter().map(|call| call.id().to_owned()).collect();
    let distinct: BTreeSet<String> = called.iter().cloned().collect();
    let lost: Vec<_> = taken.difference(&distinct).collect();
    assert!(lost.is_empty(), "{} of {} were lost: {lost:?}", lost.len(), taken.len());
    assert_eq!(called.len(), distinct.len(), "no effect is repeated: this process was there all the time");
    let state = host.status().await;
    assert_eq!(state.triggers[0].stalled, None, "it works again without help");
    assert!(bus(&host).await.away().is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn core_nats_delivers_and_refuses_what_it_cannot_keep() {
    if program::missing("host::remote::core_nats_delivers_and_refuses_what_it_cannot_keep") {
        return;
    }
    let (place, target) = (Place::new(), Target::new().await);
    let server = NatsServer::start(&Options::default()).unwrap();
    let settings = place.settings(&[(Name::Bus, &server.url())]);
    let with = |more: &str| plan(&["a"], &stream("a"), &trigger("call", "a", &http(&target.url("/t")), more));
    let errors = Host::start(&[with(r#","retry":{"steps":3}"#)], &settings).await.err().unwrap();
    let error = errors[0].to_string();
    assert!(
        error.contains("`call`") && error.contains("`retry`") && error.contains("jetstream://"),
        "{error}"
    );
    let errors = Host::start(&[with(r#","flow":{"suspend":{}}"#)], &settings).await.err().unwrap();
    assert!(errors[0].to_string().contains("`suspend`"), "{}", errors[0]);
    let host = Host::start(&[with("")], &settings).await.unwrap_or_else(|errors| panic!("{errors:?}"));
    for n in 0..20 {
        post(&host, "/a", &format!("{n}")).await;
    }
    target.wait("/t", 20).await;
    assert!(host.ready().is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readiness_follows_the_bus() {
    if program::missing("host::remote::readiness_follows_the_bus") {
        return;
    }
    let place = Place::new();
    let mut server = NatsServer::start(&Options::default()).unwrap();
    let plan = plan(&["a"], &stream("a"), &trigger("call", "a", r#""log""#, ""));
    let host = start(&place, &server, &plan).await;
    let becomes = async |ready: bool| {
        let changed = async {
            while host.ready().is_ok() != ready {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, changed).await.unwrap_or_else(|_| panic!("{:?}", host.ready()));
    };
    becomes(true).await;
    server.kill().unwrap();
    becomes(false).await;
    assert!(host.ready().unwrap_err().contains("away"), "{:?}", host.ready());
    assert!(host.alive().is_ok(), "waiting for a bus is no reason to be killed");
    server.start_again().unwrap();
    becomes(true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_are_not_there_or_want_a_password_are_said() {
    if program::missing("host::remote::servers_that_are_not_there_or_want_a_password_are_said") {
        return;
    }
    let place = Place::new();
    let plan = plan(&["a"], &stream("a"), &trigger("call", "a", r#""log""#, ""));
    let refused = async |address: &str| {
        let settings =
            place.settings(&[(Name::Bus, address), (Name::Secrets, place.path("secrets").to_str().unwrap())]);
        match Host::start(std::slice::from_ref(&plan), &settings).await {
            Ok(_) => panic!("it started"),
            Err(errors) => errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
        }
    };
    let port = aev_servers::nats::free_port().unwrap();
    let away = refused(&format!("jetstream://127.0.0.1:{port}")).await;
    assert!(away.contains(&format!("127.0.0.1:{port}")), "{away}");

    let access = aev_servers::Access::UserAndPassword("aev".to_owned(), "right".to_owned());
    let server = NatsServer::start(&Options { access, ..Options::default() }).unwrap();
    let address = server.url().replace("nats://", "jetstream://");
    assert!(refused(&address).await.contains(&server.address().to_string()));
    let missing = refused(&format!("{address}?auth=js/client-auth")).await;
    assert!(missing.contains("secrets/js/client-auth"), "{missing}");
    let secret = place.path("secrets/js/client-auth");
    std::fs::create_dir_all(secret.parent().unwrap()).unwrap();
    std::fs::write(&secret, "hunter2").unwrap();
    let form = refused(&format!("{address}?auth=js/client-auth")).await;
    assert!(form.contains("`username` and `password`") && !form.contains("hunter2"), "{form}");
    std::fs::write(&secret, "username: aev\npassword: hunter2\n").unwrap();
    let wrong = refused(&format!("{address}?auth=js/client-auth")).await;
    assert!(!wrong.contains("hunter2"), "{wrong}");
    std::fs::write(&secret, "username: aev\npassword: right\n").unwrap();
    let settings = place.settings(&[
        (Name::Bus, &format!("{address}?auth=js/client-auth")),
        (Name::Secrets, place.path("secrets").to_str().unwrap()),
    ]);
    Host::start(&[plan], &settings).await.unwrap_or_else(|errors| panic!("{errors:?}"));
}

/// The bus is away when a trigger is renamed: nothing changes, and what waits is there when it is tried again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rename_waits_for_the_bus() {
    if program::missing("host::remote::a_rename_waits_for_the_bus") {
        return;
    }
    let (place, target) = (Place::new(), Target::answering(|_, _| (200, Duration::from_millis(100))).await);
    let mut server = NatsServer::start(&Options::default()).unwrap();
    let called = |name: &str| plan(&["a"], &stream("a"), &trigger(name, "a", &http(&target.url("/t")), ""));
    let host = start(&place, &server, &called("before")).await;
    let mut client = Client::connect(address(&host)).await.unwrap();
    for n in 0..200 {
        assert_eq!(client.post("/a", &format!(r#"{{"id":"{n}"}}"#)).await.unwrap().status, 200);
    }
    server.kill().unwrap();
    host.apply(&[called("after")]).await.unwrap_err();
    server.start_again().unwrap();
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while host.apply(&[called("after")]).await.is_err() {
        assert!(tokio::time::Instant::now() < deadline, "the bus does not come back");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    settled(&host).await;
    assert_eq!(bus(&host).await.lanes().await.unwrap(), ["pipe/pipe/after"]);
    let ids: BTreeSet<String> = target.calls().iter().map(|call| call.id().to_owned()).collect();
    assert_eq!(ids.len(), 200, "each event has its effect, under one name or the other");
}
