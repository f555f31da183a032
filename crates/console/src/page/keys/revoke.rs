//! Revokes a key, after a page that says what ends with it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::api_key;
use parlor_kit::{AppState, PathParams, ids};
use parlor_model::Error;
use parlor_model::Result;
use parlor_model::api_key::ApiKeyKey;
use parlor_model::console::ConsoleSessionOwner;
use parlor_model::error::EntityKind;
use parlor_model::id::ApiKeyId;

use super::key_row::KeyRow;
use super::{PAGE, PageError};
use crate::form::SignedForm;
use crate::response::{html, see_other};
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "page/keys/revoke.html")]
struct RevokePage {
    shell: Shell,
    key: KeyRow,
    /// Calls that it has made on this node lately.
    calls: usize,
    /// Whether the visitor's own session ends with it.
    is_own: bool,
}

/// Asks before a key is revoked.
pub(super) async fn ask(
    State(app): State<AppState>,
    visit: Visit,
    params: PathParams,
) -> Result<Response, PageError> {
    let id = parse_key(params.get("id"))?;
    let key = api_key::find(&app.engine, &visit.ctx, ApiKeyKey::Id(id)).await?;
    let calls = app
        .requests
        .calls_after(visit.ctx.workspace.id, 0, usize::MAX);
    let page = RevokePage {
        shell: Shell::new(&app, &visit, &PAGE).await?,
        key: KeyRow::new(&key, app.engine.now()),
        calls: calls
            .iter()
            .filter(|call| call.caller.is_some_and(|caller| caller.key == Some(id)))
            .count(),
        is_own: visit.session.owner == ConsoleSessionOwner::Key(id),
    };
    Ok(html(StatusCode::OK, &page)?)
}

/// Revokes a key.
pub(super) async fn handle(
    State(app): State<AppState>,
    params: PathParams,
    form: SignedForm,
) -> Result<Response, PageError> {
    let id = parse_key(params.get("id"))?;
    api_key::revoke(&app.engine, &form.visit.ctx, id).await?;
    Ok(see_other(PAGE.path))
}

/// Parses the id of a key in a path.
///
/// # Errors
/// `NotFound` for another text.
pub(super) fn parse_key(text: &str) -> Result<ApiKeyId> {
    ids::parse_uuid(text).ok_or_else(|| Error::not_found(EntityKind::Key))
}
