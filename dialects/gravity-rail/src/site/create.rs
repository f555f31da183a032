//! `POST /sites`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::site;
use parlor_kit::route::{Route, post};
use parlor_kit::{AppState, RequestBody};
use parlor_model::scope::{Resource, Scope};
use parlor_model::site::CreateSite;
use serde::Deserialize;
use utoipa::ToSchema;

use super::SiteResponse;
use crate::auth::Caller;
use crate::documented::{BAD_BODY, NO_SCOPE, TOO_LARGE, workspace_path};
use crate::error::ErrorResponse;
use crate::ids::EntityRef;
use crate::respond::ok_json;
use crate::{HandlerError, body};

/// What to make a site of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreateSiteRequest {
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    name: String,
    /// Made of the name when absent.
    #[schema(max_length = 64, pattern = "^[a-z0-9]+(-[a-z0-9]+)*$")]
    slug: Option<String>,
    /// The workflow its chats run.
    workflow_id: Option<EntityRef>,
    /// A language tag, such as `en-GB`.
    #[schema(max_length = 35, pattern = "^[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8})*$")]
    locale: Option<String>,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    post(workspace_path!("/sites"), handle)
        .doc("Creates a site", "")
        .scope(Scope::write(Resource::Sites))
        .body::<CreateSiteRequest>()
        .responds::<SiteResponse>(200, "The site.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such workflow."),
            (409, "The slug is taken."),
            TOO_LARGE,
        ])
}

async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let request: CreateSiteRequest = body::parse(payload).await?;
    let command = CreateSite {
        name: request.name,
        slug: request.slug,
        workflow: request.workflow_id.map(EntityRef::to_id_or_number),
        locale: request.locale,
    };
    let created = site::create(&app.engine, &ctx, command).await?;
    Ok(ok_json(&SiteResponse::from_site(created)))
}
