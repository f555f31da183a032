//! `GET /spaces/{space}/greeting`, after the widget's call: returns the greeting of a new conversation. With
//! `saveMessage=true` it creates the group, whose title is generated from its first user message, and stores the greeting
//! as the first message: the widget reopens a group only if it begins with an answer.
//!
//! Accepted and ignored: `languageId`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::message::InitialMessage;
use parlor_engine::{conversation, space, workspace};
use parlor_kit::ids::format_uuid;
use parlor_kit::route::ParameterKind::Boolean;
use parlor_kit::route::{Auth, Route, get};
use parlor_kit::{AppState, PathParams, QueryParams};
use parlor_model::conversation::{ConversationKind, CreateConversation};
use parlor_model::id::SpaceId;
use parlor_model::message::MessageRole;
use parlor_model::message_details::MessageDetails;
use parlor_model::redacted::Redacted;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Metadata, Result};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::TokenCaller;
use crate::documented::{NOT_FOUND, WIDGET_SOURCE, organization_optional};
use crate::error::ErrorResponse;
use crate::error_precedence::prefer_not_found;
use crate::{HandlerError, ids, response};

/// Greeting if the workspace's owner has set none.
const DEFAULT_GREETING: &str = "Hello! What would you like to know?";

/// How a talk begins. After the widget's call.
#[derive(Serialize, ToSchema)]
#[schema(as = Greeted)]
struct GreetingResponse {
    greeting: Greeting,
}

/// The greeting.
#[derive(Serialize, ToSchema)]
struct Greeting {
    /// What is said.
    content: String,
    /// What a visitor is offered to ask.
    questions: Vec<GreetingQuestion>,
    /// The group that was made.
    group: Option<GreetingGroup>,
}

/// Something to ask. After the widget's call.
#[derive(Serialize, ToSchema)]
struct GreetingQuestion {
    /// Its place among the questions, from 1.
    id: String,
    content: String,
}

/// A group that was made.
#[derive(Serialize, ToSchema)]
#[schema(as = Made)]
struct GreetingGroup {
    id: String,
}

/// Declares the route.
pub(crate) fn route() -> Route {
    let route = get("/spaces/{space}/greeting", handle)
        .doc(
            "How a talk begins; it may make the group to talk in.",
            WIDGET_SOURCE,
        )
        .scope(Scope::read(Resource::Conversations))
        .query("saveMessage", Boolean, "Whether to make the group.")
        .conditional_scope(Scope::write(Resource::Conversations), "the group is made")
        .conditional_scope(Scope::write(Resource::Messages), "the group is made")
        .responds::<GreetingResponse>(200, "The greeting.");
    organization_optional(route, Auth::Bearer).errors::<ErrorResponse<'_>>(&[NOT_FOUND])
}

async fn handle(
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    let save =
        prefer_not_found(&app, &ctx, space, query.get_bool("saveMessage")).await? == Some(true);
    let workspace = workspace::find(&app.engine, ctx.workspace.id).await?;
    let web_chat = &workspace.web_chat;
    let content = web_chat
        .greeting
        .as_deref()
        .unwrap_or(DEFAULT_GREETING)
        .to_owned();
    let group = if save {
        Some(create_group(&app, &ctx, space, &content).await?)
    } else {
        space::find_conversation(&app.engine, &ctx, space, None).await?;
        None
    };
    let questions = web_chat.questions.iter().zip(1..);
    let questions = questions.map(|(content, number): (_, usize)| GreetingQuestion {
        id: number.to_string(),
        content: content.clone(),
    });
    Ok(response::ok(&GreetingResponse {
        greeting: Greeting {
            content,
            questions: questions.collect(),
            group,
        },
    }))
}

/// Creates a group with the greeting as its first message, in one transaction.
async fn create_group(
    app: &AppState,
    ctx: &Ctx,
    space: SpaceId,
    greeting: &str,
) -> Result<GreetingGroup> {
    let command = CreateConversation {
        space: Some(space),
        title_is_automatic: true,
        ..CreateConversation::new(ConversationKind::Group)
    };
    let message = InitialMessage {
        role: MessageRole::Assistant,
        subtype: None,
        text: Redacted(greeting.to_owned()),
        details: MessageDetails::default(),
        metadata: Metadata::default(),
    };
    let (created, _) =
        conversation::create_with_messages(&app.engine, ctx, command, None, vec![message]).await?;
    Ok(GreetingGroup {
        id: format_uuid(created.id),
    })
}
