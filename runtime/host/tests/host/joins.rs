//! Two events, one firing, whatever happens in between.

use crate::support::{Place, Target, plan, post, settled, stream};

fn join(url: &str) -> String {
    format!(
        r#"{{"name":"both","on":{{"and":[{{"stream":"a"}},{{"stream":"b"}}]}},
            "bindings":[{{"name":"a","streams":["a"]}},{{"name":"b","streams":["b"]}}],
            "action":{{"http":{{"url":{{"const":"{url}"}},"method":"POST","payload":{{"object":[
              ["a",{{"path":{{"event":"a","steps":["body","id"]}}}}],["b",{{"path":{{"event":"b","steps":["body","id"]}}}}]]}}}}}}}}"#
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_join_survives_restarts() {
    let (place, target) = (Place::new(), Target::new().await);
    let plan = plan(&["a", "b"], &format!("{},{}", stream("a"), stream("b")), &join(&target.url("/t")));
    for round in 0..3 {
        let host = place.start(&plan).await;
        post(&host, "/a", &format!("old{round}")).await;
        post(&host, "/a", &format!("a{round}")).await;
        settled(&host).await;
        // Once in order and once not.
        if round % 2 == 0 {
            host.abort().await;
        } else {
            host.drain(crate::support::PATIENCE).await;
        }
        drop(host);
        let host = place.start(&plan).await;
        assert_eq!(target.calls().len(), round);
        post(&host, "/b", &format!("b{round}")).await;
        settled(&host).await;
        host.drain(crate::support::PATIENCE).await;
    }
    let bodies: Vec<_> = target.calls().into_iter().map(|call| call.body).collect();
    let wanted = [0, 1, 2].map(|round| format!(r#"{{"a":"a{round}","b":"b{round}"}}"#));
    assert_eq!(bodies, wanted, "the newest event of each, once");
}
