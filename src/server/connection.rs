//! One connection: HTTP/2 from its first byte to its last.

use std::{
    io::{self, ErrorKind},
    pin::pin,
    time::Duration,
};

use hyper::{server::conn::http2, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::{
    net::TcpStream,
    time::{sleep, timeout},
};
use tonic::transport::server::Connected as _;

use super::{Phase, Settings, calls::Host, reached};

/// Every HTTP/2 connection begins with it.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// How long a peer may take to answer the question whether it is still there.
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);
/// Bytes that may be under way to one call, and to all calls of a connection. The second is
/// larger, so that a stream that waits for its reader does not stop its neighbors.
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 8 << 20;
/// Calls at a time on a connection.
const MAX_CALLS: u32 = 256;

/// Why a connection ended badly.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectionError {
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Http(#[from] hyper::Error),
    #[error("the peer did not begin to speak HTTP/2 within {0:?}")]
    Silent(Duration),
    #[error("the peer does not speak HTTP/2")]
    OtherProtocol,
}

/// Serves the calls of a connection until the peer closes it, or until the server drains
/// and all its calls have ended.
pub(super) async fn serve(stream: TcpStream, host: Host, settings: Settings) -> Result<(), ConnectionError> {
    stream.set_nodelay(true)?;
    // hyper asks silent peers only after the preface: before it the wait is bounded here.
    let begun = timeout(settings.keepalive, await_preface(&stream));
    begun.await.map_err(|_| ConnectionError::Silent(settings.keepalive))??;

    let draining = reached(host.phases(), Phase::Draining);
    let peer = stream.connect_info();
    let calls = service_fn(move |request| host.clone().answer(request, peer.clone()));
    let connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .keep_alive_interval(settings.keepalive)
        .keep_alive_timeout(KEEPALIVE_TIMEOUT)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_concurrent_streams(MAX_CALLS)
        .serve_connection(TokioIo::new(stream), calls);
    let mut connection = pin!(connection);
    tokio::select! {
        ended = &mut connection => return Ok(ended?),
        () = draining => connection.as_mut().graceful_shutdown(),
    }
    Ok(connection.await?)
}

/// Waits for the whole preface without taking it.
async fn await_preface(stream: &TcpStream) -> Result<(), ConnectionError> {
    let mut start = [0; PREFACE.len()];
    loop {
        let length = stream.peek(&mut start).await?;
        match length {
            0 => return Err(io::Error::from(ErrorKind::UnexpectedEof).into()),
            _ if start[..length] != PREFACE[..length] => return Err(ConnectionError::OtherProtocol),
            _ if length == PREFACE.len() => return Ok(()),
            // Part of it: nothing tells when more has come but looking again.
            _ => sleep(Duration::from_millis(10)).await,
        }
    }
}
