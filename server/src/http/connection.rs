//! Connections: so many for each address, and none to a client that does not read.

use std::{
    collections::HashMap,
    io,
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use backend::identity::subscriber;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

/// How many connections each client has open.
#[derive(Clone)]
pub struct Clients {
    open: Arc<Mutex<HashMap<String, usize>>>,
    most: usize,
    /// Many clients come from these.
    proxies: Arc<[IpAddr]>,
}

impl Clients {
    pub fn new(most: usize, proxies: &[IpAddr]) -> Self {
        Clients { open: Arc::default(), most, proxies: proxies.iter().map(IpAddr::to_canonical).collect() }
    }

    /// Counts a connection until the answer is dropped; `Err` when the client has enough.
    pub fn enter(&self, peer: IpAddr) -> Result<Option<Entered>, TooMany> {
        let peer = peer.to_canonical();
        if self.proxies.contains(&peer) {
            return Ok(None);
        }
        let client = subscriber(peer);
        let mut open = self.open();
        let count = open.entry(client.clone()).or_default();
        if *count >= self.most {
            return Err(TooMany);
        }
        *count += 1;
        Ok(Some(Entered { clients: self.clone(), client }))
    }

    fn open(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A client has as many connections as one may have.
#[derive(Debug, PartialEq, Eq)]
pub struct TooMany;

/// One connection of a client.
pub struct Entered {
    clients: Clients,
    client: String,
}

impl Drop for Entered {
    fn drop(&mut self) {
        let mut open = self.clients.open();
        if let Some(count) = open.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.client);
            }
        }
    }
}

/// A stream that fails when the other side has taken nothing for a while although there is something for it.
pub struct Stalling<S> {
    stream: S,
    patience: Duration,
    alarm: Pin<Box<Sleep>>,
    waits: bool,
}

impl<S> Stalling<S> {
    pub fn new(stream: S, patience: Duration) -> Self {
        Stalling { stream, patience, alarm: Box::pin(sleep_until(Instant::now())), waits: false }
    }

    /// Lets a write wait for as long as the patience lasts.
    fn patiently<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.waits = false;
            return written;
        }
        if !self.waits {
            self.waits = true;
            self.alarm.as_mut().reset(Instant::now() + self.patience);
        }
        self.alarm.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Stalling<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Stalling<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.patiently(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.patiently(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.patiently(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(context);
        self.patiently(context, shut)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_so_many_connections_and_a_proxy_any_number() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let clients = Clients::new(2, &[proxy]);
        let enter = |peer: &str| clients.enter(peer.parse().unwrap());
        let (first, second) = (enter("203.0.113.7").unwrap(), enter("::ffff:203.0.113.7").unwrap());
        assert_eq!(enter("203.0.113.7").err(), Some(TooMany));
        assert!(enter("203.0.113.8").is_ok(), "another client");
        drop(first);
        assert!(enter("203.0.113.7").is_ok());
        drop(second);
        let network: Vec<_> = (1..=2).map(|n| enter(&format!("2001:db8::{n}")).unwrap()).collect();
        assert_eq!(enter("2001:db8::ffff:1").err(), Some(TooMany), "one subscriber");
        drop(network);
        assert!(clients.open().is_empty(), "nobody is remembered");
        let through: Vec<_> = (0..5).map(|_| enter("::ffff:10.0.0.1").unwrap()).collect();
        assert!(through.iter().all(Option::is_none));
    }
}
