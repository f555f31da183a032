//! Body of a saved message with its schema. The text has one of two names; `anyOf` is used instead of `oneOf`, because
//! tools that generate bodies from `oneOf` would discard too many.

use std::borrow::Cow;

use parlor_model::json::exact_objects;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::openapi::schema::AnyOfBuilder;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::MessageType;

/// The body. `message` may also be called `newMessage`, as the widget calls it; `save_schema` documents both.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SaveMessage)]
pub(super) struct SaveMessageRequest {
    /// What is said.
    #[serde(alias = "newMessage")]
    #[schema(min_length = 1, max_length = 65_536, pattern = r"[^\s\x85]")]
    pub(super) message: String,
    /// Who speaks; `USER` when absent.
    #[serde(rename = "type")]
    pub(super) kind: Option<MessageType>,
    /// In which group; the space's first one when absent.
    #[schema(format = "uuid")]
    pub(super) group_id: Option<String>,
    /// A longer form of it.
    #[schema(max_length = 65_536)]
    pub(super) content: Option<String>,
    /// Links that it rests on.
    pub(super) sources: Option<Vec<String>>,
    /// Titles and more about them.
    #[serde(default, deserialize_with = "exact_objects")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub(super) sources_metadata: Option<Vec<Map<String, Value>>>,
    /// Who says it, by id; the token's user when absent.
    #[schema(format = "uuid")]
    pub(super) user_id: Option<String>,
    /// Who says it, by the customer's own id.
    #[schema(min_length = 1, max_length = 255, pattern = r"[^\s\x85]")]
    pub(super) customer_id_string: Option<String>,
    /// The id to keep it under: a repeat with the same text gives the kept message.
    #[schema(format = "uuid")]
    pub(super) id: Option<String>,
}

/// Name of the text on the vendor's page.
const MESSAGE: &str = "message";
/// Name of the text in the widget's calls.
const NEW_MESSAGE: &str = "newMessage";

/// The body as `SaveMessage` or `SaveNewMessage`, which differ in the name of the text only.
pub(super) struct SaveMessageBody;

impl PartialSchema for SaveMessageBody {
    fn schema() -> RefOr<Schema> {
        AnyOfBuilder::new()
            .item(Ref::from_schema_name(SaveMessageRequest::name()))
            .item(Ref::from_schema_name(SaveNewMessage::name()))
            .into()
    }
}

impl ToSchema for SaveMessageBody {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("SaveMessageRequest")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((
            SaveMessageRequest::name().into_owned(),
            SaveMessageRequest::schema(),
        ));
        SaveMessageRequest::schemas(schemas);
        schemas.push((
            SaveNewMessage::name().into_owned(),
            SaveNewMessage::schema(),
        ));
    }
}

/// The body with its text under the widget's name, derived from `SaveMessage` so that both stay equal otherwise.
struct SaveNewMessage;

impl PartialSchema for SaveNewMessage {
    fn schema() -> RefOr<Schema> {
        let mut schema = SaveMessageRequest::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            if let Some(text) = object.properties.remove(MESSAGE) {
                object.properties.insert(NEW_MESSAGE.to_owned(), text);
            }
            object.required.retain(|name| name != MESSAGE);
            object.required.push(NEW_MESSAGE.to_owned());
        }
        schema
    }
}

impl ToSchema for SaveNewMessage {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("SaveNewMessage")
    }
}
