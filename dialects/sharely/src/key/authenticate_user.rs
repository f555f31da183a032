//! `POST /v1/workspaces/{workspace}/api-authenticated`, after the vendor's server library: returns the user of a
//! token that a customer's own server received. The library calls it with the workspace's access token for every message
//! of a conversation.
//!
//! An invalid token is no error: the response is empty.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_kit::ids::format_uuid;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Auth, Route, post};
use parlor_kit::{AppState, RequestBody};
use parlor_model::error::ErrorKind;
use parlor_model::scope::{Resource, Scope};
use parlor_model::text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::{Caller, TokenCaller};
use crate::documented::{LIBRARY_SOURCE, PAYLOAD_TOO_LARGE, organization_optional};
use crate::error::ErrorResponse;
use crate::token::UserMetadata;
use crate::{HandlerError, body, response};

/// Maximum length of a token, in characters.
const MAX_TOKEN_CHARS: usize = 8_192;

/// The body. After the library's call.
#[derive(Deserialize, ToSchema)]
#[schema(as = AuthenticateUser)]
struct AuthenticateUserRequest {
    /// The token, without a scheme in front.
    #[schema(max_length = 8_192)]
    token: String,
}

/// Whose it is; empty where it opens nothing, or stands for a key and for nobody. After the library's call.
#[derive(Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AuthenticatedUser {
    /// The user.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// The same.
    #[serde(skip_serializing_if = "Option::is_none")]
    temporal_user_id: Option<String>,
    /// The role that the token carries.
    #[serde(rename = "user_metadata", skip_serializing_if = "Option::is_none")]
    user_metadata: Option<UserMetadata>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_optional(
        post("/v1/workspaces/{workspace}/api-authenticated", handle),
        Auth::Bearer,
    )
    .doc("Whose a token of the workspace is.", LIBRARY_SOURCE)
    .scope(Scope::read(Resource::Members))
    .body::<AuthenticateUserRequest>()
    .example(r#"{"token":"a.b.c"}"#)
    .responds::<AuthenticatedUser>(200, "Its user; empty where it opens nothing.")
    .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    caller.require_workspace_token()?;
    let AuthenticateUserRequest { token } =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    text::validate_length(&token, "token", MAX_TOKEN_CHARS)?;
    let ctx = caller.ctx;
    let token_caller = Caller::reauthenticate(&app, ctx.workspace.id, &token, ctx.request).await;
    let user = match token_caller {
        Ok(token_caller) => authenticated_user(&token_caller),
        Err(error) => match error.kind() {
            ErrorKind::Unauthenticated(_) | ErrorKind::NotFound(_) | ErrorKind::Forbidden(_) => {
                AuthenticatedUser::default()
            }
            _ => return Err(error.into()),
        },
    };
    Ok(response::ok(&user))
}

fn authenticated_user(caller: &Caller) -> AuthenticatedUser {
    let user = caller.ctx.actor.filter(|_| caller.own_space().is_some());
    let Some(user) = user else {
        return AuthenticatedUser::default();
    };
    let id = format_uuid(user.id);
    AuthenticatedUser {
        id: Some(id.clone()),
        temporal_user_id: Some(id),
        user_metadata: Some(UserMetadata::from_role(caller.role.as_ref())),
    }
}
