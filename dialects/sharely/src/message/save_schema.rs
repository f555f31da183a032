//! Schema of the body of a saved message, whose text has one of two names. `anyOf` is used instead of `oneOf`, because
//! tools that generate bodies from `oneOf` would discard too many.

use std::borrow::Cow;

use utoipa::openapi::schema::AnyOfBuilder;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::save::SaveMessageRequest;

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
