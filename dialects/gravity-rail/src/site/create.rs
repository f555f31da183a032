//! `POST /sites`.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::site;
use parlor_kit::{AppState, RequestBody, response};
use parlor_model::site::CreateSite;
use serde::Deserialize;
use utoipa::ToSchema;

use super::SiteResponse;
use crate::auth::Caller;
use crate::ids::EntityRef;
use crate::{HandlerError, body};

/// What to make a site of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreateSiteRequest {
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

/// Asks for `sites:write`.
pub(crate) async fn handle(
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
    let made = site::create(&app.engine, &ctx, command).await?;
    Ok(response::json(
        StatusCode::OK,
        &SiteResponse::from_site(made),
    ))
}
