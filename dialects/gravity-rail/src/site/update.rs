//! `PUT /sites/{site_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::site;
use parlor_kit::{App, Params, Payload, body::present, reply};
use parlor_model::scope::{Resource, Scope};
use parlor_model::site::UpdateSite;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{SiteResponse, key};
use crate::auth::Caller;
use crate::ids::Reference;
use crate::{Fail, body};

/// What to change of a site; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateSiteRequest {
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    name: Option<String>,
    #[schema(max_length = 64, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    slug: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Reference>)]
    workflow_id: Option<Option<Reference>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, max_length = 35, pattern = "^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*$")]
    locale: Option<Option<String>>,
    /// No new chat begins on an archived site.
    is_archived: Option<bool>,
}

/// Asks for `sites:write`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    params: Params,
    payload: Payload,
) -> Result<Response, Fail> {
    let request: UpdateSiteRequest = body::read(payload).await?;
    ctx.require(Scope::write(Resource::Sites))?;
    let key = key(params.get("site"))?;
    let command = UpdateSite {
        name: request.name,
        slug: request.slug,
        workflow: request.workflow_id.map(|id| id.map(Reference::locator)),
        locale: request.locale,
        archived: request.is_archived,
    };
    let changed = site::update(&app.engine, &ctx, key, command).await?;
    Ok(reply::json(StatusCode::OK, &SiteResponse::of(changed)))
}
