//! Archives a member and brings it back.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::member;
use parlor_kit::{AppState, PathParams, ids};
use parlor_model::member::UpdateMember;

use super::PAGE;
use super::show::parse_member;
use crate::error_page::PageError;
use crate::form::SignedForm;
use crate::response::see_other;

/// Archives a member; its tokens end.
pub(super) async fn archive(
    app: State<AppState>,
    params: PathParams,
    form: SignedForm,
) -> Result<Response, PageError> {
    set_archived(app, params, form, true).await
}

/// Brings an archived member back; its tokens stay ended.
pub(super) async fn restore(
    app: State<AppState>,
    params: PathParams,
    form: SignedForm,
) -> Result<Response, PageError> {
    set_archived(app, params, form, false).await
}

async fn set_archived(
    State(app): State<AppState>,
    params: PathParams,
    form: SignedForm,
    archived: bool,
) -> Result<Response, PageError> {
    let id = parse_member(params.get("id"))?;
    let command = UpdateMember {
        archived: Some(archived),
        ..UpdateMember::default()
    };
    member::update(&app.engine, &form.visit.ctx, id, command).await?;
    Ok(see_other(&format!(
        "{}/{}",
        PAGE.path,
        ids::format_uuid(id)
    )))
}
