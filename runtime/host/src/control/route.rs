//! What is asked for, and by which words.

use super::answer::{Answer, Out, Refused};
use super::api::{EventsQuery, LettersRequest, ReplayRequest, Status};
use super::serve::Shared;
use super::{dead, events, replay, why};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Bytes of a request's body.
const BODY: usize = 256 << 10;

/// Until the whole body is there.
const PATIENCE: Duration = Duration::from_secs(5);

/// Answers a request.
pub(super) async fn route(shared: &Arc<Shared>, request: Request<Incoming>) -> Result<Answer, Refused> {
    let (head, body) = request.into_parts();
    let Some(path) = head.uri.path().strip_prefix("/v1/") else {
        return Err(Refused::missing(format!(
            "there is no `{}`; this aev answers below /v1/",
            head.uri.path()
        )));
    };
    let query = query(head.uri.query());
    let host = &shared.host;
    let parts: Vec<&str> = path.split('/').collect();
    match (head.method, parts.as_slice()) {
        (Method::GET, ["status"]) => Ok(Answer::json(&Status::of(host).await)),
        (Method::GET, ["why"]) => {
            let id = query.get("id").filter(|id| !id.is_empty());
            let id = id.ok_or_else(|| Refused::wrong("`id` is missing: the id of an event or a firing"))?;
            why::why(host, id, query.get("trigger").map(String::as_str)).await
        }
        (Method::GET, ["events"]) => {
            events::events(host, EventsQuery::read(&query).map_err(Refused::wrong)?).await
        }
        (Method::GET, ["dead"]) => dead::list(host, query.get("trigger").map(String::as_str)).await,
        (Method::GET, ["dead", id]) => dead::show(host, id, query.get("trigger").map(String::as_str)).await,
        (Method::POST, ["dead", "redrive"]) => {
            let request = read::<LettersRequest>(body).await?;
            Ok(lines(
                shared,
                move |shared, out| async move { dead::redrive(&shared.host, request, &out).await },
            ))
        }
        (Method::POST, ["dead", "drop"]) => {
            let request = read::<LettersRequest>(body).await?;
            Ok(lines(shared, move |shared, out| async move { dead::drop(&shared.host, request, &out).await }))
        }
        (Method::POST, ["replay"]) => {
            let request = read::<ReplayRequest>(body).await?;
            let replay = replay::Replay::new(host, request).await?;
            Ok(lines(shared, move |_, out| async move { replay.run(&out).await }))
        }
        (Method::POST, ["reload"]) => reload(shared).await,
        (_, ["status" | "why" | "events" | "dead" | "replay" | "reload"] | ["dead", "redrive" | "drop"]) => {
            Err(Refused::new(
                StatusCode::METHOD_NOT_ALLOWED,
                format!("`/v1/{path}` is not asked for like this"),
            ))
        }
        _ => Err(Refused::missing(format!("there is no `/v1/{path}`"))),
    }
}

/// Lines that a task of its own makes. It ends early when the client is gone.
fn lines<F, W>(shared: &Arc<Shared>, work: F) -> Answer
where
    F: FnOnce(Arc<Shared>, Out) -> W + Send + 'static,
    W: Future + Send + 'static,
    W::Output: Send,
{
    let (out, answer) = Out::new();
    let shared = shared.clone();
    tokio::spawn(async move {
        let client = out.clone();
        tokio::select! {
            _ = work(shared, out) => {}
            () = client.gone() => {}
        }
    });
    answer
}

async fn reload(shared: &Shared) -> Result<Answer, Refused> {
    let Some(reload) = &shared.reload else {
        return Err(Refused::missing("this process reads no files again"));
    };
    let (sender, done) = oneshot::channel();
    let ended = || Refused::away("the process is about to end");
    reload.send(sender).await.map_err(|_| ended())?;
    match done.await.map_err(|_| ended())? {
        Ok(applied) => Ok(Answer::json(&applied)),
        Err(reason) => Err(Refused::new(StatusCode::CONFLICT, reason)),
    }
}

fn query(text: Option<&str>) -> BTreeMap<String, String> {
    form_urlencoded::parse(text.unwrap_or_default().as_bytes()).into_owned().collect()
}

async fn read<T: DeserializeOwned>(body: Incoming) -> Result<T, Refused> {
    let whole = timeout(PATIENCE, Limited::new(body, BODY).collect()).await;
    let bytes = match whole {
        Err(_) => return Err(Refused::new(StatusCode::REQUEST_TIMEOUT, "the body comes too slowly")),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            return Err(Refused::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("the body has more than {BODY} bytes"),
            ));
        }
        Ok(Err(_)) => return Err(Refused::wrong("the body broke off")),
        Ok(Ok(body)) => body.to_bytes(),
    };
    serde_json::from_slice(&bytes)
        .map_err(|error| Refused::wrong(format!("the body is not as it should be: {error}")))
}
