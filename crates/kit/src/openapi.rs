//! OpenAPI documents made of route tables.

use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathItem,
};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    ComponentsBuilder, Info, OpenApi, OpenApiBuilder, PathsBuilder, Ref, RefOr, Required,
    ResponsesBuilder, Schema,
};

use crate::route::{Auth, Named, Parameter, ParameterKind, Payload, Route};

/// The document of a dialect.
pub(crate) fn document(title: &str, routes: &[Route]) -> OpenApi {
    let mut components = ComponentsBuilder::new();
    let mut paths = PathsBuilder::new();
    for route in routes {
        for named in schemas(route) {
            for (name, schema) in named.all {
                components = components.schema(name, schema);
            }
        }
        for (name, scheme) in schemes(route.auth) {
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

fn schemas(route: &Route) -> impl Iterator<Item = Named> {
    let answers = route.answers.iter().flat_map(|answer| &answer.payloads);
    route
        .body
        .iter()
        .chain(answers)
        .filter_map(|payload| payload.schema.map(|schema| schema()))
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
    let mut operation = OperationBuilder::new().summary(Some(route.summary));
    let scope = route
        .scope
        .map(|scope| format!("Asks for the scope `{scope}` of a key. "));
    let page = (!route.page.is_empty()).then(|| format!("After the vendor's page {}.", route.page));
    let text = format!("{}{}", scope.unwrap_or_default(), page.unwrap_or_default());
    if !text.is_empty() {
        operation = operation.description(Some(text));
    }
    for segment in route.path.split('/') {
        if let Some(name) = segment
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'))
        {
            operation = operation.parameter(
                ParameterBuilder::new()
                    .name(name)
                    .parameter_in(ParameterIn::Path)
                    .required(Required::True)
                    .schema(Some(kind(ParameterKind::Text))),
            );
        }
    }
    for Parameter {
        name,
        kind: of,
        text,
        header,
    } in &route.queries
    {
        operation = operation.parameter(
            ParameterBuilder::new()
                .name(*name)
                .parameter_in(if *header {
                    ParameterIn::Header
                } else {
                    ParameterIn::Query
                })
                .required(Required::False)
                .description(Some(*text))
                .schema(Some(kind(*of))),
        );
    }
    if let Some(body) = &route.body {
        let content = content(body);
        let whole = RequestBodyBuilder::new().content(body.media_type, content);
        let whole = route.body_or.iter().fold(whole, |whole, media_type| {
            whole.content(*media_type, ContentBuilder::new().build())
        });
        operation = operation.request_body(Some(whole.build()));
    }
    let mut responses = ResponsesBuilder::new();
    for answer in &route.answers {
        let mut response = ResponseBuilder::new().description(answer.text);
        for payload in &answer.payloads {
            response = response.content(payload.media_type, content(payload));
        }
        responses = responses.response(answer.status.to_string(), response.build());
    }
    operation = operation.responses(responses.build());
    let required = schemes(route.auth);
    match route.auth {
        Auth::None => operation,
        // Either of the two.
        Auth::KeyOrBearer(_) => required
            .into_iter()
            .fold(operation, |operation, (name, _)| {
                operation.security(SecurityRequirement::new(name, Vec::<String>::new()))
            }),
        Auth::Key(_) | Auth::Bearer | Auth::KeyAndToken(..) => {
            let all = required
                .into_iter()
                .fold(SecurityRequirement::default(), |all, (name, _)| {
                    all.add(name, Vec::<String>::new())
                });
            operation.security(all)
        }
    }
}

fn content(payload: &Payload) -> utoipa::openapi::content::Content {
    let schema = payload
        .schema
        .map(|schema| RefOr::<Schema>::Ref(Ref::from_schema_name(schema().name)));
    ContentBuilder::new().schema(schema).build()
}

fn kind(kind: ParameterKind) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(match kind {
        ParameterKind::Text => Type::String,
        ParameterKind::Integer => Type::Integer,
        ParameterKind::Boolean => Type::Boolean,
    }))
}

fn schemes(auth: Auth) -> Vec<(String, SecurityScheme)> {
    let key = |name: &'static str| {
        (
            name.to_owned(),
            SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new(name))),
        )
    };
    let bearer = || {
        (
            "bearer".to_owned(),
            SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
        )
    };
    match auth {
        Auth::None => Vec::new(),
        Auth::Key(name) => vec![key(name)],
        Auth::Bearer => vec![bearer()],
        Auth::KeyOrBearer(name) => vec![key(name), bearer()],
        Auth::KeyAndToken(name, token) if token.eq_ignore_ascii_case("authorization") => {
            vec![key(name), bearer()]
        }
        Auth::KeyAndToken(name, token) => vec![key(name), key(token)],
    }
}
