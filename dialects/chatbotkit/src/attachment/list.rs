//! `GET /conversation/{conversation}/attachment/list`. An endpoint of this server's own.

use axum::extract::State;
use http::StatusCode;
use parlor_engine::file;
use parlor_kit::route::ParameterKind::{Between, Text};
use parlor_kit::route::Route;
use parlor_kit::{AppState, PathParams, QueryParams, response};
use parlor_model::conversation::ConversationKey;
use parlor_model::file::File;
use parlor_model::scope::{Resource, Scope};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::documented::{get, reads};
use crate::prefix::Prefix;
use crate::{HandlerResult, conversation_access, ids};

const MAX_PAGE_FILES: i64 = 100;

/// A page of files, the oldest first.
#[derive(Serialize, ToSchema)]
struct ConversationAttachmentListResponse {
    /// The files.
    items: Vec<ConversationAttachment>,
    /// The last one's id, which goes into the next request; empty when there is nothing on this page.
    cursor: String,
}

/// A file of a conversation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConversationAttachment {
    /// Its id.
    id: String,
    /// What it is called.
    name: String,
    /// Its media type.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    r#type: Option<String>,
    /// Its bytes.
    size: i64,
    /// When it was stored, in milliseconds since 1970 whatever `timestamps` is set to.
    created_at: i64,
}

impl From<File> for ConversationAttachment {
    fn from(file: File) -> Self {
        Self {
            id: ids::format_file_id(file.id),
            name: file.path,
            r#type: file.media_type,
            size: file.content.size,
            created_at: file.updated_at.millis(),
        }
    }
}

/// Declares the route.
pub(crate) fn route(prefix: Prefix) -> Route {
    let path = "/api/v1/conversation/{conversation}/attachment/list";
    let route = get(prefix, path, handle);
    reads::<ConversationAttachmentListResponse>(route, Resource::Messages)
        .doc("Files of a conversation, the oldest first", "")
        .query("take", Between(1, 100), "How many; 100 by default")
        .query("cursor", Text, "Goes on behind the page that gave it")
}

async fn handle(
    State(app): State<AppState>,
    caller: Caller,
    params: PathParams,
    query: QueryParams,
) -> HandlerResult {
    let ctx = &caller.ctx;
    ctx.require(Scope::read(Resource::Messages))?;
    let id = ids::parse_conversation_id(params.get("conversation"))?;
    let take = query.get_int("take", MAX_PAGE_FILES, 1, MAX_PAGE_FILES)?;
    let after = query.get("cursor").filter(|text| !text.is_empty());
    let after = after.map(ids::parse_file_cursor).transpose()?;
    conversation_access::find_for_messages(&app, ctx, params.get("conversation")).await?;
    let key = ConversationKey::Id(id);
    let found = file::attachments(&app.engine, ctx, key, after, take).await?;
    let response = ConversationAttachmentListResponse {
        cursor: found
            .last()
            .map_or_else(String::new, |file| ids::format_file_id(file.id)),
        items: found.into_iter().map(Into::into).collect(),
    };
    Ok(response::json(StatusCode::OK, &response))
}
