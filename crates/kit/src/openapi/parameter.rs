//! Parameters and their schemas.

use utoipa::openapi::Required;
use utoipa::openapi::path::{ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};

use crate::route::{ParameterKind, ParameterLocation, ParameterSpec};

/// Builds a path parameter, described if the route table does.
pub(super) fn path_parameter(name: &'static str, spec: Option<&ParameterSpec>) -> ParameterBuilder {
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Path)
        .required(Required::True);
    match spec {
        Some(spec) => parameter
            .description(Some(spec.text))
            .schema(Some(schema(spec.kind))),
        None => parameter.schema(Some(schema(ParameterKind::Text))),
    }
}

/// Builds a query parameter or header.
pub(super) fn query_or_header_parameter(spec: &ParameterSpec) -> ParameterBuilder {
    let location = match spec.location {
        ParameterLocation::Path => ParameterIn::Path,
        ParameterLocation::Query => ParameterIn::Query,
        ParameterLocation::Header => ParameterIn::Header,
    };
    let required = if spec.required {
        Required::True
    } else {
        Required::False
    };
    let parameter = ParameterBuilder::new()
        .name(spec.name)
        .parameter_in(location)
        .required(required)
        .description(Some(spec.text))
        .schema(Some(schema(spec.kind)));
    match spec.kind {
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
        ParameterKind::Between(min, max) => number().minimum(Some(min)).maximum(Some(max)),
        ParameterKind::AtLeast(min) => number().minimum(Some(min)),
        ParameterKind::OneOf(values) => text().enum_values(Some(values.iter().copied())),
        ParameterKind::Format(name) => text().format(Some(SchemaFormat::Custom(name.to_owned()))),
        ParameterKind::Matching(pattern) => text().pattern(Some(pattern)),
        ParameterKind::Length(min, max) => text().min_length(Some(min)).max_length(Some(max)),
        ParameterKind::Map => ObjectBuilder::new()
            .schema_type(Type::Object)
            .additional_properties(Some(text())),
    }
    .build()
}
