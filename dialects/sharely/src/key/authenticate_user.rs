//! `POST /v1/workspaces/{workspace}/api-authenticated`, after the vendor's server library: whose a token is that a
//! customer's own server has been shown. The library asks with the workspace's access token at every turn of a talk.
//!
//! A token that opens nothing here is no error: the answer names nobody.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_kit::ids::format_uuid;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, DialectError, RequestBody};
use parlor_model::error::ErrorKind;
use parlor_model::text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::{Caller, TokenCaller};
use crate::token::UserMetadata;
use crate::{Sharely, body, response};

/// Longest token that is looked at, in characters.
const MAX_TOKEN_CHARS: usize = 8_192;

/// The body. After the library's call.
#[derive(Deserialize, ToSchema)]
#[schema(as = AuthenticateUser)]
pub(crate) struct AuthenticateUserRequest {
    /// The token, without a scheme in front.
    #[schema(max_length = 8_192)]
    token: String,
}

/// Whose it is; empty where it opens nothing, or stands for a key and for nobody. After the library's call.
#[derive(Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuthenticatedUser {
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

pub(crate) async fn handle(
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    caller.require_workspace_token()?;
    let AuthenticateUserRequest { token } =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    text::validate_length(&token, "token", MAX_TOKEN_CHARS)?;
    let ctx = caller.ctx;
    let shown = Caller::reauthenticate(&app, ctx.workspace.id, &token, ctx.request).await;
    let answer = match shown {
        Ok(shown) => authenticated_user(&shown),
        Err(error) => match error.kind() {
            ErrorKind::Unauthenticated(_) | ErrorKind::NotFound(_) | ErrorKind::Forbidden(_) => {
                AuthenticatedUser::default()
            }
            _ => return Err(error.into()),
        },
    };
    Ok(response::ok(&answer))
}

fn authenticated_user(shown: &Caller) -> AuthenticatedUser {
    let user = shown.ctx.actor.filter(|_| shown.own_space().is_some());
    let Some(user) = user else {
        return AuthenticatedUser::default();
    };
    let id = format_uuid(user.id);
    AuthenticatedUser {
        id: Some(id.clone()),
        temporal_user_id: Some(id),
        user_metadata: Some(UserMetadata::from_role(shown.role.as_ref())),
    }
}
