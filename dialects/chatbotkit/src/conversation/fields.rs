//! What callers may say of a conversation. After the vendor's reference on creating and updating conversations.

use std::borrow::Cow;

use parlor_model::conversation::{
    CreateConversation, Kind, Responder, ServicePatch, UpdateConversation,
};
use parlor_model::id::{SpaceId, kind};
use parlor_model::import::ImportConversation;
use parlor_model::space::ContactKey;
use parlor_model::walk::ResponderPatch;
use parlor_model::{Result, text};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::body::{self, Field};
use crate::contact::Reference;
use crate::ids;
use crate::import::Head;
use crate::message;

/// Longest name of a conversation, in characters.
const LONGEST_NAME: usize = 255;

/// The body of `create` and `update`. Everything is optional; `id`, `createdAt`, `updatedAt` and unknown fields, such
/// as `functions` and `extensions`, are accepted and ignored, so that a fetched record can be sent back.
#[derive(Deserialize, ToSchema)]
#[schema(as = ConversationFields)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fields {
    /// What it is called; null for nothing.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>, max_length = 255)]
    name: Field,
    /// A text about it; null for none.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    description: Field,
    /// Whom it is with: the contact's id, null for nobody, or an object with a `fingerprint`: that contact, made when
    /// there is none.
    #[serde(default, deserialize_with = "Reference::given")]
    #[schema(value_type = Reference)]
    contact_id: Option<Reference>,
    /// The space it is in; null for none.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    space_id: Field,
    /// The id of a task elsewhere; kept and returned, not checked.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    task_id: Field,
    /// The id of the bot that answers; kept and returned, not checked.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    bot_id: Field,
    /// The model that answers, where no bot does.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    model: Field,
    /// What the model is told.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    backstory: Field,
    /// The id of a dataset elsewhere; kept and returned, not checked.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    dataset_id: Field,
    /// The id of a skillset elsewhere; kept and returned, not checked.
    #[serde(default, deserialize_with = "body::text")]
    #[schema(value_type = Option<String>)]
    skillset_id: Field,
    /// Whether personal data is to be kept from the model; kept and returned.
    #[serde(default, deserialize_with = "body::flag")]
    #[schema(value_type = Option<bool>)]
    privacy: Option<Option<bool>>,
    /// Whether what is said is to be moderated; kept and returned.
    #[serde(default, deserialize_with = "body::flag")]
    #[schema(value_type = Option<bool>)]
    moderation: Option<Option<bool>>,
    /// Free JSON. An update merges it at the top level; null removes a key.
    #[serde(default, deserialize_with = "body::meta")]
    #[schema(value_type = Option<Object>)]
    meta: Option<Map<String, Value>>,
    /// First messages of a new conversation: it is made with all of them or not at all. Ignored by an update.
    #[serde(default, deserialize_with = "messages")]
    #[schema(value_type = Option<Vec<message::New>>)]
    messages: Vec<message::New>,
}

/// The body of an update, for the document: the same without `messages`, which are ignored whatever they are.
pub(crate) struct Changes;

impl PartialSchema for Changes {
    fn schema() -> RefOr<Schema> {
        let mut schema = Fields::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.properties.remove("messages");
        }
        schema
    }
}

impl ToSchema for Changes {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ConversationChanges")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Fields::schemas(schemas);
    }
}

fn messages<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<message::New>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// What a new conversation is made of.
pub(super) struct Making {
    pub(super) command: CreateConversation,
    pub(super) contact: Option<ContactKey>,
    pub(super) messages: Vec<message::New>,
}

/// What is to be changed of one; the contact is found or made by the caller.
pub(super) struct Change {
    pub(super) command: UpdateConversation,
    pub(super) contact: Option<Option<ContactKey>>,
}

impl Fields {
    pub(super) fn create(mut self) -> Result<Making> {
        let responder = self.responder().apply(Responder::default());
        let mut command = CreateConversation {
            title: checked(self.name)?.flatten(),
            description: self.description.flatten(),
            space: space(self.space_id)?.flatten(),
            metadata: body::new_metadata(self.meta)?,
            responder,
            ..CreateConversation::of(Kind::Chat)
        };
        command.service.chat_model = body::blank_is_null(self.model).flatten();
        Ok(Making {
            command,
            contact: self.contact_id.map(Reference::key).transpose()?.flatten(),
            messages: self.messages,
        })
    }

    pub(super) fn update(mut self) -> Result<Change> {
        let responder = self.responder();
        let service = ServicePatch {
            chat_model: body::blank_is_null(self.model),
            ..ServicePatch::default()
        };
        let command = UpdateConversation {
            title: checked(self.name)?,
            description: self.description,
            space: space(self.space_id)?,
            merge: self.meta.map(body::metadata).transpose()?,
            responder: Some(responder),
            service: Some(service),
            ..UpdateConversation::default()
        };
        Ok(Change {
            command,
            contact: self.contact_id.map(Reference::key).transpose()?,
        })
    }

    /// A conversation of a backup; its contact and its space are there.
    pub(super) fn import(mut self, head: Head<kind::Conversation>) -> Result<ImportConversation> {
        let responder = self.responder().apply(Responder::default());
        let contact = self.contact_id.map(Reference::existing).transpose()?;
        Ok(ImportConversation {
            id: head.id,
            title: checked(self.name)?.flatten(),
            description: self.description.flatten(),
            space: space(self.space_id)?.flatten(),
            contact: contact.flatten(),
            model: body::blank_is_null(self.model).flatten(),
            responder,
            metadata: head.metadata,
            times: head.times,
        })
    }

    /// What is said of who answers.
    fn responder(&mut self) -> ResponderPatch {
        ResponderPatch {
            bot: body::blank_is_null(self.bot_id.take()),
            task: body::blank_is_null(self.task_id.take()),
            backstory: self.backstory.take(),
            dataset: body::blank_is_null(self.dataset_id.take()),
            skillset: body::blank_is_null(self.skillset_id.take()),
            privacy: self.privacy,
            moderation: self.moderation,
        }
    }
}

fn checked(name: Field) -> Result<Field> {
    if let Some(Some(name)) = &name {
        text::limit(name, "name", LONGEST_NAME)?;
    }
    Ok(name)
}

fn space(field: Field) -> Result<Option<Option<SpaceId>>> {
    let read = |id: Option<String>| id.map(|text| ids::space(&text)).transpose();
    body::blank_is_null(field).map(read).transpose()
}
