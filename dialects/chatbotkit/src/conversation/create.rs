//! `POST /conversation/create`, after the vendor's reference on creating conversations.

use axum::extract::State;
use parlor_engine::{conversation, member};
use parlor_kit::{App, Payload};
use parlor_model::conversation::{CreateConversation, Kind};
use parlor_model::error::{Kind as Refusal, Noun};
use parlor_model::member::MemberKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Error, Result, text};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::body::{self, Field};
use crate::contact::Reference;
use crate::{Outcome, answer, ids};

/// Longest name of a conversation, in characters.
const LONGEST_NAME: usize = 255;

/// The body. Accepted and ignored: `description`, `taskId`, `botId`, `model`, `backstory`, `datasetId`, `skillsetId`,
/// `privacy`, `moderation`, and whatever else is unknown.
#[derive(Deserialize, ToSchema)]
#[schema(as = ConversationFields)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fields {
    /// What it is called.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    name: Field,
    /// The space it is in.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    space_id: Field,
    /// Whom it is with: the id of a contact that exists.
    #[serde(default, deserialize_with = "Reference::given")]
    #[schema(value_type = Option<String>)]
    contact_id: Option<Reference>,
    /// Free JSON.
    #[serde(default, deserialize_with = "body::meta")]
    #[schema(value_type = Option<Object>)]
    meta: Option<Map<String, Value>>,
    /// First messages; only an empty list is taken so far.
    #[serde(default, deserialize_with = "messages")]
    #[schema(value_type = Option<Vec<Object>>)]
    messages: Vec<Value>,
}

fn messages<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Value>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(Vec::new()),
        Value::Array(messages) => Ok(messages),
        _ => Err(serde::de::Error::custom("must be a list")),
    }
}

pub(crate) async fn handle(State(app): State<App>, caller: Caller, payload: Payload) -> Outcome {
    caller.ctx.require(Scope::write(Resource::Conversations))?;
    let command = command(body::read(payload).await?)?;
    if let Some(MemberKey::Id(id)) = command.subject
        && !member::contact_exists(&app.engine, &caller.ctx, id).await?
    {
        return Err(Error::not_found(Noun::Contact).into());
    }
    let made = conversation::create(&app.engine, &caller.ctx, command).await?;
    Ok(answer::done(ids::of_conversation(made.id)))
}

fn command(fields: Fields) -> Result<CreateConversation> {
    if !fields.messages.is_empty() {
        return Err(Error::new(Refusal::NotImplemented {
            what: "making a conversation together with messages",
        }));
    }
    let name = fields.name.flatten();
    if let Some(name) = &name {
        text::limit(name, "name", LONGEST_NAME)?;
    }
    let space = body::blank_is_null(fields.space_id).flatten();
    let contact = fields.contact_id.map(Reference::id).transpose()?.flatten();
    Ok(CreateConversation {
        title: name,
        space: space.map(|text| ids::space(&text)).transpose()?,
        subject: contact.map(MemberKey::Id),
        metadata: body::new_metadata(fields.meta)?,
        ..CreateConversation::of(Kind::Chat)
    })
}
