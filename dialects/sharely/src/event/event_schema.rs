//! Documentation of the events of a group.

use std::borrow::Cow;

use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::encoder::GroupEventData;

/// The group's id, and the data.
impl<T: ToSchema> PartialSchema for GroupEventData<T> {
    fn schema() -> RefOr<Schema> {
        let id = ObjectBuilder::new()
            .schema_type(Type::Object)
            .property("groupId", ObjectBuilder::new().schema_type(Type::String))
            .required("groupId");
        AllOfBuilder::new().item(id).item(T::schema()).into()
    }
}

/// Named after the data, which stands nowhere alone.
impl<T: ToSchema> ToSchema for GroupEventData<T> {
    fn name() -> Cow<'static, str> {
        T::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}
