//! What the widget's tabs to search and to browse ask for, and goals: all of it is empty.

use parlor_kit::Auth;
use parlor_kit::Route;
use parlor_kit::route::ParameterKind::Text;
use parlor_kit::route::{get, post};
use parlor_model::scope::{Resource, Scope};

use super::{NOT_FOUND, PAYLOAD_TOO_LARGE, WIDGET_SOURCE, organization_optional};
use crate::error::ErrorResponse;
use crate::goal::list::{self as goals, ListGoalsResponse};
use crate::knowledge::categories::{self, BrowseKnowledgeRequest, KnowledgeCategories};
use crate::knowledge::query::{self, QueryKnowledgeRequest, QueryTitlesRequest};
use crate::knowledge::tags::{self, KnowledgeTags};
use crate::knowledge::workflows::{self, MessageWorkflows};
use crate::knowledge::{KnowledgeItems, content};

/// What the calls of the widget's predecessor follow, in place of a page.
const PREDECESSOR_SOURCE: &str = "the calls of the widget's predecessor";

pub(super) fn routes() -> Vec<Route> {
    let lists = [
        get("/workspaces/{workspace}/tags", tags::handle)
            .doc("Tags of what is known: none.", WIDGET_SOURCE)
            .responds::<KnowledgeTags>(200, "An empty list."),
        get("/workspaces/{workspace}/workflows", workflows::handle)
            .doc(
                "What happens to messages beside their answers: nothing.",
                WIDGET_SOURCE,
            )
            .responds::<MessageWorkflows>(200, "An empty list."),
        get(
            "/workspaces/{workspace}/workflows/{workflow}/progress",
            workflows::handle,
        )
        .doc("How far that has come.", WIDGET_SOURCE)
        .query("messageId", Text, "The message: ignored.")
        .query("messageFrom", Text, "Where it was said: ignored.")
        .responds::<MessageWorkflows>(200, "An empty list."),
        get(
            "/workspaces/{workspace}/workflows/{workflow}/progress-by-group",
            workflows::handle,
        )
        .doc("How far that has come in a group.", WIDGET_SOURCE)
        .query("groupId", Text, "The group: ignored.")
        .query("messageFrom", Text, "Where it was said: ignored.")
        .responds::<MessageWorkflows>(200, "An empty list."),
        get(
            "/workspaces/{workspace}/category-navigation-private",
            categories::handle,
        )
        .doc("Categories to browse in: none.", WIDGET_SOURCE)
        .responds::<KnowledgeCategories>(200, "An empty list."),
        get("/knowledges-content-key/{knowledge}", content::handle)
            .doc("Where a document is: nowhere.", WIDGET_SOURCE)
            .responds::<content::DocumentAddress>(200, "No address."),
    ];
    let asked = [
        post("/workspaces/{workspace}/knowledge/query", query::handle)
            .doc(
                "What is known that has the words of a text: nothing.",
                WIDGET_SOURCE,
            )
            .body::<QueryKnowledgeRequest>()
            .responds::<KnowledgeItems>(200, "An empty list.")
            .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE]),
        post(
            "/workspaces/{workspace}/knowledge/query-title",
            query::handle_titles,
        )
        .doc("The same by title.", WIDGET_SOURCE)
        .body::<QueryTitlesRequest>()
        .responds::<KnowledgeItems>(200, "An empty list.")
        .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE]),
        post(
            "/workspaces/{workspace}/category-navigation-private/knowledge",
            categories::handle_knowledge,
        )
        .doc("What is in some categories: nothing.", WIDGET_SOURCE)
        .body::<BrowseKnowledgeRequest>()
        .responds::<KnowledgeItems>(200, "An empty list.")
        .errors::<ErrorResponse<'_>>(&[PAYLOAD_TOO_LARGE]),
    ];
    let goals = [
        get("/goals/spaces/{space}", goals::handle)
            .doc("The goals of a space: none.", PREDECESSOR_SOURCE)
            .responds::<ListGoalsResponse>(200, "An empty list.")
            .errors::<ErrorResponse<'_>>(&[NOT_FOUND]),
        get("/goals/spaces/{space}/threads", goals::handle)
            .doc(
                "Talks about the goals of a space: none.",
                PREDECESSOR_SOURCE,
            )
            .query("groupId", Text, "The group: ignored.")
            .responds::<ListGoalsResponse>(200, "An empty list.")
            .errors::<ErrorResponse<'_>>(&[NOT_FOUND]),
    ];
    lists
        .into_iter()
        .chain(asked)
        .chain(goals)
        .map(|route| {
            organization_optional(route, Auth::Bearer).scope(Scope::read(Resource::Conversations))
        })
        .collect()
}
