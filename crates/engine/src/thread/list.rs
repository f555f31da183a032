//! Listing threads by what happened last.

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

/// Which threads a list shows.
#[derive(Debug, Clone, Default)]
pub struct ThreadFilter {
    /// Only those of this space.
    pub space: Option<SpaceId>,
    /// Only those whose maker spelled the user like this, or that are for the member so named.
    pub user: Option<SubjectFilter>,
    /// Only those whose maker spelled the temporal user like this, or that are for the member so named.
    pub temporal_user: Option<SubjectFilter>,
}

/// Whom a thread is for, as a caller spells it.
#[derive(Debug, Clone)]
pub struct SubjectFilter {
    /// The text.
    pub spelling: String,
    /// The members it may name: the first of them that is known.
    pub members: Vec<MemberKey>,
}

/// A place in a list of threads: the change and the number of the thread before it. The thread need not be there any
/// more, nor need it have stayed unchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadCursor {
    /// When it had last changed.
    pub updated_at: Timestamp,
    /// Its number.
    pub number: i64,
}

/// A page of threads.
#[derive(Debug, Clone)]
pub struct ThreadPage {
    /// The rows.
    pub items: Vec<Thread>,
    /// There are more behind them.
    pub has_more: bool,
}

/// The workspace's threads within reach that the filter leaves, what changed last first, strictly after a place. Whom
/// nobody knows and a space that is not there have none, and nobody is made. Asks for `conversations:read`.
pub async fn list(
    engine: &Engine,
    ctx: &Ctx,
    filter: ThreadFilter,
    reach: ThreadAccess,
    after: Option<ThreadCursor>,
    limit: usize,
) -> Result<ThreadPage> {
    ctx.require(Scope::read(Resource::Conversations))?;
    let (ctx, ws) = (*ctx, ctx.ws());
    engine
        .store
        .read(move |tx| {
            let after = after.map(|place| (place.updated_at, place.number));
            let Some(only) = build_page_filter(tx, ws, &filter, reach)? else {
                return Ok(ThreadPage {
                    items: Vec::new(),
                    has_more: false,
                });
            };
            let asked = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
            let seen = authority::space_view(tx, &ctx)?;
            let mut rows = repo::page(tx, ws, &only, seen, after, asked)?;
            let has_more = rows.len() > limit;
            rows.truncate(limit);
            Ok(ThreadPage {
                items: rows.into_iter().map(Thread::from).collect(),
                has_more,
            })
        })
        .await
}

/// What filter and reach come to; nothing where nothing can be left.
fn build_page_filter(
    tx: &mut dyn Tx,
    ws: i64,
    filter: &ThreadFilter,
    reach: ThreadAccess,
) -> Result<Option<repo::ThreadPageFilter>> {
    let mut only = repo::ThreadPageFilter::default();
    for id in [filter.space, reach.space].into_iter().flatten() {
        match space::find_number(tx, ws, id)? {
            Some(number) if only.space.is_none_or(|other| other == number) => {
                only.space = Some(number);
            }
            Some(_) | None => return Ok(None),
        }
    }
    if let Some(id) = reach.role {
        match custom_role::find(tx, ws, &CustomRoleKey::Id(id))? {
            Some(role) => only.role = Some(role.number),
            None => return Ok(None),
        }
    }
    only.user = resolve_subject(tx, ws, filter.user.as_ref())?;
    only.temporal_user = resolve_subject(tx, ws, filter.temporal_user.as_ref())?;
    Ok(Some(only))
}

/// A spelling, with the number of the member it names, where it names one.
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
