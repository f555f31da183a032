//! `GET /ws/chat`: the handshake of a chat's socket.
//!
//! Errors are sent on the open socket, because browsers do not show the response of a refused handshake.

use std::sync::Arc;

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

/// Opens the socket. Checks in this order: key, request limit, scope, parameters, chat, user, number of sockets.
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
) -> Result<Box<SocketSession<ChatProtocol>>, ConnectError> {
    let engine = &app.engine;
    let ConnectIdentity {
        identity,
        user_id,
        chat,
    } = authenticate(app, meta, params).await?;
    let version = params
        .protocol_version()
        .ok_or(ConnectError::InvalidParameters)?;
    let conversation = find_or_join_chat(engine, &identity, chat).await?;
    let member = identity.member.clone();
    let (ctx, is_new) = (identity.rights.user, identity.is_new);
    let permit = gateway
        .connections
        .acquire(
            ctx.ws(),
            conversation.number,
            member.number,
            MAX_SOCKETS_PER_USER,
        )
        .ok_or(ConnectError::TooManyConnections)?;
    let limits = TenantLimits::from_app(app);
    let permit = limits.within_tenant_limit(permit, ctx.ws());
    let permit = permit.ok_or(ConnectError::TooManyTenantConnections)?;
    let connection = engine.random_uuid();
    let epoch = instance::epoch(engine).await;
    let epoch = epoch.map_err(|error| to_connect_error(&error))?;
    let epoch = epoch.hyphenated().to_string();
    let resume = resume_point(params, version, &epoch, conversation.last_seq);
    let now = engine.now();
    let mut initial_frames: Vec<Utf8Bytes> = vec![to_text(&EstablishedFrame::new(
        now,
        &user_id,
        conversation.id,
        ctx.workspace.id,
        (version == ProtocolVersion::Two).then(|| ResumeInfo {
            connection_id: connection.hyphenated().to_string(),
            protocol: 2,
            seq: conversation.last_seq,
            epoch,
            resumed: resume.resumed,
            replayed: resume.replay_count(),
            reason: resume.reason(),
            ping_interval_ms: u64::try_from(gateway.timeouts.ping_interval.as_millis())
                .unwrap_or(u64::MAX),
        }),
    ))];
    if is_new {
        initial_frames.push(to_text(&UserCreatedFrame {
            head: FrameHead::new("user_created", now),
            user_id: &user_id,
        }));
    }
    Ok(Box::new(SocketSession {
        gateway: gateway.clone(),
        ctx,
        key_ctx: identity.rights.key,
        conversation: conversation.number,
        member: member.clone(),
        connection_id: connection,
        permit,
        after_seq: resume.after,
        initial_frames,
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
                (conversation.number, conversation.id),
                Some(SocketUser { member, user_id }),
            )
            .with_key(identity.rights.key)
            .with_quota(limits.connection_quota(app)),
        },
    }))
}

/// Returns where the log resumes. Version 1 and connections without `last_seq` start live.
fn resume_point(
    params: &ConnectParams,
    version: ProtocolVersion,
    epoch: &str,
    head: i64,
) -> ResumePoint {
    let last_seq = params.last_seq.as_deref();
    match last_seq.filter(|_| version == ProtocolVersion::Two) {
        None => ResumePoint::live(head),
        Some(last_seq) => ResumePoint::resolve_in_epoch(
            head,
            last_seq.parse().ok(),
            params.epoch.as_deref(),
            epoch,
        ),
    }
}
