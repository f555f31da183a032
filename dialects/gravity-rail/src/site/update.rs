//! `PUT /sites/{site_id}`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::site;
use parlor_kit::route::{Route, put};
use parlor_kit::{AppState, PathParams, RequestBody, request_body::double_option};
use parlor_model::scope::{Resource, Scope};
use parlor_model::site::UpdateSite;
use serde::Deserialize;
use utoipa::ToSchema;

use super::SiteResponse;
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::EntityRef;
use crate::ids::parse_key;
use crate::respond::ok_json;
use crate::{HandlerError, body};

const SCOPE: Scope = Scope::write(Resource::Sites);

/// What to change of a site; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UpdateSiteRequest {
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

/// Declares the route.
pub(crate) fn route() -> Route {
    put(workspace_path!("/sites/{site}"), handle)
        .doc("Updates a site", "")
        .scope(SCOPE)
        .body::<UpdateSiteRequest>()
        .optional()
        .responds::<SiteResponse>(200, "The site as it is now.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such site or workflow."),
            (409, "The slug is taken."),
            TOO_LARGE,
        ])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    params: PathParams,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: UpdateSiteRequest = body::parse(payload).await?;
    ctx.require(SCOPE)?;
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
    Ok(ok_json(&SiteResponse::from_site(changed)))
}
