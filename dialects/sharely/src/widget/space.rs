//! `GET /spaces/{space}` and `GET /public-spaces/{space}`, after the widget's calls: the same as the versioned path
//! shows, but for threads. Both take the token that the widget sends; nobody sees a space without one.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::{App, Fail, Params};
use parlor_model::conversation::Kind;

use crate::auth::Visitor;
use crate::{Sharely, ids, space};

pub(crate) async fn handle(
    State(app): State<App>,
    Visitor(caller): Visitor,
    params: Params,
) -> Result<Response, Fail<Sharely>> {
    let id = ids::space(&params)?;
    // The widget opens what stands here as a group, and reads its agent's threads elsewhere.
    space::get::read(&app, &caller, id, |group| group.kind != Kind::Thread).await
}
