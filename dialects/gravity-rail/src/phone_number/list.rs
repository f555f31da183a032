//! `GET /phone-numbers`, after developer/api/workspace/phone_numbers.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::line::phone_number;
use parlor_kit::{App, Query};

use super::{PhoneNumberResponse, shown};
use crate::auth::Caller;
use crate::question::either;
use crate::{Fail, page};

page::page! {
    /// A page of phone numbers.
    PhoneNumbersPage of PhoneNumberResponse as PhoneNumbers
}

/// Oldest first; all of them unless `is_archived` says which. Asks for `phones:read`.
pub(crate) async fn handle(
    State(app): State<App>,
    Caller(ctx): Caller,
    query: Query,
) -> Result<Response, Fail> {
    let asked = page::Asked::read(&query)?;
    let archived = either(&query, "is_archived", "isArchived")?;
    let (rows, total) =
        phone_number::page(&app.engine, &ctx, archived, asked.size, asked.offset()).await?;
    let lines = shown(&app, &ctx, rows).await?;
    Ok(PhoneNumbersPage::of(asked, lines, total)
        .answer(&app, &ctx)
        .await?)
}
