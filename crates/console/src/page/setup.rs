//! Signs in with a link that works once. What stands behind the `#` of the link reaches no server and no log: script posts
//! it, and without script it is pasted.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::{HeaderMap, StatusCode};
use parlor_engine::console;
use parlor_kit::{AppState, RequestMeta};
use parlor_model::error::ErrorKind;

use super::sign_in::attempt::{SignInAttempt, begin_session};
use crate::error_page::PageError;
use crate::form::Form;
use crate::response::html;
use crate::session_cookie::theme;
use crate::shell::Shell;

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/console/setup", get(show).post(redeem))
}

#[derive(Template)]
#[template(path = "page/setup.html")]
struct SetupPage {
    shell: Shell,
    /// Whether the last link was refused.
    is_refused: bool,
}

async fn show(headers: HeaderMap) -> Result<Response, PageError> {
    Ok(html(StatusCode::OK, &page(&headers, false))?)
}

async fn redeem(
    State(app): State<AppState>,
    meta: RequestMeta,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, PageError> {
    // The whole link may be pasted, or what stands behind its `#`.
    let link = form.text("link").trim();
    let secret = link.rsplit('#').next().unwrap_or_default();
    let attempt = SignInAttempt::new(&app, &meta, secret)?;
    let signed_in = console::sign_in_with_link(&app.engine, secret, meta.request_id).await;
    match attempt.record(signed_in) {
        Ok(signed_in) => begin_session(&app, &signed_in, crate::PATH),
        Err(error) if matches!(error.kind(), ErrorKind::Unauthenticated(_)) => {
            Ok(html(StatusCode::UNAUTHORIZED, &page(&headers, true))?)
        }
        Err(error) => Err(error.into()),
    }
}

fn page(headers: &HeaderMap, is_refused: bool) -> SetupPage {
    SetupPage {
        shell: Shell::signed_out("Sign in with a link", "setup", theme(headers)),
        is_refused,
    }
}
