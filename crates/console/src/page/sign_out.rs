//! Ends a session, or all of the same key or member.

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::header::SET_COOKIE;
use parlor_engine::console;
use parlor_kit::AppState;

use crate::error_page::PageError;
use crate::form::SignedForm;
use crate::response::see_other;
use crate::session_cookie::session_cookie;
use crate::settings::ConsoleSettings;

pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/console/sign-out", post(handle))
}

async fn handle(
    State(app): State<AppState>,
    SignedForm { visit, form }: SignedForm,
) -> Result<Response, PageError> {
    let (engine, session) = (&app.engine, &visit.session);
    if form.filled("everywhere").is_some() {
        console::sign_out_everywhere(engine, &visit.ctx, session).await?;
    } else {
        console::sign_out(engine, &visit.ctx, session).await?;
    }
    let settings = ConsoleSettings::from_app(&app)?;
    let mut answer = see_other("/console/sign-in");
    if let Some(cookie) = session_cookie("", &settings) {
        answer.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(answer)
}
