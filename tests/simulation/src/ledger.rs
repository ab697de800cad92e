//! What was done under which id, and whether it was allowed.

use crate::reference::{self, Given, Sent};
use crate::scenario::{Policy, Spec, Task};
use crate::sim::Law;
use aev_engine::effect::Act;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// One opening of a lane by a process. What was begun under it is known to nobody when it has broken off.
#[derive(Clone, Debug)]
struct Epoch {
    process: u32,
    broken: bool,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has not.
    Running,
    /// It was done, and that was said.
    Done,
    /// The object is there, but not as it should be.
    Created,
    /// It failed, and can be tried again.
    Failed,
    /// It failed for good.
    Refused,
    /// Nobody knows.
    Unknown,
}

/// What a trigger, or its `on-failure`, has done for one firing.
#[derive(Clone, Debug, Default)]
pub struct Deed {
    last: Option<(u32, u64, State)>,
    /// The finished action of the first attempt. It names its trigger, so another name makes another action.
    action: Option<(Arc<str>, u64)>,
    done: bool,
    created: bool,
    looks: u32,
    /// How often it happened in the world.
    effects: u32,
}

/// A firing that must be, by the reference.
#[derive(Clone, Debug, Default)]
pub struct Firing {
    /// The trigger.
    pub trigger: usize,
    main: Deed,
    fallback: Deed,
    /// It was put aside; whether the answer to that was lost.
    dead: Option<bool>,
    /// Its events are acknowledged, or its record is gone: it is over, unless somebody asks for it anew.
    pub closed: bool,
    /// Of a firing at most once: under which epoch its event was acknowledged.
    acknowledged: Option<u64>,
    /// It must be done or put aside. Without a join that is known when it is stored, or its event acknowledged: the filter of
    /// that time decides.
    required: bool,
    /// Without a join: the event, and the stream by its place.
    of: Option<(usize, Sent)>,
    /// So often it was asked for anew, by who tries its dead letter again or replays its event under the same id.
    licences: u32,
    /// So often it has begun anew.
    anew: u32,
}

/// All firings.
#[derive(Debug, Default)]
pub struct Ledger {
    firings: BTreeMap<String, Firing>,
    /// Those that are not over, by trigger.
    open: BTreeMap<usize, BTreeSet<String>>,
    /// Ids of what an `on-failure` does, with the firing.
    fallbacks: BTreeMap<String, String>,
    epochs: BTreeMap<u64, Epoch>,
    /// Which epoch a process has of a lane.
    current: BTreeMap<(u32, usize), u64>,
}

type Verdict = Result<(), (Law, String)>;

fn repeated(what: String) -> Verdict {
    Err((Law::Repeated, what))
}

impl Firing {
    /// It must be done or put aside.
    pub fn is_required(&self) -> bool {
        self.required
    }

    /// It has begun, or is stored.
    pub fn has_begun(&self) -> bool {
        self.required || self.main.last.is_some()
    }

    /// So often it has begun anew.
    pub fn anew(&self) -> u32 {
        self.anew
    }

    /// It was put aside.
    pub fn is_dead(&self) -> bool {
        self.dead.is_some()
    }
}

impl Deed {
    fn is_done(&self, policy: Policy) -> bool {
        self.done || self.created && self.is_hoped(policy)
    }

    /// It was looked at often enough to count as done where nobody insists on the label.
    fn is_hoped(&self, policy: Policy) -> bool {
        matches!(policy, Policy::Hoped(looks) if self.looks + 1 >= looks)
    }

    fn failed_for_good(&self, policy: Policy) -> bool {
        match self.last {
            // A value was missing.
            None => true,
            Some((_, _, State::Failed | State::Refused | State::Unknown)) => true,
            Some((_, _, State::Created)) => {
                matches!(policy, Policy::Labelled(looks) if self.looks + 1 >= looks)
            }
            Some((_, _, State::Running | State::Done)) => false,
        }
    }
}

impl Ledger {
    /// A lane was opened.
    pub fn opened(&mut self, process: u32, trigger: usize, epoch: u64) {
        self.epochs.insert(epoch, Epoch { process, broken: false });
        self.current.insert((process, trigger), epoch);
    }

    /// The epoch that a process has of a lane.
    pub fn epoch(&self, process: u32, trigger: usize) -> u64 {
        self.current.get(&(process, trigger)).copied().unwrap_or(0)
    }

    /// What was begun under it is unknown.
    pub fn broken(&mut self, epoch: u64) {
        if let Some(epoch) = self.epochs.get_mut(&epoch) {
            epoch.broken = true;
        }
    }

    /// Everything that a process had begun is unknown.
    pub fn broken_by(&mut self, process: u32) {
        self.epochs
            .values_mut()
            .filter(|epoch| epoch.process == process)
            .for_each(|epoch| epoch.broken = true);
    }

    fn is_broken(&self, epoch: u64) -> bool {
        self.epochs.get(&epoch).is_none_or(|epoch| epoch.broken)
    }

    /// A firing may be: an event is there that a filter can let through.
    pub fn allow(&mut self, id: String, fallback: Option<String>, trigger: usize) {
        if let Some(fallback) = fallback {
            self.fallbacks.insert(fallback, id.clone());
        }
        self.firings.entry(id).or_insert_with(|| Firing { trigger, ..Firing::default() });
    }

    /// Everything that a trigger without a join may do with an event.
    pub fn allow_all(&mut self, spec: &Spec, trigger: usize, given: &Given) {
        for (place, ids, fallback) in reference::ids(spec, given) {
            for id in ids {
                self.allow(id.clone(), fallback.clone(), trigger);
                if let Some(firing) = self.firings.get_mut(&id) {
                    firing.of = Some((place, given.sent.clone()));
                }
            }
        }
    }

    /// A firing must be.
    pub fn expect(&mut self, id: String, fallback: Option<String>, trigger: usize) {
        if !self.firings.contains_key(&id) {
            self.open.entry(trigger).or_default().insert(id.clone());
        }
        self.allow(id.clone(), fallback, trigger);
        self.require(&id);
    }

    /// It must be done or put aside.
    pub fn require(&mut self, id: &str) {
        if let Some(firing) = self.firings.get_mut(id) {
            firing.required = true;
        }
    }

    /// Somebody asks for it anew, under the same id.
    pub fn license(&mut self, id: &str) {
        if let Some(firing) = self.firings.get_mut(id) {
            firing.licences += 1;
        }
    }

    /// It is stored, live or as one that is over. Gives whether it is a firing at all; one that was over begins anew when somebody has asked for that.
    pub fn stored(&mut self, id: &str, live: bool) -> bool {
        let Some(firing) = self.firings.get(id) else { return false };
        if live && firing.licences > 0 && (firing.closed || firing.is_dead()) {
            self.renew(id);
        }
        self.require(id);
        true
    }

    /// It begins anew.
    fn renew(&mut self, id: &str) {
        let Some(firing) = self.firings.get_mut(id) else { return };
        firing.licences = firing.licences.saturating_sub(1);
        let anew = |deed: &Deed| Deed { action: deed.action.clone(), ..Deed::default() };
        (firing.main, firing.fallback) = (anew(&firing.main), anew(&firing.fallback));
        (firing.dead, firing.closed) = (None, false);
        firing.anew += 1;
        self.open.entry(firing.trigger).or_default().insert(id.to_owned());
    }

    /// Its dead letter is gone. At most once it was dropped before it is tried again, under this epoch.
    pub fn discarded(&mut self, spec: &Spec, id: &str, epoch: u64) {
        if let Some(firing) = self.firings.get_mut(id).filter(|_| spec.once) {
            (firing.dead, firing.acknowledged) = (None, Some(epoch));
        }
    }

    /// The firing with this id.
    pub fn firing(&self, id: &str) -> Option<&Firing> {
        self.firings.get(id)
    }

    /// Firings of a trigger that are not over.
    pub fn open(&self, trigger: usize) -> impl Iterator<Item = (&String, &Firing)> {
        let open = self.open.get(&trigger).into_iter().flatten();
        open.filter_map(|id| self.firings.get_key_value(id))
    }

    /// All firings.
    pub fn all(&self) -> impl Iterator<Item = (&String, &Firing)> {
        self.firings.iter()
    }

    fn find<'l>(&'l mut self, acting: &str) -> Option<(&'l mut Firing, bool)> {
        match self.fallbacks.get(acting) {
            Some(id) => self.firings.get_mut(id).map(|firing| (firing, true)),
            None => self.firings.get_mut(acting).map(|firing| (firing, false)),
        }
    }

    fn deed(&mut self, acting: &str) -> Option<&mut Deed> {
        self.find(acting)
            .map(|(firing, fallback)| if fallback { &mut firing.fallback } else { &mut firing.main })
    }

    /// An attempt begins. `stale` says that the lane was taken over meanwhile.
    ///
    /// # Errors
    /// It must not.
    pub fn begins(&mut self, spec: &Spec, version: usize, act: &Act, epoch: u64, stale: bool) -> Verdict {
        let (name, attempt, id) = (&act.trigger, act.attempt, act.firing.as_str());
        let broken = |ledger: &Ledger, of: u64| of != epoch && ledger.is_broken(of);
        let of = self.fallbacks.get(id).cloned().unwrap_or_else(|| id.to_owned());
        // A trigger whose action cannot be made has nothing but its `on-failure`.
        let whole =
            of == id || spec.once && self.firings.get(&of).is_some_and(|of| of.fallback.last.is_some());
        if attempt == 1 && whole && self.begins_anew(spec, &of, epoch, stale) {
            self.renew(&of);
        }
        let Some((firing, fallback)) = self.find(id).map(|(firing, fallback)| (firing.clone(), fallback))
        else {
            return repeated(format!("`{name}` acts under the id {id}, under which nothing is to be done"));
        };
        let (deed, task) = match (&spec.fallback, fallback) {
            (Some(task), true) => (&firing.fallback, task),
            _ => (&firing.main, &spec.task),
        };
        if *task.name != **name && (fallback || !spec.is_named(name)) {
            return repeated(format!("`{name}` acts under the id {id} of `{}`", task.name));
        }
        if firing.closed && !stale {
            return repeated(format!("`{name}` acts for the firing {id}, which is over"));
        }
        let passes = |(place, sent): &(usize, Sent)| reference::passes(spec, version, sent).contains(place);
        if !(firing.has_begun() || fallback || firing.of.as_ref().is_none_or(passes)) {
            return repeated(format!("`{name}` acts under {id} on what its filter keeps back"));
        }
        let limit = if spec.once { 1 } else { task.attempts };
        if attempt > limit || attempt == 0 {
            return repeated(format!("`{name}` makes attempt {attempt} of {limit} under {id}"));
        }
        if spec.once && deed.last.is_some() {
            return repeated(format!("`{name}` acts more than once under {id}"));
        }
        if let Some((number, under, state)) = deed.last {
            let unknown = stale || broken(self, under);
            let allowed = match state {
                State::Failed | State::Unknown => attempt == number + 1 || unknown && attempt <= number + 1,
                State::Running | State::Done | State::Created | State::Refused => unknown,
            };
            if !allowed {
                return repeated(format!(
                    "`{name}` makes attempt {attempt} under {id}, though attempt {number} was: {state:?}"
                ));
            }
        }
        let main = &firing.main;
        if fallback && !main.failed_for_good(spec.task.policy) {
            let unknown = main.last.is_some_and(|(_, under, _)| broken(self, under));
            if !(unknown || stale) {
                return repeated(format!(
                    "`{name}` acts under {id}, though nothing has failed: {:?}",
                    main.last
                ));
            }
        }
        let hash = hash(act);
        if !fallback {
            self.open.entry(firing.trigger).or_default().insert(id.to_owned());
        }
        let Some(deed) = self.deed(id) else { return Ok(()) };
        deed.last = Some((attempt, epoch, State::Running));
        let named = (name.clone(), hash);
        if deed.action.as_ref().is_none_or(|(other, _)| other != name) {
            deed.action = Some(named.clone());
        }
        if deed.action.as_ref() != Some(&named) {
            return repeated(format!(
                "attempt {attempt} of `{name}` under {id} does something else than the first"
            ));
        }
        Ok(())
    }

    /// What is over begins again, or what nobody had to do twice, and somebody has asked for that.
    fn begins_anew(&self, spec: &Spec, id: &str, epoch: u64, stale: bool) -> bool {
        let Some(firing) = self.firings.get(id).filter(|firing| firing.licences > 0) else { return false };
        let again = firing.main.last.is_some_and(|(_, under, state)| {
            let unknown = stale || under != epoch && self.is_broken(under);
            !unknown && (state == State::Done || state == State::Created || spec.once)
        });
        let begun = firing.main.last.is_some() || firing.fallback.last.is_some();
        firing.closed || again || spec.once && begun
    }

    /// It happens in the world.
    pub fn happens(&mut self, spec: &Spec, acting: &str) -> Verdict {
        let Some(deed) = self.deed(acting) else { return Ok(()) };
        deed.effects += 1;
        if spec.once && deed.effects > 1 {
            return repeated(format!("what is done at most once was done twice, under {acting}"));
        }
        Ok(())
    }

    /// The answer was given.
    pub fn answered(&mut self, acting: &str, epoch: u64, state: State) {
        let Some(deed) = self.deed(acting) else { return };
        deed.done |= state == State::Done;
        deed.created |= state == State::Created;
        // The answer to somebody whose lane was taken over says nothing about the attempt of his successor.
        if let Some(last) = deed.last.as_mut().filter(|last| last.1 == epoch) {
            last.2 = state;
        }
    }

    /// The object was looked at.
    pub fn looked(&mut self, acting: &str, epoch: u64, ready: bool) {
        let Some(deed) = self.deed(acting) else { return };
        deed.looks += 1;
        deed.done |= ready;
        // Whoever looks need not be who acted.
        if let Some(last) = deed.last.as_mut().filter(|last| ready && last.1 <= epoch) {
            *last = (last.0, epoch, State::Done);
        }
    }

    /// Something is put aside. `lost` says that nobody was told.
    ///
    /// # Errors
    /// It must not.
    pub fn buried(&mut self, spec: &Spec, id: &str, lost: bool) -> Verdict {
        // What acts at most once may fail anew before it begins anew.
        if self.firings.get(id).is_some_and(|firing| firing.licences > 0 && firing.is_dead()) {
            self.renew(id);
        }
        let Some(firing) = self.firings.get(id).cloned() else {
            return Err((Law::Lost, format!("a dead letter of the firing {id}, which is none")));
        };
        // What was done under an epoch that broke off is not known to whoever puts it aside.
        let sure = |deed: &Deed, task: &Task| match deed.last {
            Some((_, under, State::Done)) => !self.is_broken(under),
            Some((_, under, State::Created)) => deed.is_hoped(task.policy) && !self.is_broken(under),
            _ => false,
        };
        let done = sure(&firing.main, &spec.task)
            || spec.fallback.as_ref().is_some_and(|task| sure(&firing.fallback, task));
        if done {
            return repeated(format!("the firing {id} becomes a dead letter, though it was done"));
        }
        if firing.dead == Some(false) {
            return repeated(format!("the firing {id} becomes a dead letter twice"));
        }
        if let Some(firing) = self.firings.get_mut(id) {
            firing.dead = Some(lost);
        }
        Ok(())
    }

    /// It was done, or put aside.
    pub fn settled(&self, spec: &Spec, firing: &Firing) -> bool {
        firing.dead.is_some()
            || firing.main.is_done(spec.task.policy)
            || spec.fallback.as_ref().is_some_and(|task| firing.fallback.is_done(task.policy))
    }

    /// The same, by its id.
    pub fn is_settled(&self, spec: &Spec, id: &str) -> bool {
        self.firings.get(id).is_some_and(|firing| self.settled(spec, firing))
    }

    /// Nothing more may come of it.
    ///
    /// # Errors
    /// It was neither done nor put aside.
    pub fn close(&mut self, spec: &Spec, id: &str) -> Verdict {
        let Some(firing) = self.firings.get(id) else { return Ok(()) };
        let settled = self.settled(spec, firing);
        let (main, fallback) = (firing.main.last, firing.fallback.last);
        let trigger = firing.trigger;
        if let Some(open) = self.open.get_mut(&trigger) {
            open.remove(id);
        }
        if let Some(firing) = self.firings.get_mut(id) {
            firing.closed = true;
        }
        if settled {
            return Ok(());
        }
        Err((
            Law::Lost,
            format!(
                "the firing {id} of {} is over, but neither done nor put aside: {main:?}, {fallback:?}",
                spec.lane
            ),
        ))
    }

    /// The event of a firing at most once was acknowledged.
    pub fn entrusted(&mut self, id: &str, epoch: u64) {
        if let Some(firing) = self.firings.get_mut(id) {
            firing.acknowledged.get_or_insert(epoch);
        }
    }

    /// It is asked for anew of a process that has this epoch.
    pub fn entrusted_anew(&mut self, id: &str, epoch: u64) {
        if let Some(firing) = self.firings.get_mut(id) {
            firing.acknowledged = Some(epoch);
        }
    }

    /// It may be lost, and that was said.
    pub fn excuse(&mut self, id: &str) {
        if let Some(firing) = self.firings.get_mut(id) {
            // No epoch has this number: it counts as broken.
            firing.acknowledged = Some(0);
        }
    }

    /// A crash came between the acknowledgement and the action: what at-most-once may lose.
    pub fn excused(&self, firing: &Firing) -> bool {
        firing.acknowledged.is_some_and(|epoch| self.is_broken(epoch))
    }

    /// An object of the trigger is being looked at.
    pub fn looks(&self, trigger: usize) -> bool {
        let created = |deed: &Deed| deed.last.is_some_and(|(_, _, state)| state == State::Created);
        self.open(trigger).any(|(_, firing)| created(&firing.main) || created(&firing.fallback))
    }
}

fn hash(act: &Act) -> u64 {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(&act.action).unwrap_or_default().hash(&mut hasher);
    hasher.finish()
}
