//! `PUT /sites/{site_id}`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::site;
use parlor_kit::{AppState, PathParams, RequestBody, request_body::double_option, response};
use parlor_model::scope::{Resource, Scope};
use parlor_model::site::UpdateSite;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{SiteResponse, parse_key};
use crate::auth::Caller;
use crate::ids::EntityRef;
use crate::{HandlerError, body};

/// What to change of a site; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UpdateSiteRequest {
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    name: Option<String>,
    #[schema(max_length = 64, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    slug: Option<String>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<EntityRef>)]
    workflow_id: Option<Option<EntityRef>>,
    #[serde(default, deserialize_with = "double_option")]
    #[schema(value_type = Option<String>, max_length = 35, pattern = "^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*$")]
    locale: Option<Option<String>>,
    /// No new chat begins on an archived site.
    is_archived: Option<bool>,
}

/// Asks for `sites:write`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: UpdateSiteRequest = body::parse(payload).await?;
    ctx.require(Scope::write(Resource::Sites))?;
    let key = parse_key(params.get("site"))?;
    let command = UpdateSite {
        name: request.name,
        slug: request.slug,
        workflow: request
            .workflow_id
            .map(|id| id.map(EntityRef::to_id_or_number)),
        locale: request.locale,
        archived: request.is_archived,
    };
    let changed = site::update(&app.engine, &ctx, key, command).await?;
    Ok(response::json(
        StatusCode::OK,
        &SiteResponse::from_site(changed),
    ))
}
