//! One connection: its requests, one after another, and its end.

use super::port::Current;
use super::request::{Shared, answer};
use super::watched::{Turn, Watched};
use hyper::Request;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;
use tokio::time::timeout;

/// How long, and for how many bytes, a client that still sends is listened to after its answer. Closing at once would
/// reset the connection, and the client might never see why it was refused.
const LINGER: (Duration, usize) = (Duration::from_secs(1), 16 << 20);

/// Serves requests until the client is done, is too slow, or `stop` says that no further one is wanted.
pub(super) async fn serve<S>(
    stream: S,
    current: Arc<Current>,
    shared: Arc<Shared>,
    mut stop: watch::Receiver<bool>,
) where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let turn = Turn::default();
    // Whether the last request was refused, perhaps before its end had come.
    let refused = Arc::new(AtomicBool::new(false));
    let stream = TokioIo::new(Watched::new(stream, turn.clone(), shared.limits.clone()));
    let head_bytes = shared.limits.head_bytes.max(8192);
    let service = service_fn(|request: Request<_>| {
        turn.next();
        // Each future that hands it on would hold it twice.
        let (head, body) = request.into_parts();
        let head = Box::new(head);
        let (served, shared, turn, refused) = (current.get(), shared.clone(), turn.clone(), refused.clone());
        Box::pin(async move {
            let response = answer(&served.routes, &shared, head, body).await;
            refused.store(!response.status().is_success(), Ordering::Relaxed);
            turn.next();
            Ok::<_, std::convert::Infallible>(response)
        })
    });
    let mut http = http1::Builder::new();
    // `Watched` keeps the time of heads, so hyper does not.
    http.max_buf_size(head_bytes).header_read_timeout(None);
    let mut connection = http.serve_connection(stream, service);
    let served = {
        let mut done = pin!(poll_fn(|cx| connection.poll_without_shutdown(cx)));
        tokio::select! {
            served = &mut done => Some(served),
            () = told(&mut stop) => None,
        }
    };
    let served = match served {
        Some(served) => served,
        None => {
            Pin::new(&mut connection).graceful_shutdown();
            poll_fn(|cx| connection.poll_without_shutdown(cx)).await
        }
    };
    match served {
        Ok(()) => {
            let stream = connection.into_parts().io.into_inner().into_inner();
            close(stream, refused.load(Ordering::Relaxed)).await;
        }
        Err(error) => tracing::debug!("a connection was cut: {error}"),
    }
}

/// Ready once no more is wanted.
pub(super) async fn told(stop: &mut watch::Receiver<bool>) {
    // The sender may be gone, which means the same.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Closes this side and, when the client may be sending still, waits for it to close its own.
async fn close<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S, linger: bool) {
    let (time, mut bytes) = LINGER;
    let rest = async {
        stream.shutdown().await?;
        let mut buffer = vec![0; 16 << 10];
        while linger && bytes > 0 {
            match stream.read(&mut buffer).await? {
                0 => break,
                n => bytes = bytes.saturating_sub(n),
            }
        }
        std::io::Result::Ok(())
    };
    // Whatever happens here, the connection is over.
    let _ = timeout(time, rest).await;
}
