//! `GET /ws/`: the handshake of a live socket.
//!
//! The unified token is in the query, because browsers cannot set headers of a WebSocket, or in its header. Errors are
//! sent on the open socket, because browsers do not show the response of a refused handshake.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_gateway::Gateway;
use parlor_gateway::multiplex::MultiplexSession;
use parlor_gateway::socket::{self, HandshakeError, SocketRequest};
use parlor_kit::client_address_limiter::SocketOpened;
use parlor_kit::route::{MatchedRoute, ParameterKind, Route, get};
use parlor_kit::{AppState, QueryParams, RequestMeta};
use parlor_model::error::ErrorKind;
use parlor_model::{Ctx, Error, Result};

use super::credential::SocketCredential;
use super::disconnect;
use super::protocol::ChannelListProtocol;
use crate::auth::{API_KEY, AUTHORIZATION};
use crate::envelope::{self, Envelope};

/// Maximum bytes of a client's frame; the content of client frames is ignored.
const MAX_FRAME_BYTES: usize = 16 * 1024;
/// Maximum number of open sockets of one member.
const MAX_SOCKETS_PER_MEMBER: usize = 20;
/// `Retry-After` of a member with too many sockets.
const RETRY_AFTER: std::time::Duration = std::time::Duration::from_secs(30);

/// Declares the route.
pub(crate) fn route() -> Route {
    get("/ws", handle)
        .websocket()
        .query(
            "token",
            ParameterKind::Text,
            "The unified token, where it stands in no header.",
        )
        .header(AUTHORIZATION, "The unified token, after `Bearer` or bare.")
        .header(API_KEY, "Whose; the token says it where this is absent.")
        .errors::<Envelope>(&[
            (400, "A handshake without a valid key."),
            (426, "No handshake, or one of another version."),
        ])
        .doc("What is said in all channels of a member, live", "")
}

async fn handle(
    State(app): State<AppState>,
    route: MatchedRoute,
    meta: RequestMeta,
    headers: HeaderMap,
    query: QueryParams,
    SocketRequest(handshake): SocketRequest,
) -> Response {
    let handshake = match handshake {
        Ok(handshake) => handshake,
        Err(error) => return handshake_error_response(error),
    };
    match create_session(&app, &route, &meta, &headers, &query).await {
        Ok(session) => {
            let mut response =
                socket::upgrade(handshake, MAX_FRAME_BYTES, |socket| session.run(socket));
            response.extensions_mut().insert(SocketOpened);
            response
        }
        Err(error) => {
            // The error goes out on the open socket, where the edge does not see it, so it is recorded here.
            app.address_limiter.record_rejected(meta.address, &error);
            let disconnect = disconnect::from_error(&error);
            socket::upgrade(handshake, MAX_FRAME_BYTES, |socket| {
                socket::reject(socket, disconnect)
            })
        }
    }
}

async fn create_session(
    app: &AppState,
    route: &MatchedRoute,
    meta: &RequestMeta,
    headers: &HeaderMap,
    query: &QueryParams,
) -> Result<MultiplexSession<ChannelListProtocol>> {
    let gateway = Gateway::from_app(app)?;
    let credential = SocketCredential::from_request(headers, query)?;
    let ctx = credential.authenticate(app, meta.request_id).await?;
    app.count_request(&ctx, route.path(), meta)?;
    let member = ctx.member()?.number;
    let permit = gateway
        .connections
        .acquire_for_member(ctx.ws(), member, MAX_SOCKETS_PER_MEMBER);
    let permit = permit.ok_or_else(|| {
        Error::new(ErrorKind::RateLimited {
            retry_after: RETRY_AFTER,
        })
    })?;
    let opened_at = app.engine.now();
    let mut list = gateway.hub.subscribe_list(&ctx, Some(opened_at))?;
    let mut protocol = ChannelListProtocol::new(app.clone(), ctx, credential, opened_at);
    protocol.read_initial_positions(&mut list).await?;
    Ok(MultiplexSession {
        gateway: gateway.clone(),
        ctx,
        // `reauthorize()` checks the token, which may expire before its key, and the key with it.
        key_ctx: Ctx { key: None, ..ctx },
        member: None,
        connection_id: app.engine.random_uuid(),
        permit,
        initial_frames: Vec::new(),
        list: Some(list),
        protocol,
    })
}

/// Renders the error of a request that is no WebSocket handshake, or an invalid one.
fn handshake_error_response(error: HandshakeError) -> Response {
    let mut response = envelope::error_response(error.status(), "-1", error.message());
    error.add_headers(response.headers_mut());
    response
}
