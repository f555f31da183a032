//! Phone numbers, inboxes and sites.

use parlor_kit::route::ParameterKind::Boolean;
use parlor_kit::route::{Route, delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{
    BAD_BODY, BAD_QUERY, INBOXES, NO_SCOPE, PHONES, PagedRoute, TOO_LARGE, workspace_path,
};
use crate::error::ErrorResponse;
use crate::{inbox, phone_number, site};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(
            workspace_path!("/phone-numbers"),
            phone_number::list::handle,
        )
        .doc("Lists phone numbers", PHONES)
        .scope(Scope::read(Resource::Phones))
        .query(
            "is_archived",
            Boolean,
            "Only archived ones, or only the others.",
        )
        .responds_page::<phone_number::list::PhoneNumbers>("A page of phone numbers.")
        .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE]),
        post(
            workspace_path!("/phone-numbers"),
            phone_number::create::handle,
        )
        .doc("Adds a phone number", PHONES)
        .scope(Scope::write(Resource::Phones))
        .body::<phone_number::create::NewPhoneNumberBody>()
        .responds::<phone_number::PhoneNumberResponse>(200, "The phone number.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such workflow."),
            (409, "The workspace has it already."),
            TOO_LARGE,
        ]),
        get(
            workspace_path!("/phone-numbers/{phone_number}"),
            phone_number::get::handle,
        )
        .doc("Gets a phone number", PHONES)
        .scope(Scope::read(Resource::Phones))
        .responds::<phone_number::PhoneNumberResponse>(200, "The phone number.")
        .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such phone number.")]),
        put(
            workspace_path!("/phone-numbers/{phone_number}"),
            phone_number::update::handle,
        )
        .doc("Updates a phone number", PHONES)
        .scope(Scope::write(Resource::Phones))
        .body::<phone_number::update::PhoneNumberChangesBody>()
        .optional()
        .responds::<phone_number::PhoneNumberResponse>(200, "The phone number as it is now.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such phone number or workflow."),
            (409, "Something still rests on it."),
            TOO_LARGE,
        ]),
        post(
            workspace_path!("/phone-numbers/{phone_number}/archive"),
            phone_number::archive::handle,
        )
        .doc("Archives a phone number", PHONES)
        .scope(Scope::write(Resource::Phones))
        .responds::<phone_number::PhoneNumberResponse>(200, "The phone number as it is now.")
        .errors::<ErrorResponse>(&[
            NO_SCOPE,
            (404, "No such phone number."),
            (409, "Something still rests on it."),
        ]),
        get(
            workspace_path!("/phone-numbers/linkable-phones"),
            phone_number::link::list_linkable,
        )
        .doc("Lists the phone numbers no workflow names", PHONES)
        .scope(Scope::read(Resource::Phones))
        .responds::<phone_number::link::LinkablePhones>(200, "The phone numbers.")
        .errors::<ErrorResponse>(&[NO_SCOPE]),
        get(
            workspace_path!("/phone-numbers/{phone_number}/archive-blockers"),
            phone_number::blockers::handle,
        )
        .doc("Lists what still rests on a phone number", PHONES)
        .scope(Scope::read(Resource::Phones))
        .responds::<phone_number::blockers::ArchiveBlockers>(200, "What does.")
        .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such phone number.")]),
        post(
            workspace_path!("/phone-numbers/{phone_number}/link"),
            phone_number::link::handle,
        )
        .doc("Links a phone number to a workflow", PHONES)
        .scope(Scope::write(Resource::Phones))
        .conditional_scope(
            Scope::write(Resource::Workflows),
            "there is such a workflow, which answers the number from then on",
        )
        .body::<phone_number::link::LinkPhoneNumberRequest>()
        .responds::<phone_number::PhoneNumberResponse>(200, "The phone number as it is now.")
        .errors::<ErrorResponse>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such phone number or workflow."),
            TOO_LARGE,
        ]),
        get(workspace_path!("/inboxes"), inbox::list::handle)
            .doc("Lists inboxes", INBOXES)
            .scope(Scope::read(Resource::Inboxes))
            .responds_page::<inbox::list::Inboxes>("A page of inboxes.")
            .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE]),
        post(workspace_path!("/inboxes"), inbox::create::handle)
            .doc("Creates an inbox", INBOXES)
            .scope(Scope::admin(Resource::Inboxes))
            .body::<inbox::create::CreateInboxRequest>()
            .responds::<inbox::InboxResponse>(200, "The inbox.")
            .errors::<ErrorResponse>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "No such workflow."),
                (409, "The slug or the address is taken."),
                TOO_LARGE,
            ]),
        get(workspace_path!("/inboxes/{inbox}"), inbox::get::handle)
            .doc("Gets an inbox", INBOXES)
            .scope(Scope::read(Resource::Inboxes))
            .responds::<inbox::InboxResponse>(200, "The inbox.")
            .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such inbox.")]),
        put(workspace_path!("/inboxes/{inbox}"), inbox::update::handle)
            .doc("Updates an inbox", INBOXES)
            .scope(Scope::write(Resource::Inboxes))
            .body::<inbox::update::UpdateInboxRequest>()
            .optional()
            .responds::<inbox::InboxResponse>(200, "The inbox as it is now.")
            .errors::<ErrorResponse>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "No such inbox or workflow."),
                (409, "The slug or the address is taken."),
                TOO_LARGE,
            ]),
        delete(workspace_path!("/inboxes/{inbox}"), inbox::delete::handle)
            .doc("Deletes an inbox", INBOXES)
            .scope(Scope::admin(Resource::Inboxes))
            .responds_empty(204, "It is gone.")
            .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such inbox.")]),
        get(workspace_path!("/sites"), site::list::handle)
            .doc("Lists sites", "")
            .scope(Scope::read(Resource::Sites))
            .query(
                "isArchived",
                Boolean,
                "Only archived ones, or only the others.",
            )
            .responds_page::<site::list::Sites>("A page of sites.")
            .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE]),
        post(workspace_path!("/sites"), site::create::handle)
            .doc("Creates a site", "")
            .scope(Scope::write(Resource::Sites))
            .body::<site::create::CreateSiteRequest>()
            .responds::<site::SiteResponse>(200, "The site.")
            .errors::<ErrorResponse>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "No such workflow."),
                (409, "The slug is taken."),
                TOO_LARGE,
            ]),
        get(workspace_path!("/sites/{site}"), site::get::handle)
            .doc("Gets a site", "")
            .scope(Scope::read(Resource::Sites))
            .responds::<site::SiteResponse>(200, "The site.")
            .errors::<ErrorResponse>(&[NO_SCOPE, (404, "No such site.")]),
        put(workspace_path!("/sites/{site}"), site::update::handle)
            .doc("Updates a site", "")
            .scope(Scope::write(Resource::Sites))
            .body::<site::update::UpdateSiteRequest>()
            .optional()
            .responds::<site::SiteResponse>(200, "The site as it is now.")
            .errors::<ErrorResponse>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "No such site or workflow."),
                (409, "The slug is taken."),
                TOO_LARGE,
            ]),
    ]
}
