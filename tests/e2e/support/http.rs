//! Both ends of HTTP: a sender of deliveries, and a target that remembers what it was called with.

use super::PATIENCE;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::io::{BufRead, BufReader, Error, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A connection that is kept.
pub struct Client(BufReader<TcpStream>);

impl Client {
    pub fn connect(address: SocketAddr) -> Result<Client, Error> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        Ok(Client(BufReader::new(stream)))
    }

    /// Posts a body; gives the status and the body of the answer.
    pub fn post(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<(u16, String), Error> {
        let mut head =
            format!("POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let stream = self.0.get_mut();
        stream.write_all(head.as_bytes())?;
        // A server that has refused the head closes its side, and the answer is there to be read.
        let _ = stream.write_all(body);
        self.answer()
    }

    /// Writes a part of a request.
    pub fn write(&mut self, part: &[u8]) -> Result<(), Error> {
        self.0.get_mut().write_all(part)
    }

    /// Reads one answer: its status and its body.
    pub fn answer(&mut self) -> Result<(u16, String), Error> {
        let (first, _, body) = message(&mut self.0)?;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        Ok((status.ok_or_else(|| Error::other(first))?, body))
    }
}

/// Posts a body over a connection of its own.
pub fn post(address: SocketAddr, path: &str, headers: &[(&str, &str)], body: &[u8]) -> (u16, String) {
    Client::connect(address).unwrap().post(path, headers, body).unwrap()
}

/// The signature of a body under a hook's secret, as GitHub sends it.
pub fn signed(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

/// The first line, the headers with their names in lower case, and the body.
type Message = (String, Vec<(String, String)>, String);

/// Reads one message.
fn message(reader: &mut impl BufRead) -> Result<Message, Error> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Err(Error::other("the connection was closed"));
    }
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length.map_or(0, |(_, length)| length.parse().unwrap())];
    reader.read_exact(&mut body)?;
    Ok((first.trim_end().to_owned(), headers, String::from_utf8(body).unwrap()))
}

/// A call that the target got.
#[derive(Clone, Debug)]
pub struct Call {
    /// Method and path.
    pub what: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Call {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
    }
}

/// A server that answers 204 and remembers what it was called with.
pub struct Target {
    pub address: SocketAddr,
    calls: Arc<Mutex<Vec<Call>>>,
}

impl Target {
    pub fn new() -> Target {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let target = Target { address: listener.local_addr().unwrap(), calls: Arc::default() };
        let calls = target.calls.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let calls = calls.clone();
                std::thread::spawn(move || serve(stream, &calls));
            }
        });
        target
    }

    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }
}

fn serve(stream: TcpStream, calls: &Mutex<Vec<Call>>) {
    let mut reader = BufReader::new(stream);
    // A connection that breaks off ends here; a call counts once it is whole.
    while let Ok((first, headers, body)) = message(&mut reader) {
        let what = first.trim_end_matches(" HTTP/1.1").to_owned();
        calls.lock().unwrap().push(Call { what, headers, body });
        if reader.get_mut().write_all(b"HTTP/1.1 204 No Content\r\n\r\n").is_err() {
            return;
        }
    }
}
