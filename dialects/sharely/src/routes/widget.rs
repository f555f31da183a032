//! What the browser widget calls below a space. Its paths name no workspace: the token does.

use parlor_kit::Auth;
use parlor_kit::Route;
use parlor_kit::route::ParameterKind::{Boolean, Format, Matching};
use parlor_kit::route::{delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{LARGE, STANDING, UNKNOWN, WIDGET, unversioned};
use crate::error::Failure;
use crate::group;
use crate::group::rename::{self, Rename};
use crate::space::get::Space;
use crate::widget::event::{self, Event};
use crate::widget::feedback::{self, Explain};
use crate::widget::say::{self, Say};
use crate::widget::thumb::{self, Rate, Rated};
use crate::widget::{greeting, messages, space, spaces, validate};

const READ: Scope = Scope::read(Resource::Conversations);
const WRITE: Scope = Scope::write(Resource::Conversations);

/// A JSON array of plain texts.
const TEXTS: &str = r#"^\[ *("[ !#-\[\]-~]*" *(, *"[ !#-\[\]-~]*" *)*)?\]$"#;

/// A message and its group, in the examples of bodies.
macro_rules! ids {
    () => {
        r#""spaceConversationId":"01920000-0000-7000-8000-000000000001","groupId":"01920000-0000-7000-8000-000000000002""#
    };
}

pub(super) fn routes() -> Vec<Route> {
    let mut routes: Vec<Route> = shown()
        .into_iter()
        .chain(done())
        .map(|route| unversioned(route, Auth::Bearer).errors::<Failure<'_>>(&[UNKNOWN]))
        .collect();
    routes.push(
        unversioned(get("/spaces", spaces::handle), Auth::Bearer)
            .doc("The spaces that are the caller's own, newest first.", WIDGET)
            .scope(Scope::read(Resource::Spaces))
            .query(
                "roles",
                Matching(TEXTS),
                "A JSON array of the roles in which the caller takes part, such as `GUEST`.",
            )
            .query(
                "workspaces",
                Matching(TEXTS),
                "A JSON array of workspaces; the list is empty where the token's is not among them.",
            )
            .ok::<spaces::Spaces>(200, "The spaces, 100 at the most."),
    );
    routes.push(
        unversioned(
            post("/spaces/validate-temporal-token", validate::handle),
            Auth::Bearer,
        )
        .doc("What a token is good for.", WIDGET)
        .ok::<validate::Valid>(200, "The token is good."),
    );
    routes
}

fn shown() -> [Route; 4] {
    [
        get("/spaces/{space}", space::handle)
            .doc("A space with its groups.", WIDGET)
            .scope(Scope::read(Resource::Spaces))
            .ok::<Space>(200, "The space."),
        get("/public-spaces/{space}", space::handle)
            .doc("The same, for a visitor's token.", WIDGET)
            .scope(Scope::read(Resource::Spaces))
            .ok::<Space>(200, "The space."),
        get("/spaces/{space}/greeting", greeting::handle)
            .doc(
                "How a talk begins; it may make the group to talk in.",
                WIDGET,
            )
            .scope(READ)
            .query("saveMessage", Boolean, "Whether to make the group.")
            .also(WRITE, "the group is made")
            .also(Scope::write(Resource::Messages), "the group is made")
            .ok::<greeting::Greeted>(200, "The greeting."),
        get("/spaces/{space}/messages", messages::handle)
            .doc("What was said in a group, newest first.", WIDGET)
            .scope(READ)
            .query(
                "groupId",
                Format("uuid"),
                "The group; the space's first one when absent.",
            )
            .ok::<messages::Talk>(200, "The messages."),
    ]
}

fn done() -> [Route; 6] {
    [
        post("/spaces/{space}/messages", say::handle)
            .doc("Say something; it is kept, and nobody answers it.", WIDGET)
            .scope(Scope::write(Resource::Messages))
            .also(WRITE, "no group is named, and the first one is made")
            .body::<Say>()
            .ok_of(200, "text/plain; charset=utf-8", "An empty answer.")
            .errors::<Failure<'_>>(&[STANDING, LARGE]),
        post("/spaces/{space}/thumb-signal", thumb::handle)
            .doc("Say what one thinks of an answer, or take it back.", WIDGET)
            .scope(READ)
            .body::<Rate>()
            .example(concat!("{", ids!(), r#","thumbType":"THUMB_DOWN"}"#))
            .ok::<Rated>(200, "What is thought of it now.")
            .errors::<Failure<'_>>(&[LARGE]),
        post(
            "/spaces/{space}/thumb-signal/{signal}/feedback",
            feedback::handle,
        )
        .doc("Say why.", WIDGET)
        .scope(READ)
        .body::<Explain>()
        .example(concat!("{", ids!(), r#","feedback":"Too short"}"#))
        .ok::<Rated>(200, "What is thought of it now.")
        .errors::<Failure<'_>>(&[LARGE]),
        post("/spaces/{space}/event", event::handle)
            .doc(
                "Tell that something happened; nothing of it is kept.",
                WIDGET,
            )
            .scope(READ)
            .body::<Event>()
            .ok::<event::Heard>(200, "It was heard.")
            .errors::<Failure<'_>>(&[LARGE]),
        put("/spaces/{space}/groups/{conversation}", rename::visit)
            .doc(
                "Rename a group, or have it named after what was said.",
                WIDGET,
            )
            .scope(WRITE)
            .body::<Rename>()
            .optional()
            .ok::<rename::Named>(200, "The new name.")
            .errors::<Failure<'_>>(&[LARGE]),
        delete(
            "/spaces/{space}/groups/{conversation}",
            group::delete::visit,
        )
        .doc("Delete a group with its messages.", WIDGET)
        .scope(WRITE)
        .empty(204, "It is gone.")
        .errors::<Failure<'_>>(&[STANDING]),
    ]
}
