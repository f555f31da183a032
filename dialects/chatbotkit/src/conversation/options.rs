//! The fields of a conversation in requests, after the vendor's reference on creating and updating conversations.

use std::borrow::Cow;

use parlor_model::bot_config::BotConfig;
use parlor_model::bot_config::UpdateBotConfig;
use parlor_model::conversation::{
    ConversationKind, CreateConversation, UpdateConversation, UpdateServiceConfig,
};
use parlor_model::id::{SpaceId, kind};
use parlor_model::import::ImportConversation;
use parlor_model::space::ContactRef;
use parlor_model::{Result, text};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::body::{self, NullableText};
use crate::contact::ContactReference;
use crate::ids;
use crate::import::RecordHead;
use crate::message;

/// Maximum length of a name, in characters.
const MAX_NAME_CHARS: usize = 255;

/// The body of `create` and `update`. Everything is optional; `id`, `createdAt`, `updatedAt` and unknown fields, such
/// as `functions` and `extensions`, are accepted and ignored, so that a fetched record can be sent back.
#[derive(Deserialize, ToSchema)]
#[schema(as = ConversationFields)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConversationOptions {
    /// What it is called; null for nothing.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>, max_length = 255)]
    name: NullableText,
    /// A text about it; null for none.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>)]
    description: NullableText,
    /// Whom it is with: the contact's id, null for nobody, or an object with a `fingerprint`: that contact, made when
    /// there is none.
    #[serde(default, deserialize_with = "ContactReference::deserialize_nullable")]
    #[schema(value_type = ContactReference)]
    contact_id: Option<ContactReference>,
    /// The space it is in; null for none.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>)]
    space_id: NullableText,
    /// The id of a task elsewhere; kept and returned, not checked.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>)]
    task_id: NullableText,
    /// The id of the bot that answers; kept and returned, not checked.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>)]
    bot_id: NullableText,
    /// The model that answers, where no bot does.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>)]
    model: NullableText,
    /// What the model is told.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>)]
    backstory: NullableText,
    /// The id of a dataset elsewhere; kept and returned, not checked.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>)]
    dataset_id: NullableText,
    /// The id of a skillset elsewhere; kept and returned, not checked.
    #[serde(default, deserialize_with = "body::nullable_text")]
    #[schema(value_type = Option<String>)]
    skillset_id: NullableText,
    /// Whether personal data is to be kept from the model; kept and returned.
    #[serde(default, deserialize_with = "body::nullable_bool")]
    #[schema(value_type = Option<bool>)]
    privacy: Option<Option<bool>>,
    /// Whether what is said is to be moderated; kept and returned.
    #[serde(default, deserialize_with = "body::nullable_bool")]
    #[schema(value_type = Option<bool>)]
    moderation: Option<Option<bool>>,
    /// Free JSON. An update merges it at the top level; null removes a key.
    #[serde(default, deserialize_with = "body::nullable_object")]
    #[schema(value_type = Option<Object>)]
    meta: Option<Map<String, Value>>,
    /// First messages of a new conversation: it is made with all of them or not at all. Ignored by an update.
    #[serde(default, deserialize_with = "nullable_messages")]
    #[schema(value_type = Option<Vec<message::MessageCreateRequest>>)]
    messages: Vec<message::MessageCreateRequest>,
}

/// Documents the body of an update: [`ConversationOptions`] without `messages`, which an update ignores, whatever their value.
pub(super) struct ConversationUpdateRequest;

impl PartialSchema for ConversationUpdateRequest {
    fn schema() -> RefOr<Schema> {
        let mut schema = ConversationOptions::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.properties.remove("messages");
        }
        schema
    }
}

impl ToSchema for ConversationUpdateRequest {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ConversationChanges")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        ConversationOptions::schemas(schemas);
    }
}

fn nullable_messages<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<message::MessageCreateRequest>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// The parts of a new conversation.
pub(super) struct CreateConversationParts {
    pub(super) command: CreateConversation,
    pub(super) contact: Option<ContactRef>,
    pub(super) messages: Vec<message::MessageCreateRequest>,
}

/// The parts of an update. The caller resolves the contact.
pub(super) struct UpdateConversationParts {
    pub(super) command: UpdateConversation,
    pub(super) contact: Option<Option<ContactRef>>,
}

impl ConversationOptions {
    pub(super) fn into_create_parts(mut self) -> Result<CreateConversationParts> {
        let responder = self.take_bot_config().apply(BotConfig::default());
        let mut command = CreateConversation {
            title: validated_name(self.name)?.flatten(),
            description: self.description.flatten(),
            space: parse_space(self.space_id)?.flatten(),
            metadata: body::parse_new_metadata(self.meta)?,
            responder,
            ..CreateConversation::new(ConversationKind::Chat)
        };
        command.service.chat_model = body::blank_to_null(self.model).flatten();
        Ok(CreateConversationParts {
            command,
            contact: self
                .contact_id
                .map(ContactReference::into_contact_ref)
                .transpose()?
                .flatten(),
            messages: self.messages,
        })
    }

    pub(super) fn into_update_parts(mut self) -> Result<UpdateConversationParts> {
        let responder = self.take_bot_config();
        let service = UpdateServiceConfig {
            chat_model: body::blank_to_null(self.model),
            ..UpdateServiceConfig::default()
        };
        let command = UpdateConversation {
            title: validated_name(self.name)?,
            description: self.description,
            space: parse_space(self.space_id)?,
            merge: self.meta.map(body::parse_metadata).transpose()?,
            responder: Some(responder),
            service: Some(service),
            ..UpdateConversation::default()
        };
        Ok(UpdateConversationParts {
            command,
            contact: self
                .contact_id
                .map(ContactReference::into_contact_ref)
                .transpose()?,
        })
    }

    /// Converts to a record of an import. Its contact and its space must exist.
    pub(super) fn into_import_record(
        mut self,
        head: RecordHead<kind::Conversation>,
    ) -> Result<ImportConversation> {
        let responder = self.take_bot_config().apply(BotConfig::default());
        let contact = self
            .contact_id
            .map(ContactReference::into_member_id)
            .transpose()?;
        Ok(ImportConversation {
            id: head.id,
            title: validated_name(self.name)?.flatten(),
            description: self.description.flatten(),
            space: parse_space(self.space_id)?.flatten(),
            contact: contact.flatten(),
            model: body::blank_to_null(self.model).flatten(),
            responder,
            metadata: head.metadata,
            times: head.timestamps,
        })
    }

    /// Takes the fields about the bot.
    fn take_bot_config(&mut self) -> UpdateBotConfig {
        UpdateBotConfig {
            bot: body::blank_to_null(self.bot_id.take()),
            task: body::blank_to_null(self.task_id.take()),
            backstory: self.backstory.take(),
            dataset: body::blank_to_null(self.dataset_id.take()),
            skillset: body::blank_to_null(self.skillset_id.take()),
            privacy: self.privacy,
            moderation: self.moderation,
        }
    }
}

fn validated_name(name: NullableText) -> Result<NullableText> {
    if let Some(Some(name)) = &name {
        text::validate_length(name, "name", MAX_NAME_CHARS)?;
    }
    Ok(name)
}

fn parse_space(field: NullableText) -> Result<Option<Option<SpaceId>>> {
    let read = |id: Option<String>| id.map(|text| ids::parse_space_id(&text)).transpose();
    body::blank_to_null(field).map(read).transpose()
}
