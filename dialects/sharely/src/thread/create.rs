//! `POST /v1/workspaces/{workspace}/agent/threads`, after the page `api-reference/agent/threads`: creates a thread. The
//! widget's call without the version may leave out the title.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use parlor_engine::member;
use parlor_engine::thread::{self, SubjectNames};
use parlor_kit::request_body::deserialize_map;
use parlor_kit::route::{Auth, Route, post};
use parlor_kit::{AppState, RequestBody};
use parlor_model::conversation::{ConversationKind, CreateConversation};
use parlor_model::error::{EntityKind, ErrorKind};
use parlor_model::id::CustomRoleId;
use parlor_model::member::MemberKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Metadata, Result, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::AGENT_SERVER_KEY;
use super::{THREADS_PAGE, ThreadResponse};
use crate::auth::AgentCaller;
use crate::documented::{NOT_FOUND, PAYLOAD_TOO_LARGE, WIDGET_SOURCE, organization_optional};
use crate::error::ErrorResponse;
use crate::{HandlerError, body, ids, response};

/// The body. After `api-reference/agent/threads`.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CreateThread)]
struct CreateThreadRequest {
    /// What to call it.
    #[schema(min_length = 1, pattern = r"[^\s\x85]", max_length = 255)]
    title: String,
    /// The space it is in; a user's token makes them in its own alone.
    #[schema(format = "uuid")]
    space_id: Option<String>,
    /// Whom it is for: an id, or the customer's own.
    #[schema(min_length = 1, pattern = r"[^\s\x85]", max_length = 255)]
    user_id: Option<String>,
    /// The same for a visitor. Both are shown as they are given; where both are, `userId` says whom it is for.
    #[schema(min_length = 1, pattern = r"[^\s\x85]", max_length = 255)]
    temporal_user_id: Option<String>,
    /// The role it belongs to; the token's when absent, and no other than that where the token carries one.
    #[schema(format = "uuid")]
    role_id: Option<String>,
    /// The agent server it is bound to: kept, and not called.
    #[schema(max_length = 255)]
    agent_server_id: Option<String>,
}

/// The same where the title may be absent: the first message gives it one. After the widget's call.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StartThread)]
struct StartThreadRequest {
    /// What to call it.
    #[schema(max_length = 255)]
    title: Option<String>,
    /// The space it is in; a user's token makes them in its own alone.
    #[schema(format = "uuid")]
    space_id: Option<String>,
    /// Whom it is for: an id, or the customer's own.
    #[schema(min_length = 1, pattern = r"[^\s\x85]", max_length = 255)]
    user_id: Option<String>,
    /// The same for a visitor. Both are shown as they are given; where both are, `userId` says whom it is for.
    #[schema(min_length = 1, pattern = r"[^\s\x85]", max_length = 255)]
    temporal_user_id: Option<String>,
    /// The role it belongs to; the token's when absent, and no other than that where the token carries one.
    #[schema(format = "uuid")]
    role_id: Option<String>,
    /// The agent server it is bound to: kept, and not called.
    #[schema(max_length = 255)]
    agent_server_id: Option<String>,
}

/// Declares the versioned route.
pub(crate) fn route() -> Route {
    let route = post("/v1/workspaces/{workspace}/agent/threads", handle)
        .doc("Make a thread.", THREADS_PAGE)
        .body::<CreateThreadRequest>();
    with_shared_parts(route)
}

/// Declares the widget's route.
pub(crate) fn route_unversioned() -> Route {
    let route = post("/workspaces/{workspace}/agent/threads", handle_unversioned)
        .doc("Make a thread, with or without a title.", WIDGET_SOURCE)
        .body::<StartThreadRequest>()
        .optional();
    with_shared_parts(route)
}

fn with_shared_parts(route: Route) -> Route {
    organization_optional(route, Auth::Bearer)
        .scope(Scope::write(Resource::Conversations))
        .conditional_scope(Scope::read(Resource::Members), "a user is named")
        .conditional_scope(Scope::write(Resource::Members), "the user is new")
        .responds::<ThreadResponse>(201, "The new thread.")
        .errors::<ErrorResponse<'_>>(&[NOT_FOUND, PAYLOAD_TOO_LARGE])
}

async fn handle(
    State(app): State<AppState>,
    agent: AgentCaller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let create: CreateThreadRequest =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    let title = text::normalize_required(&create.title, "title", 255)?;
    let start = StartThreadRequest {
        title: Some(title),
        space_id: create.space_id,
        user_id: create.user_id,
        temporal_user_id: create.temporal_user_id,
        role_id: create.role_id,
        agent_server_id: create.agent_server_id,
    };
    Ok(create_thread(&app, &agent, start).await?)
}

async fn handle_unversioned(
    State(app): State<AppState>,
    agent: AgentCaller,
    headers: HeaderMap,
    payload: RequestBody,
) -> Result<Response, HandlerError> {
    let start: StartThreadRequest =
        deserialize_map(body::read_json_body(&headers, payload).await?.map)?;
    Ok(create_thread(&app, &agent, start).await?)
}

async fn create_thread(
    app: &AppState,
    agent: &AgentCaller,
    start: StartThreadRequest,
) -> Result<Response> {
    let ctx = agent.context();
    let title = text::normalize_optional(start.title.as_deref(), "title", 255)?;
    let mut metadata = Map::new();
    if let Some(server) = start.agent_server_id {
        text::validate_length(&server, AGENT_SERVER_KEY, 255)?;
        metadata.insert(AGENT_SERVER_KEY.to_owned(), Value::String(server));
    }
    let space = ids::parse_optional_id(start.space_id.as_deref(), "spaceId")?;
    if let Some(space) = space {
        agent.0.require_space(space)?;
    }
    let role = resolve_role(agent, start.role_id.as_deref())?;
    let names = SubjectNames {
        user_id: start.user_id,
        temporal_user_id: start.temporal_user_id,
    };
    let subject = match parse_subject_keys(&names)? {
        None => None,
        Some(keys) => {
            let member = member::find_or_create_first(&app.engine, &ctx, keys).await?;
            Some(MemberKey::Number(member.number))
        }
    };
    let command = CreateConversation {
        space: space.or(agent.0.own_space()),
        title_is_automatic: title.is_none(),
        title,
        subject,
        metadata: Metadata::new(metadata, AGENT_SERVER_KEY)?,
        ..CreateConversation::new(ConversationKind::Thread)
    };
    let created = thread::create(&app.engine, &ctx, command, role, names).await;
    let thread = created.map_err(|error| match error.kind() {
        ErrorKind::NotFound(EntityKind::Space) => {
            Error::invalid("spaceId", "must be the id of a space of this workspace")
        }
        _ => error,
    })?;
    Ok(response::json(
        StatusCode::CREATED,
        &agent.render_thread(thread),
    ))
}

/// Returns the role of the new thread: the token's, otherwise the one in the body.
///
/// # Errors
/// `Invalid` if both name a role and they differ.
fn resolve_role(agent: &AgentCaller, requested: Option<&str>) -> Result<Option<CustomRoleId>> {
    let own = agent.0.role.as_ref().map(|role| role.id);
    let requested: Option<CustomRoleId> = ids::parse_optional_id(requested, "roleId")?;
    match (own, requested) {
        (Some(own), Some(requested)) if own != requested => {
            Err(Error::invalid("roleId", "must be the role of the token"))
        }
        (own, requested) => Ok(own.or(requested)),
    }
}

/// Returns the keys by which the subject is looked up; `userId` takes precedence over `temporalUserId`.
///
/// # Errors
/// `Invalid` for a blank or overlong value.
fn parse_subject_keys(names: &SubjectNames) -> Result<Option<Vec<MemberKey>>> {
    let (user, temporal) = (&names.user_id, &names.temporal_user_id);
    for (text, field) in [(user, "userId"), (temporal, "temporalUserId")] {
        if let Some(text) = text {
            if text.trim().is_empty() {
                return Err(Error::invalid(field, "must not be empty"));
            }
            text::validate_length(text, field, 255)?;
        }
    }
    Ok(user
        .as_ref()
        .or(temporal.as_ref())
        .map(|text| ids::member_keys(text)))
}
