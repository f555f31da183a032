//! Statistics and the work queue.

use parlor_kit::route::ParameterKind::Format;
use parlor_kit::route::{Route, get};
use parlor_model::scope::{Resource, Scope};

use super::chats::with_filter_params;
use super::{BAD_QUERY, NO_SCOPE, STATS, workspace_path};
use crate::error::ErrorResponse;
use crate::statistics;

pub(super) fn routes() -> Vec<Route> {
    let export = get(workspace_path!("/chats/export"), statistics::export::handle)
        .doc("Exports chats as CSV", STATS)
        .scope(Scope::read(Resource::Conversations));
    vec![
        with_filter_params(export)
            .responds_media_type(200, "text/csv", "A head, and a line for each chat.")
            .errors::<ErrorResponse>(&[BAD_QUERY, NO_SCOPE]),
        get(
            workspace_path!("/chats/needs-response"),
            statistics::needs_response::handle,
        )
        .doc("Lists the chats that await a human", STATS)
        .responds::<statistics::needs_response::NeedsResponse>(200, "Their ids.")
        .errors::<ErrorResponse>(&[]),
        get(
            workspace_path!("/chats/stats/daily-creation"),
            statistics::daily::handle,
        )
        .doc("Counts the chats made per day", STATS)
        .query(
            "createdAfter",
            Format("date-time"),
            "30 days before the end by default.",
        )
        .query("createdBefore", Format("date-time"), "Now by default.")
        .responds::<statistics::daily::DailyCreations>(200, "The days on which chats were made.")
        .errors::<ErrorResponse>(&[BAD_QUERY]),
        get(
            workspace_path!("/chats/tool-call-names"),
            statistics::tool_names::handle,
        )
        .doc("Lists the tools that were called", STATS)
        .scope(Scope::read(Resource::Conversations))
        .responds::<statistics::tool_names::ToolCallNames>(200, "Their names.")
        .errors::<ErrorResponse>(&[NO_SCOPE]),
    ]
}
