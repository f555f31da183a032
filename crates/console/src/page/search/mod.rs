//! Finds messages by words, and conversations and members by their ids.

mod hit;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use parlor_engine::search::{self, MatchMode, SearchMessages, SearchTarget};
use parlor_engine::{conversation, member};
use parlor_kit::{AppState, QueryParams, ids};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::ErrorKind;
use parlor_model::member::MemberKey;
use parlor_model::{Ctx, Result};

use self::hit::SearchRow;
use crate::error_page::PageError;
use crate::page_entry::PageEntry;
use crate::response::html;
use crate::shell::Shell;
use crate::text::member_name;
use crate::visit::Visit;

pub(crate) const PAGE: PageEntry = PageEntry {
    name: "search",
    title: "Search",
    path: "/console/search",
    letter: '/',
    scope: None,
    routes,
};

/// Messages of a page.
const PAGE_HITS: usize = 50;

fn routes() -> Router<AppState> {
    Router::new().route(PAGE.path, get(handle))
}

/// An entity that was found by its id.
struct FoundById {
    what: &'static str,
    name: String,
    path: String,
}

#[derive(Template)]
#[template(path = "page/search/search.html")]
struct SearchPage {
    shell: Shell,
    text: String,
    by_id: Vec<FoundById>,
    rows: Vec<SearchRow>,
    /// Query of the next page.
    next: Option<String>,
    /// Why the words cannot be searched.
    problem: Option<String>,
}

async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    query: QueryParams,
) -> Result<Response, PageError> {
    let text = query.get("text").unwrap_or_default().trim().to_owned();
    let before = query.get_int("before", i64::MAX, 0, i64::MAX)?;
    let command = SearchMessages {
        text: text.clone(),
        match_mode: MatchMode::All,
        target: SearchTarget::Everything,
        limit: PAGE_HITS,
        before: Some(before),
    };
    let found = search::messages(&app.engine, &visit.ctx, command).await;
    let (hits, problem) = match found {
        Ok(hits) => (hits, None),
        Err(error) if matches!(error.kind(), ErrorKind::Invalid { .. }) => {
            (Vec::new(), Some(error.to_string()))
        }
        Err(error) => return Err(error.into()),
    };
    let last = hits.last().map(|hit| hit.message.number);
    let next = last.filter(|_| hits.len() == PAGE_HITS).map(|last| {
        form_urlencoded::Serializer::new(String::new())
            .append_pair("text", &text)
            .append_pair("before", &last.to_string())
            .finish()
    });
    let page = SearchPage {
        shell: Shell::new(&app, &visit, &PAGE).await?,
        by_id: find_by_id(&app, &visit.ctx, &text).await?,
        rows: hits.iter().map(|hit| SearchRow::new(hit, &text)).collect(),
        text,
        next,
        problem,
    };
    Ok(html(StatusCode::OK, &page)?)
}

/// Finds what a text names by an id, in dashes or in bare hexadecimal digits.
async fn find_by_id(app: &AppState, ctx: &Ctx, text: &str) -> Result<Vec<FoundById>> {
    let id = ids::parse_uuid::<()>(text).or_else(|| ids::parse_hex(text));
    let Some(id) = id.map(parlor_model::Id::uuid) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    let key = ConversationKey::Id(parlor_model::Id::new(id));
    match conversation::find(&app.engine, ctx, key).await {
        Ok(conversation) => found.push(FoundById {
            what: "conversation",
            name: conversation.title.unwrap_or_else(|| "Untitled".to_owned()),
            path: format!("/console/conversations/{}", id.hyphenated()),
        }),
        Err(error) if is_unknown(&error) => {}
        Err(error) => return Err(error),
    }
    let key = MemberKey::Id(parlor_model::Id::new(id));
    match member::find(&app.engine, ctx, key).await {
        Ok(record) => found.push(FoundById {
            what: "member",
            name: member_name(&record.member.key),
            path: format!("/console/members/{}", id.hyphenated()),
        }),
        Err(error) if is_unknown(&error) => {}
        Err(error) => return Err(error),
    }
    Ok(found)
}

fn is_unknown(error: &parlor_model::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound(_) | ErrorKind::Forbidden(_)
    )
}
