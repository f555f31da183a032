//! `GET /spaces/{space}` and `GET /public-spaces/{space}`, after the widget's calls: what the versioned path shows, with
//! the groups as the widget reads them. Both take the token that the widget sends; nobody sees a space without one.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::{AppState, DialectError, PathParams};

use crate::auth::TokenCaller;
use crate::space::get::{SpaceView, render_space};
use crate::{Sharely, ids};

pub(crate) async fn handle(
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    params: PathParams,
) -> Result<Response, DialectError<Sharely>> {
    render_space(
        app,
        &caller,
        ids::space_id_from_path(&params)?,
        SpaceView::Widget,
    )
    .await
}
