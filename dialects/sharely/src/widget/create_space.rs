//! `POST /workspaces/{workspace}/spaces`, after the widget's call: creates a visitor's space and a token for it.
//!
//! With a key or an access token it creates a space, or finds or creates that of `externalUserId`. With a user's token it
//! returns the user's own space. Without a credential it creates a space for an anonymous visitor if `anonymous_spaces`
//! allows it; `externalUserId` requires a credential.
//!
//! Accepted and ignored: `customSource`.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::{member, space, workspace};
use parlor_kit::ids::format_uuid;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Auth, Route, post};
use parlor_kit::{AppState, PathParams, RequestBody};
use parlor_model::custom_role::CustomRole;
use parlor_model::error::{CredentialReason, EntityKind, ForbiddenReason};
use parlor_model::id::{ApiKeyId, MemberId, SpaceId};
use parlor_model::member::{CreateMember, MemberKey, MemberKind};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result, text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::KEY_HEADER;
use crate::auth::{Caller, OptionalCaller};
use crate::documented::{NOT_FOUND, PAYLOAD_TOO_LARGE, WIDGET_SOURCE, organization_optional};
use crate::error::ErrorResponse;
use crate::group::DEFAULT_GROUP_NAME;
use crate::token::{self, TokenSubject};
use crate::{HandlerError, body, ids, response};

/// The body; it may be absent. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Arrive)]
struct CreateVisitorSpaceRequest {
    /// Who the visitor is, as the customer knows it.
    #[schema(min_length = 1, pattern = r"[^\s\x85]", max_length = 255)]
    external_user_id: Option<String>,
}

/// A space of one's own. After the widget's call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Arrived)]
struct CreateVisitorSpaceResponse {
    /// The space.
    id: String,
    /// A token that is good for it alone.
    token: String,
    /// The visitor.
    temporal_user_id: String,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    organization_optional(
        post("/workspaces/{workspace}/spaces", handle),
        Auth::KeyOrBearer(KEY_HEADER),
    )
    .doc("A space for a visitor, and a token for it.", WIDGET_SOURCE)
    .scope(Scope::write(Resource::Spaces))
    .conditional_scope(
        Scope::write(Resource::Members),
        "a member is made of the visitor",
    )
    .body::<CreateVisitorSpaceRequest>()
    .optional()
    .responds::<CreateVisitorSpaceResponse>(200, "The space.")
    .errors::<ErrorResponse<'_>>(&[NOT_FOUND, PAYLOAD_TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    OptionalCaller(caller): OptionalCaller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let create: CreateVisitorSpaceRequest =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    let user = create.external_user_id;
    if let Some(user) = &user {
        const FIELD: &str = "externalUserId";
        if user.trim().is_empty() {
            return Err(Error::invalid(FIELD, "must not be empty").into());
        }
        text::validate_length(user, FIELD, 255)?;
    }
    let created = match caller {
        Some(caller) => with_credential(&app, caller, user).await?,
        None => anonymous(&app, &params, user).await?,
    };
    Ok(response::ok(&created))
}

async fn with_credential(
    app: &AppState,
    caller: Caller,
    user: Option<String>,
) -> Result<CreateVisitorSpaceResponse> {
    let ctx = caller.ctx;
    if let Some(own) = caller.own_space() {
        let member = ctx.member()?.id;
        if let Some(user) = user {
            let key = MemberKey::External(user.clone());
            let found = member::find(&app.engine, &ctx, key).await;
            if format_uuid(member) != user
                && !found.is_ok_and(|found| found.member.key.id == member)
            {
                return Err(Error::forbidden(ForbiddenReason::Bound));
            }
        }
        return to_response(app, &ctx, (member, own), ctx.key, caller.role.as_ref()).await;
    }
    let keys = match user {
        Some(user) => vec![MemberKey::External(user)],
        None => vec![create_visitor(app, &ctx).await?],
    };
    let provisioned = space::provision(&app.engine, &ctx, keys, DEFAULT_GROUP_NAME).await?;
    let user_space = (provisioned.owner.id, provisioned.space);
    to_response(app, &ctx, user_space, ctx.key, caller.role.as_ref()).await
}

async fn anonymous(
    app: &AppState,
    params: &PathParams,
    user: Option<String>,
) -> Result<CreateVisitorSpaceResponse> {
    if user.is_some() {
        return Err(Error::unauthenticated(CredentialReason::TokenMissing));
    }
    let id = ids::workspace_id_from_path(params)
        .ok_or_else(|| Error::not_found(EntityKind::Workspace))?;
    let workspace = workspace::find(&app.engine, id).await?;
    let ctx = workspace::operator_context(&app.engine, &workspace);
    let keys = vec![create_visitor(app, &ctx).await?];
    let provisioned = space::provision(&app.engine, &ctx, keys, DEFAULT_GROUP_NAME).await?;
    to_response(
        app,
        &ctx,
        (provisioned.owner.id, provisioned.space),
        None,
        None,
    )
    .await
}

/// Creates a contact for an anonymous visitor.
async fn create_visitor(app: &AppState, ctx: &Ctx) -> Result<MemberKey> {
    let visitor = CreateMember::new(MemberKind::Contact);
    let created = member::create(&app.engine, ctx, visitor).await?;
    Ok(MemberKey::Id(created.id))
}

async fn to_response(
    app: &AppState,
    ctx: &Ctx,
    (member, space): (MemberId, SpaceId),
    key: Option<ApiKeyId>,
    role: Option<&CustomRole>,
) -> Result<CreateVisitorSpaceResponse> {
    let subject = TokenSubject::User {
        member,
        space,
        key,
        epoch: token::current_token_epoch(app, ctx.workspace, member).await?,
    };
    Ok(CreateVisitorSpaceResponse {
        id: format_uuid(space),
        token: token::issue(app, ctx.workspace, subject, role).await?,
        temporal_user_id: format_uuid(member),
    })
}
