//! Spaces, their groups and what is said in them.

use parlor_gateway::sse::{EVENT_STREAM_MEDIA_TYPE, LAST_EVENT_ID_HEADER, LAST_EVENT_ID_PARAM};
use parlor_kit::Auth;
use parlor_kit::Route;
use parlor_kit::route::ParameterKind::{Between, Format, Matching, Text};
use parlor_kit::route::{delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{
    CONFLICT, MIRRORED_SOURCE, NOT_FOUND, PAYLOAD_TOO_LARGE, organization_optional,
    organization_required,
};
use crate::auth::KEY_HEADER;
use crate::error::ErrorResponse;
use crate::event;
use crate::group::create::{self, CreateGroupRequest};
use crate::group::rename::{self, RenameGroupRequest};
use crate::group::{self, GroupResponse};
use crate::message::save;
use crate::message::save_schema::SaveMessageBody;
use crate::message::{self, MessageResponse};
use crate::rag::{self, RagRequest};
use crate::space::get as one_space;

const READ_SCOPE: Scope = Scope::read(Resource::Conversations);
const WRITE_SCOPE: Scope = Scope::write(Resource::Conversations);

/// A path below a space.
macro_rules! space_path {
    ($path:literal) => {
        concat!("/v1/workspaces/{workspace}/spaces/{space}", $path)
    };
}

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        organization_optional(
            post(space_path!("/rag"), rag::space::handle),
            Auth::KeyOrBearer(KEY_HEADER),
        )
        .doc(
            "What was said in a space that has the words of a question.",
            "api-reference/spaces/rag",
        )
        .scope(READ_SCOPE)
        .body::<RagRequest>()
        .example(r#"{"text":"What is the refund policy?"}"#)
        .responds::<rag::space::RagResponse>(200, "What was found.")
        .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE]),
        organization_optional(
            get(space_path!(""), one_space::handle),
            Auth::KeyOrBearer(KEY_HEADER),
        )
        .doc("A space with its groups.", "api-reference/spaces/get")
        .scope(Scope::read(Resource::Spaces))
        .responds::<one_space::SpaceResponse>(200, "The space."),
    ];
    routes.extend(group_routes());
    routes.extend(message_routes());
    routes
        .into_iter()
        .map(|route| route.errors::<ErrorResponse<'_>>(&[NOT_FOUND]))
        .collect()
}

fn group_routes() -> [Route; 6] {
    [
        organization_required(post(space_path!("/group"), create::handle))
            .doc(
                "Make a group in a space.",
                "api-reference/spaces/create-group",
            )
            .scope(WRITE_SCOPE)
            .typed_header(
                "Idempotency-Key",
                Matching("^[!-~]([ -~]{0,253}[!-~])?$"),
                "A repeat with the same key and body within a day gives the first answer again.",
            )
            .body::<CreateGroupRequest>()
            .optional()
            .responds::<create::CreateGroupResponse>(200, "The new group.")
            .errors::<ErrorResponse<'_>>(&[
                (409, "The idempotency key was used with another body."),
                PAYLOAD_TOO_LARGE,
            ]),
        organization_required(get(space_path!("/group"), group::list::handle))
            .doc("The groups of a space, oldest first.", MIRRORED_SOURCE)
            .scope(Scope::read(Resource::Spaces))
            .responds::<group::list::ListGroupsResponse>(200, "The groups."),
        organization_required(get(
            space_path!("/group/{conversation}"),
            group::get::handle,
        ))
        .doc("One group.", MIRRORED_SOURCE)
        .scope(READ_SCOPE)
        .responds::<GroupResponse>(200, "The group."),
        organization_required(get(
            space_path!("/group/{conversation}/events"),
            event::stream::handle,
        ))
        .doc("What happens in a group, as it happens.", "")
        .scope(READ_SCOPE)
        .header(
            LAST_EVENT_ID_HEADER,
            "The id of the last event the reader has; `0` for everything from the beginning.",
        )
        .query(
            LAST_EVENT_ID_PARAM,
            Text,
            "The same where the header is absent, for the first connection of a browser.",
        )
        .responds_media_type(
            200,
            EVENT_STREAM_MEDIA_TYPE,
            "The events, as they happen, without an end.",
        ),
        organization_required(put(space_path!("/group/{conversation}"), rename::handle))
            .doc(
                "Rename a group, or have it named after what was said.",
                MIRRORED_SOURCE,
            )
            .scope(WRITE_SCOPE)
            .body::<RenameGroupRequest>()
            .optional()
            .responds::<rename::RenameGroupResponse>(200, "The group under its new name.")
            .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE]),
        organization_required(delete(
            space_path!("/group/{conversation}"),
            group::delete::handle,
        ))
        .doc("Delete a group with its messages.", MIRRORED_SOURCE)
        .scope(WRITE_SCOPE)
        .responds_empty(204, "It is gone.")
        .errors::<ErrorResponse<'_>>(&[(409, "The space's first group stays.")]),
    ]
}

fn message_routes() -> [Route; 2] {
    [
        organization_required(get(space_path!("/message"), message::list::handle))
            .doc(
                "What was said in a group, oldest first.",
                "api-reference/spaces/messages",
            )
            .scope(READ_SCOPE)
            .query(
                "groupId",
                Format("uuid"),
                "The group; the space's first one when absent.",
            )
            .query(
                "limit",
                Between(1, 200),
                "Messages at the most; the newest 1,000 when absent.",
            )
            .query("before", Format("uuid"), "Only messages before this one.")
            .query("after", Format("uuid"), "Only messages after this one.")
            .responds::<message::list::ListMessagesResponse>(200, "The messages."),
        organization_required(post(space_path!("/message"), save::handle))
            .doc(
                "Keep a message; nobody answers it.",
                "api-reference/spaces/messages",
            )
            .scope(Scope::write(Resource::Messages))
            .conditional_scope(WRITE_SCOPE, "no group is named, and the first one is made")
            .conditional_scope(Scope::read(Resource::Members), "a user is named")
            .conditional_scope(Scope::write(Resource::Members), "the user is new")
            .acts_as_member()
            .body::<SaveMessageBody>()
            .example(r#"{"message":"Hello"}"#)
            .responds::<MessageResponse>(200, "The message.")
            .errors::<ErrorResponse<'_>>(&[CONFLICT, PAYLOAD_TOO_LARGE]),
    ]
}
