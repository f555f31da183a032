//! Phone numbers, inboxes and sites.

use parlor_kit::route::ParameterKind::Boolean;
use parlor_kit::route::{Route, delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{BAD_BODY, BAD_QUERY, INBOXES, NO_SCOPE, PHONES, Paged, TOO_LARGE, w};
use crate::error::ErrorBody;
use crate::{inbox, phone_number, site};

pub(super) fn routes() -> Vec<Route> {
    vec![
        get(w!("/phone-numbers"), phone_number::list::handle)
            .doc("Lists phone numbers", PHONES)
            .scope(Scope::read(Resource::Phones))
            .query(
                "is_archived",
                Boolean,
                "Only archived ones, or only the others.",
            )
            .page_of::<phone_number::list::PhoneNumbers>("A page of phone numbers.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE]),
        post(w!("/phone-numbers"), phone_number::create::handle)
            .doc("Adds a phone number", PHONES)
            .scope(Scope::write(Resource::Phones))
            .body::<phone_number::create::NewPhoneNumberBody>()
            .ok::<phone_number::PhoneNumberResponse>(200, "The phone number.")
            .errors::<ErrorBody>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "No such workflow."),
                (409, "The workspace has it already."),
                TOO_LARGE,
            ]),
        get(
            w!("/phone-numbers/{phone_number}"),
            phone_number::get::handle,
        )
        .doc("Gets a phone number", PHONES)
        .scope(Scope::read(Resource::Phones))
        .ok::<phone_number::PhoneNumberResponse>(200, "The phone number.")
        .errors::<ErrorBody>(&[NO_SCOPE, (404, "No such phone number.")]),
        put(
            w!("/phone-numbers/{phone_number}"),
            phone_number::update::handle,
        )
        .doc("Updates a phone number", PHONES)
        .scope(Scope::write(Resource::Phones))
        .body::<phone_number::update::PhoneNumberChangesBody>()
        .optional()
        .ok::<phone_number::PhoneNumberResponse>(200, "The phone number as it is now.")
        .errors::<ErrorBody>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such phone number or workflow."),
            (409, "Something still rests on it."),
            TOO_LARGE,
        ]),
        post(
            w!("/phone-numbers/{phone_number}/archive"),
            phone_number::archive::handle,
        )
        .doc("Archives a phone number", PHONES)
        .scope(Scope::write(Resource::Phones))
        .ok::<phone_number::PhoneNumberResponse>(200, "The phone number as it is now.")
        .errors::<ErrorBody>(&[
            NO_SCOPE,
            (404, "No such phone number."),
            (409, "Something still rests on it."),
        ]),
        get(
            w!("/phone-numbers/linkable-phones"),
            phone_number::link::linkable,
        )
        .doc("Lists the phone numbers no workflow names", PHONES)
        .scope(Scope::read(Resource::Phones))
        .ok::<phone_number::link::LinkablePhones>(200, "The phone numbers.")
        .errors::<ErrorBody>(&[NO_SCOPE]),
        get(
            w!("/phone-numbers/{phone_number}/archive-blockers"),
            phone_number::blockers::handle,
        )
        .doc("Lists what still rests on a phone number", PHONES)
        .scope(Scope::read(Resource::Phones))
        .ok::<phone_number::blockers::ArchiveBlockers>(200, "What does.")
        .errors::<ErrorBody>(&[NO_SCOPE, (404, "No such phone number.")]),
        post(
            w!("/phone-numbers/{phone_number}/link"),
            phone_number::link::handle,
        )
        .doc("Links a phone number to a workflow", PHONES)
        .scope(Scope::write(Resource::Phones))
        .also(
            Scope::write(Resource::Workflows),
            "there is such a workflow, which answers the number from then on",
        )
        .body::<phone_number::link::LinkRequest>()
        .ok::<phone_number::PhoneNumberResponse>(200, "The phone number as it is now.")
        .errors::<ErrorBody>(&[
            BAD_BODY,
            NO_SCOPE,
            (404, "No such phone number or workflow."),
            TOO_LARGE,
        ]),
        get(w!("/inboxes"), inbox::list::handle)
            .doc("Lists inboxes", INBOXES)
            .scope(Scope::read(Resource::Inboxes))
            .page_of::<inbox::list::Inboxes>("A page of inboxes.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE]),
        post(w!("/inboxes"), inbox::create::handle)
            .doc("Creates an inbox", INBOXES)
            .scope(Scope::admin(Resource::Inboxes))
            .body::<inbox::create::CreateInboxRequest>()
            .ok::<inbox::InboxResponse>(200, "The inbox.")
            .errors::<ErrorBody>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "No such workflow."),
                (409, "The slug or the address is taken."),
                TOO_LARGE,
            ]),
        get(w!("/inboxes/{inbox}"), inbox::get::handle)
            .doc("Gets an inbox", INBOXES)
            .scope(Scope::read(Resource::Inboxes))
            .ok::<inbox::InboxResponse>(200, "The inbox.")
            .errors::<ErrorBody>(&[NO_SCOPE, (404, "No such inbox.")]),
        put(w!("/inboxes/{inbox}"), inbox::update::handle)
            .doc("Updates an inbox", INBOXES)
            .scope(Scope::write(Resource::Inboxes))
            .body::<inbox::update::UpdateInboxRequest>()
            .optional()
            .ok::<inbox::InboxResponse>(200, "The inbox as it is now.")
            .errors::<ErrorBody>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "No such inbox or workflow."),
                (409, "The slug or the address is taken."),
                TOO_LARGE,
            ]),
        delete(w!("/inboxes/{inbox}"), inbox::delete::handle)
            .doc("Deletes an inbox", INBOXES)
            .scope(Scope::admin(Resource::Inboxes))
            .empty(204, "It is gone.")
            .errors::<ErrorBody>(&[NO_SCOPE, (404, "No such inbox.")]),
        get(w!("/sites"), site::list::handle)
            .doc("Lists sites", "")
            .scope(Scope::read(Resource::Sites))
            .query(
                "isArchived",
                Boolean,
                "Only archived ones, or only the others.",
            )
            .page_of::<site::list::Sites>("A page of sites.")
            .errors::<ErrorBody>(&[BAD_QUERY, NO_SCOPE]),
        post(w!("/sites"), site::create::handle)
            .doc("Creates a site", "")
            .scope(Scope::write(Resource::Sites))
            .body::<site::create::CreateSiteRequest>()
            .ok::<site::SiteResponse>(200, "The site.")
            .errors::<ErrorBody>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "No such workflow."),
                (409, "The slug is taken."),
                TOO_LARGE,
            ]),
        get(w!("/sites/{site}"), site::get::handle)
            .doc("Gets a site", "")
            .scope(Scope::read(Resource::Sites))
            .ok::<site::SiteResponse>(200, "The site.")
            .errors::<ErrorBody>(&[NO_SCOPE, (404, "No such site.")]),
        put(w!("/sites/{site}"), site::update::handle)
            .doc("Updates a site", "")
            .scope(Scope::write(Resource::Sites))
            .body::<site::update::UpdateSiteRequest>()
            .optional()
            .ok::<site::SiteResponse>(200, "The site as it is now.")
            .errors::<ErrorBody>(&[
                BAD_BODY,
                NO_SCOPE,
                (404, "No such site or workflow."),
                (409, "The slug is taken."),
                TOO_LARGE,
            ]),
    ]
}
