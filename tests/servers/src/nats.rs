//! One nats-server.

use crate::access::Access;
use crate::certificates::Certificates;
use crate::program;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use std::io::{Error, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How a server is set up.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Who may connect.
    pub access: Access,
    /// Demands TLS.
    pub tls: Option<Certificates>,
    /// Demands a client's certificate, too.
    pub verify_clients: bool,
    /// The most bytes that JetStream may store on disk.
    pub max_file: Option<u64>,
    /// Where JetStream stores; a directory of its own unless said.
    pub store: Option<PathBuf>,
    /// The most bytes of one message.
    pub max_payload: Option<u64>,
    /// More lines of its configuration.
    pub more: String,
}

/// A running server. It is killed when this is dropped, and its store goes with it.
#[derive(Debug)]
pub struct NatsServer {
    name: String,
    port: u16,
    tls: bool,
    home: TempDir,
    child: Option<Child>,
}

/// So long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A port that is free at this moment, and that no other test of this process has. It lies below those that the system gives
/// to outgoing connections.
///
/// # Errors
/// None was found.
pub fn free_port() -> Result<u16, Error> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = std::process::id().wrapping_mul(97);
    for _ in 0..20_000 {
        let step = u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(11_000 + start.wrapping_add(step) % 20_000).map_err(Error::other)?;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    Err(Error::other("no port is free"))
}

impl NatsServer {
    /// Starts a server with JetStream and waits until it answers.
    ///
    /// # Errors
    /// There is no program, or it does not start; its log is in the message.
    pub fn start(options: &Options) -> Result<NatsServer, Error> {
        let mut server = NatsServer::prepare("single", options, "")?;
        server.spawn()?;
        server.wait()?;
        Ok(server)
    }

    /// Writes the configuration.
    pub(crate) fn prepare(name: &str, options: &Options, more: &str) -> Result<NatsServer, Error> {
        let home = tempfile::tempdir()?;
        let port = free_port()?;
        let path = |file: &str| json!(home.path().join(file).display().to_string());
        let mut config = format!("server_name: {name}\nlisten: 127.0.0.1:{port}\n");
        let max_file = options.max_file.map(|bytes| format!(", max_file: {bytes}")).unwrap_or_default();
        let store = options.store.as_ref().map_or(path("store"), |store| json!(store.display().to_string()));
        config += &format!("jetstream {{ store_dir: {store}{max_file} }}\n");
        if let Some(bytes) = options.max_payload {
            config += &format!("max_payload: {bytes}\n");
        }
        if let Some(tls) = &options.tls {
            for (file, text) in [("ca.pem", &tls.ca), ("cert.pem", &tls.server), ("key.pem", &tls.server_key)]
            {
                std::fs::write(home.path().join(file), text)?;
            }
            let (cert, key, ca) = (path("cert.pem"), path("key.pem"), path("ca.pem"));
            let verify = options.verify_clients;
            config +=
                &format!("tls {{ cert_file: {cert}, key_file: {key}, ca_file: {ca}, verify: {verify} }}\n");
        }
        config += &options.access.config()?;
        config += &options.more;
        config += more;
        std::fs::write(home.path().join("nats.conf"), config)?;
        Ok(NatsServer { name: name.to_owned(), port, tls: options.tls.is_some(), home, child: None })
    }

    /// Starts the process.
    pub(crate) fn spawn(&mut self) -> Result<(), Error> {
        let program = program::nats_server()
            .ok_or_else(|| Error::new(ErrorKind::NotFound, "there is no nats-server"))?;
        let child = Command::new(program)
            .arg("-c")
            .arg(self.home.path().join("nats.conf"))
            .arg("-l")
            .arg(self.log_file())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        self.child = Some(child);
        Ok(())
    }

    fn wait(&self) -> Result<(), Error> {
        let until = Instant::now() + PATIENCE;
        while !self.answers() {
            if Instant::now() > until {
                return Err(Error::other(format!("{} does not answer:\n{}", self.name, self.end_of_log())));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// It greets who connects.
    fn answers(&self) -> bool {
        let greeting = || {
            let mut stream = TcpStream::connect_timeout(&self.address(), Duration::from_millis(500))?;
            stream.set_read_timeout(Some(Duration::from_millis(500)))?;
            let mut word = [0; 5];
            stream.read_exact(&mut word)?;
            stream.flush()?;
            Ok::<_, Error>(word == *b"INFO ")
        };
        greeting().unwrap_or(false)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from(([127, 0, 0, 1], self.port))
    }

    /// Its URL for clients, without user and password.
    pub fn url(&self) -> String {
        format!("{}://127.0.0.1:{}", if self.tls { "tls" } else { "nats" }, self.port)
    }

    /// Its name within a cluster.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its process.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// The last lines of it.
    pub(crate) fn end_of_log(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        let end = lines.len().saturating_sub(20);
        lines.get(end..).unwrap_or_default().join("\n")
    }

    fn log_file(&self) -> PathBuf {
        self.home.path().join("nats.log")
    }

    fn signal(&self, signal: Signal) -> Result<(), Error> {
        let pid = self.pid().and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
        kill_process(pid.ok_or_else(|| Error::other("it does not run"))?, signal).map_err(Error::from)
    }

    /// Stops it where it is: connections stay open and nothing is answered.
    ///
    /// # Errors
    /// It does not run.
    pub fn pause(&self) -> Result<(), Error> {
        self.signal(Signal::STOP)
    }

    /// Lets it go on.
    ///
    /// # Errors
    /// It does not run.
    pub fn resume(&self) -> Result<(), Error> {
        self.signal(Signal::CONT)
    }

    /// Kills it at once, as a crash would. The store stays.
    ///
    /// # Errors
    /// It does not run.
    pub fn kill(&mut self) -> Result<(), Error> {
        let mut child = self.child.take().ok_or_else(|| Error::other("it does not run"))?;
        child.kill()?;
        child.wait().map(drop)
    }

    /// Starts it again after [`NatsServer::kill`], on the same port and store, and waits until it answers.
    ///
    /// # Errors
    /// It does not start.
    pub fn start_again(&mut self) -> Result<(), Error> {
        self.spawn()?;
        self.wait()
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.kill();
    }
}
