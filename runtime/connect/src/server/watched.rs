//! A connection that fails when its client is too slow.

use super::Limits;
use std::io::{Error, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// Whether a request is being answered, shared by the connection and the service on it. Even numbers: waiting for a
/// request. Odd ones: one is being answered, and the answer has time limits of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct Turn(Arc<AtomicU64>);

impl Turn {
    /// A request has come or is answered.
    pub(super) fn next(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }

    fn now(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}

/// A stream whose reads and writes fail with `TimedOut`.
pub(super) struct Watched<S> {
    stream: S,
    turn: Turn,
    limits: Arc<Limits>,
    reading: Pin<Box<Sleep>>,
    /// The turn and the phase that `reading` was set for.
    waiting: Option<(u64, Phase)>,
    writing: Option<Pin<Box<Sleep>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing of the next request has come.
    Idle,
    /// Its head has begun.
    Head,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, turn: Turn, limits: Arc<Limits>) -> Watched<S> {
        let reading = Box::pin(sleep(limits.idle));
        Watched { stream, turn, limits, reading, waiting: None, writing: None }
    }

    pub(super) fn into_inner(self) -> S {
        self.stream
    }

    fn wait(&mut self, turn: u64, phase: Phase) {
        let limit = match phase {
            Phase::Idle => self.limits.idle,
            Phase::Head => self.limits.head,
        };
        self.reading.as_mut().reset(Instant::now() + limit);
        self.waiting = Some((turn, phase));
    }

    /// Fails a write that has been pending too long.
    fn watch_write<T>(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<Result<T, Error>>,
    ) -> Poll<Result<T, Error>> {
        if written.is_ready() {
            self.writing = None;
            return written;
        }
        let limit = self.limits.write;
        let timer = self.writing.get_or_insert_with(|| Box::pin(sleep(limit)));
        timer.as_mut().poll(cx).map(|()| Err(ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<(), Error>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        let turn = self.turn.now();
        if turn % 2 == 1 {
            return read;
        }
        if !matches!(self.waiting, Some((of, _)) if of == turn) {
            self.wait(turn, Phase::Idle);
        }
        if read.is_ready() {
            if buffer.filled().len() > before && self.waiting == Some((turn, Phase::Idle)) {
                self.wait(turn, Phase::Head);
            }
            return read;
        }
        self.reading.as_mut().poll(cx).map(|()| Err(ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize, Error>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.watch_write(cx, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<Result<usize, Error>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.watch_write(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.watch_write(cx, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let closed = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.watch_write(cx, closed)
    }
}
