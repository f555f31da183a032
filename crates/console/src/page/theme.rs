//! Keeps the chosen colours in a cookie.

use axum::Router;
use axum::response::Response;
use axum::routing::post;
use http::header::SET_COOKIE;
use parlor_kit::AppState;

use crate::form::SignedForm;
use crate::response::see_other;
use crate::session_cookie::{Theme, theme_cookie};

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/console/theme", post(handle))
}

async fn handle(form: SignedForm) -> Response {
    let theme = Theme::from_name(form.form.text("theme"));
    let mut answer = see_other(crate::PATH);
    answer.headers_mut().append(SET_COOKIE, theme_cookie(theme));
    answer
}
