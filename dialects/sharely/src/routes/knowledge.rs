//! What the widget's tabs to search and to browse ask for, and goals: all of it is empty.

use parlor_kit::Auth;
use parlor_kit::Route;
use parlor_kit::route::ParameterKind::Text;
use parlor_kit::route::{get, post};
use parlor_model::scope::{Resource, Scope};

use super::{LARGE, UNKNOWN, WIDGET, unversioned};
use crate::error::Failure;
use crate::goal::list::{self as goals, Goals};
use crate::knowledge::categories::{self, Browse, Categories};
use crate::knowledge::query::{self, Query, Titles};
use crate::knowledge::tags::{self, Tags};
use crate::knowledge::workflows::{self, Workflows};
use crate::knowledge::{Items, content};

/// What the calls of the widget's predecessor follow, in place of a page.
const PREDECESSOR: &str = "the calls of the widget's predecessor";

pub(super) fn routes() -> Vec<Route> {
    let lists = [
        get("/workspaces/{workspace}/tags", tags::handle)
            .doc("Tags of what is known: none.", WIDGET)
            .ok::<Tags>(200, "An empty list."),
        get("/workspaces/{workspace}/workflows", workflows::handle)
            .doc(
                "What happens to messages beside their answers: nothing.",
                WIDGET,
            )
            .ok::<Workflows>(200, "An empty list."),
        get(
            "/workspaces/{workspace}/workflows/{workflow}/progress",
            workflows::handle,
        )
        .doc("How far that has come.", WIDGET)
        .query("messageId", Text, "The message: ignored.")
        .query("messageFrom", Text, "Where it was said: ignored.")
        .ok::<Workflows>(200, "An empty list."),
        get(
            "/workspaces/{workspace}/workflows/{workflow}/progress-by-group",
            workflows::handle,
        )
        .doc("How far that has come in a group.", WIDGET)
        .query("groupId", Text, "The group: ignored.")
        .query("messageFrom", Text, "Where it was said: ignored.")
        .ok::<Workflows>(200, "An empty list."),
        get(
            "/workspaces/{workspace}/category-navigation-private",
            categories::handle,
        )
        .doc("Categories to browse in: none.", WIDGET)
        .ok::<Categories>(200, "An empty list."),
        get("/knowledges-content-key/{knowledge}", content::handle)
            .doc("Where a document is: nowhere.", WIDGET)
            .ok::<content::Address>(200, "No address."),
    ];
    let asked = [
        post("/workspaces/{workspace}/knowledge/query", query::handle)
            .doc(
                "What is known that has the words of a text: nothing.",
                WIDGET,
            )
            .body::<Query>()
            .ok::<Items>(200, "An empty list.")
            .errors::<Failure<'_>>(&[LARGE]),
        post(
            "/workspaces/{workspace}/knowledge/query-title",
            query::titles,
        )
        .doc("The same by title.", WIDGET)
        .body::<Titles>()
        .ok::<Items>(200, "An empty list.")
        .errors::<Failure<'_>>(&[LARGE]),
        post(
            "/workspaces/{workspace}/category-navigation-private/knowledge",
            categories::knowledge,
        )
        .doc("What is in some categories: nothing.", WIDGET)
        .body::<Browse>()
        .ok::<Items>(200, "An empty list.")
        .errors::<Failure<'_>>(&[LARGE]),
    ];
    let goals = [
        get("/goals/spaces/{space}", goals::handle)
            .doc("The goals of a space: none.", PREDECESSOR)
            .ok::<Goals>(200, "An empty list.")
            .errors::<Failure<'_>>(&[UNKNOWN]),
        get("/goals/spaces/{space}/threads", goals::handle)
            .doc("Talks about the goals of a space: none.", PREDECESSOR)
            .query("groupId", Text, "The group: ignored.")
            .ok::<Goals>(200, "An empty list.")
            .errors::<Failure<'_>>(&[UNKNOWN]),
    ];
    lists
        .into_iter()
        .chain(asked)
        .chain(goals)
        .map(|route| unversioned(route, Auth::Bearer).scope(Scope::read(Resource::Conversations)))
        .collect()
}
