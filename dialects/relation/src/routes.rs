//! Lists the routes. Each endpoint's file declares its own.

use parlor_kit::Route;

use crate::{channel, chat, following, live, message, profile, session, signer, verify};

/// Returns every route in the order of the OpenAPI document. Each path is also served with a trailing slash.
pub(crate) fn routes() -> Vec<Route> {
    let routes = [
        verify::eth::route(),
        verify::nonce::route(),
        session::create::route(),
        signer::sign::route(),
        signer::jwk::route(),
        profile::find::route(),
        profile::search::route(),
        profile::update::route(),
        profile::addresses::route(),
        following::add::route(),
        following::remove::route(),
        following::list::route(),
        following::recommended::route(),
        channel::create::route(),
        channel::info::route(),
        channel::members::route(),
        channel::is_admin::route(),
        channel::announcement::route(),
        channel::join::route(),
        channel::add::route(),
        channel::remove::route(),
        channel::leave::route(),
        channel::disband::route(),
        channel::transfer::route(),
        channel::update_announcement::route(),
        channel::update::route(),
        chat::pin::route(),
        chat::mute::route(),
        chat::hide::route(),
        chat::list::route(),
        message::send::route(),
        message::mark_read::route(),
        message::hide::route(),
        message::list::route(),
        message::unread_count::route(),
        live::connect::route(),
    ];
    routes.into_iter().map(Route::trailing_slash).collect()
}
