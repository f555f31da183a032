//! Web server of somebody who uses the client or the widget: another origin, with the strictest content security policy.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, extract};
use http::StatusCode;
use parlor_client::Client;
use parlor_testkit::tokio;
use serde_json::json;
use std::time::Duration;

use super::package::sources;
use crate::tools;

/// Lifetime of the tokens that the host gives to its page.
const TOKEN_TTL: Duration = Duration::from_secs(60);

/// Host of pages.
pub(super) struct Host {
    pub(super) origin: String,
    /// Whether the visitor is signed in.
    pub(super) is_signed_in: Arc<AtomicBool>,
}

#[derive(Clone)]
struct HostState {
    server_url: String,
    /// Client, chat and user of the page's tokens.
    chat: Option<(Client, String)>,
    is_signed_in: Arc<AtomicBool>,
}

impl Host {
    /// Serves the files of the tests and of the client until the test ends. Tokens are for `ada` in the chat.
    pub(super) async fn start(server_url: &str, chat: Option<(Client, String)>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let is_signed_in = Arc::new(AtomicBool::new(true));
        let state = HostState {
            server_url: server_url.to_owned(),
            chat,
            is_signed_in: is_signed_in.clone(),
        };
        let routes = Router::new()
            .route("/token", post(create_token))
            .route("/clients/{*path}", get(client_file))
            .route("/axe.js", get(axe))
            .route("/{file}", get(page_file))
            .with_state(state);
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self {
            origin: format!("http://{address}"),
            is_signed_in,
        }
    }
}

/// Gives the page a token, as the server of a customer does.
async fn create_token(State(state): State<HostState>) -> Response {
    if !state.is_signed_in.load(Ordering::Relaxed) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Some((client, chat)) = &state.chat else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match client.create_token(chat, "ada", TOKEN_TTL).await {
        Ok(token) => (
            [("content-type", "application/json")],
            json!({ "token": token.token }).to_string(),
        )
            .into_response(),
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

async fn page_file(
    State(state): State<HostState>,
    extract::Path(name): extract::Path<String>,
) -> Response {
    file(
        &state,
        &tools::tests_dir().join("typescript/page").join(name),
    )
}

async fn client_file(
    State(state): State<HostState>,
    extract::Path(path): extract::Path<String>,
) -> Response {
    file(&state, &sources().join(path))
}

async fn axe(State(state): State<HostState>) -> Response {
    let packages = tools::installed_tool("PARLOR_TEST_NODE_CLIENTS", "node");
    file(&state, &packages.join("node_modules/axe-core/axe.min.js"))
}

fn file(state: &HostState, path: &Path) -> Response {
    let Ok(text) = std::fs::read_to_string(path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let media_type = match path.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html",
        Some("json") => "application/json",
        _ => "text/javascript",
    };
    let server = &state.server_url;
    let socket = server.replace("http", "ws");
    let policy = format!(
        "default-src 'none'; script-src 'self' {server}; connect-src 'self' {server} {socket}; \
         require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'"
    );
    let text = text.replace("{{server}}", server);
    let headers = [
        ("content-type", media_type),
        ("content-security-policy", policy.as_str()),
    ];
    (headers, text).into_response()
}
