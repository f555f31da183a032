//! `GET /ws/`: from the offer of a socket to its session. The unified token stands in the query, because a browser
//! sets no headers for a socket, or in its header. Whatever is wrong is said on the socket, because a browser sees
//! nothing of a refused one.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_gateway::Gateway;
use parlor_gateway::multiplex::MultiplexSession;
use parlor_gateway::socket::{self, HandshakeError, SocketRequest};
use parlor_kit::client_address_limiter::SocketOpened;
use parlor_kit::{AppState, QueryParams, RequestMeta, credential, member_token};
use parlor_model::error::{CredentialReason, ErrorKind};
use parlor_model::{Ctx, Error, Result};

use super::disconnect;
use super::protocol::ChannelListProtocol;
use crate::auth::{self, API_KEY, AUTHORIZATION};
use crate::envelope;
use crate::routes::LIVE;

/// Bytes of a client's frame. Nothing that it says is of any use.
const MAX_FRAME_BYTES: usize = 16 * 1024;
/// Sockets of one member.
const MAX_SOCKETS_PER_MEMBER: usize = 20;
/// When to come back for whoever has too many.
const RETRY_AFTER: std::time::Duration = std::time::Duration::from_secs(30);

pub(crate) async fn handle(
    State(app): State<AppState>,
    meta: RequestMeta,
    headers: HeaderMap,
    query: QueryParams,
    SocketRequest(handshake): SocketRequest,
) -> Response {
    let handshake = match handshake {
        Ok(handshake) => handshake,
        Err(error) => return handshake_error_response(error),
    };
    match create_session(&app, &meta, &headers, &query).await {
        Ok(session) => {
            let mut response =
                socket::upgrade(handshake, MAX_FRAME_BYTES, |socket| session.run(socket));
            response.extensions_mut().insert(SocketOpened);
            response
        }
        Err(error) => {
            // It is told on the open socket only, so nobody else sees it.
            app.address_limiter.record_rejected(meta.address, &error);
            let farewell = disconnect::from_error(&error);
            socket::upgrade(handshake, MAX_FRAME_BYTES, |socket| {
                socket::reject(socket, farewell)
            })
        }
    }
}

async fn create_session(
    app: &AppState,
    meta: &RequestMeta,
    headers: &HeaderMap,
    query: &QueryParams,
) -> Result<MultiplexSession<ChannelListProtocol>> {
    let gateway = Gateway::from_app(app)?;
    let shown = SocketCredential::from_request(headers, query)?;
    let ctx = shown.authenticate(app, meta.request_id).await?;
    auth::count_request(app, &ctx, LIVE, meta)?;
    let member = ctx.member()?.number;
    let seat = gateway
        .connections
        .acquire_for_member(ctx.ws(), member, MAX_SOCKETS_PER_MEMBER);
    let seat = seat.ok_or_else(|| {
        Error::new(ErrorKind::RateLimited {
            retry_after: RETRY_AFTER,
        })
    })?;
    let begins = app.engine.now();
    let mut list = gateway.hub.subscribe_list(&ctx, Some(begins))?;
    let mut desk = ChannelListProtocol::new(app.clone(), ctx, shown, begins);
    desk.read_initial_positions(&mut list).await?;
    Ok(MultiplexSession {
        gateway: gateway.clone(),
        ctx,
        // The desk looks at the token, which may end before its key.
        key_ctx: Ctx { key: None, ..ctx },
        member: None,
        connection_id: app.engine.random_uuid(),
        permit: seat,
        initial_frames: Vec::new(),
        list: Some(list),
        protocol: desk,
    })
}

/// What opens a socket, and keeps it open.
pub(super) struct SocketCredential {
    token: String,
    /// The project, where it is named; otherwise the token says whose it is.
    key: Option<String>,
}

impl SocketCredential {
    fn from_request(headers: &HeaderMap, query: &QueryParams) -> Result<Self> {
        let token = match query.get("token").filter(|text| !text.is_empty()) {
            Some(text) => credential::strip_scheme(text, &["bearer"]).unwrap_or(text),
            None => auth::token_from_header(headers, AUTHORIZATION)?,
        };
        Ok(Self {
            token: token.to_owned(),
            key: credential::header(headers, API_KEY).map(str::to_owned),
        })
    }

    /// What the member may.
    pub(super) async fn authenticate(&self, app: &AppState, request: uuid::Uuid) -> Result<Ctx> {
        let engine = &app.engine;
        if let Some(secret) = &self.key {
            let project = parlor_engine::api_key::authenticate(engine, secret, request).await?;
            let member = member_token::authenticate_member_token(
                app,
                project.workspace,
                &self.token,
                request,
            )
            .await?;
            return Ok(member.restrict_to(&project));
        }
        let mut opened =
            member_token::find_member_token_contexts(app, &self.token, request).await?;
        // One token is signed by one workspace.
        let ctx = opened.pop();
        ctx.ok_or_else(|| Error::unauthenticated(CredentialReason::TokenInvalid))
    }
}

/// For a plain GET, or a handshake that the protocol refuses.
fn handshake_error_response(error: HandshakeError) -> Response {
    let mut response = envelope::error_response(error.status(), "-1", error.message());
    error.add_headers(response.headers_mut());
    response
}
