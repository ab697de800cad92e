//! The target: remembers what it was called with, and answers as it is told.

use std::io::{BufRead, BufReader, Error, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What the target does with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Takes it.
    Taken,
    /// Answers with this status.
    Status(u16),
    /// Answers 429 and asks for a second's patience.
    TooMany,
    /// Does not answer for longer than the caller waits.
    Silence(Duration),
    /// Takes it, and breaks off in the middle of the head of its answer.
    Half,
}

/// A call that was taken, whether its caller learnt that or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The last part of its path.
    pub id: String,
    /// `Idempotency-Key`.
    pub key: String,
    /// What was done with it.
    pub reply: Reply,
}

/// What is done with a call: by its id and by how often it was called before.
type Plan = dyn Fn(&str, usize) -> Reply + Send + Sync;

/// A server for calls.
pub struct Target {
    pub address: SocketAddr,
    calls: Arc<Mutex<Vec<Call>>>,
    away: Arc<AtomicBool>,
}

impl Target {
    /// Takes every call.
    pub fn new() -> Target {
        Target::answering(|_, _| Reply::Taken)
    }

    /// Takes none until it is back.
    pub fn away() -> Target {
        let target = Target::new();
        target.away.store(true, Ordering::SeqCst);
        target
    }

    /// Takes every call from now on.
    pub fn back(&self) {
        self.away.store(false, Ordering::SeqCst);
    }

    pub fn answering(plan: impl Fn(&str, usize) -> Reply + Send + Sync + 'static) -> Target {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let away = Arc::new(AtomicBool::new(false));
        let target =
            Target { address: listener.local_addr().unwrap(), calls: Arc::default(), away: away.clone() };
        let calls = target.calls.clone();
        let plan: Arc<Plan> = Arc::new(move |id, before| match away.load(Ordering::SeqCst) {
            true => Reply::Status(503),
            false => plan(id, before),
        });
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (calls, plan) = (calls.clone(), plan.clone());
                // A connection that breaks off ends there; a call counts once it is whole.
                std::thread::spawn(move || drop(serve(&stream, &calls, &*plan)));
            }
        });
        target
    }

    /// Every call so far, in their order.
    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }
}

fn serve(stream: &TcpStream, calls: &Mutex<Vec<Call>>, plan: &Plan) -> Result<(), Error> {
    let mut reader = BufReader::new(stream);
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first)? == 0 {
            return Ok(());
        }
        let (mut key, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "idempotency-key" => value.trim().clone_into(&mut key),
                "content-length" => length = value.trim().parse().unwrap(),
                _ => {}
            }
        }
        reader.read_exact(&mut vec![0; length])?;
        let id = first.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
        let reply = {
            let mut calls = calls.lock().unwrap();
            let reply = plan(&id, calls.iter().filter(|call| call.id == id).count());
            calls.push(Call { id, key, reply });
            reply
        };
        let mut stream = stream;
        match reply {
            Reply::Taken => stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n")?,
            Reply::Status(status) => {
                write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n")?;
            }
            Reply::TooMany => {
                stream.write_all(b"HTTP/1.1 429 X\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n")?;
            }
            Reply::Silence(time) => {
                std::thread::sleep(time);
                return Ok(());
            }
            Reply::Half => return stream.write_all(b"HTTP/1.1 200 O"),
        }
    }
}
