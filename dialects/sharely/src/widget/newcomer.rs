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
use parlor_kit::body::typed;
use parlor_kit::ids::dashed;
use parlor_kit::{App, Fail, Params, Payload};
use parlor_model::error::{Credential, Denied, Noun};
use parlor_model::id::{KeyId, MemberId, SpaceId};
use parlor_model::member::{CreateMember, Kind, MemberKey};
use parlor_model::{Ctx, Error, Result as Tried, text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::{Caller, Newcomer};
use crate::group::GENERAL;
use crate::token::{self, Holder};
use crate::{Sharely, body, ids, reply};

/// The body; it may be absent. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Arrive {
    /// Who the visitor is, as the customer knows it.
    #[schema(min_length = 1, pattern = r"[^\s\x85]", max_length = 255)]
    external_user_id: Option<String>,
}

/// A space of one's own. After the widget's call.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Arrived {
    /// The space.
    id: String,
    /// A token that is good for it alone.
    token: String,
    /// The visitor.
    temporal_user_id: String,
}

pub(crate) async fn handle(
    State(app): State<App>,
    Newcomer(caller): Newcomer,
    params: Params,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    let arrive: Arrive = typed(body::read(&headers, payload).await?.map)?;
    let user = arrive.external_user_id;
    if let Some(user) = &user {
        const FIELD: &str = "externalUserId";
        if user.trim().is_empty() {
            return Err(Error::invalid(FIELD, "must not be empty").into());
        }
        text::limit(user, FIELD, 255)?;
    }
    let arrived = match caller {
        Some(caller) => known(&app, caller, user).await?,
        None => unknown(&app, &params, user).await?,
    };
    Ok(reply::ok(&arrived))
}

async fn known(app: &App, caller: Caller, user: Option<String>) -> Tried<Arrived> {
    let ctx = caller.ctx;
    if let Some(own) = caller.own_space() {
        let member = ctx.member()?.id;
        if let Some(user) = user {
            let key = MemberKey::External(user.clone());
            let named = member::find(&app.engine, &ctx, key).await;
            if dashed(member) != user && !named.is_ok_and(|found| found.member.key.id == member) {
                return Err(Error::forbidden(Denied::Bound));
            }
        }
        return give(app, &ctx, (member, own), ctx.key, caller.role.as_ref()).await;
    }
    let names = match user {
        Some(user) => vec![MemberKey::External(user)],
        None => vec![fresh(app, &ctx).await?],
    };
    let found = space::provision(&app.engine, &ctx, names, GENERAL).await?;
    let place = (found.owner.id, found.space);
    give(app, &ctx, place, ctx.key, caller.role.as_ref()).await
}

async fn unknown(app: &App, params: &Params, user: Option<String>) -> Tried<Arrived> {
    if user.is_some() {
        return Err(Error::unauthenticated(Credential::TokenMissing));
    }
    let id = ids::workspace(params).ok_or_else(|| Error::not_found(Noun::Workspace))?;
    let place = workspace::find(&app.engine, id).await?;
    let ctx = workspace::owner_ctx(&app.engine, &place);
    let names = vec![fresh(app, &ctx).await?];
    let found = space::provision(&app.engine, &ctx, names, GENERAL).await?;
    give(app, &ctx, (found.owner.id, found.space), None, None).await
}

/// A visitor nobody knows.
async fn fresh(app: &App, ctx: &Ctx) -> Tried<MemberKey> {
    let visitor = CreateMember::of(Kind::Contact);
    let made = member::create(&app.engine, ctx, visitor).await?;
    Ok(MemberKey::Id(made.id))
}

async fn give(
    app: &App,
    ctx: &Ctx,
    (member, space): (MemberId, SpaceId),
    key: Option<KeyId>,
    role: Option<&parlor_model::role::Role>,
) -> Tried<Arrived> {
    let holder = Holder::User {
        member,
        space,
        key,
        epoch: token::epoch(app, ctx.workspace, member).await?,
    };
    Ok(Arrived {
        id: dashed(space),
        token: token::issue(app, ctx.workspace, holder, role).await?,
        temporal_user_id: dashed(member),
    })
}
