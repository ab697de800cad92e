//! Asking.

use serde_json::Value;
use std::io::{BufRead, BufReader, Error, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The program, running and asked one thing at a time.
pub struct Oracle {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Oracle {
    /// Starts the program.
    ///
    /// # Errors
    /// It does not start.
    pub fn start(program: &Path) -> Result<Oracle, Error> {
        // What Argo Events prints on the way says nothing that the answers do not say.
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (requests, answers) = pipes.ok_or_else(|| Error::other("the oracle has no pipes"))?;
        Ok(Oracle { child, requests, answers: BufReader::new(answers) })
    }

    /// Asks one thing. `README.md` has the forms.
    ///
    /// # Errors
    /// The program has ended, or does not answer in JSON.
    pub fn ask(&mut self, request: &Value) -> Result<Value, Error> {
        self.requests.write_all(format!("{request}\n").as_bytes())?;
        let mut answer = String::new();
        if self.answers.read_line(&mut answer)? == 0 {
            let status = self.child.wait()?;
            return Err(Error::other(format!("the oracle ended ({status}) when it was asked {request}")));
        }
        serde_json::from_str(&answer).map_err(Error::other)
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // It would end by itself once nothing more can come; a script that loops would not.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
