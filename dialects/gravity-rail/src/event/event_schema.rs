//! Documentation of the events of a chat.

use std::borrow::Cow;

use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::encoder::ChatEventData;

/// The chat's id, and the data.
impl<T: ToSchema> PartialSchema for ChatEventData<T> {
    fn schema() -> RefOr<Schema> {
        let id = ObjectBuilder::new()
            .schema_type(Type::Object)
            .property("chatId", ObjectBuilder::new().schema_type(Type::Integer))
            .required("chatId");
        AllOfBuilder::new().item(id).item(T::schema()).into()
    }
}

/// Named after the data, which stands nowhere alone.
impl<T: ToSchema> ToSchema for ChatEventData<T> {
    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}
