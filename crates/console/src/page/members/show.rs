//! One member, and the conversations that it takes part in.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::{conversation, member};
use parlor_kit::{AppState, PathParams, QueryParams, ids};
use parlor_model::error::EntityKind;
use parlor_model::keyset::SortOrder;
use parlor_model::member::MemberKey;
use parlor_model::{Error, Result};

use super::PAGE;
use super::member_row::MemberRow;
use crate::error_page::PageError;
use crate::response::html;
use crate::shell::Shell;
use crate::text::{TimeText, kind_word};
use crate::visit::Visit;

/// Conversations of a page.
const PAGE_ROWS: i64 = 50;

struct ConversationRow {
    id: String,
    title: String,
    kind: &'static str,
    messages: i64,
    created_at: TimeText,
}

#[derive(Template)]
#[template(path = "page/members/show.html")]
struct MemberPage {
    shell: Shell,
    row: MemberRow,
    wallet: Option<String>,
    last_seen: Option<TimeText>,
    conversations: Vec<ConversationRow>,
    previous: Option<i64>,
    next: Option<i64>,
}

pub(super) async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    params: PathParams,
    query: QueryParams,
) -> Result<Response, PageError> {
    let (engine, ctx) = (&app.engine, &visit.ctx);
    let id = ids::parse_uuid(params.get("id"));
    let id = id.ok_or_else(|| Error::not_found(EntityKind::Member))?;
    let offset = query.get_int("offset", 0, 0, i64::MAX / 2)?;
    let found = member::find(engine, ctx, MemberKey::Id(id)).await?;
    let number = found.member.key.number;
    let last_seen = member::last_seen(engine, ctx, number).await?;
    let (conversations, total) = conversation::list_for_member(
        engine,
        ctx,
        MemberKey::Number(number),
        SortOrder::Descending,
        PAGE_ROWS,
        offset,
    )
    .await?;
    let row = MemberRow::new(&found.member);
    let rows = conversations.into_iter().map(|summary| {
        let found = summary.conversation;
        ConversationRow {
            id: ids::format_uuid(found.id),
            kind: kind_word(found.kind, found.service.medium),
            title: found.title.unwrap_or_else(|| "Untitled".to_owned()),
            messages: summary.message_count,
            created_at: TimeText::new(found.created_at),
        }
    });
    let page = MemberPage {
        shell: Shell::within(&app, &visit, &PAGE, row.name.clone()).await?,
        row,
        wallet: found.wallet,
        last_seen: last_seen.map(TimeText::new),
        conversations: rows.collect(),
        previous: (offset > 0).then_some((offset - PAGE_ROWS).max(0)),
        next: (total > offset + PAGE_ROWS).then_some(offset + PAGE_ROWS),
    };
    Ok(html(StatusCode::OK, &page)?)
}
