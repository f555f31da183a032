//! Signs in with an API key: a form exchanges it for a session, so that the browser keeps no key.

pub(super) mod attempt;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::{HeaderMap, StatusCode};
use parlor_engine::console;
use parlor_kit::{AppState, QueryParams, RequestMeta};
use parlor_model::error::ErrorKind;

use self::attempt::{SignInAttempt, begin_session};
use crate::error_page::PageError;
use crate::form::Form;
use crate::response::{html, safe_path};
use crate::session_cookie::theme;
use crate::shell::Shell;

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/console/sign-in", get(show).post(sign_in))
}

#[derive(Template)]
#[template(path = "page/sign_in/sign_in.html")]
struct SignInPage<'p> {
    shell: Shell,
    /// Path to which a sign-in leads.
    next: &'p str,
    /// Whether the last attempt failed.
    is_refused: bool,
}

async fn show(headers: HeaderMap, query: QueryParams) -> Result<Response, PageError> {
    let next = safe_path(query.get("next").unwrap_or_default());
    Ok(html(StatusCode::OK, &page(&headers, next, false))?)
}

async fn sign_in(
    State(app): State<AppState>,
    meta: RequestMeta,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, PageError> {
    let key = form.text("key").trim();
    let next = safe_path(form.text("next"));
    let attempt = SignInAttempt::new(&app, &meta, key)?;
    let signed_in = console::sign_in_with_key(&app.engine, key, meta.request_id).await;
    match attempt.record(signed_in) {
        Ok(signed_in) => begin_session(&app, &signed_in, next),
        Err(error) if matches!(error.kind(), ErrorKind::Unauthenticated(_)) => {
            Ok(html(StatusCode::UNAUTHORIZED, &page(&headers, next, true))?)
        }
        Err(error) => Err(error.into()),
    }
}

fn page<'p>(headers: &HeaderMap, next: &'p str, is_refused: bool) -> SignInPage<'p> {
    SignInPage {
        shell: Shell::signed_out("Sign in", "sign-in", theme(headers)),
        next,
        is_refused,
    }
}
