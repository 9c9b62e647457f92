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

/// Middleware: notes the address of the client. Behind a trusted proxy that is the last address it forwarded.
pub async fn address(State(proxies): State<Arc<[IpAddr]>>, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        let peer = peer.ip().to_canonical();
        let forwarded = || {
            let header = request.headers().get_all("x-forwarded-for").into_iter().next_back()?;
            header.to_str().ok()?.rsplit(',').next()?.trim().parse::<IpAddr>().ok()
        };
        let client = if proxies.contains(&peer) { forwarded().unwrap_or(peer) } else { peer };
        request.extensions_mut().insert(ClientAddress(client.to_canonical()));
    }
    next.run(request).await
}
