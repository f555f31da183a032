//! What the browser widget calls below a space. Its paths name no workspace: the token does.

use parlor_kit::Auth;
use parlor_kit::Route;
use parlor_kit::route::ParameterKind::{Boolean, Format, Matching};
use parlor_kit::route::{delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{CONFLICT, NOT_FOUND, PAYLOAD_TOO_LARGE, WIDGET_SOURCE, organization_optional};
use crate::error::ErrorResponse;
use crate::group;
use crate::group::rename::{self, RenameGroupRequest};
use crate::space::get::SpaceResponse;
use crate::widget::event::{self, WidgetEventRequest};
use crate::widget::feedback::{self, FeedbackRequest};
use crate::widget::send_message::{self, WidgetSendMessageRequest};
use crate::widget::thumb_signal::{self, ThumbSignalRequest, ThumbSignalResponse};
use crate::widget::{greeting, messages, space, spaces, validate};

const READ_SCOPE: Scope = Scope::read(Resource::Conversations);
const WRITE_SCOPE: Scope = Scope::write(Resource::Conversations);

/// A JSON array of plain texts.
const JSON_TEXTS_PATTERN: &str = r#"^\[ *("[ !#-\[\]-~]*" *(, *"[ !#-\[\]-~]*" *)*)?\]$"#;

/// A message and its group, in the examples of bodies.
macro_rules! example_ids {
    () => {
        r#""spaceConversationId":"01920000-0000-7000-8000-000000000001","groupId":"01920000-0000-7000-8000-000000000002""#
    };
}

pub(super) fn routes() -> Vec<Route> {
    let mut routes: Vec<Route> = read_routes()
        .into_iter()
        .chain(write_routes())
        .map(|route| {
            organization_optional(route, Auth::Bearer).errors::<ErrorResponse<'_>>(&[NOT_FOUND])
        })
        .collect();
    routes.push(
        organization_optional(get("/spaces", spaces::handle), Auth::Bearer)
            .doc("The spaces that are the caller's own, newest first.", WIDGET_SOURCE)
            .scope(Scope::read(Resource::Spaces))
            .query(
                "roles",
                Matching(JSON_TEXTS_PATTERN),
                "A JSON array of the roles in which the caller takes part, such as `GUEST`.",
            )
            .query(
                "workspaces",
                Matching(JSON_TEXTS_PATTERN),
                "A JSON array of workspaces; the list is empty where the token's is not among them.",
            )
            .responds::<spaces::ListedSpaces>(200, "The spaces, 100 at the most."),
    );
    routes.push(
        organization_optional(
            post("/spaces/validate-temporal-token", validate::handle),
            Auth::Bearer,
        )
        .doc("What a token is good for.", WIDGET_SOURCE)
        .responds::<validate::ValidateTokenResponse>(200, "The token is good."),
    );
    routes
}

fn read_routes() -> [Route; 4] {
    [
        get("/spaces/{space}", space::handle)
            .doc("A space with its groups.", WIDGET_SOURCE)
            .scope(Scope::read(Resource::Spaces))
            .responds::<SpaceResponse>(200, "The space."),
        get("/public-spaces/{space}", space::handle)
            .doc("The same, for a visitor's token.", WIDGET_SOURCE)
            .scope(Scope::read(Resource::Spaces))
            .responds::<SpaceResponse>(200, "The space."),
        get("/spaces/{space}/greeting", greeting::handle)
            .doc(
                "How a talk begins; it may make the group to talk in.",
                WIDGET_SOURCE,
            )
            .scope(READ_SCOPE)
            .query("saveMessage", Boolean, "Whether to make the group.")
            .conditional_scope(WRITE_SCOPE, "the group is made")
            .conditional_scope(Scope::write(Resource::Messages), "the group is made")
            .responds::<greeting::GreetingResponse>(200, "The greeting."),
        get("/spaces/{space}/messages", messages::handle)
            .doc("What was said in a group, newest first.", WIDGET_SOURCE)
            .scope(READ_SCOPE)
            .query(
                "groupId",
                Format("uuid"),
                "The group; the space's first one when absent.",
            )
            .responds::<messages::WidgetMessagesResponse>(200, "The messages."),
    ]
}

fn write_routes() -> [Route; 6] {
    [
        post("/spaces/{space}/messages", send_message::handle)
            .doc(
                "Say something; it is kept, and nobody answers it.",
                WIDGET_SOURCE,
            )
            .scope(Scope::write(Resource::Messages))
            .conditional_scope(WRITE_SCOPE, "no group is named, and the first one is made")
            .body::<WidgetSendMessageRequest>()
            .responds_media_type(200, "text/plain; charset=utf-8", "An empty answer.")
            .errors::<ErrorResponse<'_>>(&[CONFLICT, PAYLOAD_TOO_LARGE]),
        post("/spaces/{space}/thumb-signal", thumb_signal::handle)
            .doc(
                "Say what one thinks of an answer, or take it back.",
                WIDGET_SOURCE,
            )
            .scope(READ_SCOPE)
            .body::<ThumbSignalRequest>()
            .example(concat!(
                "{",
                example_ids!(),
                r#","thumbType":"THUMB_DOWN"}"#
            ))
            .responds::<ThumbSignalResponse>(200, "What is thought of it now.")
            .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE]),
        post(
            "/spaces/{space}/thumb-signal/{signal}/feedback",
            feedback::handle,
        )
        .doc("Say why.", WIDGET_SOURCE)
        .scope(READ_SCOPE)
        .body::<FeedbackRequest>()
        .example(concat!("{", example_ids!(), r#","feedback":"Too short"}"#))
        .responds::<ThumbSignalResponse>(200, "What is thought of it now.")
        .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE]),
        post("/spaces/{space}/event", event::handle)
            .doc(
                "Tell that something happened; nothing of it is kept.",
                WIDGET_SOURCE,
            )
            .scope(READ_SCOPE)
            .body::<WidgetEventRequest>()
            .responds::<event::WidgetEventResponse>(200, "It was heard.")
            .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE]),
        put(
            "/spaces/{space}/groups/{conversation}",
            rename::handle_unversioned,
        )
        .doc(
            "Rename a group, or have it named after what was said.",
            WIDGET_SOURCE,
        )
        .scope(WRITE_SCOPE)
        .body::<RenameGroupRequest>()
        .optional()
        .responds::<rename::WidgetRenameGroupResponse>(200, "The new name.")
        .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE]),
        delete(
            "/spaces/{space}/groups/{conversation}",
            group::delete::handle_unversioned,
        )
        .doc("Delete a group with its messages.", WIDGET_SOURCE)
        .scope(WRITE_SCOPE)
        .responds_empty(204, "It is gone.")
        .errors::<ErrorResponse<'_>>(&[CONFLICT]),
    ]
}
