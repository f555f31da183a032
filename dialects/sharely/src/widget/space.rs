//! `GET /spaces/{space}` and `GET /public-spaces/{space}`, after the widget's calls: the same as the versioned path
//! shows. Both take the token that the widget sends; nobody sees a space without one.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::{App, Fail, Params};

use crate::auth::Visitor;
use crate::{Sharely, ids, space};

pub(crate) async fn handle(
    State(app): State<App>,
    Visitor(caller): Visitor,
    params: Params,
) -> Result<Response, Fail<Sharely>> {
    space::get::read(&app, &caller, ids::space(&params)?).await
}
