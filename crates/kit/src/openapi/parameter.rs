//! Parameters and their schemas.

use utoipa::openapi::Required;
use utoipa::openapi::path::{ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};

use crate::route::{ParameterKind, ParameterLocation, ParameterSpec};

/// Builds a path parameter, described if the route table does.
pub(super) fn path_parameter(name: &'static str, told: Option<&ParameterSpec>) -> ParameterBuilder {
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True);
    match told {
        Some(told) => parameter
            .description(Some(told.text))
            .schema(Some(schema(told.kind))),
        None => parameter.schema(Some(schema(ParameterKind::Text))),
    }
}

/// Builds a query parameter or header.
pub(super) fn query_or_header_parameter(told: &ParameterSpec) -> ParameterBuilder {
    let place = match told.location {
        ParameterLocation::Path => ParameterIn::Path,
        ParameterLocation::Query => ParameterIn::Query,
        ParameterLocation::Header => ParameterIn::Header,
    };
    let required = if told.required {
        Required::True
    } else {
        Required::False
    };
    let parameter = ParameterBuilder::new()
        .name(told.name)
        .parameter_in(place)
        .required(required)
        .description(Some(told.text))
        .schema(Some(schema(told.kind)));
    match told.kind {
        ParameterKind::Map => parameter
            .style(Some(ParameterStyle::DeepObject))
            .explode(Some(true)),
        _ => parameter,
    }
}

/// Returns the schema of a parameter kind.
pub(super) fn schema(kind: ParameterKind) -> Object {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    let number = || {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
    };
    match kind {
        ParameterKind::Text => text(),
        ParameterKind::Integer => number(),
        ParameterKind::Boolean => ObjectBuilder::new().schema_type(Type::Boolean),
        ParameterKind::Between(least, most) => number().minimum(Some(least)).maximum(Some(most)),
        ParameterKind::AtLeast(least) => number().minimum(Some(least)),
        ParameterKind::OneOf(words) => text().enum_values(Some(words.iter().copied())),
        ParameterKind::Format(name) => text().format(Some(SchemaFormat::Custom(name.to_owned()))),
        ParameterKind::Matching(pattern) => text().pattern(Some(pattern)),
        ParameterKind::Length(least, most) => text().min_length(Some(least)).max_length(Some(most)),
        ParameterKind::Map => ObjectBuilder::new()
            .schema_type(Type::Object)
            .additional_properties(Some(text())),
    }
    .build()
}
