//! `GET /phone-numbers`.

use axum::extract::State;
use axum::response::Response;
use parlor_engine::sender::phone_number;
use parlor_kit::route::ParameterKind::Boolean;
use parlor_kit::route::{Route, get};
use parlor_kit::{AppState, QueryParams};
use parlor_model::scope::{Resource, Scope};

use super::{PhoneNumberResponse, VENDOR_PAGE, render_phone_numbers};
use crate::HandlerError;
use crate::auth::Caller;
use crate::documented::{BAD_QUERY, NO_SCOPE, workspace_path};
use crate::error::ErrorResponse;
use crate::page::{PageQuery, PagedRoute, page};
use crate::query::parse_bool_alias;

page! {
    /// A page of phone numbers.
    PhoneNumbersPage of PhoneNumberResponse as PhoneNumbers
}

/// Declares the route.
pub(crate) fn route() -> Route {
    get(workspace_path!("/phone-numbers"), handle)
        .doc("Lists phone numbers", VENDOR_PAGE)
        .scope(Scope::read(Resource::Phones))
        .query(
            "is_archived",
            Boolean,
            "Only archived ones, or only the others.",
        )
        .responds_page::<PhoneNumbers>("A page of phone numbers.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE])
}

/// Oldest first, archived or not unless `is_archived` is given.
async fn handle(
    State(app): State<AppState>,
    Caller(ctx): Caller,
    query: QueryParams,
) -> Result<Response, HandlerError> {
    let page = PageQuery::from_query(&query)?;
    let archived = parse_bool_alias(&query, "is_archived", "isArchived")?;
    let (rows, total) =
        phone_number::page(&app.engine, &ctx, archived, page.size, page.offset()).await?;
    let phone_numbers = render_phone_numbers(&app, &ctx, rows).await?;
    Ok(PhoneNumbersPage::new(page, phone_numbers, total)
        .into_response(&app, &ctx)
        .await?)
}
