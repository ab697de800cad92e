//! As little HTTP as it takes: the generator and the target must not be what is measured.

use crate::Failure;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One side of a connection, with what was read beyond the last message.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    used: usize,
}

/// A message without more than is needed here.
pub struct Message<'c> {
    /// Begins such as `HTTP/1.1 200 OK`.
    pub head: &'c [u8],
    /// What follows the head.
    pub body: &'c [u8],
}

impl Message<'_> {
    /// It is an answer of 2xx.
    pub fn is_success(&self) -> bool {
        self.head.get(9) == Some(&b'2')
    }
}

impl Connection {
    /// On a stream that stands.
    pub fn new(stream: TcpStream) -> Result<Connection, Failure> {
        stream.set_nodelay(true)?;
        Ok(Connection { stream, buffer: Vec::with_capacity(4096), used: 0 })
    }

    /// Sends bytes.
    pub async fn send(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        Ok(self.stream.write_all(bytes).await?)
    }

    /// The next message; none when the other side has closed.
    pub async fn next(&mut self) -> Result<Option<Message<'_>>, Failure> {
        self.buffer.drain(..self.used);
        self.used = 0;
        let (head, end) = loop {
            if let Some(found) = ends(&self.buffer)? {
                break found;
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        };
        self.used = end;
        let body = self.buffer.get(head..end).unwrap_or_default();
        Ok(Some(Message { head: self.buffer.get(..head).unwrap_or_default(), body }))
    }
}

/// Where the head and the body of the first message end, once all of it is there.
fn ends(buffer: &[u8]) -> Result<Option<(usize, usize)>, Failure> {
    let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = at + 4;
    let text = std::str::from_utf8(buffer.get(..head).unwrap_or_default())?;
    let mut length = 0;
    for line in text.lines() {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
    }
    let end = head + length;
    Ok((buffer.len() >= end).then_some((head, end)))
}

/// The number behind `"n":`, which may stand in quotes.
pub fn number(body: &[u8]) -> Option<u64> {
    let at = body.windows(4).position(|four| four == br#""n":"#)? + 4;
    let digits = body.get(at..)?.iter().skip_while(|byte| !byte.is_ascii_digit());
    let digits = digits.take_while(|byte| byte.is_ascii_digit());
    digits.map(|byte| u64::from(byte - b'0')).reduce(|number, digit| number * 10 + digit)
}
