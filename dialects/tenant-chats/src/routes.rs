//! Lists the routes, with what all of them share. Each endpoint's file declares its own.

use parlor_kit::route::ParameterKind::Text;
use parlor_kit::route::{Auth, Route};

use crate::auth::KEY_HEADER;
use crate::error::ErrorResponse;
use crate::{chat, live, log, message, socket, token, user};

const KEY_AUTH: Auth = Auth::Key(KEY_HEADER);

/// Returns every route in the order of the OpenAPI document. Each path is served with and without a trailing slash.
pub(crate) fn routes() -> Vec<Route> {
    let routes = [
        chat::create::route(),
        chat::list::route(),
        chat::get::route(),
        chat::update::route(),
        chat::delete::route(),
        message::list::route(),
        message::create::route(),
        log::list::route(),
        user::get::route(),
        user::delete::route(),
        token::create::route(),
        token::create_for_user::route(),
        live::connect::route(),
        socket::connect::route(),
    ];
    routes.into_iter().map(with_shared_parts).collect()
}

fn with_shared_parts(route: Route) -> Route {
    route
        .auth(KEY_AUTH)
        .trailing_slash()
        .path_param("conversation", Text, "The chat: a UUID.")
        .path_param("user", Text, "The customer's own id of the user.")
        .errors::<ErrorResponse>(&[
            (401, "The key is missing, unknown or revoked."),
            (403, "The key lacks the scope."),
            (429, "Too many requests."),
        ])
}
