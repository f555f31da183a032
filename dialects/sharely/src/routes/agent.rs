//! The agent API: under the versioned path as documented, and without the version as the widget calls it.

use parlor_kit::Auth;
use parlor_kit::Route;
use parlor_kit::route::ParameterKind::{Between, Format, Length};
use parlor_kit::route::{delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{
    CONFLICT, LIBRARY_SOURCE, NOT_FOUND, PAYLOAD_TOO_LARGE, WIDGET_SOURCE, organization_optional,
};
use crate::error::ErrorResponse;
use crate::rag::{self, RagRequest};
use crate::thread::chat::{self, ThreadChatRequest};
use crate::thread::create::{self, CreateThreadRequest, StartThreadRequest};
use crate::thread::message::ThreadMessage;
use crate::thread::store::{self, StoreMessageRequest};
use crate::thread::update::{self, UpdateThreadRequest};
use crate::thread::{self, ThreadResponse};
use crate::tool::execute::{self, ExecuteToolRequest, ToolResult};

const READ_SCOPE: Scope = Scope::read(Resource::Conversations);
const WRITE_SCOPE: Scope = Scope::write(Resource::Conversations);
const THREADS_PAGE: &str = "api-reference/agent/threads";

pub(super) fn routes() -> Vec<Route> {
    macro_rules! under {
        ($prefix:literal, $id:literal) => {
            [
                lists_threads(get(concat!($prefix, "/threads"), thread::list::handle)),
                thread_route(get(
                    concat!($prefix, "/threads/{thread}"),
                    thread::get::handle,
                ))
                .doc("A thread with its messages.", THREADS_PAGE)
                .scope(READ_SCOPE)
                .responds::<thread::get::ThreadWithMessages>(200, "The thread."),
                thread_route(put(concat!($prefix, "/threads/{thread}"), update::handle))
                    .doc(
                        "Change a thread's title or status, or have it named after what was said.",
                        WIDGET_SOURCE,
                    )
                    .scope(WRITE_SCOPE)
                    .body::<UpdateThreadRequest>()
                    .optional()
                    .responds::<ThreadResponse>(200, "The thread as it is now.")
                    .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE]),
                thread_route(delete(
                    concat!($prefix, "/threads/{thread}"),
                    thread::delete::handle,
                ))
                .doc("Delete a thread with its messages.", WIDGET_SOURCE)
                .scope(WRITE_SCOPE)
                .responds::<ThreadResponse>(200, "The thread as it was."),
                thread_route(post(
                    concat!($prefix, "/threads/{thread}/messages"),
                    store::handle,
                ))
                .doc(
                    "Keep a message under the id its writer chose.",
                    "api-reference/agent/messages",
                )
                .scope(Scope::write(Resource::Messages))
                .acts_as_member()
                .body::<StoreMessageRequest>()
                .example(concat!(
                    r#"{"id":""#,
                    $id,
                    r#"","role":"user","content":"What is the refund policy?"}"#
                ))
                .responds::<ThreadMessage>(200, "The message.")
                .errors::<ErrorResponse<'_>>(&[CONFLICT, PAYLOAD_TOO_LARGE]),
                thread_route(post(
                    concat!($prefix, "/threads/{thread}/chat"),
                    chat::handle,
                ))
                .doc("Ask the agent.", "bring-your-own-agent/protocol")
                .scope(Scope::write(Resource::Messages))
                .acts_as_member()
                .body::<ThreadChatRequest>()
                .responds_media_type(
                    200,
                    "text/event-stream",
                    "The agent's answer, as it comes; where there is no agent, its end alone.",
                )
                .errors::<ErrorResponse<'_>>(&[CONFLICT, PAYLOAD_TOO_LARGE]),
            ]
        };
    }
    let mut routes = vec![
        organization_optional(
            post("/v1/workspaces/{workspace}/agent/rag", rag::agent::handle),
            Auth::Bearer,
        )
        .doc(
            "What was said that has the words of a question.",
            "api-reference/agent/rag",
        )
        .scope(READ_SCOPE)
        .body::<RagRequest>()
        .example(r#"{"text":"What is the refund policy?"}"#)
        .responds::<Vec<rag::agent::RagMatch>>(200, "The matches, best first.")
        .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE]),
    ];
    routes.push(
        thread_route(post(
            "/v1/workspaces/{workspace}/agent/tools/{tool}/execute",
            execute::handle,
        ))
        .doc("Run a tool for an agent.", LIBRARY_SOURCE)
        .scope(READ_SCOPE)
        .conditional_scope(Scope::read(Resource::Admin), "roles are listed")
        .body::<ExecuteToolRequest>()
        .optional()
        .example(r#"{"input":{"query":"What is the refund policy?"}}"#)
        .responds::<ToolResult>(200, "What the tool gives, or why it gives nothing.")
        .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE]),
    );
    routes.extend(under!(
        "/v1/workspaces/{workspace}/agent",
        "01920000-0000-4000-8000-000000000001"
    ));
    routes.extend(under!(
        "/workspaces/{workspace}/agent",
        "01920000-0000-4000-8000-000000000002"
    ));
    routes.push(creates_thread(
        post("/v1/workspaces/{workspace}/agent/threads", create::handle)
            .doc("Make a thread.", THREADS_PAGE)
            .body::<CreateThreadRequest>(),
    ));
    routes.push(creates_thread(
        post(
            "/workspaces/{workspace}/agent/threads",
            create::handle_unversioned,
        )
        .doc("Make a thread, with or without a title.", WIDGET_SOURCE)
        .body::<StartThreadRequest>()
        .optional(),
    ));
    routes
}

fn thread_route(route: Route) -> Route {
    organization_optional(route, Auth::Bearer).errors::<ErrorResponse<'_>>(&[NOT_FOUND])
}

fn creates_thread(route: Route) -> Route {
    organization_optional(route, Auth::Bearer)
        .scope(WRITE_SCOPE)
        .conditional_scope(Scope::read(Resource::Members), "a user is named")
        .conditional_scope(Scope::write(Resource::Members), "the user is new")
        .responds::<ThreadResponse>(201, "The new thread.")
        .errors::<ErrorResponse<'_>>(&[NOT_FOUND, PAYLOAD_TOO_LARGE])
}

fn lists_threads(route: Route) -> Route {
    organization_optional(route, Auth::Bearer)
        .doc("Threads, what changed last first.", THREADS_PAGE)
        .scope(READ_SCOPE)
        .query("spaceId", Format("uuid"), "Only those of this space.")
        .query(
            "userId",
            Length(1, 255),
            "Only those for this user, by id or as the customer knows it.",
        )
        .query("temporalUserId", Length(1, 255), "The same for a visitor.")
        .query(
            "cursor",
            Format("uuid"),
            "Only those behind the page before: its `nextCursor`.",
        )
        .query(
            "limit",
            Between(1, 50),
            "Threads at the most; 20 when absent.",
        )
        .responds::<thread::list::ListThreadsResponse>(200, "The threads.")
}
