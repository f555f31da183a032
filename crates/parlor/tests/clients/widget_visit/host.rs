//! A customer's web server, which serves the page with the widget and nothing of Parlor.

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use parlor_testkit::tokio;

use crate::tools;

/// Serves the page on its own origin until the test ends.
pub(crate) async fn serve_page() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let routes = Router::new().route("/{file}", get(file));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    format!("http://{address}")
}

async fn file(Path(name): Path<String>) -> Response {
    let kind = match name.rsplit_once('.') {
        Some((_, "html")) => "text/html",
        _ => "text/javascript",
    };
    match std::fs::read(tools::tests_dir().join("widget").join(name)) {
        Ok(bytes) => ([("content-type", kind)], bytes).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
