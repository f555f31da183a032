//! `POST /channel/{channel}/subscribe`, after the vendor's manual on channels.

use axum::extract::State;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use parlor_engine::{channel, key};
use parlor_gateway::Holder;
use parlor_gateway::channel::{OpenSubscriptionRequest, open};
use parlor_gateway::stream::Guard;
use parlor_kit::{App, Params, Patience, Payload};
use parlor_model::error::Credential;
use parlor_model::{Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::event::JsonlEncoder;
use crate::auth::{self, Caller};
use crate::{Outcome, body};

/// Most messages of history that may be asked for.
const MAX_HISTORY_LENGTH: usize = 10_000;

/// What to begin with.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChannelSubscribeRequest {
    /// So many of the newest messages that were published before come first, as far as they are still kept.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 10_000)]
    history_length: Option<usize>,
}

/// JSONL whatever `Accept` says, until the client goes. Whoever cannot keep up, and whose rights have ended, is told by a
/// last `error`.
pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    headers: HeaderMap,
    patience: Patience,
    payload: Payload,
) -> Outcome {
    let (ctx, id) = (&caller.ctx, params.get("channel"));
    let request: ChannelSubscribeRequest = body::read(payload).await?;
    let history_length = request.history_length.unwrap_or(0);
    if history_length > MAX_HISTORY_LENGTH {
        let rule = "must be at most 10000";
        return Err(Error::invalid("historyLength", rule).into());
    }
    channel::authorize_subscribe(ctx, id)?;
    let key = ctx
        .key
        .ok_or_else(|| Error::unauthenticated(Credential::Key))?;
    let guard = ChannelGuard {
        app: app.clone(),
        secret: auth::secret(&headers)?.to_owned(),
        channel: id.to_owned(),
        request: ctx.request,
    };
    let request = OpenSubscriptionRequest {
        app: &app,
        ctx,
        holder: Holder::Key(key),
        channel: id,
        history_length,
        patience,
    };
    let mut response = Response::new(open::<JsonlEncoder, _>(request, guard)?);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/jsonl"));
    // Nobody between may keep it, or keep it back.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let buffering = HeaderName::from_static("x-accel-buffering");
    headers.insert(buffering, HeaderValue::from_static("no"));
    Ok(response)
}

/// What opened the subscription.
struct ChannelGuard {
    app: App,
    secret: String,
    channel: String,
    request: Uuid,
}

impl Guard for ChannelGuard {
    async fn check(&self) -> Result<()> {
        let ctx = key::authenticate(&self.app.engine, &self.secret, self.request).await?;
        channel::authorize_subscribe(&ctx, &self.channel)
    }
}
