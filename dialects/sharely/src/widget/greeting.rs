//! `GET /spaces/{space}/greeting`, after the widget's call: how a talk begins. With `saveMessage=true` it makes the group
//! to talk in, which the first message of a person will name, and the greeting is what was said first there: the widget
//! shows a talk again only where it begins with an answer.
//!
//! Accepted and ignored: `languageId`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::message::InitialMessage;
use parlor_engine::{conversation, space, workspace};
use parlor_kit::ids::format_uuid;
use parlor_kit::{AppState, DialectError, PathParams, QueryParams};
use parlor_model::conversation::{ConversationKind, CreateConversation};
use parlor_model::id::SpaceId;
use parlor_model::message::MessageRole;
use parlor_model::message_details::MessageDetails;
use parlor_model::redacted::Redacted;
use parlor_model::{Ctx, Metadata, Result as Tried};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::TokenCaller;
use crate::space::prefer_not_found_error;
use crate::{Sharely, ids, response};

/// What is said where the owner of the workspace has chosen nothing.
const DEFAULT_GREETING: &str = "Hello! What would you like to know?";

/// How a talk begins. After the widget's call.
#[derive(Serialize, ToSchema)]
#[schema(as = Greeted)]
pub(crate) struct GreetingResponse {
    greeting: Greeting,
}

/// The greeting.
#[derive(Serialize, ToSchema)]
pub(crate) struct Greeting {
    /// What is said.
    content: String,
    /// What a visitor is offered to ask.
    questions: Vec<GreetingQuestion>,
    /// The group that was made.
    group: Option<GreetingGroup>,
}

/// Something to ask. After the widget's call.
#[derive(Serialize, ToSchema)]
pub(crate) struct GreetingQuestion {
    /// Its place among the questions, from 1.
    id: String,
    content: String,
}

/// A group that was made.
#[derive(Serialize, ToSchema)]
#[schema(as = Made)]
pub(crate) struct GreetingGroup {
    id: String,
}

pub(crate) async fn handle(
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, DialectError<Sharely>> {
    let space = ids::space_id_from_path(&params)?;
    let ctx = caller.context_for_space(space)?;
    let is_kept = match query.get_bool("saveMessage") {
        Ok(is_kept) => is_kept == Some(true),
        Err(error) => {
            return Err(prefer_not_found_error(&app, &ctx, space, error)
                .await
                .into());
        }
    };
    let place = workspace::find(&app.engine, ctx.workspace.id).await?;
    let web_chat = &place.web_chat;
    let content = web_chat
        .greeting
        .as_deref()
        .unwrap_or(DEFAULT_GREETING)
        .to_owned();
    let group = if is_kept {
        Some(create_group(&app, &ctx, space, &content).await?)
    } else {
        space::find_conversation(&app.engine, &ctx, space, None).await?;
        None
    };
    let questions = web_chat.questions.iter().zip(1..);
    let questions = questions.map(|(content, place): (_, usize)| GreetingQuestion {
        id: place.to_string(),
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

/// A group that begins with the greeting, both or none.
async fn create_group(
    app: &AppState,
    ctx: &Ctx,
    space: SpaceId,
    greeting: &str,
) -> Tried<GreetingGroup> {
    let command = CreateConversation {
        space: Some(space),
        title_is_automatic: true,
        ..CreateConversation::new(ConversationKind::Group)
    };
    let first = InitialMessage {
        role: MessageRole::Assistant,
        subtype: None,
        text: Redacted(greeting.to_owned()),
        details: MessageDetails::default(),
        metadata: Metadata::default(),
    };
    let (made, _) =
        conversation::create_with_messages(&app.engine, ctx, command, None, vec![first]).await?;
    Ok(GreetingGroup {
        id: format_uuid(made.id),
    })
}
