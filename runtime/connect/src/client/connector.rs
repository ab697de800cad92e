//! Makes the connections of the pool: straight, to another address, or through a proxy.

use super::AGENT;
use super::stream::Stream;
use crate::actions::ConnectTo;
use aev_tls::TlsError;
use http::HeaderMap;
use http::header::USER_AGENT;
use http::uri::{Scheme, Uri};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use std::error::Error;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tower_service::Service;

/// After so long without a word the other side is asked whether it is still there, and as often and as many times again.
const KEEPALIVE: Duration = Duration::from_secs(15);
const ASKED: u32 = 3;

/// So long may what was sent stay unacknowledged.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED: Duration = Duration::from_secs(30);

type BoxError = Box<dyn Error + Send + Sync>;

/// How hosts are reached.
pub(super) struct Ways {
    tcp: HttpConnector,
    /// Offers HTTP/2 and HTTP/1.1.
    tls: TlsConnector,
    /// Offers HTTP/1.1 alone: it is what tunnels are asked for in.
    http1: TlsConnector,
    /// As the environment says when the process starts.
    proxies: Matcher,
    connect_to: ConnectTo,
    patience: Duration,
}

/// How one host is reached.
pub(super) enum Way {
    /// At its own address.
    Straight,
    /// At another one.
    Elsewhere(SocketAddr),
    /// Through a proxy.
    Proxy(Intercept),
}

impl Ways {
    pub(super) fn new(patience: Duration, connect_to: ConnectTo) -> Result<Ways, TlsError> {
        let mut config = aev_tls::Client::default().config()?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let http1 = TlsConnector::from(Arc::new(config.clone()));
        config.alpn_protocols.insert(0, b"h2".to_vec());
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(patience));
        tcp.set_keepalive(Some(KEEPALIVE));
        tcp.set_keepalive_interval(Some(KEEPALIVE));
        tcp.set_keepalive_retries(Some(ASKED));
        #[cfg(target_os = "linux")]
        tcp.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
        let tls = TlsConnector::from(Arc::new(config));
        Ok(Ways { tcp, tls, http1, proxies: Matcher::from_env(), connect_to, patience })
    }

    /// How the host of a URL is reached. No proxy stands between this machine and itself.
    pub(super) fn to(&self, url: &Uri) -> Way {
        let host = url.host().unwrap_or_default();
        let port = url.port_u16().unwrap_or(if is_secure(url) { 443 } else { 80 });
        match self.connect_to.of(host, port) {
            Some(address) => Way::Elsewhere(address),
            None if is_loopback(host) => Way::Straight,
            None => self.proxies.intercept(url).map_or(Way::Straight, Way::Proxy),
        }
    }

    async fn tcp(&self, place: Uri) -> Result<Stream, BoxError> {
        Ok(Stream::new(self.tcp.clone().call(place).await?.into_inner()))
    }

    /// A connection to a proxy itself.
    async fn to_proxy(&self, proxy: Uri, tls: &TlsConnector) -> Result<Stream, BoxError> {
        match proxy.scheme_str().unwrap_or_default() {
            "http" => self.tcp(proxy).await,
            "https" => self.tcp(proxy.clone()).await?.secured(tls, &proxy).await,
            scheme => Err(format!("a proxy of the scheme `{scheme}` cannot be used").into()),
        }
    }
}

fn is_secure(url: &Uri) -> bool {
    url.scheme() == Some(&Scheme::HTTPS)
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// Makes connections for the pool, which copies it for each request.
#[derive(Clone)]
pub(super) struct Connector(Arc<Ways>);

impl Connector {
    pub(super) fn new(ways: Arc<Ways>) -> Connector {
        Connector(ways)
    }

    async fn connect(&self, url: Uri) -> Result<Stream, BoxError> {
        let ways = &*self.0;
        let (stream, tls) = match ways.to(&url) {
            Way::Straight => (ways.tcp(url.clone()).await?, &ways.tls),
            Way::Elsewhere(address) => (ways.tcp(format!("http://{address}").parse()?).await?, &ways.http1),
            Way::Proxy(proxy) if is_secure(&url) => (self.tunnel(&proxy, url.clone()).await?, &ways.tls),
            Way::Proxy(proxy) => return Ok(ways.to_proxy(proxy.uri().clone(), &ways.tls).await?.proxied()),
        };
        if is_secure(&url) { stream.secured(tls, &url).await } else { Ok(stream) }
    }

    /// A connection to the host itself, through a proxy that sees nothing of what goes over it.
    async fn tunnel(&self, proxy: &Intercept, url: Uri) -> Result<Stream, BoxError> {
        let headers = HeaderMap::from_iter([(USER_AGENT, AGENT)]);
        let mut tunnel = Tunnel::new(proxy.uri().clone(), ToProxy(self.0.clone())).with_headers(headers);
        if let Some(authorization) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(authorization.clone());
        }
        Ok(tunnel.call(url).await?)
    }
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, url: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move {
            let late = |_| io::Error::new(io::ErrorKind::TimedOut, "operation timed out");
            timeout(connector.0.patience, connector.connect(url)).await.map_err(late)?
        })
    }
}

/// Connects to a proxy to ask it for a tunnel.
struct ToProxy(Arc<Ways>);

impl Service<Uri> for ToProxy {
    type Response = Stream;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, proxy: Uri) -> Self::Future {
        let ways = self.0.clone();
        Box::pin(async move { ways.to_proxy(proxy, &ways.http1).await })
    }
}
