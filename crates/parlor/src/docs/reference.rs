//! Reference page of a dialect: overview of its routes, each route, and the schemas they use.

use std::fmt::Write;

use parlor_kit::Auth;
use parlor_kit::route::RouteSummary;
use serde_json::Value;

use super::DialectDocument;
use super::layout::escape_html;
use super::schema;

/// Renders the body of the page.
pub(super) fn render(document: &DialectDocument) -> String {
    let api = document.to_value();
    let mut out = String::new();
    let _ = write!(
        out,
        "<h1>{}</h1>\n<p>Keep your code; change the base URL to this server's and the key to one of its own. \
         <code>parlor curl {name}</code> prints a request that works. The same as a document: \
         <a href=\"/openapi/{name}.json\">/openapi/{name}.json</a>.</p>\n",
        escape_html(document.title),
        name = document.name,
    );
    write_overview(&mut out, &document.routes);
    for route in &document.routes {
        let operation = &api["paths"][route.path][route.method.as_str().to_ascii_lowercase()];
        write_operation(&mut out, route, operation);
    }
    if let Some(schemas) = api["components"]["schemas"].as_object() {
        out.push_str("<h2 id=\"schemas\">Schemas</h2>\n");
        for (name, schema) in schemas {
            let name = escape_html(name);
            let _ = writeln!(out, "<h3 id=\"schema-{name}\">{name}</h3>");
            schema::render(&mut out, schema);
        }
    }
    out
}

fn write_overview(out: &mut String, routes: &[RouteSummary]) {
    out.push_str(
        "<div class=\"wide\"><table><thead><tr><th>Method</th><th>Path</th><th>Credentials</th><th>Scope</th>\
         <th>What it does</th></tr></thead>\n<tbody>\n",
    );
    for route in routes {
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td><a href=\"#{}\"><code>{}</code></a></td><td>{}</td><td>{}</td><td>{}</td></tr>",
            route.method,
            operation_id(route),
            escape_html(route.path),
            describe_auth(route.auth),
            describe_scope(route),
            escape_html(route.summary),
        );
    }
    out.push_str("</tbody></table></div>\n");
}

fn write_operation(out: &mut String, route: &RouteSummary, operation: &Value) {
    let _ = write!(
        out,
        "<h2 id=\"{}\"><code>{} {}</code></h2>\n<p>{}</p>\n<p>Credentials: {}.{}{}</p>\n",
        operation_id(route),
        route.method,
        escape_html(route.path),
        escape_html(route.summary),
        describe_auth(route.auth),
        match route.scope {
            Some(_) => format!(
                " Asks for the scope {} of a key.{}",
                describe_scope(route),
                describe_conditional_scopes(route)
            ),
            None => String::new(),
        },
        match route.page {
            "" => String::new(),
            page => format!(" After the vendor's page {}.", escape_html(page)),
        },
    );
    write_parameters(out, operation);
    if let Some(content) = operation["requestBody"]["content"].as_object() {
        for (media_type, body) in content {
            let _ = writeln!(
                out,
                "<p>Body, <code>{}</code>: {}</p>",
                escape_html(media_type),
                schema::type_name(&body["schema"])
            );
        }
    }
    if let Some(responses) = operation["responses"].as_object() {
        out.push_str(
            "<table><thead><tr><th>Status</th><th>When</th><th>Body</th></tr></thead>\n<tbody>\n",
        );
        for (status, response) in responses {
            let bodies = response["content"].as_object().into_iter().flatten();
            let bodies: Vec<String> = bodies
                .map(|(media_type, body)| match body.get("schema") {
                    Some(schema) => format!(
                        "{} <small>{}</small>",
                        schema::type_name(schema),
                        escape_html(media_type)
                    ),
                    None => format!("<small>{}</small>", escape_html(media_type)),
                })
                .collect();
            let _ = writeln!(
                out,
                "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
                escape_html(status),
                escape_html(response["description"].as_str().unwrap_or_default()),
                bodies.join("<br>")
            );
        }
        out.push_str("</tbody></table>\n");
    }
}

fn write_parameters(out: &mut String, operation: &Value) {
    let Some(parameters) = operation["parameters"].as_array() else {
        return;
    };
    out.push_str(
        "<table><thead><tr><th>Parameter</th><th>In</th><th>Type</th><th>What it is</th></tr></thead>\n<tbody>\n",
    );
    for parameter in parameters {
        let text = |field: &str| escape_html(parameter[field].as_str().unwrap_or_default());
        let _ = writeln!(
            out,
            "<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>",
            text("name"),
            text("in"),
            schema::type_name(&parameter["schema"]),
            text("description")
        );
    }
    out.push_str("</tbody></table>\n");
}

fn describe_auth(auth: Auth) -> String {
    const BEARER: &str = "<code>Authorization: Bearer</code>";
    let header = |name: &str| format!("<code>{}</code>", escape_html(name));
    match auth {
        Auth::None => "none".to_owned(),
        Auth::Key(name) => header(name),
        Auth::Bearer => BEARER.to_owned(),
        Auth::KeyOrBearer(name) => format!("{} or {BEARER}", header(name)),
        Auth::KeyAndToken(name, token) => format!("{} and {}", header(name), header(token)),
    }
}

fn describe_scope(route: &RouteSummary) -> String {
    route
        .scope
        .map(|scope| format!("<code>{}</code>", escape_html(&scope.to_string())))
        .unwrap_or_default()
}

fn describe_conditional_scopes(route: &RouteSummary) -> String {
    let sentences = route.conditional_scopes.iter().map(|also| {
        let scope = escape_html(&also.scope.to_string());
        format!(
            " Asks for <code>{scope}</code> too where {}.",
            escape_html(also.when)
        )
    });
    sentences.collect()
}

fn operation_id(route: &RouteSummary) -> String {
    let words = route
        .path
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    std::iter::once(route.method.as_str())
        .chain(words)
        .collect::<Vec<_>>()
        .join("-")
        .to_ascii_lowercase()
}
