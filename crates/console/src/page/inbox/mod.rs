//! The conversations of the workspace that the visitor may read, the newest first. Rows are read again when something is
//! written.

mod inbox_row;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use parlor_engine::conversation::{self, ListConversations};
use parlor_kit::{AppState, QueryParams, response};
use parlor_model::conversation::{ConversationFilter, ConversationSort, Medium};
use parlor_model::keyset::SortOrder;
use parlor_model::{Ctx, Error, Result};

use self::inbox_row::InboxRow;
use crate::error_page::PageError;
use crate::page_entry::PageEntry;
use crate::response::html;
use crate::shell::Shell;
use crate::visit::Visit;

pub(crate) const PAGE: PageEntry = PageEntry {
    name: "inbox",
    title: "Inbox",
    path: "/console/inbox",
    letter: 'i',
    scope: None,
    routes,
};

/// Rows of a page.
const PAGE_ROWS: i64 = 50;

fn routes() -> Router<AppState> {
    Router::new()
        .route(PAGE.path, get(handle))
        .route("/console/inbox/rows", get(rows))
}

/// Which conversations are shown.
struct InboxQuery {
    view: &'static InboxView,
    medium: Option<Medium>,
    text: String,
    offset: i64,
}

/// A view in the list of views.
struct InboxView {
    name: &'static str,
    title: &'static str,
    /// What is said where there are none.
    empty: &'static str,
}

const VIEWS: [InboxView; 4] = [
    InboxView {
        name: "all",
        title: "All",
        empty: "No conversations yet.",
    },
    InboxView {
        name: "needs-answer",
        title: "Needs answer",
        empty: "Nobody waits for an answer.",
    },
    InboxView {
        name: "mine",
        title: "Mine",
        empty: "You take part in no conversation.",
    },
    InboxView {
        name: "done",
        title: "Archived",
        empty: "No conversation is archived or closed.",
    },
];

const MEDIA: [Medium; 4] = [Medium::Web, Medium::Sms, Medium::Email, Medium::Voice];

#[derive(Template)]
#[template(path = "page/inbox/inbox.html")]
struct InboxPage {
    shell: Shell,
    query: InboxQuery,
    rows: Vec<InboxRow>,
    /// Queries of the page before, and of the one after.
    previous: Option<String>,
    next: Option<String>,
    /// Query of this page.
    link: String,
    example: Option<String>,
}

impl InboxQuery {
    fn from_query(query: &QueryParams) -> Result<Self> {
        let view = query.get("view").unwrap_or_default();
        let medium = query.get("medium").filter(|name| !name.is_empty());
        let medium = medium.map(|name| {
            Medium::from_name(name)
                .ok_or_else(|| Error::invalid("medium", "must be web, sms, email or voice"))
        });
        Ok(Self {
            view: VIEWS
                .iter()
                .find(|known| known.name == view)
                .unwrap_or(&VIEWS[0]),
            medium: medium.transpose()?,
            text: query.get("text").unwrap_or_default().trim().to_owned(),
            offset: query.get_int("offset", 0, 0, 1_000_000)?,
        })
    }

    fn filter(&self, ctx: &Ctx) -> ConversationFilter {
        let is = |name| self.view.name == name;
        ConversationFilter {
            needs_response: is("needs-answer").then_some(true),
            // A key without a member takes part in nothing.
            involving: is("mine").then(|| ctx.actor.map_or(0, |actor| actor.number)),
            archived: Some(is("done")),
            medium: self.medium,
            search: Some(self.text.clone()).filter(|text| !text.is_empty()),
            ..ConversationFilter::default()
        }
    }

    /// Returns the query of this page with another offset.
    fn link(&self, offset: i64) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("view", self.view.name);
        if let Some(medium) = self.medium {
            query.append_pair("medium", medium.as_str());
        }
        if !self.text.is_empty() {
            query.append_pair("text", &self.text);
        }
        if offset > 0 {
            query.append_pair("offset", &offset.to_string());
        }
        query.finish()
    }

    const fn is_filtered(&self) -> bool {
        self.medium.is_some() || !self.text.is_empty()
    }
}

async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    query: QueryParams,
) -> Result<Response, PageError> {
    let query = InboxQuery::from_query(&query)?;
    let (rows, has_more) = find_rows(&app, &visit.ctx, &query).await?;
    let settings = crate::settings::ConsoleSettings::from_app(&app)?;
    let example = settings
        .examples()
        .first()
        .map(|example| example.command.clone());
    let page = InboxPage {
        shell: Shell::new(&app, &visit, &PAGE).await?,
        previous: (query.offset > 0).then(|| query.link((query.offset - PAGE_ROWS).max(0))),
        next: has_more.then(|| query.link(query.offset + PAGE_ROWS)),
        link: query.link(query.offset),
        query,
        rows,
        example,
    };
    Ok(html(StatusCode::OK, &page)?)
}

/// Answers the rows alone, for script.
async fn rows(
    State(app): State<AppState>,
    visit: Visit,
    query: QueryParams,
) -> Result<Response, PageError> {
    let query = InboxQuery::from_query(&query)?;
    let (rows, _) = find_rows(&app, &visit.ctx, &query).await?;
    Ok(response::json(StatusCode::OK, &rows))
}

/// Returns the rows of a page, and whether there are more.
async fn find_rows(app: &AppState, ctx: &Ctx, query: &InboxQuery) -> Result<(Vec<InboxRow>, bool)> {
    let window = ListConversations {
        sort: ConversationSort::LastMessageAt,
        order: SortOrder::Descending,
        limit: PAGE_ROWS,
        offset: query.offset,
    };
    let filter = query.filter(ctx);
    let (found, total) = conversation::list(&app.engine, ctx, filter, window).await?;
    let texts = inbox_row::last_texts(&app.engine, ctx, &found).await;
    let rows = found.iter().zip(texts);
    let rows = rows
        .map(|(details, last)| InboxRow::new(details, last))
        .collect();
    Ok((rows, total > query.offset + PAGE_ROWS))
}
