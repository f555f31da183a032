//! Contacts.

use parlor_kit::Route;
use parlor_model::scope::Resource::{Conversations, Members, Spaces};

use super::{creates, deletes, exports, imports, lists, reads, row};
use crate::contact::{self, ContactInstance, ContactListResponse, ContactOptions};
use crate::{conversation, space};

const MANUAL: &str = "Contacts";

pub(super) fn rows() -> Vec<Route> {
    let mut rows = Vec::new();
    rows.extend(
        row!(post "/contact/create", contact::create::handle).map(|route| {
            let about = "Make a contact, or find it by its fingerprint. A new fingerprint beside a known address completes the contact with that address; what contradicts a known contact is refused";
            creates::<ContactOptions>(route.doc(about, MANUAL), Members)
        }),
    );
    rows.extend(
        row!(post "/contact/ensure", contact::ensure::handle).map(|route| {
            let about = "Find a contact by its fingerprint, or make it";
            creates::<ContactOptions>(route.doc(about, "Contact Association"), Members)
        }),
    );
    rows.extend(
        row!(post "/contact/upsert", contact::upsert::handle).map(|route| {
            let about =
                "Make a contact, or change the one that its fingerprint or an address names";
            creates::<ContactOptions>(route.doc(about, "Conversation Contacts"), Members)
        }),
    );
    rows.extend(
        row!(get "/contact/list", contact::list::handle).map(|route| {
            let about = "A page of contacts, or all of them as a stream";
            lists::<ContactListResponse>(route.doc(about, MANUAL), Members)
        }),
    );
    rows.extend(
        row!(get "/contact/export", contact::export::handle).map(|route| {
            exports::<ContactListResponse>(
                route.doc("All contacts as JSON, JSONL or CSV", MANUAL),
                Members,
            )
        }),
    );
    rows.extend(
        row!(post "/contact/import", contact::import::handle).map(|route| {
            imports::<contact::import::ContactImportRequest>(
                route.doc("Take back exported contacts", ""),
                Members,
            )
        }),
    );
    rows.extend(
        row!(get "/contact/{contact}/fetch", contact::fetch::handle)
            .map(|route| reads::<ContactInstance>(route.doc("A contact", MANUAL), Members)),
    );
    rows.extend(
        row!(post "/contact/{contact}/update", contact::update::handle)
            .map(|route| creates::<ContactOptions>(route.doc("Change a contact", MANUAL), Members)),
    );
    rows.extend(
        row!(post "/contact/{contact}/delete", contact::delete::handle).map(|route| {
            let about = "Delete a contact; its spaces and conversations stay";
            deletes(route.doc(about, MANUAL), Members)
        }),
    );
    rows.extend(
        row!(get "/contact/{contact}/space/list", contact::list_spaces::handle).map(|route| {
            lists::<space::SpaceListResponse>(route.doc("The spaces of a contact", MANUAL), Spaces)
        }),
    );
    let of_contact = conversation::list_by_contact::handle;
    rows.extend(
        row!(get "/contact/{contact}/conversation/list", of_contact).map(|route| {
            let about = "The conversations with a contact";
            lists::<conversation::ConversationListResponse>(route.doc(about, MANUAL), Conversations)
        }),
    );
    rows
}
