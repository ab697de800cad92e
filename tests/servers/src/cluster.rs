//! Three nats-servers that replicate.

use crate::nats::{NatsServer, Options, free_port};
use std::io::{Error, Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// A cluster of three.
#[derive(Debug)]
pub struct Cluster {
    /// Its servers, each of which takes clients.
    pub servers: Vec<NatsServer>,
}

/// So long it may take to agree on a leader.
const PATIENCE: Duration = Duration::from_secs(30);

impl Cluster {
    /// Starts three servers and waits until each is healthy and they have a leader that knows the others to follow.
    ///
    /// # Errors
    /// They do not start, or do not agree.
    pub fn start(options: &Options) -> Result<Cluster, Error> {
        let ports = [free_port()?, free_port()?, free_port()?];
        let routes: Vec<String> = ports.iter().map(|port| format!("nats://127.0.0.1:{port}")).collect();
        let mut monitors = Vec::new();
        let mut servers = Vec::new();
        for (number, port) in ports.iter().enumerate() {
            let monitor = free_port()?;
            let more = format!(
                "http: 127.0.0.1:{monitor}\ncluster {{ name: three, listen: 127.0.0.1:{port}, no_advertise: true, routes: [{}] }}\n",
                routes.join(", ")
            );
            monitors.push(monitor);
            servers.push(NatsServer::prepare(&format!("n{}", number + 1), options, &more)?);
        }
        for server in &mut servers {
            server.spawn()?;
        }
        let cluster = Cluster { servers };
        let until = Instant::now() + PATIENCE;
        while !monitors.iter().all(|port| healthy(*port)) || !monitors.iter().any(|port| followed(*port)) {
            if Instant::now() > until {
                let logs: Vec<String> = cluster.servers.iter().map(NatsServer::end_of_log).collect();
                return Err(Error::other(format!("the cluster does not agree:\n{}", logs.join("\n"))));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(cluster)
    }

    /// The URLs of all servers.
    pub fn urls(&self) -> Vec<String> {
        self.servers.iter().map(NatsServer::url).collect()
    }

    /// The server of that name.
    pub fn named(&mut self, name: &str) -> Option<&mut NatsServer> {
        self.servers.iter_mut().find(|server| server.name() == name)
    }
}

/// It is healthy and knows a leader of the cluster.
fn healthy(monitor: u16) -> bool {
    let healthy = get(monitor, "/healthz").is_ok_and(|body| body.contains(r#""status":"ok""#));
    healthy && get(monitor, "/jsz").is_ok_and(|body| body.replace(' ', "").contains(r#""leader":"n"#))
}

/// It leads, and the two others follow closely.
fn followed(monitor: u16) -> bool {
    let body = get(monitor, "/jsz").unwrap_or_default().replace(' ', "");
    body.matches(r#""current":true"#).count() == 2
}

fn get(port: u16, path: &str) -> Result<String, Error> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}
