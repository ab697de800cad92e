//! When what was decided is stored, said and acted on.
//!
//! A firing at least once and without a join is kept by its event until that is acknowledged, so its attempts wait for nothing.
//! Acknowledgements gather for a moment: the bus confirms many as fast as one.

use super::stored::{Change, Place, StoredFiring};
use super::{FIRING, Phase, Round, STATE, Stop, Work};
use crate::decision::What;
use aev_bus::{Commit, CommitError, Key, Position, Revision};
use aev_engine::FiringId;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long acknowledgements gather while other attempts are under way.
const GATHER: Duration = Duration::from_millis(5);
/// At so many they go at once.
const GATHERED: usize = 128;

/// What is over and not yet acknowledged, with what is to be said once it is.
#[derive(Default)]
pub(super) struct Aside {
    ack: Vec<Position>,
    said: Vec<What>,
    since: Option<Instant>,
}

impl Aside {
    /// The event is over: when it comes again before it is acknowledged, nothing is to be done.
    pub(super) fn holds(&self, position: Position) -> bool {
        self.ack.contains(&position)
    }

    /// When it is to be acknowledged.
    pub(super) fn due(&self) -> Option<Instant> {
        self.since.map(|since| since + GATHER)
    }
}

impl Work<'_> {
    /// Stores what was decided as far as it must be stored before it is acted on, and has the attempts begin.
    pub(super) async fn settle(&mut self, mut round: Round) -> Result<(), Stop> {
        let changes = self.records(&mut round)?;
        let Round { commit, said, begun, .. } = round;
        // What has waited for its turn was stored before.
        self.attempts.begin();
        let gathers = !self.runner.trigger.joins() && !self.runner.trigger.at_most_once();
        if !gathers || !acknowledges_only(&commit) {
            self.store(commit, changes, said).await?;
        } else if commit.ack.is_empty() && self.aside.since.is_none() {
            self.say(said);
        } else {
            self.aside.ack.extend(commit.ack);
            self.aside.said.extend(said);
            self.aside.since.get_or_insert_with(Instant::now);
        }
        for (act, look) in begun {
            self.attempts.take_on(act, look);
        }
        if self.attempts.len() == 0 || self.aside.ack.len() >= GATHERED {
            self.acknowledge().await?;
        }
        Ok(())
    }

    /// Acknowledges what is over.
    pub(super) async fn acknowledge(&mut self) -> Result<(), Stop> {
        match self.aside.since {
            Some(_) => self.store(Commit::default(), Vec::new(), Vec::new()).await,
            None => Ok(()),
        }
    }

    /// Stores a commit together with what is aside, and then says it.
    async fn store(&mut self, mut commit: Commit, changes: Vec<Change>, more: Vec<What>) -> Result<(), Stop> {
        let Aside { ack, mut said, .. } = std::mem::take(&mut self.aside);
        commit.ack.splice(..0, ack);
        said.extend(more);
        let buried = commit.dead.len();
        if !commit.is_empty() {
            let revisions = self.commit(commit).await?;
            self.stored(changes, revisions);
        }
        self.runner.health.dead(buried);
        self.say(said);
        Ok(())
    }

    /// Puts into the commit what is to be stored of the record. Gives what each of its records is.
    fn records(&mut self, round: &mut Round) -> Result<Vec<Change>, Stop> {
        let unwritable = |error: String| Stop::Again(error);
        let mut changes = Vec::new();
        if self.runner.trigger.joins() {
            if round.persist {
                let bytes = self.record.encode().map_err(|error| unwritable(error.to_string()))?;
                round.commit.records.push((Key(STATE.to_owned()), self.revision, Some(bytes)));
                round.commit.kept = self.told.news(&self.record);
                changes.push(Change::State);
            }
            return Ok(changes);
        }
        for firing in self.record.in_flight() {
            let (stored, place) = (self.firings.get(&firing.id), Place::of(firing));
            let known = stored.is_some_and(|known| known.place == place);
            // What acts at most once and was stored before must not begin again after a restart.
            let begins = self.runner.trigger.at_most_once() && stored.is_some();
            if known || !(place.rests() || begins) {
                continue;
            }
            let bytes = serde_json::to_vec(firing).map_err(|error| unwritable(error.to_string()))?;
            let revision = stored.map_or(Revision::default(), |known| known.revision);
            round.commit.records.push((key(&firing.id), revision, Some(bytes)));
            changes.push(Change::Firing(firing.id.clone(), place));
        }
        // Seldom is any stored.
        let live: BTreeSet<&FiringId> = match self.firings.is_empty() {
            true => BTreeSet::new(),
            false => self.record.in_flight().iter().map(|firing| &firing.id).collect(),
        };
        for (id, known) in self.firings.iter().filter(|(id, _)| !live.contains(id)) {
            round.commit.records.push((key(id), known.revision, None));
            changes.push(Change::Over(id.clone()));
        }
        Ok(changes)
    }

    fn stored(&mut self, changes: Vec<Change>, revisions: Vec<Revision>) {
        for (change, revision) in changes.into_iter().zip(revisions) {
            match change {
                Change::State => self.revision = revision,
                Change::Over(id) => drop(self.firings.remove(&id)),
                Change::Firing(id, place) => {
                    self.firings.insert(id, StoredFiring { revision, place });
                }
            }
        }
    }

    /// Stores a commit, as long as it takes.
    async fn commit(&mut self, commit: Commit) -> Result<Vec<Revision>, Stop> {
        let mut pause = Duration::from_millis(50);
        loop {
            match self.lane.commit(commit.clone()).await {
                Ok(revisions) => {
                    self.runner.health.works();
                    return Ok(revisions);
                }
                Err(CommitError::Bus(error)) if error.passes() => {
                    self.runner.health.stalled(&error.to_string());
                    tracing::warn!(lane = self.runner.lane_name(), %error, "what was decided cannot be stored yet");
                }
                Err(CommitError::Fenced) => return Err(Stop::Fenced),
                // After an outcome that was not known, the commit may have been stored; what is on the bus says so.
                Err(error) => return Err(Stop::Again(error.to_string())),
            }
            let mut phase = self.runner.phase.clone();
            tokio::select! {
                biased;
                aborted = phase.wait_for(|phase| *phase == Phase::Abort) => { drop(aborted); return Err(Stop::Told) }
                () = sleep(pause) => pause = (pause * 2).min(Duration::from_secs(5)),
            }
        }
    }

    fn say(&self, said: Vec<What>) {
        if let Some(records) = self.runner.around.speaker.records().filter(|_| !said.is_empty()) {
            records.keep(&self.runner.lane, self.runner.now(), &said);
        }
        said.iter().for_each(|what| self.runner.health.counters.count(what));
        self.runner.around.speaker.say(&self.runner.by, said);
    }
}

/// Nothing in it must be stored before anything else happens.
fn acknowledges_only(commit: &Commit) -> bool {
    let Commit { records, publish, dead, kept, ack: _ } = commit;
    records.is_empty() && publish.is_empty() && dead.is_empty() && kept.is_none()
}

fn key(id: &FiringId) -> Key {
    Key(format!("{FIRING}{id}"))
}
