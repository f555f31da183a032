//! `GET /ws/chat`: from the offer of a socket to the first frame.
//!
//! Whatever is wrong, the socket is opened first and told then, because a browser sees nothing of a refused one.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::instance;
use parlor_gateway::Gateway;
use parlor_gateway::hub::ResumePoint;
use parlor_gateway::socket::{SocketRequest, SocketSession, Utf8Bytes};
use parlor_kit::route::{ParameterKind, Route, get};
use parlor_kit::{AppState, QueryParams, RequestMeta};

use super::identity::{ConnectIdentity, authenticate, find_or_join_chat};
use super::protocol::ChatProtocol;
use crate::HandlerError;
use crate::actions::{ConversationActions, SocketUser};
use crate::disconnect::ConnectError;
use crate::documented::{NO_HANDSHAKE, READ_SCOPE};
use crate::error::ErrorResponse;
use crate::frames::encoder::ProtocolVersion;
use crate::frames::server::{EstablishedFrame, FrameHead, ResumeInfo, UserCreatedFrame, to_text};
use crate::handshake::{
    ConnectParams, MAX_SOCKETS_PER_USER, handshake_error_response, to_connect_error,
    upgrade_or_reject,
};
use crate::limits::TenantLimits;

/// Declares the route.
pub(crate) fn route() -> Route {
    get("/ws/chat", handle)
        .doc("Opens a chat's WebSocket", "api-reference/chats/websocket")
        .scope(READ_SCOPE)
        .query(
            "token",
            ParameterKind::Text,
            "A token of the chat's, in place of the three that follow.",
        )
        .query(
            "api_key",
            ParameterKind::Text,
            "The tenant's key, where no header can be set.",
        )
        .query(
            "user_id",
            ParameterKind::Text,
            "Who is talking; or `X-User-ID`.",
        )
        .query(
            "chat_id",
            ParameterKind::Text,
            "The chat: a UUID; or `X-Chat-ID`.",
        )
        .query(
            "v",
            ParameterKind::OneOf(&["1", "2"]),
            "The protocol: 1 by default.",
        )
        .query(
            "last_seq",
            ParameterKind::AtLeast(0),
            "The last position the client has.",
        )
        .query(
            "epoch",
            ParameterKind::Text,
            "The history that position is of.",
        )
        .websocket()
        .errors::<ErrorResponse>(NO_HANDSHAKE)
}

/// Opens the socket. Checks in this order: key, number of requests, scope, values, chat, user, number of sockets.
pub(crate) async fn handle(
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
    let wanted = ConnectParams::from_request(&headers, &query);
    let opened = create_session(&app, &gateway, &meta, &wanted).await;
    let serve = opened.map(|session| |socket| session.run(socket));
    Ok(upgrade_or_reject(&app, &meta, &wanted, handshake, serve))
}

async fn create_session(
    app: &AppState,
    gateway: &std::sync::Arc<Gateway>,
    meta: &RequestMeta,
    wanted: &ConnectParams,
) -> Result<Box<SocketSession<ChatProtocol>>, ConnectError> {
    let engine = &app.engine;
    let ConnectIdentity {
        identity,
        user_id,
        chat,
    } = authenticate(app, meta, wanted).await?;
    let version = wanted
        .protocol_version()
        .ok_or(ConnectError::InvalidParameters)?;
    let (found, who) = (
        find_or_join_chat(engine, &identity, chat).await?,
        identity.member.clone(),
    );
    let (ctx, is_new) = (identity.rights.user, identity.is_new);
    let seat = gateway
        .connections
        .acquire(ctx.ws(), found.number, who.number, MAX_SOCKETS_PER_USER)
        .ok_or(ConnectError::TooManyConnections)?;
    let limits = TenantLimits::from_app(app);
    let seat = limits.within_tenant_limit(seat, ctx.ws());
    let seat = seat.ok_or(ConnectError::TooManyTenantConnections)?;
    let connection = engine.random_uuid();
    let epoch = instance::epoch(engine).await;
    let epoch = epoch.map_err(|error| to_connect_error(&error))?;
    let epoch = epoch.hyphenated().to_string();
    let resume = resume_point(wanted, version, &epoch, found.last_seq);
    let now = engine.now();
    let mut greeting: Vec<Utf8Bytes> = vec![to_text(&EstablishedFrame::new(
        now,
        &user_id,
        found.id,
        ctx.workspace.id,
        (version == ProtocolVersion::Two).then(|| ResumeInfo {
            connection_id: connection.hyphenated().to_string(),
            protocol: 2,
            seq: found.last_seq,
            epoch,
            resumed: resume.resumed,
            replayed: resume.replay_count(),
            reason: resume.reason(),
            ping_interval_ms: u64::try_from(gateway.timeouts.ping_interval.as_millis())
                .unwrap_or(u64::MAX),
        }),
    ))];
    if is_new {
        greeting.push(to_text(&UserCreatedFrame {
            head: FrameHead::new("user_created", now),
            user_id: &user_id,
        }));
    }
    Ok(Box::new(SocketSession {
        gateway: gateway.clone(),
        ctx,
        key_ctx: identity.rights.key,
        conversation: found.number,
        member: who.clone(),
        connection_id: connection,
        permit: seat,
        after_seq: resume.after,
        initial_frames: greeting,
        protocol: ChatProtocol {
            engine: engine.clone(),
            rights: identity.rights,
            credential: identity.credential,
            version,
            invalid_frames: 0,
            actions: ConversationActions::new(
                engine.clone(),
                ctx,
                connection,
                (found.number, found.id),
                Some(SocketUser {
                    member: who,
                    user_id,
                }),
            )
            .with_key(identity.rights.key)
            .with_quota(limits.connection_quota(app)),
        },
    }))
}

/// Where a connection takes up the log. A text that is no position is told as such.
fn resume_point(
    wanted: &ConnectParams,
    version: ProtocolVersion,
    epoch: &str,
    head: i64,
) -> ResumePoint {
    let last = wanted.last_seq.as_deref();
    match last.filter(|_| version == ProtocolVersion::Two) {
        None => ResumePoint::live(head),
        Some(last) => {
            ResumePoint::resolve_in_epoch(head, last.parse().ok(), wanted.epoch.as_deref(), epoch)
        }
    }
}
