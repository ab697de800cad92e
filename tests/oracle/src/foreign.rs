//! A foreign extension made of Argo Events' own code, as a process.

use serde_json::Value;
use std::io::{BufRead, BufReader, Error};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A running extension, killed when it is dropped. It sends one event over each stream, which says what was asked for, and
/// carries out what it is told.
#[derive(Debug)]
pub struct Foreign {
    child: Child,
    address: String,
    calls: Arc<Mutex<Vec<Value>>>,
}

impl Foreign {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// The program does not start, or does not say where it listens.
    pub fn start(program: &Path) -> Result<Foreign, Error> {
        let mut child = Command::new(program)
            .arg("extension")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = child.stdout.take().ok_or_else(|| Error::other("the extension has no output"))?;
        let mut lines = BufReader::new(output).lines();
        let first: Value = match lines.next() {
            Some(line) => serde_json::from_str(&line?)?,
            None => return Err(Error::other("the extension ended")),
        };
        let address = first.get("address").and_then(Value::as_str).unwrap_or_default().to_owned();
        let calls: Arc<Mutex<Vec<Value>>> = Arc::default();
        let told = calls.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let call = serde_json::from_str(&line).unwrap_or(Value::String(line));
                told.lock().unwrap_or_else(PoisonError::into_inner).push(call);
            }
        });
        Ok(Foreign { child, address, calls })
    }

    /// Where it listens: `127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Every call so far, as `README.md` has them.
    pub fn calls(&self) -> Vec<Value> {
        let calls: MutexGuard<'_, Vec<Value>> = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.clone()
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
