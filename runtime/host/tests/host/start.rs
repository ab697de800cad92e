//! Nothing starts half, and everything that stands against it is said at once.

use crate::support::{Client, Place, Target, address, bus, http, plan, post, settled, stream, trigger};
use aev_host::settings::Name;
use aev_host::{Host, StartError};
use aev_plan::Plan;

async fn refused(plans: &[Plan], place: &Place, more: &[(Name, &str)]) -> Vec<StartError> {
    match Host::start(plans, &place.settings(more)).await {
        Ok(_) => panic!("it started"),
        Err(errors) => errors,
    }
}

fn said(errors: &[StartError]) -> Vec<String> {
    errors.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn missing_secrets_are_named_all_at_once_with_their_files() {
    let place = Place::new();
    let secret = |n: u32| format!(r#"{{"name":"X{n}","value":{{"secret":{{"name":"api","key":"k{n}"}}}}}}"#);
    let action = format!(
        r#"{{"http":{{"url":{{"const":"http://127.0.0.1:1/"}},"method":"POST","headers":[{},{}]}}}}"#,
        secret(1),
        secret(2)
    );
    let plan = plan(&["a"], &stream("a"), &trigger("call", "a", &action, ""));
    let dir = place.path("secrets");
    let errors = said(&refused(&[plan], &place, &[(Name::Secrets, dir.to_str().unwrap())]).await);
    assert_eq!(errors.len(), 2, "{errors:?}");
    for (error, key) in errors.iter().zip(["k1", "k2"]) {
        assert!(error.contains(&dir.join("api").join(key).display().to_string()), "{error}");
    }
    assert!(!place.path("bus").exists(), "nothing was started");
}

#[tokio::test]
async fn what_cannot_be_run_yet_says_so_beside_everything_else() {
    let place = Place::new();
    let mut plan = plan(&["a"], &stream("a"), &trigger("call", "gone", r#""log""#, ""));
    plan.sources[0].events[0].kind = "kafka".to_owned();
    plan.buses = serde_json::from_str(r#"[{"name":"default","kind":"kafka","config":{}}]"#).unwrap();
    let mut settings = place.settings(&[]);
    settings.bus.from = aev_host::settings::From::Default;
    settings.ports.value.clear();
    let errors = said(&Host::start(&[plan.clone()], &settings).await.err().unwrap());
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert!(
        errors[0].contains("bus `default` of kind `kafka`") && errors[0].contains("--bus embedded:DIR"),
        "{errors:?}"
    );
    assert!(errors[1].contains("external source"), "{errors:?}");
    assert!(errors[2].contains("`gone`"), "{errors:?}");
}

#[tokio::test]
async fn a_port_in_use_starts_nothing_and_frees_the_bus() {
    let (place, target) = (Place::new(), Target::new().await);
    let plan = plan(&["a"], &stream("a"), &trigger("call", "a", &http(&target.url("/t")), ""));
    let taken = format!("12000={}", target.address.port());
    let errors = said(&refused(std::slice::from_ref(&plan), &place, &[(Name::Port, &taken)]).await);
    assert!(errors[0].contains("in use") && errors[0].contains("--port 12000="), "{errors:?}");
    place.start(&plan).await;
}

#[tokio::test]
async fn two_processes_cannot_have_one_bus() {
    let place = Place::new();
    let plan = plan(&["a"], &stream("a"), &trigger("call", "a", r#""log""#, ""));
    let _host = place.start(&plan).await;
    let errors = said(&refused(&[plan], &place, &[]).await);
    assert!(
        errors[0].contains("in use by another process")
            && errors[0].contains(place.path("bus").to_str().unwrap()),
        "{errors:?}"
    );
}

#[tokio::test]
async fn two_pipelines_are_not_one() {
    let place = Place::new();
    let plan = plan(&["a"], &stream("a"), &trigger("call", "a", r#""log""#, ""));
    let other = Plan { name: "other".to_owned(), ..plan.clone() };
    let errors = said(&refused(&[plan.clone(), plan.clone()], &place, &[]).await);
    assert!(errors[0].contains("two pipelines are named `pipe`"), "{errors:?}");
    let errors = said(&refused(&[plan, other], &place, &[]).await);
    assert!(errors[0].contains("source named `hook`"), "{errors:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_endpoints_share_a_port() {
    let (place, target) = (Place::new(), Target::new().await);
    let triggers = ["a", "b"].map(|name| trigger(name, name, &http(&target.url(&format!("/{name}"))), ""));
    let host = place
        .start(&plan(&["a", "b"], &format!("{},{}", stream("a"), stream("b")), &triggers.join(",")))
        .await;
    assert_eq!(host.addresses().len(), 1);
    post(&host, "/a", "for-a").await;
    post(&host, "/b", "for-b").await;
    settled(&host).await;
    assert_eq!(target.of("/a")[0].id(), "for-a");
    assert_eq!(target.of("/b")[0].id(), "for-b");
    let mut client = Client::connect(address(&host)).await.unwrap();
    assert_eq!(client.post("/c", "{}").await.unwrap().status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trigger_that_is_gone_holds_nothing() {
    let place = Place::new();
    let two = ["one", "two"].map(|name| trigger(name, "a", r#""log""#, "")).join(",");
    let host = place.start(&plan(&["a"], &stream("a"), &two)).await;
    assert_eq!(bus(&host).await.lanes().await.unwrap(), ["pipe/pipe/one", "pipe/pipe/two"]);
    host.abort().await;
    let host = place.start(&plan(&["a"], &stream("a"), &trigger("two", "a", r#""log""#, ""))).await;
    assert_eq!(bus(&host).await.lanes().await.unwrap(), ["pipe/pipe/two"]);
}
