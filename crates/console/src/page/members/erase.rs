//! Erases a member with its own conversations, after a page that says what ends with it.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::member;
use parlor_kit::{AppState, PathParams, time};
use parlor_model::Error;
use parlor_model::member::MemberKey;

use super::PAGE;
use super::member_row::MemberRow;
use super::show::{count_conversations, parse_member};
use crate::error_page::PageError;
use crate::form::SignedForm;
use crate::response::html;
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "page/members/erase.html")]
struct ErasePage {
    shell: Shell,
    member: MemberRow,
    conversations: Option<i64>,
}

#[derive(Template)]
#[template(path = "page/members/erased.html")]
struct ErasedPage {
    shell: Shell,
    /// Id that the member had.
    id: String,
    /// Number of conversations that were deleted with it.
    conversations: i64,
    at: String,
}

/// Asks before a member is erased.
pub(super) async fn ask(
    State(app): State<AppState>,
    visit: Visit,
    params: PathParams,
) -> Result<Response, PageError> {
    let id = parse_member(params.get("id"))?;
    let record = member::find(&app.engine, &visit.ctx, MemberKey::Id(id)).await?;
    let page = ErasePage {
        shell: Shell::new(&app, &visit, &PAGE).await?,
        member: MemberRow::new(&record.member),
        conversations: count_conversations(&app.engine, &visit.ctx, id).await?,
    };
    Ok(html(StatusCode::OK, &page)?)
}

/// Erases a member whose number was typed, and shows the receipt.
pub(super) async fn handle(
    State(app): State<AppState>,
    params: PathParams,
    SignedForm { visit, form }: SignedForm,
) -> Result<Response, PageError> {
    let id = parse_member(params.get("id"))?;
    let record = member::find(&app.engine, &visit.ctx, MemberKey::Id(id)).await?;
    let shown = MemberRow::new(&record.member);
    if form.text("confirm").trim() != shown.number.to_string() {
        let error = Error::invalid("confirm", format!("must be {}", shown.number));
        return Err(error.into());
    }
    let key = MemberKey::Id(id);
    let erased = member::delete_with_conversations(&app.engine, &visit.ctx, key).await?;
    let page = ErasedPage {
        shell: Shell::new(&app, &visit, &PAGE).await?,
        id: shown.id,
        conversations: erased.conversations,
        at: time::format_iso(erased.at),
    };
    Ok(html(StatusCode::OK, &page)?)
}
