//! Senders, what they were answered, and the law.

use super::{CANARY, PATIENCE, Place, REDELIVERED, Reply, TOKEN, Target};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Error, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What became of what was sent.
#[derive(Debug, Default)]
pub struct Answers {
    /// Answered 2xx: ours, and the bus's id of the event.
    pub taken: BTreeMap<String, String>,
    /// Answered 503 with `Retry-After`.
    pub refused: BTreeSet<String>,
    /// Not answered: the connection was closed, or nobody listened.
    pub unanswered: BTreeSet<String>,
}

/// A connection that is kept while it lasts.
pub struct Sender {
    address: SocketAddr,
    kept: Option<BufReader<TcpStream>>,
}

impl Sender {
    pub fn new(address: SocketAddr) -> Sender {
        Sender { address, kept: None }
    }

    /// Posts a body. Gives the status, `Retry-After` and the body of the answer; an error when there was none.
    pub fn post(&mut self, body: &[u8]) -> Result<(u16, Option<String>, String), Error> {
        let answer = self.try_post(body);
        if answer.is_err() {
            self.kept = None;
        }
        answer
    }

    fn try_post(&mut self, body: &[u8]) -> Result<(u16, Option<String>, String), Error> {
        let reader = match &mut self.kept {
            Some(reader) => reader,
            none => {
                let stream = TcpStream::connect(self.address)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_nodelay(true)?;
                none.insert(BufReader::new(stream))
            }
        };
        let head = format!(
            "POST /in HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        reader.get_mut().write_all(head.as_bytes())?;
        // A server that has refused the head closes its side, and the answer is there to be read.
        let _ = reader.get_mut().write_all(body);
        let mut first = String::new();
        if reader.read_line(&mut first)? == 0 {
            return Err(Error::other("the connection was closed"));
        }
        let (mut retry_after, mut length, mut closes) = (None, 0, false);
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "retry-after" => retry_after = Some(value.trim().to_owned()),
                "content-length" => length = value.trim().parse().map_err(Error::other)?,
                "connection" => closes = value.trim() == "close",
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        if closes {
            self.kept = None;
        }
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| Error::other("the answer broke off"))?;
        Ok((status, retry_after, String::from_utf8_lossy(&body).into_owned()))
    }

    /// Sends one wanted event and writes down what became of it.
    pub fn send(&mut self, id: &str, answers: &Mutex<Answers>) {
        let body = format!(r#"{{"id":"{id}","kind":"wanted","note":"{CANARY}"}}"#);
        let answer = self.post(body.as_bytes());
        let mut answers = answers.lock().unwrap();
        match answer {
            Ok((200, _, body)) => {
                let event: Value = serde_json::from_str(&body).unwrap();
                answers.taken.insert(id.to_owned(), event["id"].as_str().unwrap().to_owned());
            }
            Ok((503, Some(_), _)) => drop(answers.refused.insert(id.to_owned())),
            Ok(other) => panic!("{id} was answered with {other:?}"),
            Err(_) => drop(answers.unanswered.insert(id.to_owned())),
        }
    }
}

/// Senders that go on, each event under an id of its own, until they are told to end.
pub struct Load {
    answers: Arc<Mutex<Answers>>,
    stop: Arc<AtomicBool>,
    senders: Vec<JoinHandle<()>>,
}

impl Load {
    /// So many events may be under way at once.
    pub const SENDERS: usize = 8;

    /// Eight senders with a pause after each event. `name` begins every id.
    pub fn start(place: &Place, name: &str, pause: Duration) -> Load {
        let (answers, stop): (Arc<Mutex<Answers>>, Arc<AtomicBool>) = Default::default();
        let number = Arc::new(AtomicUsize::new(0));
        let senders = (0..Load::SENDERS).map(|_| {
            let (answers, stop, number) = (answers.clone(), stop.clone(), number.clone());
            let (mut sender, name) = (Sender::new(place.address()), name.to_owned());
            std::thread::spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    let id = format!("{name}-{}", number.fetch_add(1, Ordering::SeqCst));
                    sender.send(&id, &answers);
                    if !answers.lock().unwrap().taken.contains_key(&id) {
                        std::thread::sleep(Duration::from_millis(30));
                    }
                    std::thread::sleep(pause);
                }
            })
        });
        let senders = senders.collect();
        Load { answers, stop, senders }
    }

    /// How many were taken so far.
    pub fn taken(&self) -> usize {
        self.answers.lock().unwrap().taken.len()
    }

    /// Those that were taken so far.
    pub fn ids(&self) -> BTreeSet<String> {
        self.answers.lock().unwrap().taken.keys().cloned().collect()
    }

    /// The bus's id of one that was taken.
    pub fn event(&self, id: &str) -> String {
        self.answers.lock().unwrap().taken[id].clone()
    }

    /// Waits until so many more were taken.
    #[track_caller]
    pub fn goes_on(&self, more: usize) {
        let wanted = self.taken() + more;
        super::until("events are taken", || (self.taken() >= wanted).then_some(()));
    }

    /// Waits until so many more were refused.
    #[track_caller]
    pub fn refused(&self, more: usize) {
        let count = || self.answers.lock().unwrap().refused.len();
        let wanted = count() + more;
        super::until("events are refused", || (count() >= wanted).then_some(()));
    }

    /// Ends the load.
    pub fn end(self) -> Answers {
        self.stop.store(true, Ordering::SeqCst);
        for sender in self.senders {
            sender.join().unwrap();
        }
        Arc::into_inner(self.answers).unwrap().into_inner().unwrap()
    }
}

/// What was seen when everything had settled.
#[derive(Debug)]
pub struct Settled {
    /// Reasons of the dead letters, by our ids.
    pub dead: BTreeMap<String, String>,
    /// Effects beyond the first, over all ids.
    pub repeated: usize,
}

impl Answers {
    /// The law. Waits until each event that was taken has its effect at the target or is a dead letter of the running
    /// process, and checks that an id of ours always came under one `Idempotency-Key`, and no other id under that.
    #[track_caller]
    pub fn settle(&self, place: &Place, target: &Target) -> Settled {
        assert!(!self.taken.is_empty(), "nothing was taken");
        let started = Instant::now();
        let mut dead = BTreeMap::new();
        loop {
            let calls = target.calls();
            let done = |reply| matches!(reply, Reply::Taken | Reply::Half);
            let effects: BTreeSet<&str> =
                calls.iter().filter(|call| done(call.reply)).map(|call| call.id.as_str()).collect();
            let left = || self.taken.iter().filter(|(id, _)| !effects.contains(id.as_str()));
            if left().next().is_some() {
                let letters = place.dead_events();
                dead = left()
                    .filter_map(|(id, event)| Some((id.clone(), letters.get(event)?.clone())))
                    .collect();
            }
            let lost: Vec<&String> = left().map(|(id, _)| id).filter(|id| !dead.contains_key(*id)).collect();
            if lost.is_empty() {
                break;
            }
            if started.elapsed() > PATIENCE {
                let (count, of, some) = (lost.len(), self.taken.len(), &lost[..lost.len().min(10)]);
                panic!("{count} of {of} are lost: {some:?}\n{}", place.status());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Settled { dead, repeated: repeated(target) }
    }
}

impl Answers {
    /// The law where the process was there all the time: every sender was answered, and everything has its effect, none twice,
    /// also when the bus delivers again.
    #[track_caller]
    pub fn each_once(&self, place: &Place, target: &Target) {
        self.settle(place, target).none_dead();
        std::thread::sleep(REDELIVERED);
        assert_eq!(repeated(target), 0, "an effect was repeated though its outcome was known");
        assert_eq!(self.unanswered.len(), 0, "the process was there");
    }
}

impl Settled {
    /// Nothing was given up.
    #[track_caller]
    pub fn none_dead(&self) {
        assert!(self.dead.is_empty(), "{:?}", self.dead);
    }
}

/// Effects beyond the first. Each id has one key, and each key one id.
#[track_caller]
pub fn repeated(target: &Target) -> usize {
    let (mut keys, mut ids) = (BTreeMap::new(), BTreeMap::new());
    let mut effects = BTreeMap::<String, usize>::new();
    for call in target.calls() {
        assert!(!call.key.is_empty(), "{} came without a key", call.id);
        let key = keys.entry(call.id.clone()).or_insert_with(|| call.key.clone());
        assert_eq!(*key, call.key, "{} came under two keys", call.id);
        let id = ids.entry(call.key).or_insert_with(|| call.id.clone());
        assert_eq!(*id, call.id, "two events came under one key");
        if matches!(call.reply, Reply::Taken | Reply::Half) {
            *effects.entry(call.id).or_default() += 1;
        }
    }
    effects.values().map(|count| count - 1).sum()
}
