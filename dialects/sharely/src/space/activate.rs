//! `PUT /workspaces/{workspace}/activate-or-retrieve-user-space`, after the page
//! `api-reference/spaces/activate-or-retrieve-user-space`: a user's own space, made on first use.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::space;
use parlor_kit::ids::{format_uuid, parse_uuid};
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, DialectError, RequestBody};
use parlor_model::ctx::WorkspaceRef;
use parlor_model::custom_role::CustomRole;
use parlor_model::id::kind;
use parlor_model::member::MemberKey;
use parlor_model::{Error, Id, Result, text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::group::DEFAULT_GROUP_NAME;
use crate::token::{self, TokenSubject};
use crate::{Sharely, body, key, response, role};

/// The body: exactly one of `userId` and `customerIdString`. After `activate-or-retrieve-user-space`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Activate)]
pub(crate) struct ActivateSpaceRequest {
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
pub(crate) struct ActivateSpaceResponse {
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

pub(crate) async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    caller.require_workspace_token()?;
    let ctx = caller.ctx;
    let activate: ActivateSpaceRequest =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    check_workspace(activate.workspace_id.as_deref(), ctx.workspace)?;
    let (named, names) = parse_user(activate.user_id, activate.customer_id_string)?;
    let role = role::find_selected_role(
        &app,
        &ctx,
        activate.role_id.as_deref(),
        activate.customer_role_id.as_deref(),
    )
    .await?;
    let role = merge_roles(caller.role, role)?;
    let found = space::provision(&app.engine, &ctx, names, DEFAULT_GROUP_NAME).await?;
    let holder = TokenSubject::User {
        member: found.owner.id,
        space: found.space,
        key: Some(key::exchange::key_id_of(&ctx)?),
        epoch: token::current_token_epoch(&app, ctx.workspace, found.owner.id).await?,
    };
    Ok(response::ok(&ActivateSpaceResponse {
        token: token::issue(&app, ctx.workspace, holder, role.as_ref()).await?,
        space_id: format_uuid(found.space),
        user_id: named,
        workspace_id: format_uuid(ctx.workspace.id),
        is_new: found.is_new,
    }))
}

/// The role of the caller's token holds where the body names none.
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

fn check_workspace(named: Option<&str>, path: WorkspaceRef) -> Result<()> {
    match named.map(parse_uuid) {
        None => Ok(()),
        Some(None) => Err(Error::invalid("workspaceId", "must be a UUID")),
        Some(Some(id)) if id == path.id => Ok(()),
        Some(Some(_)) => Err(Error::invalid(
            "workspaceId",
            "must be the workspace in the path",
        )),
    }
}

/// The user as it was named, and whom that may be: a UUID is the id of a user, or else the customer's own.
fn parse_user(id: Option<String>, customer: Option<String>) -> Result<(String, Vec<MemberKey>)> {
    match (id, customer) {
        (Some(id), None) => {
            let id: Id<kind::Member> =
                parse_uuid(&id).ok_or_else(|| Error::invalid("userId", "must be a UUID"))?;
            let text = format_uuid(id);
            let names = vec![MemberKey::Id(id), MemberKey::External(text.clone())];
            Ok((text, names))
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
