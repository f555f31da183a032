//! `GET /spaces/{space}/greeting`, after the widget's call: how a talk begins. With `saveMessage=true` it makes the
//! group to talk in, which the first message will name. There is no agent to greet, so nothing is said.
//!
//! Accepted and ignored: `languageId`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::{conversation, space};
use parlor_kit::ids::dashed;
use parlor_kit::{App, Fail, Params, Query};
use parlor_model::conversation::{CreateConversation, Kind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Visitor;
use crate::space::unless_unknown;
use crate::{Sharely, ids, reply};

/// How a talk begins. After the widget's call.
#[derive(Serialize, ToSchema)]
pub(crate) struct Greeted {
    greeting: Greeting,
}

/// The greeting.
#[derive(Serialize, ToSchema)]
pub(crate) struct Greeting {
    /// What is said: nothing.
    content: &'static str,
    /// The group that was made.
    group: Option<Made>,
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
    let is_kept = query.bool("saveMessage");
    let is_kept = match is_kept {
        Ok(is_kept) => is_kept == Some(true),
        Err(error) => return Err(unless_unknown(&app, &ctx, space, error).await.into()),
    };
    let group = if is_kept {
        let command = CreateConversation {
            space: Some(space),
            title_is_automatic: true,
            ..CreateConversation::of(Kind::Group)
        };
        let made = conversation::create(&app.engine, &ctx, command).await?;
        Some(Made {
            id: dashed(made.id),
        })
    } else {
        space::conversation(&app.engine, &ctx, space, None).await?;
        None
    };
    Ok(reply::ok(&Greeted {
        greeting: Greeting { content: "", group },
    }))
}
