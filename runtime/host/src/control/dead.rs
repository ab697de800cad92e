//! Dead letters: listing and showing them, trying them again, dropping them.

use super::SUSPENDED;
use super::answer::{Answer, Gone, Out, Refused};
use super::api::{Letter, LetterDone, LettersRequest};
use super::events::is_trigger;
use crate::host::Host;
use crate::host::reach::Reached;
use crate::runner::Command;
use aev_bus::dead::DeadId;
use aev_bus::{Bus, BusError, DeadLetter};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::oneshot;

/// Dead letters that are asked of a bus at once.
const PAGE: usize = 100;

/// Dead letters that a list has at most.
const MOST: usize = 10_000;

/// A dead letter, and whose it is.
struct Found {
    id: DeadId,
    letter: DeadLetter,
    bus: Arc<dyn Bus>,
    /// None when no trigger that runs has it.
    owner: Option<Reached>,
}

impl Found {
    fn to_letter(&self, whole: bool) -> Letter {
        let events = self.letter.events.iter().map(|dead| match &dead.event {
            Some(event) => [event.source.clone(), event.subject.clone(), event.id.clone()],
            None => [dead.stream.clone(), String::new(), String::new()],
        });
        Letter {
            id: self.id.0.to_string(),
            pipeline: self.owner.as_ref().map(|owner| owner.pipeline.clone()),
            sensor: self.owner.as_ref().map(|owner| owner.sensor.clone()),
            time: self.letter.time.clone(),
            trigger: self.letter.trigger.clone(),
            firing: self.letter.firing.clone(),
            reason: self.letter.reason.clone(),
            attempts: self.letter.attempts,
            events: events.collect(),
            letter: whole.then(|| self.letter.clone()),
        }
    }
}

/// Which letters are looked for.
struct Wanted<'w> {
    trigger: Option<&'w str>,
    /// All when there are none.
    ids: BTreeSet<DeadId>,
}

impl Wanted<'_> {
    fn owner(&self, reached: &Reached) -> bool {
        self.trigger
            .is_none_or(|wanted| is_trigger(wanted, &reached.pipeline, &reached.sensor, &reached.trigger))
    }

    fn id(&self, id: DeadId) -> bool {
        self.ids.is_empty() || self.ids.contains(&id)
    }

    /// A letter that no running trigger has.
    fn orphan(&self, letter: &DeadLetter) -> bool {
        let name = |wanted: &str| wanted.rsplit('/').next() == Some(&letter.trigger);
        self.trigger.is_none_or(name)
    }
}

/// The letters that are wanted, by bus and id.
async fn find(host: &Host, wanted: &Wanted<'_>) -> Result<Vec<Found>, BusError> {
    let triggers = host.triggers().await;
    let mut found = Vec::new();
    for (_, bus) in host.buses().await {
        let mut owned = BTreeSet::new();
        let mut of_bus = Vec::new();
        for owner in triggers.iter().filter(|reached| Arc::ptr_eq(&reached.bus, &bus)) {
            for (id, letter) in pages(&*bus, Some(&owner.lane), wanted).await? {
                owned.insert(id);
                if wanted.owner(owner) {
                    of_bus.push(Found { id, letter, bus: bus.clone(), owner: Some(owner.clone()) });
                }
            }
        }
        for (id, letter) in pages(&*bus, None, wanted).await? {
            if !owned.contains(&id) && wanted.orphan(&letter) {
                of_bus.push(Found { id, letter, bus: bus.clone(), owner: None });
            }
        }
        of_bus.sort_by_key(|found| found.id);
        found.extend(of_bus);
    }
    Ok(found)
}

async fn pages(
    bus: &dyn Bus,
    lane: Option<&str>,
    wanted: &Wanted<'_>,
) -> Result<Vec<(DeadId, DeadLetter)>, BusError> {
    let mut found = Vec::new();
    // A single letter is read alone.
    let first = wanted.ids.first().map(|id| DeadId(id.0.saturating_sub(1))).filter(|before| before.0 > 0);
    let (last, mut after) = (wanted.ids.last().copied(), first);
    while found.len() < MOST {
        let page = bus.dead_letters(lane, after, PAGE).await?;
        let Some((id, _)) = page.last() else { break };
        let (id, full) = (*id, page.len() == PAGE);
        after = Some(id);
        found.extend(page.into_iter().filter(|(id, _)| wanted.id(*id)));
        if !full || last.is_some_and(|last| id >= last) {
            break;
        }
    }
    Ok(found)
}

pub(super) async fn list(host: &Host, trigger: Option<&str>) -> Result<Answer, Refused> {
    let found = find(host, &Wanted { trigger, ids: BTreeSet::new() }).await.map_err(Refused::away)?;
    Ok(Answer::list(found.iter().map(|found| found.to_letter(false))))
}

pub(super) async fn show(host: &Host, id: &str, trigger: Option<&str>) -> Result<Answer, Refused> {
    let wanted = Wanted { trigger, ids: BTreeSet::from([number(id).map_err(Refused::missing)?]) };
    let found = find(host, &wanted).await.map_err(Refused::away)?;
    match found.as_slice() {
        [] => Err(Refused::missing(missing(id))),
        [one] => Ok(Answer::json(&one.to_letter(true))),
        _ => Err(Refused::wrong(ambiguous(id))),
    }
}

fn number(id: &str) -> Result<DeadId, String> {
    id.parse().map(DeadId).map_err(|_| missing(id))
}

fn missing(id: &str) -> String {
    format!("there is no dead letter `{id}`; `aev dead list` has those that there are")
}

fn ambiguous(id: &str) -> String {
    format!("several buses have a dead letter `{id}`; say which trigger's with `--trigger PIPELINE/TRIGGER`")
}

/// Tries letters again, each under the id that its firing had.
pub(super) async fn redrive(host: &Host, request: LettersRequest, out: &Out) -> Result<(), Gone> {
    each(host, request, out, |found| async move {
        let Some(owner) = found.owner else {
            return Err(format!(
                "no trigger `{}` runs in this process; run its pipeline, or drop the letter",
                found.letter.trigger
            ));
        };
        if owner.prepared.suspended {
            return Err(SUSPENDED.to_owned());
        }
        let (reply, taken) = oneshot::channel();
        let command = Command::Redrive { id: found.id, letter: Box::new(found.letter), reply };
        let stopped =
            || "its trigger was stopped; the letter is kept if it was not tried again yet".to_owned();
        owner.commands.send(command).await.map_err(|_| stopped())?;
        taken.await.map_err(|_| stopped())?.map(Some)
    })
    .await
}

/// Drops letters for good.
pub(super) async fn drop(host: &Host, request: LettersRequest, out: &Out) -> Result<(), Gone> {
    each(host, request, out, |found| async move {
        found.bus.drop_dead_letters(&[found.id]).await.map_err(|error| error.to_string())?;
        Ok(None)
    })
    .await
}

async fn each<W: Future<Output = Result<Option<String>, String>>>(
    host: &Host,
    request: LettersRequest,
    out: &Out,
    work: impl Fn(Found) -> W,
) -> Result<(), Gone> {
    let LettersRequest { ids, all, trigger } = request;
    if ids.is_empty() != all {
        return out.send(&serde_json::json!({ "error": "name letters by their ids, or all of them" })).await;
    }
    let mut wanted = Wanted { trigger: trigger.as_deref(), ids: BTreeSet::new() };
    for id in ids {
        match number(&id) {
            Ok(id) => _ = wanted.ids.insert(id),
            Err(error) => out.send(&LetterDone { id, firing: None, error: Some(error) }).await?,
        }
    }
    if !all && wanted.ids.is_empty() {
        return Ok(());
    }
    // What is there now: a letter that comes of trying again is another one.
    let found = match find(host, &wanted).await {
        Ok(found) => found,
        Err(error) => return out.send(&serde_json::json!({ "error": error.to_string() })).await,
    };
    for id in &wanted.ids {
        let text = id.0.to_string();
        let error = match found.iter().filter(|found| found.id == *id).count() {
            0 => missing(&text),
            1 => continue,
            _ => ambiguous(&text),
        };
        out.send(&LetterDone { id: text, firing: None, error: Some(error) }).await?;
    }
    let counts = |id: DeadId| found.iter().filter(|found| found.id == id).count();
    let single: BTreeSet<DeadId> = wanted.ids.iter().copied().filter(|id| counts(*id) == 1).collect();
    for letter in found {
        if !all && !single.contains(&letter.id) {
            continue;
        }
        let id = letter.id.0.to_string();
        let (firing, error) = match work(letter).await {
            Ok(firing) => (firing, None),
            Err(error) => (None, Some(error)),
        };
        out.send(&LetterDone { id, firing, error }).await?;
    }
    Ok(())
}
