//! A conversation as a stream of server-sent events, for those who cannot hold a socket.
//!
//! Every event has a position in the log for its id. A reader that comes back names the last one it has, and goes on
//! there; browsers do so by themselves.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use futures_util::stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use parlor_engine::instance;
use parlor_kit::{App, Patience, Query, credential};
use parlor_model::conversation::Conversation;
use parlor_model::error::Kind;
use parlor_model::{Ctx, Error, Result};

mod event;
mod line;
mod position;
mod words;

pub use event::Event;
pub use words::{Guard, Words};

use crate::{Gateway, Holder};
use line::{Line, Watch};
use position::Epoch;
use words::Told;

/// What streams are.
pub const EVENTS: &str = "text/event-stream";
/// The header by which a reader names the last event it has.
pub const LAST_EVENT_ID: &str = "Last-Event-ID";
/// The query parameter that does so where the header is absent: a browser sets the header only when it comes back.
pub const LAST_EVENT: &str = "last_event_id";

/// When to ask again for whoever has too many streams.
const LATER: Duration = Duration::from_secs(30);
/// A reader that was cut off comes back after so long at the least.
const SOON: u128 = 1_000;
/// And up to so much later, each at a time of its own.
const SPREAD: u128 = 4_000;

/// What a request for a stream shows.
pub struct Asked<'r> {
    /// The handle it got.
    pub app: &'r App,
    /// Its headers.
    pub headers: &'r HeaderMap,
    /// Its query.
    pub query: &'r Query,
    /// How long its connection bears a client that takes nothing.
    pub patience: Patience,
}

/// Opens a stream of a conversation that the caller may see. The name of the last event that the reader has stands in
/// the header, or else in the query; without one it begins with what happens from now on.
pub async fn open<W: Words, G: Guard>(
    asked: Asked<'_>,
    ctx: &Ctx,
    holder: Holder,
    conversation: &Conversation,
    words: W,
    guard: G,
) -> Result<Response> {
    let Asked {
        app,
        headers,
        query,
        patience,
    } = asked;
    let gateway = Gateway::of(app)?;
    let seat = gateway.seats.take_stream(ctx.ws(), holder);
    let seat = seat.ok_or_else(|| Error::new(Kind::RateLimited { retry_after: LATER }))?;
    let epoch = Epoch::of(instance::epoch(&app.engine).await?);
    let named = credential::header(headers, LAST_EVENT_ID).or_else(|| query.get(LAST_EVENT));
    let taken = epoch.resume(named, conversation.last_seq);
    let words = Arc::new(words);
    let told = Told {
        words: words.clone(),
        epoch: epoch.clone(),
    };
    let number = conversation.number;
    let feed = gateway.hub.feed(ctx, number, Arc::new(told), taken.after);
    let mut first = String::new();
    let retry = SOON + app.engine.random_uuid().as_u128() % SPREAD;
    event::line(&mut first, "retry", &retry.to_string());
    first.push_str(&words.opened(taken).text(Some(&epoch.id(taken.after))));
    patience.limit(gateway.pace.drain);
    let line = Line {
        feed,
        words,
        epoch,
        guard,
        member: ctx.actor.map(|actor| actor.number),
        patience,
        waiting: VecDeque::from([first.into()]),
        watch: Watch::new(&gateway, ctx),
        _seat: seat,
    };
    let chunks = stream::unfold(line, |mut line| async move {
        let chunk = line.next().await?;
        Some((Ok::<_, Infallible>(chunk), line))
    });
    Ok(response(Body::from_stream(chunks)))
}

fn response(body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(EVENTS));
    // Nobody between may keep it, or keep it back.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let buffering = HeaderName::from_static("x-accel-buffering");
    headers.insert(buffering, HeaderValue::from_static("no"));
    response
}
