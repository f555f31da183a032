//! The agent API: under the versioned path as documented, and without the version as the widget calls it.

use parlor_kit::Auth;
use parlor_kit::Route;
use parlor_kit::route::ParameterKind::{Between, Format, Length};
use parlor_kit::route::{delete, get, post, put};
use parlor_model::scope::{Resource, Scope};

use super::{LARGE, LIBRARY, STANDING, UNKNOWN, WIDGET, unversioned};
use crate::error::Failure;
use crate::rag::{self, Question};
use crate::thread::chat::{self, Chat};
use crate::thread::create::{self, Create, Start};
use crate::thread::message::Message;
use crate::thread::store::{self, Store};
use crate::thread::update::{self, Update};
use crate::thread::{self, Thread};
use crate::tool::execute::{self, Execute, Executed};

const READ: Scope = Scope::read(Resource::Conversations);
const WRITE: Scope = Scope::write(Resource::Conversations);
const THREADS: &str = "api-reference/agent/threads";

pub(super) fn routes() -> Vec<Route> {
    macro_rules! under {
        ($prefix:literal, $id:literal) => {
            [
                listed(get(concat!($prefix, "/threads"), thread::list::handle)),
                one(get(
                    concat!($prefix, "/threads/{thread}"),
                    thread::get::handle,
                ))
                .doc("A thread with its messages.", THREADS)
                .scope(READ)
                .ok::<thread::get::Whole>(200, "The thread."),
                one(put(concat!($prefix, "/threads/{thread}"), update::handle))
                    .doc(
                        "Change a thread's title or status, or have it named after what was said.",
                        WIDGET,
                    )
                    .scope(WRITE)
                    .body::<Update>()
                    .optional()
                    .ok::<Thread>(200, "The thread as it is now.")
                    .errors::<Failure<'_>>(&[LARGE]),
                one(delete(
                    concat!($prefix, "/threads/{thread}"),
                    thread::delete::handle,
                ))
                .doc("Delete a thread with its messages.", WIDGET)
                .scope(WRITE)
                .ok::<Thread>(200, "The thread as it was."),
                one(post(
                    concat!($prefix, "/threads/{thread}/messages"),
                    store::handle,
                ))
                .doc(
                    "Keep a message under the id its writer chose.",
                    "api-reference/agent/messages",
                )
                .scope(Scope::write(Resource::Messages))
                .acts_as_member()
                .body::<Store>()
                .example(concat!(
                    r#"{"id":""#,
                    $id,
                    r#"","role":"user","content":"What is the refund policy?"}"#
                ))
                .ok::<Message>(200, "The message.")
                .errors::<Failure<'_>>(&[STANDING, LARGE]),
                one(post(
                    concat!($prefix, "/threads/{thread}/chat"),
                    chat::handle,
                ))
                .doc("Ask the agent.", "bring-your-own-agent/protocol")
                .scope(Scope::write(Resource::Messages))
                .acts_as_member()
                .body::<Chat>()
                .ok_of(
                    200,
                    "text/event-stream",
                    "The agent's answer, as it comes; where there is no agent, its end alone.",
                )
                .errors::<Failure<'_>>(&[STANDING, LARGE]),
            ]
        };
    }
    let mut routes = vec![
        unversioned(
            post("/v1/workspaces/{workspace}/agent/rag", rag::agent::handle),
            Auth::Bearer,
        )
        .doc(
            "What was said that has the words of a question.",
            "api-reference/agent/rag",
        )
        .scope(READ)
        .body::<Question>()
        .example(r#"{"text":"What is the refund policy?"}"#)
        .ok::<Vec<rag::agent::Match>>(200, "The matches, best first.")
        .errors::<Failure<'_>>(&[LARGE]),
    ];
    routes.push(
        one(post(
            "/v1/workspaces/{workspace}/agent/tools/{tool}/execute",
            execute::handle,
        ))
        .doc("Run a tool for an agent.", LIBRARY)
        .scope(READ)
        .also(Scope::read(Resource::Admin), "roles are listed")
        .body::<Execute>()
        .optional()
        .example(r#"{"input":{"query":"What is the refund policy?"}}"#)
        .ok::<Executed>(200, "What the tool gives, or why it gives nothing.")
        .errors::<Failure<'_>>(&[LARGE]),
    );
    routes.extend(under!(
        "/v1/workspaces/{workspace}/agent",
        "01920000-0000-4000-8000-000000000001"
    ));
    routes.extend(under!(
        "/workspaces/{workspace}/agent",
        "01920000-0000-4000-8000-000000000002"
    ));
    routes.push(made(
        post("/v1/workspaces/{workspace}/agent/threads", create::handle)
            .doc("Make a thread.", THREADS)
            .body::<Create>(),
    ));
    routes.push(made(
        post("/workspaces/{workspace}/agent/threads", create::visit)
            .doc("Make a thread, with or without a title.", WIDGET)
            .body::<Start>()
            .optional(),
    ));
    routes
}

fn one(route: Route) -> Route {
    unversioned(route, Auth::Bearer).errors::<Failure<'_>>(&[UNKNOWN])
}

fn made(route: Route) -> Route {
    unversioned(route, Auth::Bearer)
        .scope(WRITE)
        .also(Scope::read(Resource::Members), "a user is named")
        .also(Scope::write(Resource::Members), "the user is new")
        .ok::<Thread>(201, "The new thread.")
        .errors::<Failure<'_>>(&[UNKNOWN, LARGE])
}

fn listed(route: Route) -> Route {
    unversioned(route, Auth::Bearer)
        .doc("Threads, what changed last first.", THREADS)
        .scope(READ)
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
        .ok::<thread::list::Threads>(200, "The threads.")
}
