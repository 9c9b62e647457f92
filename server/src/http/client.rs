//! Who is at the other end of the connection.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use app::visit::ClientAddress;
use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::Response,
};
use http::HeaderMap;

/// Addresses whose `X-Forwarded-For` is believed.
#[derive(Clone)]
pub struct Proxies(Arc<[IpAddr]>);

impl Proxies {
    pub fn new(addresses: &[IpAddr]) -> Self {
        Proxies(addresses.iter().map(IpAddr::to_canonical).collect())
    }

    /// Each proxy appends the address that it was asked from. From the right that is true as long as proxies of ours
    /// wrote it; what stands further left anybody may have made up.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer.to_canonical();
        let lines = headers.get_all("x-forwarded-for").into_iter().rev();
        let mut hops = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        while self.0.contains(&client) {
            let Some(hop) = hops.next().and_then(address_in) else { break };
            client = hop;
        }
        client
    }
}

/// An address, which some proxies write with its port.
fn address_in(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let address = hop.parse().or_else(|_| hop.parse().map(|socket: SocketAddr| socket.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

/// Middleware: notes the address of the client, also behind trusted proxies.
pub async fn address(State(proxies): State<Proxies>, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        let client = proxies.client(peer.ip(), request.headers());
        request.extensions_mut().insert(ClientAddress(client));
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    const INNER: &str = "10.0.0.1";
    const OUTER: &str = "10.0.0.2";

    /// Who asks, when `peer` sends these lines and the proxies are `INNER` and `OUTER`.
    fn client(peer: &str, lines: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_static(line));
        }
        let proxies = Proxies::new(&[INNER.parse().unwrap(), OUTER.parse().unwrap()]);
        proxies.client(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn behind_two_proxies_everyone_has_their_own_address() {
        assert_eq!(client(INNER, &["203.0.113.7, 10.0.0.2"]), "203.0.113.7");
        assert_eq!(client(INNER, &["203.0.113.7", "10.0.0.2"]), "203.0.113.7", "in two lines");
        assert_eq!(client("::ffff:10.0.0.1", &["::ffff:203.0.113.7"]), "203.0.113.7");
        assert_eq!(client(INNER, &["[2001:db8::7]:4711,10.0.0.2:80"]), "2001:db8::7");
    }

    #[test]
    fn what_the_client_made_up_is_not_believed() {
        assert_eq!(client("203.0.113.7", &["198.51.100.1"]), "203.0.113.7", "no proxy of ours");
        assert_eq!(client(INNER, &["198.51.100.1, 203.0.113.7"]), "203.0.113.7");
        assert_eq!(client(INNER, &["198.51.100.1", "203.0.113.7, 10.0.0.2"]), "203.0.113.7");
        assert_eq!(client(INNER, &["10.0.0.2, 203.0.113.7"]), "203.0.113.7", "the name of a proxy");
    }

    #[test]
    fn where_the_way_cannot_be_read_the_last_proxy_is_the_client() {
        assert_eq!(client(INNER, &[]), INNER);
        assert_eq!(client(INNER, &["198.51.100.1, unknown"]), INNER);
        assert_eq!(client(INNER, &["198.51.100.1, , 10.0.0.2"]), OUTER);
    }
}
