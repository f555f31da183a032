//! The first page: the steps of a first run, and a call of each dialect that works when pasted. Calls arrive live.

mod call;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use parlor_engine::api_key;
use parlor_engine::conversation::{self, ListConversations};
use parlor_kit::{AppState, QueryParams};
use parlor_model::conversation::{ConversationFilter, ConversationSort};
use parlor_model::keyset::SortOrder;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result};

pub(crate) use self::call::{CallView, MadeConversation};
use crate::error_page::PageError;
use crate::page_entry::PageEntry;
use crate::response::html;
use crate::settings::{ConsoleSettings, ExampleCall};
use crate::shell::Shell;
use crate::visit::Visit;

pub(crate) const PAGE: PageEntry = PageEntry {
    name: "start",
    title: "Start",
    path: "/console/start",
    letter: 's',
    scope: None,
    routes,
};

/// Calls that the page shows.
const MAX_CALLS: usize = 20;

fn routes() -> Router<AppState> {
    Router::new().route(PAGE.path, get(handle))
}

#[derive(Template)]
#[template(path = "page/start/start.html")]
struct StartPage<'p> {
    shell: Shell,
    url: &'p str,
    examples: &'p [ExampleCall],
    /// The example that is shown.
    chosen: Option<&'p ExampleCall>,
    steps: Steps,
    calls: Vec<CallView>,
}

/// Which steps of a first run are done.
struct Steps {
    has_conversation: bool,
    has_message: bool,
    has_two_dialects: bool,
    has_own_key: bool,
}

async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    query: QueryParams,
) -> Result<Response, PageError> {
    let settings = ConsoleSettings::from_app(&app)?;
    let examples = settings.examples();
    let named = query.get("dialect").unwrap_or_default();
    let chosen = examples.iter().find(|example| example.dialect == named);
    let recent = app
        .requests
        .calls_after(visit.ctx.workspace.id, 0, MAX_CALLS);
    let page = StartPage {
        shell: Shell::new(&app, &visit, &PAGE).await?,
        url: &app.settings.public_url,
        examples,
        chosen: chosen.or(examples.first()),
        steps: find_steps(&app, &visit.ctx).await?,
        calls: recent.iter().rev().map(CallView::from_call).collect(),
    };
    Ok(html(StatusCode::OK, &page)?)
}

async fn find_steps(app: &AppState, ctx: &Ctx) -> Result<Steps> {
    let newest = ListConversations {
        sort: ConversationSort::LastMessageAt,
        order: SortOrder::Descending,
        limit: 1,
        offset: 0,
    };
    let filter = ConversationFilter::default();
    let (newest, total) = conversation::list(&app.engine, ctx, filter, newest).await?;
    let first = newest.first().map(|found| &found.conversation);
    let calls = app.requests.calls_after(ctx.workspace.id, 0, usize::MAX);
    let first_dialect = calls.first().and_then(|call| call.dialect);
    let has_own_key = match ctx.allows(Scope::read(Resource::Admin)) {
        true => api_key::page(&app.engine, ctx, 1, 0).await?.1 > 1,
        false => false,
    };
    Ok(Steps {
        has_conversation: total > 0,
        has_message: first.is_some_and(|found| found.last_message_at.is_some()),
        has_two_dialects: calls.iter().any(|call| call.dialect != first_dialect),
        has_own_key,
    })
}
