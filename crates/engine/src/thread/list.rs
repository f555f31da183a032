//! Lists threads by last change.

use parlor_model::custom_role::CustomRoleKey;
use parlor_model::id::SpaceId;
use parlor_model::member::MemberKey;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Result, Timestamp};
use parlor_store::Tx;
use parlor_store::repo::{custom_role, space, thread as repo};

use super::{Thread, ThreadAccess};
use crate::member::find_ref;
use crate::{Engine, authority};

/// Filter of a thread list.
#[derive(Debug, Clone, Default)]
pub struct ThreadFilter {
    /// Only threads of this space.
    pub space: Option<SpaceId>,
    /// Only threads created with this spelling of the user, or whose subject is the member it resolves to.
    pub user: Option<SubjectFilter>,
    /// Only threads created with this spelling of the temporary user, or whose subject is the member it resolves to.
    pub temporal_user: Option<SubjectFilter>,
}

/// A subject as a caller spells it.
#[derive(Debug, Clone)]
pub struct SubjectFilter {
    /// The text.
    pub spelling: String,
    /// Members that it may refer to; the first existing one counts.
    pub members: Vec<MemberKey>,
}

/// Position in a thread list: the time of change and the number of the previous thread, which may have changed or been
/// deleted since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadCursor {
    /// Its time of change.
    pub updated_at: Timestamp,
    /// Its number.
    pub number: i64,
}

/// A page of threads.
#[derive(Debug, Clone)]
pub struct ThreadPage {
    /// The rows.
    pub items: Vec<Thread>,
    /// Whether there are more.
    pub has_more: bool,
}

/// Returns the workspace's threads within the session's access that match the filter, most recently changed first,
/// strictly after a cursor. An unknown member or space matches nothing and is not created. Requires
/// `conversations:read`.
pub async fn list(
    engine: &Engine,
    ctx: &Ctx,
    filter: ThreadFilter,
    access: ThreadAccess,
    after: Option<ThreadCursor>,
    limit: usize,
) -> Result<ThreadPage> {
    ctx.require(Scope::read(Resource::Conversations))?;
    let (ctx, ws) = (*ctx, ctx.ws());
    engine
        .store
        .read(move |tx| {
            let after = after.map(|cursor| (cursor.updated_at, cursor.number));
            let Some(only) = build_page_filter(tx, ws, &filter, access)? else {
                return Ok(ThreadPage {
                    items: Vec::new(),
                    has_more: false,
                });
            };
            let row_limit = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
            let seen = authority::space_view(tx, &ctx)?;
            let mut rows = repo::page(tx, ws, &only, seen, after, row_limit)?;
            let has_more = rows.len() > limit;
            rows.truncate(limit);
            Ok(ThreadPage {
                items: rows.into_iter().map(Thread::from).collect(),
                has_more,
            })
        })
        .await
}

/// Resolves filter and access, or returns `None` if nothing can match.
fn build_page_filter(
    tx: &mut dyn Tx,
    ws: i64,
    filter: &ThreadFilter,
    access: ThreadAccess,
) -> Result<Option<repo::ThreadPageFilter>> {
    let mut only = repo::ThreadPageFilter::default();
    for id in [filter.space, access.space].into_iter().flatten() {
        match space::find_number(tx, ws, id)? {
            Some(number) if only.space.is_none_or(|other| other == number) => {
                only.space = Some(number);
            }
            Some(_) | None => return Ok(None),
        }
    }
    if let Some(id) = access.role {
        match custom_role::find(tx, ws, &CustomRoleKey::Id(id))? {
            Some(role) => only.role = Some(role.number),
            None => return Ok(None),
        }
    }
    only.user = resolve_subject(tx, ws, filter.user.as_ref())?;
    only.temporal_user = resolve_subject(tx, ws, filter.temporal_user.as_ref())?;
    Ok(Some(only))
}

/// Returns a spelling with the number of the member it resolves to, if any.
fn resolve_subject(
    tx: &mut dyn Tx,
    ws: i64,
    filter: Option<&SubjectFilter>,
) -> Result<Option<(String, Option<i64>)>> {
    let Some(filter) = filter else {
        return Ok(None);
    };
    let mut named = None;
    for key in &filter.members {
        if named.is_none() {
            named = find_ref(tx, ws, key)?.map(|member| member.number);
        }
    }
    Ok(Some((filter.spelling.clone(), named)))
}
