//! Foreign extensions in a whole process: what one sends is what another is to do.

use crate::support::{Client, PATIENCE, Place, post, settled, stream, trigger};
use aev_host::SourceTrouble;
use aev_host::metrics::{Names, Scraping};
use aev_plan::Plan;
use aev_servers::Extension;
use aev_servers::extension::{Script, Status};
use std::sync::Arc;
use std::time::{Duration, Instant};

fn plan(url: &str) -> Plan {
    let config = format!(r#"{{"url":"{url}","config":"x","insecure":true,"jsonBody":true}}"#);
    let id = r#"{"path":{"event":"e","steps":["body","id"]}}"#;
    let custom = format!(
        r#"{{"custom":{{"server":{{"url":"{url}"}},"spec":[{{"name":"id","value":{id}}}],
            "patches":[{{"path":[{{"key":"id"}}],"value":{id}}}]}}}}"#
    );
    let retry = r#","retry":{"steps":3,"duration":"10ms","factor":1.0,"jitter":0.0}"#;
    let json = format!(
        r#"{{"name":"pipe","sources":[{{"name":"hook","events":[{{"name":"hook","kind":"generic","config":{config}}}]}},
            {{"name":"door","events":[{{"name":"door","kind":"webhook","config":{{"endpoint":"/door","port":"12000","method":"POST"}}}}]}}],
            "sensors":[{{"name":"pipe","streams":[{}],"triggers":[{}]}}]}}"#,
        stream("hook"),
        trigger("act", "hook", &custom, retry)
    );
    serde_json::from_str(&json).unwrap()
}

async fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE * 2;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_sends_another_carries_out_under_one_id() {
    let (place, server) = (Place::new(), Extension::start(None).unwrap());
    // Of the first attempt nobody knows what has become.
    server.actions.script("Execute", Script::Refuse(Status::unavailable("gone")));
    let host = place.start(&plan(&server.url())).await;
    until("a stream", || (!server.events.started().is_empty()).then_some(())).await;
    assert!(server.events.send(r#"{"id":"a-1"}"#).await);
    let calls = until("two attempts", || Some(server.actions.calls()).filter(|calls| calls.len() >= 5)).await;
    settled(&host).await;
    let methods: Vec<&str> = calls.iter().map(|call| call.method).collect();
    assert_eq!(methods, ["FetchResource", "Execute", "FetchResource", "Execute", "ApplyPolicy"]);
    assert_eq!((calls[0].content.as_str(), calls[3].content.as_str()), ("id: a-1\n", r#"{"id":"a-1"}"#));
    assert!(calls.iter().all(|call| call.key.is_some() && call.key == calls[0].key), "{calls:?}");
    assert_eq!(server.actions.calls().len(), 5, "what is done is not done again");
    host.drain(PATIENCE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_whose_server_is_away_says_so_and_the_rest_stays_ready() {
    let place = Place::new();
    let (address, events, actions) = Extension::start(None).unwrap().stop().await;
    let host = Arc::new(place.start(&plan(&address.to_string())).await);
    let scraping = Scraping::start("127.0.0.1:0".parse().unwrap(), Names::Ours, host.clone()).await.unwrap();
    let trouble = until("a reason", || host.troubles().pop()).await;
    let SourceTrouble { pipeline, source, reason } = &trouble;
    assert_eq!((pipeline.as_str(), source.as_str()), ("pipe", "hook"));
    let ready = Client::connect(scraping.address()).await.unwrap().get("/readyz").await.unwrap();
    let words = format!("ok, but the source `hook` of `pipe` brings nothing: {reason}");
    assert_eq!((ready.status, ready.body.trim()), (200, words.as_str()));
    assert_eq!(host.status().await.sources, std::slice::from_ref(&trouble));
    post(&host, "/door", "1").await;
    let server = Extension::again(address, events, actions).unwrap();
    until("it is back", || host.troubles().is_empty().then_some(())).await;
    until("a stream", || (!server.events.started().is_empty()).then_some(())).await;
    let ready = Client::connect(scraping.address()).await.unwrap().get("/readyz").await.unwrap();
    assert_eq!((ready.status, ready.body.trim()), (200, "ok"));
    host.drain(PATIENCE).await;
}
