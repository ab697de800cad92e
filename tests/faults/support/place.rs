//! A directory of its own for each test, and the command in it.

use super::{PATIENCE, Target, until};
use aev_plan::time::Timestamp;
use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, prlimit};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Read;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use tempfile::TempDir;

/// Stands in every payload, and may be printed nowhere.
pub const CANARY: &str = "canary-7d20b9c4";

/// What a sender must show; it may be printed nowhere either.
pub const TOKEN: &str = "secret-canary-91f3";

/// A webhook, a filter and a call, with a port of its own that stays when the process does not.
pub struct Place {
    dir: TempDir,
    port: u16,
    bus: Option<String>,
    target: SocketAddr,
    /// Its clock can be set.
    clock: bool,
}

/// The offset of a clock that can be set; see `aev-clock`.
const OFFSET: &str = "offset";

impl Place {
    /// On a bus as `--bus` names it. `trigger` are further lines of the trigger, and `head` stand before everything.
    pub fn new(bus: &str, target: &Target, trigger: &str) -> Place {
        Place::with(Some(bus), target, "", trigger)
    }

    /// Without `--bus` when that is none; then `head` declares one.
    pub fn with(bus: Option<&str>, target: &Target, head: &str, trigger: &str) -> Place {
        let dir = tempfile::tempdir().unwrap();
        let text = format!(
            r#"pipeline faults
{head}
source hook: webhook {{ endpoint: "/in", port: 12000, method: "POST", authSecret: secret("hook", "token") }}

filter wanted from hook as e where e.body.kind == "wanted"

trigger call on wanted as e {{
  http {{ url: "http://target.svc:8080/${{e.body.id}}", method: "POST", payload: {{ id: e.body.id }} }}
  {trigger}
}}
"#
        );
        std::fs::write(dir.path().join("faults.aev"), text).unwrap();
        std::fs::create_dir_all(dir.path().join("secrets/hook")).unwrap();
        std::fs::write(dir.path().join("secrets/hook/token"), TOKEN).unwrap();
        let port = aev_servers::nats::free_port().unwrap();
        Place { dir, port, bus: bus.map(str::to_owned), target: target.address, clock: false }
    }

    /// The same in a later version, in which its trigger has another name.
    pub fn with_trigger(self, name: &str) -> Place {
        let file = self.path().join("faults.aev");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(file, text.replace("trigger call ", &format!("trigger {name} "))).unwrap();
        self
    }

    /// The same, started with a clock that can be set.
    pub fn with_clock(self) -> Place {
        let place = Place { clock: true, ..self };
        place.set_clock(0);
        place
    }

    /// The clock of the process is wrong by so many seconds from now on.
    pub fn set_clock(&self, seconds: i64) {
        let written = self.path().join("offset.new");
        std::fs::write(&written, seconds.to_string()).unwrap();
        std::fs::rename(written, self.path().join(OFFSET)).unwrap();
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Where the webhook listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// The command in this directory, without settings from outside. A file that may not grow further is an error to it, as
    /// a full disk would be, and no signal.
    fn command(&self, args: &[String]) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", r#"trap '' XFSZ; exec "$0" "$@""#]).arg(program()).args(args);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AEV_") {
                command.env_remove(name);
            }
        }
        command.current_dir(self.path()).stdin(Stdio::null());
        command
    }

    /// Starts the pipeline; it may not listen yet.
    pub fn spawn(&self) -> Aev {
        let mut args: Vec<String> =
            ["run", "faults.aev", "--format=json", "--secrets=secrets"].map(str::to_owned).into();
        args.push(format!("--port=12000={}", self.port));
        args.push(format!("--connect=target.svc:8080={}", self.target));
        args.extend(self.bus.iter().map(|bus| format!("--bus={bus}")));
        let mut command = self.command(&args);
        if self.clock {
            command.env("LD_PRELOAD", built("deps/libaev_clock.so"));
            command.env("CLOCK_OFFSET_FILE", self.path().join(OFFSET));
        }
        Aev::new(command)
    }

    /// Starts the pipeline and waits until it listens.
    pub fn start(&self) -> Aev {
        let mut aev = self.spawn();
        until("it listens", || {
            if let Some(status) = aev.ended() {
                panic!("it ended with {status}:\n{}", aev.log());
            }
            TcpStream::connect(self.address()).ok()
        });
        aev
    }

    /// How the running process says it is.
    pub fn status(&self) -> String {
        let ran = self.command(&["status", "--format=json"].map(str::to_owned)).output().unwrap();
        String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr)
    }

    /// Asks the running process; its answer is waited for by who asks.
    pub fn ask(&self, args: &[&str]) -> Child {
        let args: Vec<String> =
            args.iter().map(|arg| (*arg).to_owned()).chain(["--format=json".to_owned()]).collect();
        self.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// The ids of the events among the dead letters of the running process, each with its reason. A message that is no event
    /// has no id.
    pub fn dead(&self) -> Vec<(Option<String>, String)> {
        let ran = self.command(&["dead", "list", "--format=json"].map(str::to_owned)).output().unwrap();
        let (out, err) =
            (String::from_utf8(ran.stdout).unwrap(), String::from_utf8_lossy(&ran.stderr).into_owned());
        assert!(ran.status.success(), "aev dead list: {err}");
        let mut dead = Vec::new();
        for line in out.lines() {
            let letter: Value = serde_json::from_str(line).unwrap();
            let reason = letter["reason"].as_str().unwrap();
            assert!(!reason.is_empty() && !reason.contains(CANARY) && !reason.contains(TOKEN), "{reason}");
            let id = letter["events"][0][2].as_str().filter(|id| !id.is_empty());
            dead.push((id.map(str::to_owned), reason.to_owned()));
        }
        dead
    }

    /// The same, of events only.
    pub fn dead_events(&self) -> BTreeMap<String, String> {
        self.dead().into_iter().filter_map(|(id, reason)| Some((id?, reason))).collect()
    }
}

/// `aev` lies where cargo puts it: above the tests.
fn program() -> PathBuf {
    built("aev")
}

/// What cargo has built, from the directory above the tests.
fn built(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let file = test.parent().and_then(Path::parent).unwrap().join(name);
    assert!(file.exists(), "{} is missing: run `cargo build`", file.display());
    file
}

/// What a process has printed so far.
type Printed = Arc<Mutex<Vec<u8>>>;

/// `aev run` as a process. It is killed when the test ends before it does.
pub struct Aev {
    child: Child,
    out: Printed,
    err: Printed,
    readers: Vec<JoinHandle<()>>,
}

impl Aev {
    fn new(mut command: Command) -> Aev {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (out, err) = (Printed::default(), Printed::default());
        let readers = vec![
            collect(child.stdout.take().unwrap(), out.clone()),
            collect(child.stderr.take().unwrap(), err.clone()),
        ];
        Aev { child, out, err, readers }
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&self.err.lock().unwrap()).into_owned()
    }

    /// The last decision that it has printed which says when it was made: seconds since 1970.
    pub fn last_time(&self) -> Option<i64> {
        let out = self.out.lock().unwrap();
        let tail = String::from_utf8_lossy(&out[out.len().saturating_sub(1 << 16)..]).into_owned();
        tail.lines().rev().find_map(|line| {
            let decided: Value = serde_json::from_str(line).ok()?;
            let time: Timestamp = decided["time"].as_str()?.parse().ok()?;
            Some(time.0.div_euclid(1_000_000_000))
        })
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap()
    }

    /// From now on no file of its may grow beyond so many bytes; `None` lets them grow again.
    pub fn limit_files(&self, bytes: Option<u64>) {
        // The hard limit stays, so that it can be lifted.
        prlimit(Some(self.pid()), Resource::Fsize, Rlimit { current: bytes, maximum: None }).unwrap();
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.check();
    }

    /// Asks it to end, waits until it has drained, and looks at what it said: at most so many lines of log, and neither a
    /// payload nor a secret anywhere.
    pub fn stop(mut self, lines: usize) {
        kill_process(self.pid(), Signal::INT).unwrap();
        let status = until("it ends", || self.ended());
        let log = self.check();
        assert!(status.success(), "{status}\n{log}");
        let count = log.lines().count();
        assert!(count <= lines, "{count} lines of log:\n{log}");
    }

    fn check(&mut self) -> String {
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
        let log = self.log();
        let said = String::from_utf8_lossy(&self.out.lock().unwrap()).into_owned() + &log;
        for hidden in [CANARY, TOKEN] {
            assert!(!said.contains(hidden), "`{hidden}` was printed");
        }
        assert!(!log.contains("panicked"), "{log}");
        log
    }
}

fn collect(mut from: impl Read + Send + 'static, to: Printed) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(count) = from.read(&mut buffer) {
            if count == 0 {
                return;
            }
            to.lock().unwrap().extend_from_slice(&buffer[..count]);
        }
    })
}

impl Drop for Aev {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = self.log();
            let last: Vec<&str> = log.lines().rev().take(30).collect();
            #[expect(clippy::print_stderr, reason = "shown beside the failure")]
            for line in last.iter().rev() {
                eprintln!("aev: {line}");
            }
        }
    }
}

const _: () = assert!(PATIENCE.as_secs() > 25, "longer than a drain may take");
