//! The other end of the control socket: what `aev why` and its like use.

use super::address::ControlAddress;
use bytes::{Buf, Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{AUTHORIZATION, HOST};
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

/// Until the process takes the connection and answers.
const PATIENCE: Duration = Duration::from_secs(60);

/// The longest line that is read, in bytes.
const LINE: usize = 256 << 20;

/// Reaches a running process.
#[derive(Clone, Debug)]
pub struct Client {
    /// Where it is.
    pub address: ControlAddress,
    /// For a port.
    pub token: Option<String>,
}

/// A process has not answered as was hoped.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nobody listens there.
    #[error("nothing runs behind `{address}`: {error}")]
    Nobody {
        /// Where.
        address: String,
        /// What the system says.
        error: io::Error,
    },
    /// It has said no.
    #[error("{reason}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What it says.
        reason: String,
    },
    /// The connection broke, or what came is no answer of aev.
    #[error("the process behind `{address}` has not answered: {reason}")]
    Broken {
        /// Where.
        address: String,
        /// What happened.
        reason: String,
    },
}

/// Lines of an answer, as they come.
pub struct Lines {
    body: Incoming,
    buffer: BytesMut,
    address: String,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl Client {
    /// Asks for something. The path is below `/v1/`.
    ///
    /// # Errors
    /// Nobody is there, says no, or does not answer.
    pub async fn get(&self, path: &str, query: &[(&str, String)]) -> Result<Lines, ClientError> {
        let mut encoded = form_urlencoded::Serializer::new(String::new());
        encoded.extend_pairs(query);
        let query = encoded.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        self.ask(Method::GET, &format!("/v1/{path}{mark}{query}"), Bytes::new()).await
    }

    /// Tells it to do something.
    ///
    /// # Errors
    /// As for [`Client::get`].
    pub async fn post(&self, path: &str, body: &impl Serialize) -> Result<Lines, ClientError> {
        let body = serde_json::to_vec(body).map_err(|error| self.broken(error))?;
        self.ask(Method::POST, &format!("/v1/{path}"), body.into()).await
    }

    async fn ask(&self, method: Method, target: &str, body: Bytes) -> Result<Lines, ClientError> {
        let answered = timeout(PATIENCE, self.answered(method, target, body)).await;
        let response = answered.map_err(|_| self.broken("it took too long"))??;
        let status = response.status();
        let mut lines =
            Lines { body: response.into_body(), buffer: BytesMut::new(), address: self.address.to_string() };
        if status.is_success() {
            return Ok(lines);
        }
        #[derive(serde::Deserialize)]
        struct Said {
            error: String,
        }
        let said: Option<Said> = lines.next().await?;
        let reason = said.map_or_else(|| format!("the answer was {status}"), |said| said.error);
        Err(ClientError::Refused { status: status.as_u16(), reason })
    }

    async fn answered(
        &self,
        method: Method,
        target: &str,
        body: Bytes,
    ) -> Result<Response<Incoming>, ClientError> {
        let nobody = |error| ClientError::Nobody { address: self.address.to_string(), error };
        let stream: Box<dyn Stream> = match &self.address {
            ControlAddress::None => return Err(nobody(io::ErrorKind::NotFound.into())),
            ControlAddress::Socket(path) => Box::new(UnixStream::connect(path).await.map_err(nobody)?),
            ControlAddress::Tcp(address) => Box::new(TcpStream::connect(address).await.map_err(nobody)?),
        };
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|error| self.broken(error))?;
        tokio::spawn(connection);
        let host = match &self.address {
            ControlAddress::Tcp(address) => address.as_str(),
            _ => "localhost",
        };
        let mut request = Request::builder().method(method).uri(target).header(HOST, host);
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Full::new(body)).map_err(|error| self.broken(error))?;
        sender.send_request(request).await.map_err(|error| self.broken(error))
    }

    fn broken(&self, reason: impl ToString) -> ClientError {
        ClientError::Broken { address: self.address.to_string(), reason: reason.to_string() }
    }
}

impl Lines {
    /// The next line; none at the end.
    ///
    /// # Errors
    /// The connection broke, or the line is something else.
    pub async fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>, ClientError> {
        match self.next_line().await? {
            Some(line) => serde_json::from_slice(&line).map(Some).map_err(|error| self.broken(error)),
            None => Ok(None),
        }
    }

    /// The one line that the answer is.
    ///
    /// # Errors
    /// As for [`Lines::next`]; or there is none.
    pub async fn one<T: DeserializeOwned>(mut self) -> Result<T, ClientError> {
        let line = self.next().await?;
        line.ok_or_else(|| self.broken("the answer is empty"))
    }

    async fn next_line(&mut self) -> Result<Option<Bytes>, ClientError> {
        let mut seen = 0;
        loop {
            let rest = self.buffer.get(seen..).unwrap_or_default();
            if let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
                let line = self.buffer.split_to(seen + end);
                self.buffer.advance(1);
                return Ok(Some(line.freeze()));
            }
            seen = self.buffer.len();
            if seen > LINE {
                return Err(self.broken("a line of the answer is too long"));
            }
            match self.body.frame().await {
                None if seen == 0 => return Ok(None),
                None => return Err(self.broken("the answer broke off")),
                Some(Err(error)) => return Err(self.broken(error)),
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.buffer.extend_from_slice(&data);
                    }
                }
            }
        }
    }

    fn broken(&self, reason: impl ToString) -> ClientError {
        ClientError::Broken { address: self.address.clone(), reason: reason.to_string() }
    }
}
