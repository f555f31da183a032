//! `GET /spaces/{space}` and `GET /public-spaces/{space}`, after the widget's calls: return the space of the versioned path,
//! with its groups in the widget's form. Both require a token.

use axum::extract::State;
use axum::response::Response;
use parlor_kit::route::{Auth, Route, get};
use parlor_kit::{AppState, PathParams};
use parlor_model::scope::{Resource, Scope};

use crate::auth::TokenCaller;
use crate::documented::{NOT_FOUND, WIDGET_SOURCE, organization_optional};
use crate::error::ErrorResponse;
use crate::space::view::SpaceResponse;
use crate::space::view::{SpaceView, render_space};
use crate::{HandlerError, ids};

/// Declares the route of a user's space.
pub(crate) fn route() -> Route {
    with_shared_parts(get("/spaces/{space}", handle).doc("A space with its groups.", WIDGET_SOURCE))
}

/// Declares the route of a visitor's space.
pub(crate) fn route_public() -> Route {
    with_shared_parts(
        get("/public-spaces/{space}", handle)
            .doc("The same, for a visitor's token.", WIDGET_SOURCE),
    )
}

fn with_shared_parts(route: Route) -> Route {
    organization_optional(route, Auth::Bearer)
        .scope(Scope::read(Resource::Spaces))
        .responds::<SpaceResponse>(200, "The space.")
        .errors::<ErrorResponse<'_>>(&[NOT_FOUND])
}

async fn handle(
    State(app): State<AppState>,
    TokenCaller(caller): TokenCaller,
    params: PathParams,
) -> Result<Response, HandlerError> {
    render_space(
        app,
        &caller,
        ids::space_id_from_path(&params)?,
        SpaceView::Widget,
    )
    .await
}
