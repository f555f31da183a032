//! `POST /v1/workspaces/{workspace}/spaces/{space}/message`, after the page `api-reference/spaces/messages`: keeps a
//! message. Nobody answers it. The body is ours, as no page that could be read shows the vendor's.
//!
//! Accepted and ignored: `userId` and `customerIdString` of an answer, which is nobody's.

use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use parlor_engine::{conversation, member, message, space};
use parlor_kit::body::typed;
use parlor_kit::ids::{dashed, parse_dashed};
use parlor_kit::{App, Fail, Params, Payload};
use parlor_model::conversation::ConversationKey;
use parlor_model::details::Details;
use parlor_model::error::{Conflict, Noun};
use parlor_model::id::{ConversationId, MessageId, SpaceId, kind};
use parlor_model::json::exact_objects;
use parlor_model::member::MemberKey;
use parlor_model::message::{CreateMessage, Role};
use parlor_model::{Ctx, Error, Id, Result as Tried, text};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Message, Type, Viewer};
use crate::auth::Caller;
use crate::group::GENERAL;
use crate::space::unless_unknown;
use crate::{Sharely, body, ids, reply};

/// Longest text, in characters.
const LONGEST: usize = 65_536;

/// The body. `message` may also be called `newMessage`, as the widget calls it; `save_schema` documents both.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SaveMessage)]
pub(crate) struct Save {
    /// What is said.
    #[serde(alias = "newMessage")]
    #[schema(min_length = 1, max_length = 65_536, pattern = r"[^\s\x85]")]
    message: String,
    /// Who speaks; `USER` when absent.
    #[serde(rename = "type")]
    kind: Option<Type>,
    /// In which group; the space's first one when absent.
    #[schema(format = "uuid")]
    group_id: Option<String>,
    /// A longer form of it.
    #[schema(max_length = 65_536)]
    content: Option<String>,
    /// Links that it rests on.
    sources: Option<Vec<String>>,
    /// Titles and more about them.
    #[serde(default, deserialize_with = "exact_objects")]
    #[schema(value_type = Option<Vec<Object>>)]
    sources_metadata: Option<Vec<Map<String, Value>>>,
    /// Who says it, by id; the token's user when absent.
    #[schema(format = "uuid")]
    user_id: Option<String>,
    /// Who says it, by the customer's own id.
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    customer_id_string: Option<String>,
    /// The id to keep it under: a repeat with the same text gives the kept message.
    #[schema(format = "uuid")]
    id: Option<String>,
}

/// What the body asks for.
struct Asked {
    text: String,
    role: Role,
    group: Option<ConversationId>,
    details: Details,
    author: Vec<MemberKey>,
    id: Option<MessageId>,
}

pub(crate) async fn handle(
    State(app): State<App>,
    caller: Caller,
    params: Params,
    headers: HeaderMap,
    payload: Payload,
) -> Result<Response, Fail<Sharely>> {
    let object = body::read(&headers, payload).await?;
    let space = ids::space(&params)?;
    let ctx = caller.within(space)?;
    let asked = match read(object.map) {
        Ok(asked) => asked,
        Err(error) => return Err(unless_unknown(&app, &ctx, space, error).await.into()),
    };
    let key = ConversationKey::Id(place(&app, &ctx, space, asked.group).await?);
    let author = match asked.role {
        Role::User if !asked.author.is_empty() => {
            Some(member::name(&app.engine, &ctx, asked.author).await?.number)
        }
        Role::User => ctx.actor.map(|actor| actor.number),
        Role::Assistant | Role::System | Role::Tool | Role::Context => None,
    };
    let command = CreateMessage {
        details: asked.details,
        id: asked.id,
        ..CreateMessage::new(key, author, asked.role, asked.text.clone())
    };
    let conversation = conversation::outline(&app.engine, &ctx, key).await?;
    let said = message::create_in(&app.engine, &ctx, &conversation, command).await?;
    let found = said.message;
    // Nothing is read behind a message that was stored now; one that stood already may have been rated.
    let ratings = if said.duplicate {
        if *found.text != asked.text {
            return Err(Error::conflict(Conflict::IdempotencyMismatch).into());
        }
        let shown = std::slice::from_ref(&found);
        let mut ratings = message::ratings(&app.engine, &ctx, key, shown).await?;
        ratings.remove(&found.number).unwrap_or_default()
    } else {
        Vec::new()
    };
    Ok(reply::ok(&Message::seen_by(
        &Viewer::new(&caller, ctx),
        found,
        &ratings,
    )))
}

/// The group in which it is said.
async fn place(
    app: &App,
    ctx: &Ctx,
    space: SpaceId,
    group: Option<ConversationId>,
) -> Tried<ConversationId> {
    match group {
        Some(_) => space::conversation_of_messages(&app.engine, ctx, space, group)
            .await?
            .map(|found| found.id)
            .ok_or_else(|| Error::not_found(Noun::Conversation)),
        None => space::default_conversation(&app.engine, ctx, space, GENERAL).await,
    }
}

fn read(map: Map<String, Value>) -> Tried<Asked> {
    let save: Save = typed(map)?;
    let said = save.message;
    text::spoken(&said, "message", LONGEST)?;
    if let Some(content) = &save.content {
        text::limit(content, "content", LONGEST)?;
    }
    Ok(Asked {
        text: said,
        role: match save.kind {
            Some(Type::Ai) => Role::Assistant,
            Some(Type::User) | None => Role::User,
        },
        group: ids::given(save.group_id.as_deref(), "groupId")?,
        details: Details {
            content: save.content,
            sources: save.sources.map(Value::from),
            source_details: save.sources_metadata.map(|about| {
                let about = about.into_iter().map(Value::Object);
                Value::Array(about.collect())
            }),
            ..Details::default()
        },
        author: author(save.user_id, save.customer_id_string)?,
        id: ids::given(save.id.as_deref(), "id")?,
    })
}

/// Whom the user's fields may mean; nobody in particular where they are absent.
pub(crate) fn author(id: Option<String>, customer: Option<String>) -> Tried<Vec<MemberKey>> {
    match (id, customer) {
        (None, None) => Ok(Vec::new()),
        (Some(_), Some(_)) => Err(Error::malformed(
            "Provide only one of userId or customerIdString",
        )),
        (Some(id), None) => {
            let id: Id<kind::Member> =
                parse_dashed(&id).ok_or_else(|| Error::invalid("userId", "must be a UUID"))?;
            Ok(vec![MemberKey::Id(id), MemberKey::External(dashed(id))])
        }
        (None, Some(customer)) => {
            const FIELD: &str = "customerIdString";
            if customer.trim().is_empty() {
                return Err(Error::invalid(FIELD, "must not be empty"));
            }
            text::limit(&customer, FIELD, 255)?;
            Ok(vec![MemberKey::External(customer)])
        }
    }
}
