//! Spaces.

use parlor_kit::Route;
use parlor_kit::route::ParameterKind::Text;
use parlor_model::scope::Resource::{self, Spaces};
use parlor_model::scope::Scope;

use super::{creates, deletes, exports, imports, lists, reads, row};
use crate::space::{self, SpaceInstance, SpaceListResponse, SpaceOptions};

pub(super) fn rows() -> Vec<Route> {
    let mut rows = Vec::new();
    rows.extend(
        row!(post "/space/create", space::create::handle).map(|route| {
            with_contact_scope(creates::<SpaceOptions>(
                route.doc("Make a space", "Creating Spaces"),
                Spaces,
            ))
        }),
    );
    rows.extend(row!(get "/space/list", space::list::handle).map(|route| {
        let about = "A page of spaces, or all of them as a stream";
        with_filters(lists::<SpaceListResponse>(
            route.doc(about, "Listing Spaces"),
            Spaces,
        ))
    }));
    rows.extend(
        row!(get "/space/export", space::export::handle).map(|route| {
            let about = "All spaces as JSON, JSONL or CSV";
            with_filters(exports::<SpaceListResponse>(
                route.doc(about, "Exporting Spaces"),
                Spaces,
            ))
        }),
    );
    rows.extend(
        row!(post "/space/import", space::import::handle).map(|route| {
            imports::<space::import::SpaceImportRequest>(
                route.doc("Take back exported spaces", ""),
                Spaces,
            )
        }),
    );
    rows.extend(
        row!(get "/space/{space}/fetch", space::fetch::handle)
            .map(|route| reads::<SpaceInstance>(route.doc("A space", "Fetching a Space"), Spaces)),
    );
    rows.extend(
        row!(post "/space/{space}/update", space::update::handle).map(|route| {
            with_contact_scope(creates::<SpaceOptions>(
                route.doc("Change a space", "Updating a Space"),
                Spaces,
            ))
        }),
    );
    rows.extend(
        row!(post "/space/{space}/delete", space::delete::handle).map(|route| {
            let about = "Delete a space; its conversations stay";
            deletes(route.doc(about, "Deleting a Space"), Spaces)
        }),
    );
    rows
}

fn with_filters(route: Route) -> Route {
    route
        .query(
            "contactId",
            Text,
            "Only those of any of these contacts, comma-separated",
        )
        .query("blueprintId", Text, "Only those with this blueprint")
}

fn with_contact_scope(route: Route) -> Route {
    let when = "a contact is given by its fields, and may have to be made";
    route.conditional_scope(Scope::write(Resource::Members), when)
}
