//! Contacts.

use parlor_kit::Route;
use parlor_model::scope::Resource::{Conversations, Members, Spaces};

use super::{deleted, exported, imported, listed, made, read, row};
use crate::contact::{self, Fields, Page, Record};
use crate::{conversation, space};

const MANUAL: &str = "Contacts";

pub(super) fn rows() -> Vec<Route> {
    let mut rows = Vec::new();
    rows.extend(
        row!(post "/contact/create", contact::create::handle).map(|route| {
            let about = "Make a contact, or find it by its fingerprint. A new fingerprint beside a known address completes the contact with that address; what contradicts a known contact is refused";
            made::<Fields>(route.doc(about, MANUAL), Members)
        }),
    );
    rows.extend(
        row!(post "/contact/ensure", contact::ensure::handle).map(|route| {
            let about = "Find a contact by its fingerprint, or make it";
            made::<Fields>(route.doc(about, "Contact Association"), Members)
        }),
    );
    rows.extend(
        row!(post "/contact/upsert", contact::upsert::handle).map(|route| {
            let about =
                "Make a contact, or change the one that its fingerprint or an address names";
            made::<Fields>(route.doc(about, "Conversation Contacts"), Members)
        }),
    );
    rows.extend(
        row!(get "/contact/list", contact::list::handle).map(|route| {
            let about = "A page of contacts, or all of them as a stream";
            listed::<Page>(route.doc(about, MANUAL), Members)
        }),
    );
    rows.extend(
        row!(get "/contact/export", contact::export::handle).map(|route| {
            exported::<Page>(
                route.doc("All contacts as JSON, JSONL or CSV", MANUAL),
                Members,
            )
        }),
    );
    rows.extend(
        row!(post "/contact/import", contact::import::handle).map(|route| {
            imported::<contact::import::Backup>(
                route.doc("Take back exported contacts", ""),
                Members,
            )
        }),
    );
    rows.extend(
        row!(get "/contact/{contact}/fetch", contact::fetch::handle)
            .map(|route| read::<Record>(route.doc("A contact", MANUAL), Members)),
    );
    rows.extend(
        row!(post "/contact/{contact}/update", contact::update::handle)
            .map(|route| made::<Fields>(route.doc("Change a contact", MANUAL), Members)),
    );
    rows.extend(
        row!(post "/contact/{contact}/delete", contact::delete::handle).map(|route| {
            let about = "Delete a contact; its spaces and conversations stay";
            deleted(route.doc(about, MANUAL), Members)
        }),
    );
    rows.extend(
        row!(get "/contact/{contact}/space/list", contact::spaces::handle).map(|route| {
            listed::<space::Page>(route.doc("The spaces of a contact", MANUAL), Spaces)
        }),
    );
    let of_contact = conversation::of_contact::handle;
    rows.extend(
        row!(get "/contact/{contact}/conversation/list", of_contact).map(|route| {
            let about = "The conversations with a contact";
            listed::<conversation::Page>(route.doc(about, MANUAL), Conversations)
        }),
    );
    rows
}
