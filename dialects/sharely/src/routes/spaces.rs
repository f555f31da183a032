//! Spaces, their groups and what is said in them.

use parlor_gateway::stream::{EVENTS, LAST_EVENT, LAST_EVENT_ID};
use parlor_kit::Auth;
use parlor_kit::Route;
use parlor_kit::route::ParameterKind::{Between, Format, Matching, Text};
use parlor_kit::route::{delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{LARGE, MIRRORED, STANDING, UNKNOWN, unversioned, versioned};
use crate::auth::KEY;
use crate::error::Failure;
use crate::event;
use crate::group::create::{self, Create};
use crate::group::rename::{self, Rename};
use crate::group::{self, Group};
use crate::message::save;
use crate::message::save_schema::SaveMessageRequest;
use crate::message::{self, Message};
use crate::rag::{self, Question};
use crate::space::get as one_space;

const READ: Scope = Scope::read(Resource::Conversations);
const WRITE: Scope = Scope::write(Resource::Conversations);

/// A path below a space.
macro_rules! space {
    ($path:literal) => {
        concat!("/v1/workspaces/{workspace}/spaces/{space}", $path)
    };
}

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        unversioned(
            post(space!("/rag"), rag::space::handle),
            Auth::KeyOrBearer(KEY),
        )
        .doc(
            "What was said in a space that has the words of a question.",
            "api-reference/spaces/rag",
        )
        .scope(READ)
        .body::<Question>()
        .example(r#"{"text":"What is the refund policy?"}"#)
        .ok::<rag::space::Found>(200, "What was found.")
        .errors::<Failure<'_>>(&[LARGE]),
        unversioned(get(space!(""), one_space::handle), Auth::KeyOrBearer(KEY))
            .doc("A space with its groups.", "api-reference/spaces/get")
            .scope(Scope::read(Resource::Spaces))
            .ok::<one_space::Space>(200, "The space."),
    ];
    routes.extend(groups());
    routes.extend(messages());
    routes
        .into_iter()
        .map(|route| route.errors::<Failure<'_>>(&[UNKNOWN]))
        .collect()
}

fn groups() -> [Route; 6] {
    [
        versioned(post(space!("/group"), create::handle))
            .doc(
                "Make a group in a space.",
                "api-reference/spaces/create-group",
            )
            .scope(WRITE)
            .header_of(
                "Idempotency-Key",
                Matching("^[!-~]([ -~]{0,253}[!-~])?$"),
                "A repeat with the same key and body within a day gives the first answer again.",
            )
            .body::<Create>()
            .optional()
            .ok::<create::NewGroup>(200, "The new group.")
            .errors::<Failure<'_>>(&[
                (409, "The idempotency key was used with another body."),
                LARGE,
            ]),
        versioned(get(space!("/group"), group::list::handle))
            .doc("The groups of a space, oldest first.", MIRRORED)
            .scope(Scope::read(Resource::Spaces))
            .ok::<group::list::Groups>(200, "The groups."),
        versioned(get(space!("/group/{conversation}"), group::get::handle))
            .doc("One group.", MIRRORED)
            .scope(READ)
            .ok::<Group>(200, "The group."),
        versioned(get(
            space!("/group/{conversation}/events"),
            event::stream::handle,
        ))
        .doc("What happens in a group, as it happens.", "")
        .scope(READ)
        .header(
            LAST_EVENT_ID,
            "The id of the last event the reader has; `0` for everything from the beginning.",
        )
        .query(
            LAST_EVENT,
            Text,
            "The same where the header is absent, for the first connection of a browser.",
        )
        .ok_of(200, EVENTS, "The events, as they happen, without an end."),
        versioned(put(space!("/group/{conversation}"), rename::handle))
            .doc(
                "Rename a group, or have it named after what was said.",
                MIRRORED,
            )
            .scope(WRITE)
            .body::<Rename>()
            .optional()
            .ok::<rename::Renamed>(200, "The group under its new name.")
            .errors::<Failure<'_>>(&[LARGE]),
        versioned(delete(
            space!("/group/{conversation}"),
            group::delete::handle,
        ))
        .doc("Delete a group with its messages.", MIRRORED)
        .scope(WRITE)
        .empty(204, "It is gone.")
        .errors::<Failure<'_>>(&[(409, "The space's first group stays.")]),
    ]
}

fn messages() -> [Route; 2] {
    [
        versioned(get(space!("/message"), message::list::handle))
            .doc(
                "What was said in a group, oldest first.",
                "api-reference/spaces/messages",
            )
            .scope(READ)
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
            .ok::<message::list::Messages>(200, "The messages."),
        versioned(post(space!("/message"), save::handle))
            .doc(
                "Keep a message; nobody answers it.",
                "api-reference/spaces/messages",
            )
            .scope(Scope::write(Resource::Messages))
            .also(WRITE, "no group is named, and the first one is made")
            .also(Scope::read(Resource::Members), "a user is named")
            .also(Scope::write(Resource::Members), "the user is new")
            .acts_as_member()
            .body::<SaveMessageRequest>()
            .example(r#"{"message":"Hello"}"#)
            .ok::<Message>(200, "The message.")
            .errors::<Failure<'_>>(&[STANDING, LARGE]),
    ]
}
