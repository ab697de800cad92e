//! What is in the hands of one lane: events that have come and wait to be handed out, those that are handed out, and those
//! that were acknowledged a moment ago. Shared by the lane, by what takes messages from the connection, and by the ticker.

use super::delivered::Delivered;
use super::name::STREAM;
use crate::event::Subject;
use async_nats::{Message, Subject as Reply, Subscriber};
use bytes::Bytes;
use futures_util::StreamExt as _;
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::Notify;
use tokio::task::unconstrained;

/// So many acknowledged positions are remembered at most, for copies that are under way and for what a server that crashed has
/// forgotten: it writes acknowledgements down a moment later.
const REMEMBERED: usize = 1 << 14;
/// And for so long at least, as long as there is room.
const REMEMBERING: Duration = Duration::from_secs(15);
/// What is delivered anew is gathered for so long, so that it can be handed out in its order.
const GATHERING: Duration = Duration::from_millis(10);
/// More than a consumer may have unacknowledged.
const UNSURE: usize = 4096;
/// So long a message of a deleted stream may be on its way.
const STALE: Duration = Duration::from_secs(10);
/// The number of the stream in a position: streams that were deleted and made again begin with the same sequence numbers.
const GENERATION: u32 = 48;

/// The hands of one lane.
pub(super) struct Reader {
    pub(super) id: u64,
    pub(super) lane: String,
    /// Rings when there is something to hand out or to see to.
    pub(super) bell: Notify,
    /// Another handle has the lane.
    pub(super) fenced: AtomicBool,
    /// Another process has renamed or forgotten the lane. What is in hand may still be acknowledged.
    pub(super) gone: AtomicBool,
    /// Events that the stream let go of before they were read, at most.
    pub(super) lost: AtomicU64,
    /// Its lane waits for messages and takes them in at once.
    pub(super) waiting: AtomicBool,
    held: Mutex<Held>,
    /// Where messages and what the server says about requests come in.
    messages: Mutex<Option<Subscriber>>,
}

/// What is behind the lock.
#[derive(Default)]
pub(super) struct Held {
    pub(super) sources: Vec<Source>,
    /// By position: what is delivered anew comes in any order.
    pub(super) buffer: BTreeMap<u64, Arrived>,
    /// Something is delivered anew, and more of it is on its way until then.
    pub(super) gathering: Option<Instant>,
    /// Delivered and not acknowledged, by position; also what is in the buffer.
    pub(super) outstanding: BTreeMap<u64, Outstanding>,
    /// Acknowledged, and the server may not know it: acknowledged again when they come again.
    pub(super) unsure: BTreeMap<u64, Outstanding>,
    recent: Recent,
    /// Copies of acknowledged events that came again.
    pub(super) again: Vec<Reply>,
    /// Sequence numbers that were jumped over, from and up to, until it is known whether the stream let go of them.
    pub(super) jumps: Vec<(u64, u64)>,
    /// Up to there lost events are counted.
    pub(super) counted: u64,
    pub(super) generation: u64,
    /// When the stream was made anew, and when that was noticed.
    anew: Option<(SystemTime, Instant)>,
}

/// Positions that were acknowledged a moment ago: those of this period and those of the one before.
#[derive(Default)]
struct Recent {
    now: HashSet<u64>,
    before: HashSet<u64>,
    since: Option<Instant>,
}

impl Recent {
    fn knows(&self, position: u64) -> bool {
        self.now.contains(&position) || self.before.contains(&position)
    }

    fn add(&mut self, position: u64) {
        if self.now.len() >= REMEMBERED {
            self.turn();
        }
        self.since.get_or_insert_with(Instant::now);
        self.now.insert(position);
    }

    fn turn(&mut self) {
        self.before = std::mem::take(&mut self.now);
        self.since = (!self.before.is_empty()).then(Instant::now);
    }
}

/// One durable consumer of the lane.
pub(super) struct Source {
    pub(super) durable: String,
    pub(super) subject: Subject,
    /// As the server has it.
    pub(super) filter: String,
    /// Requests for messages that are not filled yet, oldest first.
    pub(super) pulls: VecDeque<Pull>,
    pub(super) next_pull: u64,
    /// When the server said something last.
    pub(super) heard: Instant,
    /// The consumer has to be looked after before more is asked of it.
    pub(super) missing: bool,
    /// So long the server waits for an acknowledgement.
    pub(super) ack_wait: Duration,
    /// The last sequence number up to which everything of this subject has come.
    pub(super) seen: u64,
    /// Nothing came since the ticker looked last, though something was asked for.
    pub(super) idle: bool,
    /// A request stood open when the server said that the consumer is gone.
    pub(super) asked: bool,
    /// With so many unacknowledged the server sends no more.
    pub(super) max_in_hand: usize,
}

/// A request for messages.
pub(super) struct Pull {
    pub(super) number: u64,
    pub(super) left: usize,
}

/// A message in the buffer.
pub(super) struct Arrived {
    pub(super) source: usize,
    pub(super) taken: SystemTime,
    pub(super) payload: Bytes,
}

/// A message that the server waits for an acknowledgement of.
#[derive(Clone)]
pub(super) struct Outstanding {
    pub(super) reply: Reply,
    pub(super) source: usize,
    pub(super) consumer_seq: u64,
    /// When the server began to wait anew.
    pub(super) touched: Instant,
}

impl Reader {
    pub(super) fn new(
        id: u64,
        lane: String,
        sources: Vec<Source>,
        generation: u64,
        messages: Subscriber,
    ) -> Reader {
        Reader {
            id,
            lane,
            bell: Notify::new(),
            fenced: AtomicBool::new(false),
            gone: AtomicBool::new(false),
            lost: AtomicU64::new(0),
            waiting: AtomicBool::new(false),
            messages: Mutex::new(Some(messages)),
            held: Mutex::new(Held { sources, generation, ..Held::default() }),
        }
    }

    pub(super) fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_fenced(&self) -> bool {
        self.fenced.load(Ordering::Acquire)
    }

    pub(super) fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Acquire)
    }

    /// Takes over what an older handle of the lane knows to be acknowledged.
    pub(super) fn inherit(&self, old: &Reader) {
        let mut from = old.held();
        let mut to = self.held();
        to.recent = std::mem::take(&mut from.recent);
        to.unsure = std::mem::take(&mut from.unsure);
        to.counted = from.counted;
        self.lost.store(old.lost.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Takes in what has come. Ready with true when there was something, with false when nothing will come any more.
    pub(super) fn receive(&self, context: &mut Context<'_>) -> Poll<bool> {
        let mut messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(messages) = messages.as_mut() else { return Poll::Ready(false) };
        let mut some = false;
        loop {
            match messages.poll_next_unpin(context) {
                Poll::Ready(Some(message)) => {
                    self.message(&message);
                    some = true;
                }
                Poll::Ready(None) => return Poll::Ready(some),
                Poll::Pending if some => return Poll::Ready(true),
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    /// Takes in what has come, for a lane that may wait for it: whoever does this rings the bell.
    pub(super) fn take_in(&self) {
        let mut nobody = Context::from_waker(Waker::noop());
        // All of it, however much its task has read already.
        let mut all = pin!(unconstrained(poll_fn(|context| self.receive(context))));
        // Whether there was something shows in what is in hand.
        let _ = all.as_mut().poll(&mut nobody);
    }

    /// Where messages come in; whoever takes it sees to what still comes.
    pub(super) fn take_messages(&self) -> Option<Subscriber> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// One message: an event, or what the server says about a request for events.
    pub(super) fn message(&self, message: &Message) {
        if let Some(status) = message.status {
            let mut parts = message.subject.rsplit('.');
            let mut number = || parts.next()?.parse::<u64>().ok();
            if let (Some(pull), Some(source)) = (number(), number()) {
                let description = message.description.as_deref().unwrap_or_default();
                self.status(
                    usize::try_from(source).unwrap_or(usize::MAX),
                    pull,
                    status.as_u16(),
                    description,
                );
            }
            return;
        }
        let Some(reply) = &message.reply else { return };
        let Some(delivered) = Delivered::parse(reply).filter(|delivered| delivered.stream == STREAM) else {
            return;
        };
        let source = self.held().sources.iter().position(|source| source.durable == delivered.consumer);
        if let Some(source) = source {
            self.arrived(source, &delivered, reply, &message.payload);
        }
    }

    fn arrived(&self, source: usize, delivered: &Delivered<'_>, reply: &Reply, payload: &Bytes) {
        let mut held = self.held();
        if held.stale(delivered.taken) {
            return;
        }
        let position = held.position(delivered.stream_seq);
        let now = Instant::now();
        let Some(from) = held.sources.get_mut(source) else { return };
        from.heard = now;
        from.idle = false;
        if let Some(pull) = from.pulls.front_mut() {
            pull.left = pull.left.saturating_sub(1);
            if pull.left == 0 {
                from.pulls.pop_front();
            }
        }
        if delivered.times == 1 && delivered.stream_seq > from.seen + 1 && from.seen > 0 {
            let jump = (from.seen + 1, delivered.stream_seq);
            held.jump(jump);
        }
        if let Some(from) = held.sources.get_mut(source) {
            from.seen = from.seen.max(delivered.stream_seq);
        }
        if let Some(known) = held.outstanding.get_mut(&position) {
            // A copy of what is in hand. The server waits for this one now.
            known.reply = reply.clone();
            known.touched = now;
            return;
        }
        if held.unsure.contains_key(&position) || held.recent.knows(position) {
            held.again.push(reply.clone());
            return;
        }
        let outstanding =
            Outstanding { reply: reply.clone(), source, consumer_seq: delivered.consumer_seq, touched: now };
        held.outstanding.insert(position, outstanding);
        if delivered.times > 1 && held.gathering.is_none() {
            held.gathering = Some(now + GATHERING);
        }
        let arrived = Arrived { source, taken: delivered.taken, payload: payload.clone() };
        held.buffer.insert(position, arrived);
    }

    /// The server says something about a request for messages instead of filling it.
    fn status(&self, source: usize, pull: u64, code: u16, description: &str) {
        let mut held = self.held();
        let Some(source) = held.sources.get_mut(source) else { return };
        source.heard = Instant::now();
        match code {
            // It still lives.
            100 => {}
            404 | 408 => source.pulls.retain(|known| known.number != pull),
            503 => {
                source.asked |= !source.pulls.is_empty();
                source.pulls.clear();
                source.missing = true;
            }
            _ => {
                let open = !source.pulls.is_empty();
                source.pulls.retain(|known| known.number != pull);
                let gone = description.eq_ignore_ascii_case("consumer deleted");
                let moved = description.to_ascii_lowercase().contains("leadership");
                if gone || moved {
                    source.asked |= gone && open;
                    source.pulls.clear();
                    source.missing = gone;
                }
            }
        }
    }

    /// What the server waits for is no longer this reader's business: the replies to give it back with.
    pub(super) fn give_back(&self) -> Vec<Reply> {
        let mut held = self.held();
        held.buffer.clear();
        std::mem::take(&mut held.outstanding).into_values().map(|outstanding| outstanding.reply).collect()
    }

    /// Whatever was asked for is gone with the connection.
    pub(super) fn forget_pulls(&self) {
        let mut held = self.held();
        for source in &mut held.sources {
            source.pulls.clear();
            source.idle = false;
        }
        drop(held);
        self.bell.notify_one();
    }

    /// The stream was made anew at this time: nothing that is in hand means anything to it. What has come and was not handed out
    /// yet still is. The one before ended at `tail`, as far as that is known.
    pub(super) fn begin_anew(&self, generation: u64, made: SystemTime, tail: u64) {
        self.take_in();
        let mut held = self.held();
        if held.generation == generation {
            return;
        }
        self.count_unread(&held, tail);
        let (sources, mut buffer) = (std::mem::take(&mut held.sources), std::mem::take(&mut held.buffer));
        // What is of the new one already comes again.
        buffer.retain(|_, arrived| arrived.taken < made);
        let anew = Some((made, Instant::now()));
        *held = Held { sources, buffer, generation, anew, ..Held::default() };
        for source in &mut held.sources {
            source.pulls.clear();
            source.asked = false;
            source.missing = true;
            source.seen = 0;
        }
        drop(held);
        self.bell.notify_one();
    }
}

impl Held {
    /// The position of a sequence number of the stream as it is now.
    pub(super) fn position(&self, seq: u64) -> u64 {
        self.generation << GENERATION | seq
    }

    /// A message of the stream before, which was on its way when that was deleted. It has a sequence number that another message
    /// has now. After a while none can come any more; then an older time means that the clocks of two servers differ, and what
    /// was passed over is delivered again.
    fn stale(&self, taken: SystemTime) -> bool {
        self.anew.is_some_and(|(made, noticed)| taken < made && noticed.elapsed() < STALE)
    }

    /// They were acknowledged: copies of them are acknowledged again.
    pub(super) fn acknowledged(&mut self, positions: impl IntoIterator<Item = u64>) {
        for position in positions {
            self.outstanding.remove(&position);
            self.unsure.remove(&position);
            self.recent.add(position);
        }
    }

    /// Forgets what was acknowledged long ago.
    pub(super) fn forget_acknowledged(&mut self) {
        if self.recent.since.is_some_and(|since| since.elapsed() >= REMEMBERING) {
            self.recent.turn();
        }
    }

    /// It is not known whether the server has their acknowledgements.
    pub(super) fn unsure(&mut self, acknowledged: impl IntoIterator<Item = (u64, Outstanding)>) {
        for (position, outstanding) in acknowledged {
            self.outstanding.remove(&position);
            self.unsure.insert(position, outstanding);
        }
        while self.unsure.len() > UNSURE {
            self.unsure.pop_first();
        }
    }

    fn jump(&mut self, (from, upto): (u64, u64)) {
        let from = from.max(self.counted);
        let many = self.jumps.len() >= 64;
        match self.jumps.last_mut() {
            _ if from >= upto => {}
            // Too many to look at one by one: as one.
            Some(last) if many => last.1 = last.1.max(upto),
            _ => self.jumps.push((from, upto)),
        }
    }
}

/// The sequence number within the stream that a position stands for.
pub(super) fn sequence(position: u64) -> u64 {
    position & ((1 << GENERATION) - 1)
}
