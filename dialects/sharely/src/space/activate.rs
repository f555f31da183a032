//! `PUT /workspaces/{workspace}/activate-or-retrieve-user-space`, after the page
//! `api-reference/spaces/activate-or-retrieve-user-space`: returns a user's own space, creating it on
//! first use, with a token for it.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::space;
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Route, put};
use parlor_kit::{AppState, RequestBody};
use parlor_model::ctx::WorkspaceRef;
use parlor_model::custom_role::CustomRole;
use parlor_model::member::MemberKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result, text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::{Caller, key_id_of};
use crate::documented::{NOT_FOUND, PAYLOAD_TOO_LARGE, organization_required};
use crate::error::ErrorResponse;
use crate::group::DEFAULT_GROUP_NAME;
use crate::token::{self, TokenSubject};
use crate::{HandlerError, body, ids, response, role};

/// The body: exactly one of `userId` and `customerIdString`. After `activate-or-retrieve-user-space`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Activate)]
struct ActivateSpaceRequest {
    /// The workspace in the path, once more.
    #[schema(format = "uuid")]
    workspace_id: Option<String>,
    /// The id of a user, or a UUID by which the customer knows somebody.
    #[schema(format = "uuid")]
    user_id: Option<String>,
    /// Any text by which the customer knows somebody.
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    customer_id_string: Option<String>,
    /// The id of a role.
    #[schema(format = "uuid")]
    role_id: Option<String>,
    /// The customer's own id of a role.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,255}$")]
    customer_role_id: Option<String>,
}

/// The space, with a token for its user. After `activate-or-retrieve-user-space`.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Activated)]
struct ActivateSpaceResponse {
    /// A token that is good for this space alone.
    token: String,
    /// The space.
    space_id: String,
    /// The user as the request named it.
    user_id: String,
    /// The workspace.
    workspace_id: String,
    /// The space was made by this request.
    is_new: bool,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_required(put(
        "/workspaces/{workspace}/activate-or-retrieve-user-space",
        handle,
    ))
    .doc(
        "A user's own space, made on first use, and a token for it.",
        "api-reference/spaces/activate-or-retrieve-user-space",
    )
    .scope(Scope::write(Resource::Spaces))
    .body::<ActivateSpaceRequest>()
    .responds::<ActivateSpaceResponse>(200, "The space.")
    .errors::<ErrorResponse<'_>>(&[NOT_FOUND, PAYLOAD_TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    caller.require_workspace_token()?;
    let ctx = caller.ctx;
    let activate: ActivateSpaceRequest =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    check_workspace(activate.workspace_id.as_deref(), ctx.workspace)?;
    let (user_id, keys) = parse_user(activate.user_id, activate.customer_id_string)?;
    let role = role::find_selected_role(
        &app,
        &ctx,
        activate.role_id.as_deref(),
        activate.customer_role_id.as_deref(),
    )
    .await?;
    let role = merge_roles(caller.role, role)?;
    let provisioned = space::provision(&app.engine, &ctx, keys, DEFAULT_GROUP_NAME).await?;
    let subject = TokenSubject::User {
        member: provisioned.owner.id,
        space: provisioned.space,
        key: Some(key_id_of(&ctx)?),
        epoch: token::current_token_epoch(&app, ctx.workspace, provisioned.owner.id).await?,
    };
    Ok(response::ok(&ActivateSpaceResponse {
        token: token::issue(&app, ctx.workspace, subject, role.as_ref()).await?,
        space_id: format_uuid(provisioned.space),
        user_id,
        workspace_id: format_uuid(ctx.workspace.id),
        is_new: provisioned.is_new,
    }))
}

/// Returns the role of the body, otherwise that of the caller's token.
///
/// # Errors
/// `Malformed` if both name a role and they differ.
fn merge_roles(
    carried: Option<CustomRole>,
    named: Option<CustomRole>,
) -> Result<Option<CustomRole>> {
    match (carried, named) {
        (Some(carried), Some(named)) if carried.id != named.id => {
            Err(Error::malformed("The token carries another role"))
        }
        (carried, named) => Ok(carried.or(named)),
    }
}

fn check_workspace(in_body: Option<&str>, in_path: WorkspaceRef) -> Result<()> {
    match in_body.map(parse_uuid) {
        None => Ok(()),
        Some(None) => Err(Error::invalid("workspaceId", "must be a UUID")),
        Some(Some(id)) if id == in_path.id => Ok(()),
        Some(Some(_)) => Err(Error::invalid(
            "workspaceId",
            "must be the workspace in the path",
        )),
    }
}

/// Returns the user as the body names it, and the keys by which it is looked up: a UUID is a member's id, otherwise the
/// customer's own id.
fn parse_user(id: Option<String>, customer: Option<String>) -> Result<(String, Vec<MemberKey>)> {
    match (id, customer) {
        (Some(id), None) => {
            let id = parse_uuid(&id).ok_or_else(|| Error::invalid("userId", "must be a UUID"))?;
            let text = format_uuid(id);
            Ok((text, ids::member_keys_from_id(id)))
        }
        (None, Some(customer)) => {
            const FIELD: &str = "customerIdString";
            if customer.trim().is_empty() {
                return Err(Error::invalid(FIELD, "must not be empty"));
            }
            text::validate_length(&customer, FIELD, 255)?;
            body::check_storable(&customer, FIELD)?;
            Ok((customer.clone(), vec![MemberKey::External(customer)]))
        }
        (None, None) | (Some(_), Some(_)) => Err(Error::malformed(
            "Provide either userId or customerIdString",
        )),
    }
}
