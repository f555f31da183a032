//! OpenAPI documents built from route tables.

mod parameter;
mod response;
mod security;

use std::collections::BTreeMap;

use utoipa::openapi::content::{Content, ContentBuilder};
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, PathItem};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::{
    ComponentsBuilder, Info, OpenApi, OpenApiBuilder, PathsBuilder, Ref, RefOr, Required, Schema,
};

use crate::route::{BodySchema, JSON, NamedSchema, ParameterLocation, ParameterSpec, Route};

/// Builds the document of a dialect.
pub(crate) fn document(title: &str, routes: &[Route]) -> OpenApi {
    let mut components = ComponentsBuilder::new();
    let mut paths = PathsBuilder::new();
    for route in routes {
        for named in schemas(route) {
            for (name, schema) in named.components {
                components = components.schema(name, schema);
            }
        }
        for (name, scheme) in security::schemes(route.auth) {
            components = components.security_scheme(name, scheme);
        }
        if let Some(method) = method(route) {
            paths = paths.path(route.path, PathItem::new(method, operation(route)));
        }
    }
    let info = Info::new(title, env!("CARGO_PKG_VERSION"));
    OpenApiBuilder::new()
        .info(info)
        .paths(paths.build())
        .components(Some(components.build()))
        .build()
}

/// Returns the names under which a dialect's types have different schemas; a document can hold only one of them.
pub(crate) fn schema_conflicts(routes: &[Route]) -> Vec<String> {
    let mut known: BTreeMap<String, serde_json::Value> = BTreeMap::new();
    let mut found = Vec::new();
    for named in routes.iter().flat_map(schemas) {
        for (name, schema) in named.components {
            let schema = serde_json::to_value(schema).unwrap_or_default();
            match known.get(&name) {
                Some(other) if *other != schema && !found.contains(&name) => found.push(name),
                Some(_) => {}
                None => drop(known.insert(name, schema)),
            }
        }
    }
    found
}

fn schemas(route: &Route) -> impl Iterator<Item = NamedSchema> {
    let bodies = route.body.iter().flat_map(|body| &body.contents);
    let responses = route
        .responses
        .iter()
        .flat_map(|response| &response.contents);
    bodies
        .chain(responses)
        .flat_map(|body| body.schemas.iter().map(|schema| schema()))
}

fn method(route: &Route) -> Option<HttpMethod> {
    match route.method.as_str() {
        "GET" => Some(HttpMethod::Get),
        "POST" => Some(HttpMethod::Post),
        "PUT" => Some(HttpMethod::Put),
        "PATCH" => Some(HttpMethod::Patch),
        "DELETE" => Some(HttpMethod::Delete),
        _ => None,
    }
}

fn operation(route: &Route) -> OperationBuilder {
    let mut operation = OperationBuilder::new()
        .operation_id(Some(operation_id(route)))
        .summary(Some(route.summary));
    let scope = route
        .scope
        .map(|scope| format!("Asks for the scope `{scope}` of a key. "));
    let page = (!route.page.is_empty()).then(|| format!("After the vendor's page {}.", route.page));
    let conditional: String = route
        .conditional_scopes
        .iter()
        .map(|conditional| {
            format!(
                "Asks for `{}` too where {}. ",
                conditional.scope, conditional.when
            )
        })
        .collect();
    let text = format!(
        "{}{conditional}{}",
        scope.unwrap_or_default(),
        page.unwrap_or_default()
    );
    if !text.is_empty() {
        operation = operation.description(Some(text.trim_end()));
    }
    for name in path_parameter_names(route.path) {
        let spec = |parameter: &&ParameterSpec| {
            parameter.location == ParameterLocation::Path && parameter.name == name
        };
        let spec = route.parameters.iter().rfind(spec);
        operation = operation.parameter(parameter::path_parameter(name, spec));
    }
    // OpenAPI describes these headers by media types and security schemes.
    const RESERVED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];
    let others = |parameter: &&ParameterSpec| match parameter.location {
        ParameterLocation::Path => false,
        ParameterLocation::Query => true,
        ParameterLocation::Header => {
            !RESERVED_HEADERS.contains(&parameter.name.to_ascii_lowercase().as_str())
        }
    };
    for spec in route.parameters.iter().filter(others) {
        operation = operation.parameter(parameter::query_or_header_parameter(spec));
    }
    if let Some(body) = &route.body {
        let required = if body.required {
            Required::True
        } else {
            Required::False
        };
        let mut request = RequestBodyBuilder::new().required(Some(required));
        for schema in &body.contents {
            request = request.content(schema.media_type, content(schema));
        }
        operation = operation.request_body(Some(request.build()));
    }
    operation = operation.responses(response::responses(route));
    security::require_security(operation, route.auth)
}

/// Returns the names of a path's parameters.
fn path_parameter_names(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

/// Returns the unique operation id: the method and the path's segments.
fn operation_id(route: &Route) -> String {
    let mut id = route.method.as_str().to_ascii_lowercase();
    for segment in route.path.split('/').filter(|segment| !segment.is_empty()) {
        id.push('_');
        match segment
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
        {
            Some(parameter) => {
                id.push_str("by_");
                id.push_str(parameter);
            }
            None => id.extend(segment.chars().map(
                |c| {
                    if c.is_ascii_alphanumeric() { c } else { '_' }
                },
            )),
        }
    }
    id
}

/// Extension of an event stream: the data of its last event, which is not JSON.
pub const FINAL_DATA_EXTENSION: &str = "x-final-data";

fn content(body: &BodySchema) -> Content {
    let named = |schema: &fn() -> NamedSchema| Ref::from_schema_name(schema().name);
    let schema: RefOr<Schema> = match body.schemas.as_slice() {
        // Events without a common form.
        [] if body.media_type == "text/event-stream" => return Content::default(),
        [] => RefOr::T(ObjectBuilder::new().schema_type(Type::String).into()),
        [one] => RefOr::Ref(named(one)),
        many => {
            let any = many
                .iter()
                .fold(AnyOfBuilder::new(), |any, one| any.item(named(one)));
            RefOr::T(Schema::AnyOf(any.build()))
        }
    };
    let example = body.example.map(|text| match body.media_type {
        JSON => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
        _ => text.into(),
    });
    let final_data = body.final_data.map(|data| {
        let extensions = ExtensionsBuilder::new();
        extensions.add(FINAL_DATA_EXTENSION, data).build()
    });
    ContentBuilder::new()
        .schema(Some(schema))
        .example(example)
        .extensions(final_data)
        .build()
}
