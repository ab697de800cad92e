//! Just enough of a client of NATS: what a person would do to a bus, and what another program would put on it.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// One connection.
pub struct Nats(BufReader<TcpStream>);

impl Nats {
    pub fn connect(address: SocketAddr) -> Nats {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let mut nats = Nats(BufReader::new(stream));
        nats.line();
        nats.write(b"CONNECT {\"verbose\":false,\"headers\":true}\r\nSUB answers 1\r\n");
        nats
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.get_mut().write_all(bytes).unwrap();
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.0.read_line(&mut line).unwrap() > 0, "the server has closed the connection");
        line.trim_end().to_owned()
    }

    /// Sends a message and waits for the JSON that answers it.
    pub fn ask(&mut self, subject: &str, payload: &[u8]) -> Value {
        let mut message = format!("PUB {subject} answers {}\r\n", payload.len()).into_bytes();
        message.extend_from_slice(payload);
        message.extend_from_slice(b"\r\n");
        self.write(&message);
        loop {
            let line = self.line();
            if line == "PING" {
                self.write(b"PONG\r\n");
            } else if line.starts_with("MSG ") {
                let length: usize = line.rsplit(' ').next().unwrap().parse().unwrap();
                let mut body = vec![0; length + 2];
                self.0.read_exact(&mut body).unwrap();
                let answer: Value = serde_json::from_slice(&body[..length]).unwrap();
                assert!(answer.get("error").is_none(), "{subject}: {answer}");
                return answer;
            } else {
                assert!(!line.starts_with("-ERR"), "{subject}: {line}");
            }
        }
    }
}
