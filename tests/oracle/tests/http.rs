//! Just enough HTTP: a request, and a target that keeps what it is sent.

use std::io::{BufRead, BufReader, Error, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Posts JSON, again until the port answers; the status.
pub fn post(port: u16, path: &str, body: &str) -> u16 {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        match try_post(port, path, body) {
            Ok(status) => return status,
            Err(error) => assert!(Instant::now() < until, "nobody answers on port {port}: {error}"),
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn try_post(port: u16, path: &str, body: &str) -> Result<u16, Error> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    let length = body.len();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{body}"
    )?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    status.ok_or_else(|| Error::other(format!("no status in `{line}`")))
}

/// A target on a port of its own: it answers 200 and keeps the bodies.
pub struct Target {
    pub port: u16,
    bodies: Arc<Mutex<Vec<String>>>,
}

impl Target {
    pub fn start() -> Target {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let bodies = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&bodies);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if let Ok(body) = take(&stream) {
                    kept.lock().expect("nobody panicked").push(body);
                }
            }
        });
        Target { port, bodies }
    }

    /// What has come so far, in order.
    pub fn bodies(&self) -> Vec<String> {
        self.bodies.lock().expect("nobody panicked").clone()
    }

    /// Waits for so many bodies, and a little longer in case there are more.
    pub fn wait_for(&self, count: usize) -> Vec<String> {
        let until = Instant::now() + Duration::from_secs(10);
        while self.bodies().len() < count && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_millis(300));
        self.bodies()
    }
}

fn take(stream: &TcpStream) -> Result<String, Error> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(Error::other)?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    (&mut &*stream).write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")?;
    String::from_utf8(body).map_err(Error::other)
}
