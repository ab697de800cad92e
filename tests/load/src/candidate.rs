//! What is measured: Argo Events, aev and the bare pipe, as processes.

use crate::Failure;
use crate::process::Process;
use crate::scene::{Scene, manifests, pipeline};
use aev_oracle::{Role, command, jetstream};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// So long a process may take to end well.
const PATIENCE: Duration = Duration::from_secs(30);

/// Which of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Its event source and its sensor. `at_least_once` is how the sensor works; without it is its own default.
    Argo {
        /// `atLeastOnce` of its trigger.
        at_least_once: bool,
    },
    /// `aev run`, always at least once.
    Aev,
    /// hyper → async-nats → hyper.
    Bare,
}

/// One of them with its programs.
pub struct Candidate<'s> {
    /// Where its webhook listens.
    pub port: u16,
    kind: Kind,
    scene: &'s Scene,
    program: PathBuf,
    folder: PathBuf,
}

/// The name of the pipeline, its source and its event.
const NAME: &str = "load";

impl<'s> Candidate<'s> {
    /// On a free port.
    pub fn new(kind: Kind, scene: &'s Scene, program: &Path) -> Result<Candidate<'s>, Failure> {
        let folder = tempfile::tempdir_in(scene.folder.path())?.keep();
        let port = aev_servers::nats::free_port()?;
        Ok(Candidate { port, kind, scene, program: program.to_owned(), folder })
    }

    /// The source whose subject its events have; none for the bare pipe.
    pub fn source(&self) -> Option<&'static str> {
        (self.kind != Kind::Bare).then_some(NAME)
    }

    /// Starts its processes.
    pub fn start(&self) -> Result<Running, Failure> {
        let text = pipeline(NAME, "/e", self.port, self.scene.target.port);
        let processes = match self.kind {
            Kind::Argo { at_least_once } => {
                let mut manifests = manifests(&text)?;
                if !at_least_once {
                    by_default(&mut manifests.sensor)?;
                }
                let bus = jetstream(&self.scene.server.url());
                let start = |name, role, object: &Value| {
                    let command = command(&self.program, role, object, &bus)?;
                    Ok::<_, Failure>((name, spawn(command)?))
                };
                let source = start("source", Role::EventSource, &manifests.source)?;
                vec![source, start("sensor", Role::Sensor, &manifests.sensor)?]
            }
            Kind::Aev => {
                let file = self.folder.join("load.aev");
                std::fs::write(&file, text)?;
                let mut command = Command::new(&self.program);
                command.arg("run").arg(file).arg("--bus").arg(self.scene.bus()).current_dir(&self.folder);
                vec![("aev", spawn(command)?)]
            }
            Kind::Bare => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg("pipe").arg(self.port.to_string()).arg(self.scene.server.url());
                command.arg(self.scene.ca()).arg(self.scene.target.port.to_string());
                vec![("pipe", spawn(command)?)]
            }
        };
        Ok(Running { processes })
    }
}

fn by_default(sensor: &mut Value) -> Result<(), Failure> {
    let triggers = sensor.pointer_mut("/spec/triggers").and_then(Value::as_array_mut);
    for trigger in triggers.ok_or("the sensor has no triggers")? {
        trigger.as_object_mut().ok_or("a trigger is no object")?.remove("atLeastOnce");
    }
    Ok(())
}

fn spawn(mut command: Command) -> Result<Child, Failure> {
    Ok(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
}

/// Processes that run; they are killed when this is dropped.
pub struct Running {
    processes: Vec<(&'static str, Child)>,
}

impl Running {
    /// Those that are measured.
    pub fn processes(&self) -> Vec<Process> {
        self.processes.iter().map(|(name, child)| Process { name, pid: child.id() }).collect()
    }

    /// Ends them as Ctrl-C does, and waits for that.
    pub fn stop(mut self) -> Result<(), Failure> {
        for (_, child) in &mut self.processes {
            let pid = Pid::from_raw(i32::try_from(child.id())?).ok_or("it has no number")?;
            kill_process(pid, Signal::INT)?;
            let until = Instant::now() + PATIENCE;
            while child.try_wait()?.is_none() {
                if Instant::now() > until {
                    child.kill()?;
                }
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for (_, child) in &mut self.processes {
            // It may have ended.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
