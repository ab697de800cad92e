//! Many pipelines in one process of aev: how long until they run, their memory, and what an event costs that concerns one.

use crate::Failure;
use crate::generator::Load;
use crate::measures::{cpu, rate, rounded};
use crate::process::{Process, Times};
use crate::scene::{Scene, pipeline};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// So long they may take to start.
const START: Duration = Duration::from_secs(120);
/// So long rest is looked at.
const REST: Duration = Duration::from_secs(5);
/// So many pipelines in one process.
const NUMBERS: [usize; 4] = [1, 10, 100, 1000];

struct Fleet {
    child: Child,
    took: Duration,
}

impl Drop for Fleet {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the pipelines of a folder, and waits until the process says that each listens: then all its triggers work.
fn start(program: &Path, folder: &Path, bus: &str, count: usize) -> Result<Fleet, Failure> {
    let since = Instant::now();
    let mut command = Command::new(program);
    command.arg("run").arg(folder.join("pipelines")).arg("--bus").arg(bus);
    command.current_dir(folder).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let output = child.stdout.take();
    // From here on it is killed whatever goes wrong.
    let mut fleet = Fleet { child, took: Duration::ZERO };
    let lines = BufReader::new(output.ok_or("it has no output")?).lines();
    let (sender, listening) = mpsc::channel();
    std::thread::spawn(move || {
        // Read to the end, so that the process is never kept waiting.
        for line in lines.map_while(Result::ok) {
            if line.starts_with(r#"{"listening""#) {
                // Nobody waits for more.
                let _ = sender.send(());
            }
        }
    });
    for _ in 0..count {
        let left = START.saturating_sub(since.elapsed());
        listening.recv_timeout(left).map_err(|_| "not all pipelines listen")?;
    }
    fleet.took = since.elapsed();
    Ok(fleet)
}

fn write(scene: &Scene, port: u16, count: usize) -> Result<PathBuf, Failure> {
    let folder = tempfile::tempdir_in(scene.folder.path())?.keep();
    let pipelines = folder.join("pipelines");
    std::fs::create_dir(&pipelines)?;
    for number in 0..count {
        let name = format!("p{number}");
        let text = pipeline(&name, &format!("/{name}"), port, scene.target.port);
        std::fs::write(pipelines.join(format!("{name}.aev")), text)?;
    }
    Ok(folder)
}

async fn of(scene: &Scene, program: &Path, count: usize, lasts: Duration) -> Result<Value, Failure> {
    scene.empty().await?;
    let port = aev_servers::nats::free_port()?;
    let folder = write(scene, port, count)?;
    let first = start(program, &folder, &scene.bus(), count)?.took;
    let fleet = start(program, &folder, &scene.bus(), count)?;
    let process = Process { name: "aev", pid: fleet.child.id() };
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (idle, before) = (process.resident()?, process.cpu()?);
    tokio::time::sleep(REST).await;
    let rest = process.cpu()?.saturating_sub(before).as_secs_f64() / REST.as_secs_f64();
    let load = Load { port, path: format!("/p{}", count / 2), rate: None, lasts };
    load.until_ready(&scene.target.run(Duration::ZERO), Duration::from_secs(10)).await?;
    let times = Times::of(&[process.clone(), scene.nats()?])?;
    let ledger = scene.target.run(Duration::ZERO);
    load.send(&ledger).await?;
    ledger.wait(ledger.accepted(), Duration::from_secs(30)).await;
    let outcome = ledger.outcome();
    Ok(json!({
        "pipelines": count,
        "startedSeconds": { "first": rounded(first.as_secs_f64()), "again": rounded(fleet.took.as_secs_f64()) },
        "memoryMebibytes": { "idle": rounded(idle), "after": rounded(process.resident()?) },
        "cpuOfOneCoreAtRest": rounded(rest),
        "eventsPerSecond": rate(outcome.arrived, outcome.until_last),
        "cpuMillisecondsPerEvent": cpu(&times, outcome.arrived)?,
    }))
}

/// One process after the other, with more and more pipelines.
pub async fn all(scene: &Scene, program: &Path, lasts: Duration) -> Result<Value, Failure> {
    let mut results = Vec::new();
    for count in NUMBERS {
        results.push(of(scene, program, count, lasts).await?);
    }
    Ok(Value::Array(results))
}
