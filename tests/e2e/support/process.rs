//! The command as a process: what it prints, and how it ends. No secret may be among what it prints.

use super::{CANARY, PATIENCE, until};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// A command that has ended.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(mut command: Command, input: &[u8]) -> Ran {
        command.stdin(Stdio::piped());
        let mut running = Running::start(command);
        let mut stdin = running.child.stdin.take().unwrap();
        let input = input.to_vec();
        // A command that ends before it has read everything closes the pipe.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let ran = running.end();
        writer.join().unwrap();
        ran
    }

    fn new(code: Option<i32>, out: Vec<u8>, err: Vec<u8>) -> Ran {
        let ran = Ran { code, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() };
        assert!(!ran.out.contains(CANARY) && !ran.err.contains(CANARY), "a secret was printed");
        assert!(!ran.err.contains("panicked"), "{}", ran.err);
        ran
    }

    /// The exit code is this one; otherwise what was printed is shown.
    #[track_caller]
    pub fn ended(self, code: i32) -> Ran {
        assert_eq!(self.code, Some(code), "\n{}\n{}", self.out, self.err);
        self
    }

    /// It failed with this code, printed no result, and the message says all of this.
    #[track_caller]
    pub fn refused(self, code: i32, parts: &[&str]) -> Ran {
        let ran = self.ended(code);
        for part in parts {
            assert!(ran.err.contains(part), "`{part}` is not in\n{}", ran.err);
        }
        assert_eq!(ran.out, "");
        ran
    }

    /// Standard output as JSON, one value a line.
    pub fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// `aev run` that goes on. It is killed when the test ends before it does.
pub struct Running {
    child: Child,
    out: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<Vec<u8>>>,
}

impl Running {
    pub fn start(mut command: Command) -> Running {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let out = Arc::new(Mutex::new(String::new()));
        let (stdout, mut stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let lines = out.clone();
        let readers = vec![
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stdout);
                let mut line = String::new();
                while reader.read_line(&mut line).unwrap() > 0 {
                    lines.lock().unwrap().push_str(&std::mem::take(&mut line));
                }
                Vec::new()
            }),
            std::thread::spawn(move || {
                let mut bytes = Vec::new();
                stderr.read_to_end(&mut bytes).unwrap();
                bytes
            }),
        ];
        Running { child, out, readers }
    }

    /// What it has printed on standard output so far, in whole lines.
    pub fn printed(&self) -> String {
        self.out.lock().unwrap().clone()
    }

    /// Waits for a line of JSON that is wanted.
    #[track_caller]
    pub fn line(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        until(what, || {
            let printed = self.printed();
            let found =
                printed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).find(&wanted);
            if found.is_none()
                && let Some(status) = self.child.try_wait().unwrap()
            {
                panic!("it ended with {status} before: {what}");
            }
            found
        })
    }

    /// Where it listens, for the source of that name.
    pub fn address(&mut self, source: &str) -> SocketAddr {
        let line = self.line("it listens", |line| line["source"] == source && line["listening"].is_string());
        address_of(line["listening"].as_str().unwrap())
    }

    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits until it has ended by itself.
    pub fn end(mut self) -> Ran {
        let status = until("it ends", || self.child.try_wait().unwrap());
        let err = std::mem::take(&mut self.readers).into_iter().flat_map(|reader| reader.join().unwrap());
        let err = err.collect();
        Ran::new(status.code(), self.printed().into_bytes(), err)
    }

    /// Asks it to end as Ctrl-C does, and waits until it has drained.
    pub fn stop(self) -> Ran {
        self.signal(Signal::INT);
        self.end()
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address in a URL.
pub fn address_of(url: &str) -> SocketAddr {
    url.trim_start_matches("http://").split('/').next().unwrap().parse().unwrap()
}

const _: () = assert!(PATIENCE.as_secs() > 25, "longer than a drain may take");
