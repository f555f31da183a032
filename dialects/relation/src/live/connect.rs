//! `GET /ws/`: from the offer of a socket to its session. The unified token stands in the query, because a browser
//! sets no headers for a socket, or in its header. Whatever is wrong is said on the socket, because a browser sees
//! nothing of a refused one.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_gateway::Gateway;
use parlor_gateway::live::LiveSession;
use parlor_gateway::socket::{self, HandshakeError, SocketRequest};
use parlor_kit::guard::OpenedSocket;
use parlor_kit::{App, Meta, Query, credential, token};
use parlor_model::error::{Credential, Kind};
use parlor_model::{Ctx, Error, Result};

use super::desk::LiveDesk;
use super::farewell;
use crate::auth::{self, API_KEY, AUTHORIZATION};
use crate::envelope;
use crate::routes::LIVE;

/// Bytes of a client's frame. Nothing that it says is of any use.
const LONGEST: usize = 16 * 1024;
/// Sockets of one member.
const SOCKETS: usize = 20;
/// When to come back for whoever has too many.
const LATER: std::time::Duration = std::time::Duration::from_secs(30);

pub(crate) async fn handle(
    State(app): State<App>,
    meta: Meta,
    headers: HeaderMap,
    query: Query,
    SocketRequest(handshake): SocketRequest,
) -> Response {
    let handshake = match handshake {
        Ok(handshake) => handshake,
        Err(error) => return not_opened(error),
    };
    match open(&app, &meta, &headers, &query).await {
        Ok(session) => {
            let mut response = socket::accept(handshake, LONGEST, |socket| session.serve(socket));
            response.extensions_mut().insert(OpenedSocket);
            response
        }
        Err(error) => {
            // It is told on the open socket only, so nobody else sees it.
            app.guard.note_refusal(meta.address, &error);
            let farewell = farewell::refused(&error);
            socket::accept(handshake, LONGEST, |socket| {
                socket::refuse(socket, farewell)
            })
        }
    }
}

async fn open(
    app: &App,
    meta: &Meta,
    headers: &HeaderMap,
    query: &Query,
) -> Result<LiveSession<LiveDesk>> {
    let gateway = Gateway::of(app)?;
    let shown = Shown::read(headers, query)?;
    let ctx = shown.ctx(app, meta.request).await?;
    auth::count(app, &ctx, LIVE, meta)?;
    let member = ctx.member()?.number;
    let seat = gateway.seats.take_for(ctx.ws(), member, SOCKETS);
    let seat = seat.ok_or_else(|| Error::new(Kind::RateLimited { retry_after: LATER }))?;
    let begins = app.engine.now();
    let mut list = gateway.hub.list(&ctx, Some(begins))?;
    let mut desk = LiveDesk::new(app.clone(), ctx, shown, begins);
    desk.begin(&mut list).await?;
    Ok(LiveSession {
        gateway: gateway.clone(),
        ctx,
        // The desk looks at the token, which may end before its key.
        key: Ctx { key: None, ..ctx },
        who: None,
        connection: app.engine.random_uuid(),
        seat,
        greeting: Vec::new(),
        list: Some(list),
        desk,
    })
}

/// What opens a socket, and keeps it open.
pub(super) struct Shown {
    token: String,
    /// The project, where it is named; otherwise the token says whose it is.
    key: Option<String>,
}

impl Shown {
    fn read(headers: &HeaderMap, query: &Query) -> Result<Self> {
        let token = match query.get("token").filter(|text| !text.is_empty()) {
            Some(text) => credential::scheme(text, &["bearer"]).unwrap_or(text),
            None => auth::carried(headers, AUTHORIZATION)?,
        };
        Ok(Self {
            token: token.to_owned(),
            key: credential::header(headers, API_KEY).map(str::to_owned),
        })
    }

    /// What the member may.
    pub(super) async fn ctx(&self, app: &App, request: uuid::Uuid) -> Result<Ctx> {
        let engine = &app.engine;
        if let Some(secret) = &self.key {
            let project = parlor_engine::key::authenticate(engine, secret, request).await?;
            let member = token::member_ctx(app, project.workspace, &self.token, request).await?;
            return Ok(member.narrowed(&project));
        }
        let mut opened = token::member_anywhere(app, &self.token, request).await?;
        // One token is signed by one workspace.
        let ctx = opened.pop();
        ctx.ok_or_else(|| Error::unauthenticated(Credential::TokenInvalid))
    }
}

/// For a plain GET, or a handshake that the protocol refuses.
fn not_opened(error: HandshakeError) -> Response {
    let mut response = envelope::refusal(error.status(), "-1", error.message());
    error.headers(response.headers_mut());
    response
}
