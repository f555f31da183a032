//! Documentation of the events of an answer: a line of JSON each.

use std::borrow::Cow;

use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, SchemaType, Type};
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::event::AnswerEvent;

/// Returns an object all of whose fields are required.
fn object(fields: &[(&str, RefOr<Schema>)]) -> RefOr<Schema> {
    let object = ObjectBuilder::new().schema_type(Type::Object);
    let object = fields.iter().fold(object, |object, (name, schema)| {
        object.property(*name, schema.clone()).required(*name)
    });
    object.into()
}

fn event(name: &str, data: RefOr<Schema>) -> RefOr<Schema> {
    let name = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some([name]));
    object(&[("type", name.into()), ("data", data)])
}

/// Returns what is said, or what the assistant does: an `activity`.
fn message() -> RefOr<Schema> {
    let activity = ObjectBuilder::new()
        .schema_type(Type::Object)
        .property("activity", ObjectBuilder::new().schema_type(Type::Object));
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .property("type", simple(Type::String))
        .property("text", simple(Type::String))
        .property("meta", activity)
        .required("type")
        .required("text")
        .into()
}

fn simple(kind: Type) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(kind))
        .into()
}

impl<T: ToSchema> PartialSchema for AnswerEvent<'_, T> {
    fn schema() -> RefOr<Schema> {
        let text = || simple(Type::String);
        let usage = [
            ("model", text()),
            ("inputTokensUsed", simple(Type::Integer)),
            ("outputTokensUsed", simple(Type::Integer)),
        ];
        let result = RefOr::Ref(Ref::from_schema_name(T::name()));
        let events = [
            event("completeBegin", object(&[])),
            event("token", object(&[("token", text())])),
            event("message", message()),
            event("completeEnd", object(&[])),
            event("usage", object(&usage)),
            event("result", result),
            event("error", object(&[("message", text())])),
        ];
        let all = events
            .into_iter()
            .fold(OneOfBuilder::new(), OneOfBuilder::item);
        all.description(Some(
            "A line of the stream. The answer begins with `completeBegin`, again where it begins anew; `token`s join to it. \
                The last line is `result` or `error`.",
        ))
        .into()
    }
}

impl<T: ToSchema> ToSchema for AnswerEvent<'_, T> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("{}Event", T::name()))
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}
