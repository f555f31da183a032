//! `GET /spaces/{space}/greeting`, after the widget's call: how a talk begins. With `saveMessage=true` it makes the group
//! to talk in, which the first message of a person will name, and the greeting is what was said first there: the widget
//! shows a talk again only where it begins with an answer.
//!
//! Accepted and ignored: `languageId`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::conversation::FirstMessage;
use parlor_engine::{conversation, space, workspace};
use parlor_kit::ids::dashed;
use parlor_kit::{App, Fail, Params, Query};
use parlor_model::conversation::{CreateConversation, Kind};
use parlor_model::details::Details;
use parlor_model::id::SpaceId;
use parlor_model::message::Role;
use parlor_model::private::Private;
use parlor_model::{Ctx, Metadata, Result as Tried};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Visitor;
use crate::space::unless_unknown;
use crate::{Sharely, ids, reply};

/// What is said where the owner of the workspace has chosen nothing.
const GREETING: &str = "Hello! What would you like to know?";

/// How a talk begins. After the widget's call.
#[derive(Serialize, ToSchema)]
pub(crate) struct Greeted {
    greeting: Greeting,
}

/// The greeting.
#[derive(Serialize, ToSchema)]
pub(crate) struct Greeting {
    /// What is said.
    content: String,
    /// What a visitor is offered to ask.
    questions: Vec<Question>,
    /// The group that was made.
    group: Option<Made>,
}

/// Something to ask. After the widget's call.
#[derive(Serialize, ToSchema)]
#[schema(as = GreetingQuestion)]
pub(crate) struct Question {
    /// Its place among the questions, from 1.
    id: String,
    content: String,
}

/// A group that was made.
#[derive(Serialize, ToSchema)]
pub(crate) struct Made {
    id: String,
}

pub(crate) async fn handle(
    State(app): State<App>,
    Visitor(caller): Visitor,
    params: Params,
    query: Query,
) -> Result<Response, Fail<Sharely>> {
    let space = ids::space(&params)?;
    let ctx = caller.within(space)?;
    let is_kept = match query.bool("saveMessage") {
        Ok(is_kept) => is_kept == Some(true),
        Err(error) => return Err(unless_unknown(&app, &ctx, space, error).await.into()),
    };
    let place = workspace::find(&app.engine, ctx.workspace.id).await?;
    let web_chat = &place.web_chat;
    let content = web_chat.greeting.as_deref().unwrap_or(GREETING).to_owned();
    let group = if is_kept {
        Some(make(&app, &ctx, space, &content).await?)
    } else {
        space::conversation(&app.engine, &ctx, space, None).await?;
        None
    };
    let questions = web_chat.questions.iter().zip(1..);
    let questions = questions.map(|(content, place): (_, usize)| Question {
        id: place.to_string(),
        content: content.clone(),
    });
    Ok(reply::ok(&Greeted {
        greeting: Greeting {
            content,
            questions: questions.collect(),
            group,
        },
    }))
}

/// A group that begins with the greeting, both or none.
async fn make(app: &App, ctx: &Ctx, space: SpaceId, greeting: &str) -> Tried<Made> {
    let command = CreateConversation {
        space: Some(space),
        title_is_automatic: true,
        ..CreateConversation::of(Kind::Group)
    };
    let first = FirstMessage {
        role: Role::Assistant,
        form: None,
        text: Private(greeting.to_owned()),
        details: Details::default(),
        metadata: Metadata::default(),
    };
    let (made, _) = conversation::begin(&app.engine, ctx, command, None, vec![first]).await?;
    Ok(Made {
        id: dashed(made.id),
    })
}
