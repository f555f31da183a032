//! `GET /spaces/{space}` and `GET /public-spaces/{space}`, after the widget's calls: what the versioned path shows, with
//! the groups as the widget reads them. Both take the token that the widget sends; nobody sees a space without one.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::{App, Fail, Params};

use crate::auth::Visitor;
use crate::space::get::{View, read};
use crate::{Sharely, ids};

pub(crate) async fn handle(
    State(app): State<App>,
    Visitor(caller): Visitor,
    params: Params,
) -> Result<Response, Fail<Sharely>> {
    read(app, &caller, ids::space(&params)?, View::Widget).await
}
