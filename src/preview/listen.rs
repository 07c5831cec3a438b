//! Listens on both addresses of `localhost`, and lets in no more connections than browsers need.

use axum::serve::Listener;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Sleep, sleep};

/// How many connections are open at once. A browser opens at most six to one host; the next ones wait.
const CONNECTIONS: usize = 32;

/// How long a connection may take until its first request is there. Others on this machine could fill all places otherwise.
const FIRST: Duration = Duration::from_secs(10);

/// How many ports are tried. Another program may have the port on one of the two addresses, and would get what is meant for
/// the page.
const TRIES: usize = 16;

/// The listeners.
pub(super) struct Doorway {
    pub(super) port: u16,
    listeners: Vec<TcpListener>,
    room: Arc<Semaphore>,
}

impl Doorway {
    pub(super) async fn bind() -> io::Result<Self> {
        let mut last = None;
        for _ in 0..TRIES {
            let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            let port = first.local_addr()?.port();
            let listeners = match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
                Ok(second) => vec![first, second],
                Err(why) if why.kind() == io::ErrorKind::AddrInUse => {
                    last = Some(why);
                    continue;
                }
                // There is no IPv6 here.
                Err(_) => vec![first],
            };
            return Ok(Self { port, listeners, room: Arc::new(Semaphore::new(CONNECTIONS)) });
        }
        Err(last.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
    }
}

impl Listener for Doorway {
    type Io = Guest;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Guest, SocketAddr) {
        loop {
            let Ok(place) = Arc::clone(&self.room).acquire_owned().await else { std::future::pending().await };
            let accepted = match self.listeners.as_slice() {
                [one, other, ..] => tokio::select! {
                    accepted = one.accept() => accepted,
                    accepted = other.accept() => accepted,
                },
                [one] => one.accept().await,
                [] => std::future::pending().await,
            };
            match accepted {
                Ok((stream, from)) => {
                    // What a nudge changes has to leave at once.
                    let _ = stream.set_nodelay(true);
                    let patience = Some(Box::pin(sleep(FIRST)));
                    return (Guest { stream, patience, _place: place }, from);
                }
                // Too many open files, for instance. They may be fewer soon.
                Err(_) => sleep(Duration::from_millis(100)).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listeners.first().map_or_else(|| Err(io::ErrorKind::NotConnected.into()), TcpListener::local_addr)
    }
}

/// A connection, with its place among those that may be open.
pub(super) struct Guest {
    stream: TcpStream,
    /// Runs until it is answered for the first time.
    patience: Option<Pin<Box<Sleep>>>,
    _place: OwnedSemaphorePermit,
}

impl AsyncRead for Guest {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let read = Pin::new(&mut self.stream).poll_read(context, into);
        match &mut self.patience {
            Some(patience) if read.is_pending() => {
                patience.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
            }
            Some(_) | None => read,
        }
    }
}

impl AsyncWrite for Guest {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.patience = None;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
