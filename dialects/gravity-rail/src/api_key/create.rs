//! `POST /api-keys`: creates a key. This response is the only one with its secret.

use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use http::header::CACHE_CONTROL;
use parlor_engine::{api_key, member};
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody};
use parlor_model::api_key::CreateApiKey;
use parlor_model::scope::{Resource, Scope, Scopes};
use parlor_model::{Ctx, Error, Result, text};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ApiKeyResponse, VENDOR_PAGE};
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::EntityRef;
use crate::member::update::{parse_scopes, scope_list_schema};
use crate::respond::ok_json;
use crate::{HandlerError, body};

const SCOPE: Scope = Scope::write(Resource::Admin);

/// Longest lifetime of a key with an expiry, in days.
const MAX_LIFETIME_DAYS: i64 = 365;
const DAY_SECONDS: u64 = 24 * 60 * 60;

/// What to make a key of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreateApiKeyRequest {
    /// What it is called in lists, at most 255 characters.
    #[schema(max_length = 255)]
    name: Option<String>,
    /// What it may do: nothing that the caller may not. Everything that the caller may, when absent.
    #[schema(schema_with = scope_list_schema)]
    scopes: Option<Vec<String>>,
    /// The member it acts for, which has to be one the caller may act for; the caller by default, and nobody where the
    /// caller is a key that is bound to no member.
    member_id: Option<EntityRef>,
    /// 1 to 365; it lasts until it is revoked when absent.
    #[schema(minimum = 1, maximum = 365)]
    expires_in_days: Option<i64>,
}

/// A key at the only moment its secret is told.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreateApiKeyResponse {
    /// The secret: a bearer token for this API, and the key of all others of this server.
    key: String,
    api_key: ApiKeyResponse,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/api-keys"), handle)
        .doc("Creates an API key", VENDOR_PAGE)
        .scope(SCOPE)
        .conditional_scope(Scope::read(Resource::Members), "it names another member")
        .body::<CreateApiKeyRequest>()
        .example(r#"{"name":"Backend","scopes":["conversations:read"],"expiresInDays":90}"#)
        .optional()
        .responds::<CreateApiKeyResponse>(200, "The key and its secret.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such member, or it is archived."),
            TOO_LARGE,
        ])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: CreateApiKeyRequest = body::parse(payload).await?;
    let command = build_command(&app, &ctx, request).await?;
    let created = api_key::create(&app.engine, &ctx, command).await?;
    let answer = CreateApiKeyResponse {
        key: created.secret.expose_secret().to_owned(),
        api_key: ApiKeyResponse::from_api_key(created.key),
    };
    let mut response = ok_json(&answer);
    let no_store = http::HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, no_store);
    Ok(response)
}

async fn build_command(
    app: &AppState,
    ctx: &Ctx,
    request: CreateApiKeyRequest,
) -> Result<CreateApiKey> {
    let name = text::normalize_optional(request.name.as_deref(), "name", 255)?;
    let given: Option<Scopes> = request.scopes.as_deref().map(parse_scopes).transpose()?;
    let lifetime = request.expires_in_days.map(parse_lifetime).transpose()?;
    ctx.require(SCOPE)?;
    let member = match request.member_id {
        None => None,
        Some(reference) => {
            let found = member::find(&app.engine, ctx, reference.to_member_key()).await?;
            Some(found.member.key.id)
        }
    };
    Ok(CreateApiKey {
        name,
        member,
        scopes: given.unwrap_or(ctx.scopes),
        expires_at: lifetime.map(|lifetime| app.engine.now().saturating_add(lifetime)),
    })
}

fn parse_lifetime(given: i64) -> Result<Duration> {
    match u64::try_from(given) {
        Ok(days) if (1..=MAX_LIFETIME_DAYS).contains(&given) => {
            Ok(Duration::from_secs(days * DAY_SECONDS))
        }
        _ => Err(Error::invalid("expiresInDays", "must be 1 to 365")),
    }
}
