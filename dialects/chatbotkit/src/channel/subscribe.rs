//! `POST /channel/{channel}/subscribe`, after the vendor's manual on channels.

use axum::extract::State;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use parlor_engine::{api_key, channel};
use parlor_gateway::StreamOwner;
use parlor_gateway::channel::{OpenChannelStreamRequest, open_channel_stream};
use parlor_gateway::sse::StreamAuthorizer;
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, RequestBody, WriteTimeout};
use parlor_model::error::CredentialReason;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::jsonl_encoder::JsonlEncoder;
use crate::auth::{self, Caller};
use crate::documented::post;
use crate::prefix::Prefix;
use crate::{HandlerResult, body};

/// Documents the lines of the response.
const STREAM_DESCRIPTION: &str = "`{\"type\":\"message\",\"data\":{...}}` for each message, without an end; where the server ends it, \
    `{\"type\":\"error\",\"data\":{\"message\",\"code\"}}` last";

/// Maximum number of messages of history in a request.
const MAX_HISTORY_LENGTH: usize = 10_000;

/// What to begin with.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChannelSubscribeRequest {
    /// So many of the newest messages that were published before come first, as far as they are still kept.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 10_000)]
    history_length: Option<usize>,
}

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    post(prefix, "/api/v1/channel/{channel}/subscribe", handle)
        .doc(
            "The messages of a channel, while they are published",
            super::MANUAL,
        )
        .body::<ChannelSubscribeRequest>()
        .optional()
        .scope(Scope::read(Resource::Messages))
        .responds_media_type(200, "application/jsonl", STREAM_DESCRIPTION)
}

/// Streams JSONL, whatever `Accept` says, until the client disconnects. A client that is too slow or whose credential is
/// revoked receives a last `error` event.
async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    headers: HeaderMap,
    write_timeout: WriteTimeout,
    payload: RequestBody,
) -> HandlerResult {
    let (ctx, id) = (&caller.ctx, params.get("channel"));
    let request: ChannelSubscribeRequest = body::parse(payload).await?;
    let history_length = request.history_length.unwrap_or(0);
    if history_length > MAX_HISTORY_LENGTH {
        let rule = "must be at most 10000";
        return Err(Error::invalid("historyLength", rule).into());
    }
    channel::authorize_subscribe(ctx, id)?;
    let key = ctx
        .key
        .ok_or_else(|| Error::unauthenticated(CredentialReason::Key))?;
    let authorizer = ChannelStreamAuthorizer {
        app: app.clone(),
        secret: auth::secret_from_headers(&headers)?.to_owned(),
        channel: id.to_owned(),
        request: ctx.request,
    };
    let request = OpenChannelStreamRequest {
        app: &app,
        ctx,
        owner: StreamOwner::Key(key),
        channel: id,
        history_length,
        write_timeout,
    };
    let mut response = Response::new(open_channel_stream::<JsonlEncoder, _>(request, authorizer)?);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/jsonl"));
    // Proxies must neither cache nor buffer the stream.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let buffering = HeaderName::from_static("x-accel-buffering");
    headers.insert(buffering, HeaderValue::from_static("no"));
    Ok(response)
}

/// Checks every few seconds that the key of a subscription is still valid and may subscribe.
struct ChannelStreamAuthorizer {
    app: AppState,
    secret: String,
    channel: String,
    request: Uuid,
}

impl StreamAuthorizer for ChannelStreamAuthorizer {
    async fn reauthorize(&self) -> Result<()> {
        let ctx = api_key::authenticate(&self.app.engine, &self.secret, self.request).await?;
        channel::authorize_subscribe(&ctx, &self.channel)
    }
}
