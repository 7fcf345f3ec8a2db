//! Bodies that do not end as they should, or take their time.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame};
use tokio::time::{Sleep, sleep};

/// A body that sends some bytes and then breaks.
#[derive(Debug)]
pub(super) struct Broken(pub(super) Option<Bytes>);

impl Body for Broken {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let next = self.0.take().filter(|bytes| !bytes.is_empty());
        Poll::Ready(Some(next.map(Frame::data).ok_or_else(|| io::Error::other("the body breaks off on purpose"))))
    }
}

/// A body that is sent byte by byte.
#[derive(Debug)]
pub(super) struct Dripping {
    rest: Bytes,
    pause: Duration,
    waiting: Pin<Box<Sleep>>,
}

impl Dripping {
    /// Sends `content` with a pause before each byte.
    pub(super) fn new(content: Bytes, pause: Duration) -> Self {
        Self { rest: content, pause, waiting: Box::pin(sleep(pause)) }
    }
}

impl Body for Dripping {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        if self.waiting.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        self.waiting = Box::pin(sleep(self.pause));
        let byte = self.rest.split_to(1);
        Poll::Ready(Some(Ok(Frame::data(byte))))
    }
}
