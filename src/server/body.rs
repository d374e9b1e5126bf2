//! The body of an answer: ends when its call must, and keeps the call's record.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf as _, Bytes};
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use tonic::Status;

use super::calls::{Cut, Record};

/// The body of an answer, with the moment at which it must end.
pub(super) struct Answer {
    inner: tonic::body::Body,
    cut: Cut,
    record: Record,
    ended: bool,
}

impl Answer {
    pub(super) fn new(inner: tonic::body::Body, cut: Cut, record: Record) -> Answer {
        // An answer without a body has ended already: its cut may have been what made it.
        let ended = inner.is_end_stream();
        Answer { inner, cut, record, ended }
    }

    /// Ends the answer with a status, and drops what made it: nobody will read more of it.
    fn end(&mut self, status: &Status) -> Frame<Bytes> {
        self.ended = true;
        self.inner = tonic::body::Body::empty();
        let mut trailers = HeaderMap::new();
        if status.add_header(&mut trailers).is_err() {
            // Only details that are no header value can fail; the statuses here have none.
            trailers.insert("grpc-status", http::HeaderValue::from(status.code() as i32));
        }
        self.record.read_status(&trailers);
        Frame::trailers(trailers)
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        if this.ended {
            return Poll::Ready(None);
        }
        // The cut first: an answer that always has more to say must end too.
        if let Poll::Ready(status) = this.cut.as_mut().poll(context) {
            return Poll::Ready(Some(Ok(this.end(&status))));
        }
        let span = this.record.span().clone();
        let _in_span = span.enter();
        let frame = ready!(Pin::new(&mut this.inner).poll_frame(context));
        match &frame {
            Some(Ok(frame)) => {
                this.record.count_sent(frame.data_ref().map_or(0, |data| data.remaining()));
                if let Some(trailers) = frame.trailers_ref() {
                    this.record.read_status(trailers);
                }
            }
            Some(Err(_)) | None => this.ended = true,
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.ended
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
