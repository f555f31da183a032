//! Messages.

use parlor_kit::Route;
use parlor_model::scope::Resource::Messages;
use parlor_model::scope::Scope;

use super::{deleted, listed, made, read, row};
use crate::message::{self, New, Page, Patch, Record, Stored};

const MANUAL: &str = "Conversation Messages";

pub(super) fn rows() -> Vec<Route> {
    let mut rows = Vec::new();
    let create = message::create::handle;
    rows.extend(
        row!(post "/conversation/{conversation}/message/create", create).map(|route| {
            route
                .doc("Store a message; nobody answers it", MANUAL)
                .body::<New>()
                .scope(Scope::write(Messages))
                .ok::<Stored>(200, "The message's id")
        }),
    );
    let list = message::list::handle;
    rows.extend(
        row!(get "/conversation/{conversation}/message/list", list).map(|route| {
            let about = "A page of messages, the oldest first, or all of them as a stream";
            listed::<Page>(route.doc(about, MANUAL), Messages)
        }),
    );
    let fetch = message::fetch::handle;
    rows.extend(
        row!(get "/conversation/{conversation}/message/{message}/fetch", fetch)
            .map(|route| read::<Record>(route.doc("A message", MANUAL), Messages)),
    );
    let update = message::update::handle;
    rows.extend(
        row!(post "/conversation/{conversation}/message/{message}/update", update)
            .map(|route| made::<Patch>(route.doc("Change a message", MANUAL), Messages)),
    );
    let delete = message::delete::handle;
    rows.extend(
        row!(post "/conversation/{conversation}/message/{message}/delete", delete)
            .map(|route| deleted(route.doc("Delete a message", MANUAL), Messages)),
    );
    rows
}
