//! `GET /live`: from the offer of a socket to the first frame. Whatever is wrong is said on the socket.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::instance;
use parlor_gateway::Gateway;
use parlor_gateway::live::LiveSession;
use parlor_gateway::socket::SocketRequest;
use parlor_kit::{App, Meta, Query, ids as core};

use super::desk::{LiveDesk, SUBSCRIPTIONS};
use super::identity::Identity;
use super::words::Welcome;
use crate::Fail;
use crate::limits::TenantLimits;
use crate::socket::connect::{SOCKETS, Wanted, answer, not_opened, refusal};
use crate::socket::credential::SocketRights;
use crate::socket::farewell::Refusal;
use crate::socket::words::{Head, UserCreated, text};

/// Opens the socket. Checks in this order: key or token, its scope, user, number of sockets.
pub(crate) async fn handle(
    State(app): State<App>,
    meta: Meta,
    headers: HeaderMap,
    query: Query,
    SocketRequest(handshake): SocketRequest,
) -> Result<Response, Fail> {
    let handshake = match handshake {
        Ok(handshake) => handshake,
        Err(error) => return Ok(not_opened(error)),
    };
    let gateway = Gateway::of(&app)?;
    let wanted = Wanted::read(&headers, &query);
    let opened = open(&app, &gateway, &meta, &wanted).await;
    let serve = opened.map(|session| |socket| session.serve(socket));
    Ok(answer(&app, &meta, &wanted, handshake, serve))
}

async fn open(
    app: &App,
    gateway: &Arc<Gateway>,
    meta: &Meta,
    wanted: &Wanted,
) -> Result<LiveSession<LiveDesk>, Refusal> {
    let engine = &app.engine;
    let found = Identity::show(app, meta, wanted).await?;
    let SocketRights { key, user } = found.rights;
    let (ws, seats) = (user.ws(), &gateway.seats);
    let seat = match (&found.speaker, key.key) {
        (Some(speaker), _) => seats.take_for(ws, speaker.member.number, SOCKETS),
        (None, Some(key)) => seats.take_for_key(key, SOCKETS),
        (None, None) => None,
    };
    let seat = seat.ok_or(Refusal::Crowded)?;
    let limits = TenantLimits::of(app);
    let seat = limits.seat(seat, ws).ok_or(Refusal::TenantCrowded)?;
    let connection = engine.random_uuid();
    let epoch = instance::epoch(engine).await;
    let epoch = epoch.map_err(|error| refusal(&error))?;
    let epoch = epoch.hyphenated().to_string();
    let user_id = found.speaker.as_ref().map(|who| who.user_id.as_str());
    let now = engine.now();
    let mut greeting = vec![text(&Welcome {
        head: Head::new("connection_established", now),
        user_id,
        tenant_id: core::dashed(user.workspace.id),
        connection_id: connection.hyphenated().to_string(),
        protocol: 2,
        epoch: &epoch,
        subscriptions: SUBSCRIPTIONS,
        ping_interval_ms: u64::try_from(gateway.pace.ping.as_millis()).unwrap_or(u64::MAX),
    })];
    if let Some(user_id) = user_id.filter(|_| found.is_new) {
        greeting.push(text(&UserCreated {
            head: Head::new("user_created", now),
            user_id,
        }));
    }
    Ok(LiveSession {
        gateway: gateway.clone(),
        ctx: user,
        key,
        who: found.speaker.as_ref().map(|who| who.member.clone()),
        connection,
        seat,
        greeting,
        list: None,
        desk: LiveDesk {
            engine: engine.clone(),
            hub: gateway.hub.clone(),
            quota: limits.connection(app),
            rights: found.rights,
            credential: found.credential,
            speaker: found.speaker,
            connection,
            epoch,
            open: HashMap::new(),
            numbers: HashMap::new(),
            mistakes: 0,
        },
    })
}
