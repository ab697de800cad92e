//! Messages that are no events, and events that no action can be made of.

use crate::support::{CANARY, Load, Nats, Place, Sender, Target, jetstream, server, until};
use std::time::Duration;

#[test]
fn it_stands_in_nobodys_way() {
    let Some(server) = server("poison::it_stands_in_nobodys_way") else { return };
    let target = Target::new();
    let place = Place::new(&jetstream(server.address()), &target, "");
    let aev = place.start();
    let load = Load::start(&place, "m", Duration::from_millis(3));
    load.goes_on(50);
    let mut stranger = Nats::connect(server.address());
    let deep = "[".repeat(100_000);
    let event = |data: &str| {
        format!(
            r#"{{"specversion":"1.0","id":"{}","source":"hook","type":"webhook","subject":"example","data":{data}}}"#,
            data.len()
        )
    };
    let poison = [
        String::new(),
        "no event".to_owned(),
        "{}".to_owned(),
        deep.clone(),
        event(&deep),
        r#"{"specversion":"1.0","id":7}"#.to_owned(),
        CANARY.repeat(20_000),
        "\0\u{fffd}".to_owned(),
    ];
    let subject = "default.hook.hook";
    for message in &poison {
        stranger.ask(subject, message.as_bytes());
    }
    // Readable, and without what the action needs.
    let mut sender = Sender::new(place.address());
    let (status, ..) = sender.post(format!(r#"{{"kind":"wanted","note":"{CANARY}"}}"#).as_bytes()).unwrap();
    assert_eq!(status, 200);
    // What is no JSON is not taken at all, and sending it again would not help.
    for body in ["", "no json", "{", "[1,]", deep.as_str(), "\u{fffd}"] {
        let (status, retry_after, _) = sender.post(body.as_bytes()).unwrap();
        assert_eq!((status, retry_after), (400, None), "{:?}", body.get(..10).unwrap_or(body));
    }
    load.goes_on(200);
    let settled = load.end().settle(&place, &target);
    assert_eq!((settled.dead.len(), settled.repeated), (0, 0));
    let dead = until("poison is put away", || {
        let dead = place.dead();
        (dead.len() > poison.len()).then_some(dead)
    });
    assert_eq!(dead.len(), poison.len() + 1, "{dead:?}");
    aev.stop(10 + dead.len());
}
