//! `POST /workspaces/{workspace}/spaces`, after the widget's call: a space for a visitor, and a token for it.
//!
//! With a key or an access token it makes a space, that of `externalUserId` where it is given. With a user's token it
//! gives that user's own. Without a credential it makes a space for a visitor nobody knows, where the operator allows
//! that (`anonymous_spaces`); naming a user takes a credential.
//!
//! Accepted and ignored: `customSource`.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::{member, space, workspace};
use parlor_kit::ids::format_uuid;
use parlor_kit::request_body::deserialize_map;
use parlor_kit::{AppState, DialectError, PathParams, RequestBody};
use parlor_model::error::{CredentialReason, EntityKind, ForbiddenReason};
use parlor_model::id::{ApiKeyId, MemberId, SpaceId};
use parlor_model::member::{CreateMember, MemberKey, MemberKind};
use parlor_model::{Ctx, Error, Result as Tried, text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::{Caller, OptionalCaller};
use crate::group::DEFAULT_GROUP_NAME;
use crate::token::{self, TokenSubject};
use crate::{Sharely, body, ids, response};

/// The body; it may be absent. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Arrive)]
pub(crate) struct CreateVisitorSpaceRequest {
    /// Who the visitor is, as the customer knows it.
    #[schema(min_length = 1, pattern = r"[^\s\x85]", max_length = 255)]
    external_user_id: Option<String>,
}

/// A space of one's own. After the widget's call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Arrived)]
pub(crate) struct CreateVisitorSpaceResponse {
    /// The space.
    id: String,
    /// A token that is good for it alone.
    token: String,
    /// The visitor.
    temporal_user_id: String,
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    OptionalCaller(caller): OptionalCaller,
    params: PathParams,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, DialectError<Sharely>> {
    let arrive: CreateVisitorSpaceRequest =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    let user = arrive.external_user_id;
    if let Some(user) = &user {
        const FIELD: &str = "externalUserId";
        if user.trim().is_empty() {
            return Err(Error::invalid(FIELD, "must not be empty").into());
        }
        text::validate_length(user, FIELD, 255)?;
    }
    let arrived = match caller {
        Some(caller) => with_credential(&app, caller, user).await?,
        None => anonymous(&app, &params, user).await?,
    };
    Ok(response::ok(&arrived))
}

async fn with_credential(
    app: &AppState,
    caller: Caller,
    user: Option<String>,
) -> Tried<CreateVisitorSpaceResponse> {
    let ctx = caller.ctx;
    if let Some(own) = caller.own_space() {
        let member = ctx.member()?.id;
        if let Some(user) = user {
            let key = MemberKey::External(user.clone());
            let named = member::find(&app.engine, &ctx, key).await;
            if format_uuid(member) != user
                && !named.is_ok_and(|found| found.member.key.id == member)
            {
                return Err(Error::forbidden(ForbiddenReason::Bound));
            }
        }
        return to_response(app, &ctx, (member, own), ctx.key, caller.role.as_ref()).await;
    }
    let names = match user {
        Some(user) => vec![MemberKey::External(user)],
        None => vec![create_visitor(app, &ctx).await?],
    };
    let found = space::provision(&app.engine, &ctx, names, DEFAULT_GROUP_NAME).await?;
    let place = (found.owner.id, found.space);
    to_response(app, &ctx, place, ctx.key, caller.role.as_ref()).await
}

async fn anonymous(
    app: &AppState,
    params: &PathParams,
    user: Option<String>,
) -> Tried<CreateVisitorSpaceResponse> {
    if user.is_some() {
        return Err(Error::unauthenticated(CredentialReason::TokenMissing));
    }
    let id = ids::workspace_id_from_path(params)
        .ok_or_else(|| Error::not_found(EntityKind::Workspace))?;
    let place = workspace::find(&app.engine, id).await?;
    let ctx = workspace::operator_context(&app.engine, &place);
    let names = vec![create_visitor(app, &ctx).await?];
    let found = space::provision(&app.engine, &ctx, names, DEFAULT_GROUP_NAME).await?;
    to_response(app, &ctx, (found.owner.id, found.space), None, None).await
}

/// A visitor nobody knows.
async fn create_visitor(app: &AppState, ctx: &Ctx) -> Tried<MemberKey> {
    let visitor = CreateMember::new(MemberKind::Contact);
    let made = member::create(&app.engine, ctx, visitor).await?;
    Ok(MemberKey::Id(made.id))
}

async fn to_response(
    app: &AppState,
    ctx: &Ctx,
    (member, space): (MemberId, SpaceId),
    key: Option<ApiKeyId>,
    role: Option<&parlor_model::custom_role::CustomRole>,
) -> Tried<CreateVisitorSpaceResponse> {
    let holder = TokenSubject::User {
        member,
        space,
        key,
        epoch: token::current_token_epoch(app, ctx.workspace, member).await?,
    };
    Ok(CreateVisitorSpaceResponse {
        id: format_uuid(space),
        token: token::issue(app, ctx.workspace, holder, role).await?,
        temporal_user_id: format_uuid(member),
    })
}
