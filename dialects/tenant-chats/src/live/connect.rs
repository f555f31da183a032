//! `GET /live`: the handshake of a socket for many conversations. Errors are sent on the open socket.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::instance;
use parlor_gateway::Gateway;
use parlor_gateway::multiplex::MultiplexSession;
use parlor_gateway::socket::SocketRequest;
use parlor_kit::ids::format_uuid;
use parlor_kit::route::{ParameterKind, Route, get};
use parlor_kit::{AppState, QueryParams, RequestMeta};

use super::identity::LiveIdentity;
use super::protocol::{LiveProtocol, MAX_SUBSCRIPTIONS};
use super::server_frames::WelcomeFrame;
use crate::HandlerError;
use crate::disconnect::ConnectError;
use crate::documented::{NO_HANDSHAKE, READ_SCOPE};
use crate::error::ErrorResponse;
use crate::frames::server::{FrameHead, UserCreatedFrame, to_text};
use crate::handshake::{
    ConnectParams, MAX_SOCKETS_PER_USER, handshake_error_response, to_connect_error,
    upgrade_or_reject,
};
use crate::limits::TenantLimits;
use crate::socket_credential::SocketRights;

/// Declares the route.
pub(crate) fn route() -> Route {
    get("/live", handle)
        .doc("Opens a WebSocket for many conversations", "")
        .scope(READ_SCOPE)
        .query(
            "token",
            ParameterKind::Text,
            "A user's token, in place of the key.",
        )
        .query(
            "api_key",
            ParameterKind::Text,
            "The tenant's key, where no header can be set.",
        )
        .query(
            "user_id",
            ParameterKind::Text,
            "Who follows; or `X-User-ID`.",
        )
        .websocket()
        .errors::<ErrorResponse>(NO_HANDSHAKE)
}

/// Opens the socket. Checks in this order: key or token, its scope, user, number of sockets.
async fn handle(
    State(app): State<AppState>,
    meta: RequestMeta,
    headers: HeaderMap,
    query: QueryParams,
    SocketRequest(handshake): SocketRequest,
) -> Result<Response, HandlerError> {
    let handshake = match handshake {
        Ok(handshake) => handshake,
        Err(error) => return Ok(handshake_error_response(error)),
    };
    let gateway = Gateway::from_app(&app)?;
    let params = ConnectParams::from_request(&headers, &query);
    let session = create_session(&app, &gateway, &meta, &params).await;
    let run = session.map(|session| |socket| session.run(socket));
    Ok(upgrade_or_reject(&app, &meta, &params, handshake, run))
}

async fn create_session(
    app: &AppState,
    gateway: &Arc<Gateway>,
    meta: &RequestMeta,
    params: &ConnectParams,
) -> Result<MultiplexSession<LiveProtocol>, ConnectError> {
    let engine = &app.engine;
    let identity = LiveIdentity::authenticate(app, meta, params).await?;
    let SocketRights { key, user } = identity.rights;
    let (ws, connections) = (user.ws(), &gateway.connections);
    let permit = match (&identity.user, key.key) {
        (Some(user), _) => {
            connections.acquire_for_member(ws, user.member.number, MAX_SOCKETS_PER_USER)
        }
        (None, Some(key)) => connections.acquire_for_key(key, MAX_SOCKETS_PER_USER),
        (None, None) => None,
    };
    let permit = permit.ok_or(ConnectError::TooManyConnections)?;
    let limits = TenantLimits::from_app(app);
    let permit = limits
        .within_tenant_limit(permit, ws)
        .ok_or(ConnectError::TooManyTenantConnections)?;
    let connection = engine.random_uuid();
    let epoch = instance::epoch(engine).await;
    let epoch = epoch.map_err(|error| to_connect_error(&error))?;
    let epoch = epoch.hyphenated().to_string();
    let user_id = identity.user.as_ref().map(|user| user.user_id.as_str());
    let now = engine.now();
    let mut initial_frames = vec![to_text(&WelcomeFrame {
        head: FrameHead::new("connection_established", now),
        user_id,
        tenant_id: format_uuid(user.workspace.id),
        connection_id: connection.hyphenated().to_string(),
        protocol: 2,
        epoch: &epoch,
        subscriptions: MAX_SUBSCRIPTIONS,
        ping_interval_ms: u64::try_from(gateway.timeouts.ping_interval.as_millis())
            .unwrap_or(u64::MAX),
    })];
    if let Some(user_id) = user_id.filter(|_| identity.is_new) {
        initial_frames.push(to_text(&UserCreatedFrame {
            head: FrameHead::new("user_created", now),
            user_id,
        }));
    }
    Ok(MultiplexSession {
        gateway: gateway.clone(),
        ctx: user,
        key_ctx: key,
        member: identity.user.as_ref().map(|user| user.member.clone()),
        connection_id: connection,
        permit,
        initial_frames,
        list: None,
        protocol: LiveProtocol {
            engine: engine.clone(),
            hub: gateway.hub.clone(),
            quota: limits.connection_quota(app),
            rights: identity.rights,
            credential: identity.credential,
            user: identity.user,
            connection,
            epoch,
            subscriptions: HashMap::new(),
            numbers_by_id: HashMap::new(),
            invalid_frames: 0,
        },
    })
}
