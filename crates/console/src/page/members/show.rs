//! One member.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use parlor_engine::{Engine, conversation, member};
use parlor_kit::{AppState, PathParams, ids, time};
use parlor_model::error::EntityKind;
use parlor_model::id::MemberId;
use parlor_model::keyset::SortOrder;
use parlor_model::member::{MemberKey, MemberKind};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};

use super::PAGE;
use super::identity_row::{IdentityRow, identities};
use super::member_row::MemberRow;
use crate::error_page::PageError;
use crate::response::html;
use crate::shell::Shell;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "page/members/member.html")]
struct MemberPage {
    shell: Shell,
    member: MemberRow,
    identities: Vec<IdentityRow>,
    last_seen: Option<String>,
    /// Number of its conversations, if the visitor may know it.
    conversations: Option<i64>,
    opted_out: &'static str,
    may_change: bool,
    may_erase: bool,
}

pub(super) async fn handle(
    State(app): State<AppState>,
    visit: Visit,
    params: PathParams,
) -> Result<Response, PageError> {
    let id = parse_member(params.get("id"))?;
    let (engine, ctx) = (&app.engine, &visit.ctx);
    let record = member::find(engine, ctx, MemberKey::Id(id)).await?;
    let found = &record.member;
    let last_seen = member::last_seen(engine, ctx, found.key.number).await?;
    let may_change = ctx.allows(Scope::write(Resource::Members));
    let page = MemberPage {
        shell: Shell::new(&app, &visit, &PAGE).await?,
        member: MemberRow::new(found),
        identities: identities(&record),
        last_seen: last_seen.map(time::format_iso),
        conversations: count_conversations(engine, ctx, id).await?,
        opted_out: match (found.sms_opted_out, found.email_opted_out) {
            (true, true) => "text messages and mail",
            (true, false) => "text messages",
            (false, true) => "mail",
            (false, false) => "nothing",
        },
        may_change,
        may_erase: may_change
            && ctx.allows(Scope::write(Resource::Conversations))
            && found.key.kind != MemberKind::Assistant
            && found.role.is_none(),
    };
    Ok(html(StatusCode::OK, &page)?)
}

/// Returns the number of a member's conversations, without direct ones; `None` if the visitor may not know it.
pub(super) async fn count_conversations(
    engine: &Engine,
    ctx: &Ctx,
    id: MemberId,
) -> Result<Option<i64>> {
    if !ctx.allows(Scope::read(Resource::Conversations)) {
        return Ok(None);
    }
    let (key, order) = (MemberKey::Id(id), SortOrder::Descending);
    let (_, total) = conversation::list_for_member(engine, ctx, key, order, 0, 0).await?;
    Ok(Some(total))
}

/// Parses the id of a member in a path.
///
/// # Errors
/// `NotFound` for another text.
pub(super) fn parse_member(text: &str) -> Result<MemberId> {
    ids::parse_uuid(text).ok_or_else(|| Error::not_found(EntityKind::Member))
}
