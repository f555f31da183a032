//! `GET /phone-numbers`, after developer/api/workspace/phone_numbers.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::sender::phone_number;
use parlor_kit::{AppState, QueryParams};

use super::{PhoneNumberResponse, render_phone_numbers};
use crate::auth::Caller;
use crate::query::parse_bool_alias;
use crate::{HandlerError, page};

page::page! {
    /// A page of phone numbers.
    PhoneNumbersPage of PhoneNumberResponse as PhoneNumbers
}

/// Oldest first; all of them unless `is_archived` says which. Asks for `phones:read`.
pub(crate) async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let asked = page::PageQuery::from_query(&query)?;
    let archived = parse_bool_alias(&query, "is_archived", "isArchived")?;
    let (rows, total) =
        phone_number::page(&app.engine, &ctx, archived, asked.size, asked.offset()).await?;
    let lines = render_phone_numbers(&app, &ctx, rows).await?;
    Ok(PhoneNumbersPage::of(asked, lines, total)
        .answer(&app, &ctx)
        .await?)
}
