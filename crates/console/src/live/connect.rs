//! Opens the socket.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use parlor_engine::{instance, member};
use parlor_gateway::Gateway;
use parlor_gateway::multiplex::MultiplexSession;
use parlor_gateway::socket::{SocketRequest, upgrade};
use parlor_kit::client_address_limiter::SocketOpened;
use parlor_kit::{AppState, response};
use parlor_model::Error;
use parlor_model::error::ErrorKind;
use parlor_model::member::MemberKey;

use super::frame::{WelcomeFrame, to_text};
use super::protocol::ConsoleProtocol;
use crate::error_page::PageError;
use crate::origin::is_same_origin;
use crate::settings::ConsoleSettings;
use crate::visit::Visit;

/// Longest frame of a browser, in bytes.
const MAX_FRAME_BYTES: usize = 64 * 1024;
/// Sockets of one member or key. Each tab has one.
const MAX_SOCKETS: usize = 100;

/// Opens the socket of a session, for a page of this server.
pub(crate) async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    SocketRequest(handshake): SocketRequest,
) -> Result<Response, PageError> {
    let handshake = match handshake {
        Ok(handshake) => handshake,
        Err(error) => {
            let mut answer = response::empty(error.status());
            error.add_headers(answer.headers_mut());
            return Ok(answer);
        }
    };
    let settings = ConsoleSettings::from_app(&app)?;
    if !is_same_origin(&headers, &settings) {
        return Err(PageError::foreign_origin());
    }
    let gateway = Gateway::from_app(&app)?;
    let (engine, ctx) = (&app.engine, visit.ctx);
    let member = match ctx.actor {
        Some(actor) => {
            let key = MemberKey::Number(actor.number);
            Some(member::find(engine, &ctx, key).await?.member.key)
        }
        None => None,
    };
    let connections = &gateway.connections;
    let permit = match (ctx.actor, ctx.key) {
        (Some(actor), _) => connections.acquire_for_member(ctx.ws(), actor.number, MAX_SOCKETS),
        (None, Some(key)) => connections.acquire_for_key(key, MAX_SOCKETS),
        (None, None) => None,
    };
    let Some(permit) = permit else {
        let retry_after = std::time::Duration::from_secs(30);
        return Err(Error::new(ErrorKind::RateLimited { retry_after }).into());
    };
    let epoch = instance::epoch(engine).await?;
    let epoch = epoch.hyphenated().to_string();
    let session = MultiplexSession {
        gateway: gateway.clone(),
        ctx,
        key_ctx: ctx,
        member,
        connection_id: engine.random_uuid(),
        permit,
        initial_frames: vec![to_text(&WelcomeFrame::new(&epoch))],
        list: None,
        protocol: ConsoleProtocol::new(app.clone(), gateway.clone(), ctx, visit.secret),
    };
    let mut answer = upgrade(handshake, MAX_FRAME_BYTES, |socket| session.run(socket));
    answer.extensions_mut().insert(SocketOpened);
    Ok(answer.into_response())
}
