//! `POST /v1/workspaces/{workspace}/api-authenticated`, after the vendor's server library: whose a token is that a
//! customer's own server has been shown. The library asks with the workspace's access token at every turn of a talk.
//!
//! A token that opens nothing here is no error: the answer names nobody.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_kit::body::typed;
use parlor_kit::ids::dashed;
use parlor_kit::{App, Fail, Payload};
use parlor_model::error::Kind;
use parlor_model::text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::{Caller, Visitor};
use crate::token::UserMetadata;
use crate::{Sharely, body, reply};

/// Longest token that is looked at, in characters.
const LONGEST: usize = 8_192;

/// The body. After the library's call.
#[derive(Deserialize, ToSchema)]
#[schema(as = AuthenticateUser)]
pub(crate) struct Authenticate {
    /// The token, without a scheme in front.
    #[schema(max_length = 8_192)]
    token: String,
}

/// Whose it is; empty where it opens nothing, or stands for a key and for nobody. After the library's call.
#[derive(Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AuthenticatedUser)]
pub(crate) struct Authenticated {
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
    State(app): State<App>,
    Visitor(caller): Visitor,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    caller.reaches_workspace()?;
    let Authenticate { token } = typed(body::read(&headers, payload).await?.map)?;
    text::limit(&token, "token", LONGEST)?;
    let ctx = caller.ctx;
    let shown = Caller::again(&app, ctx.workspace.id, &token, ctx.request).await;
    let answer = match shown {
        Ok(shown) => whose(&shown),
        Err(error) => match error.kind() {
            Kind::Unauthenticated(_) | Kind::NotFound(_) | Kind::Forbidden(_) => {
                Authenticated::default()
            }
            _ => return Err(error.into()),
        },
    };
    Ok(reply::ok(&answer))
}

fn whose(shown: &Caller) -> Authenticated {
    let user = shown.ctx.actor.filter(|_| shown.own_space().is_some());
    let Some(user) = user else {
        return Authenticated::default();
    };
    let id = dashed(user.id);
    Authenticated {
        id: Some(id.clone()),
        temporal_user_id: Some(id),
        user_metadata: Some(UserMetadata::of(shown.role.as_ref())),
    }
}
