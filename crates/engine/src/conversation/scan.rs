//! Scans conversations for lists and exports.

use std::ops::ControlFlow;
use std::sync::Arc;

use parlor_model::id::{ConversationId, kind};
use parlor_model::keyset::{CreationCursor, KeysetQuery, SortOrder};
use parlor_model::scan::{ConversationRow, ConversationScanFilter};
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Id, Metadata, Result};
use parlor_store::Tx;
use parlor_store::repo::scan::{self as repo, ScanScope};
use parlor_store::repo::{member, space};
use parlor_store::visibility::Visibility;

use crate::scan::{ScanBatch, scan_start};
use crate::{Engine, authority};

/// Maximum number of rows per read, because it occupies a database thread.
const READ_BATCH_ROWS: usize = 200;

/// Passes the next matching conversations of a scan to `each`, at most `query.limit`, as rows borrowed from the database.
///
/// One call reads a bounded number of rows, so a caller that wants a full page repeats it until it has one or `is_end`
/// is set. `each` may break to stop; the next call continues after that row. Ascending scans end at `until`. Direct
/// conversations are shown to their participants only. Requires `conversations:read`.
pub async fn scan<S: Send + 'static>(
    engine: &Engine,
    ctx: &Ctx,
    filter: &Arc<ConversationScanFilter>,
    query: KeysetQuery<kind::Conversation>,
    until: ConversationId,
    state: S,
    each: fn(&mut S, &ConversationRow<'_>) -> Result<ControlFlow<()>>,
) -> Result<ScanBatch<S, Option<CreationCursor<kind::Conversation>>>> {
    ctx.require(Scope::read(Resource::Conversations))?;
    let (ctx, filter) = (*ctx, filter.clone());
    engine
        .store
        .read(move |tx| {
            let mut batch = ScanBatch {
                state,
                matched: 0,
                cursor: None,
                is_end: true,
            };
            let Some(target) = scan_scope(tx, ctx.ws(), &filter)? else {
                return Ok(batch);
            };
            let take = query.limit.min(READ_BATCH_ROWS);
            // Filtered rows are cheap, so read more than requested if the filter may drop any.
            let limit = if may_filter_rows(&filter, target) {
                READ_BATCH_ROWS
            } else {
                take
            };
            let visibility = scan_visibility(tx, &ctx, &filter)?;
            let window = scan_window(
                tx,
                ctx.ws(),
                visibility,
                KeysetQuery { limit, ..query },
                until,
                target,
            )?;
            if query.order == SortOrder::Ascending {
                tx.wait_for_inserts(ctx.ws())?;
            }
            let (mut rows, mut is_stopped) = (0, false);
            repo::scan_conversations(tx, ctx.ws(), &window, &mut |_, row| {
                rows += 1;
                // The rest of the window is left for the next call.
                if is_stopped || batch.matched == take {
                    batch.is_end = false;
                    return Ok(());
                }
                batch.cursor = Some(creation_cursor(&row));
                if matches(&filter, &row) {
                    batch.matched += 1;
                    is_stopped = each(&mut batch.state, &row)?.is_break();
                }
                Ok(())
            })?;
            batch.is_end &= rows < limit;
            Ok(batch)
        })
        .await
}

/// Returns the visibility filter of a scan.
pub(super) fn scan_visibility(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    filter: &ConversationScanFilter,
) -> Result<Visibility> {
    let visibility = authority::list_visibility(tx, ctx)?;
    Ok(Visibility {
        viewer: visibility.viewer.filter(|_| !filter.without_direct),
        ..visibility
    })
}

/// Returns the keyset window of one read.
pub(super) fn scan_window(
    tx: &mut dyn Tx,
    ws: i64,
    visibility: Visibility,
    query: KeysetQuery<kind::Conversation>,
    until: ConversationId,
    target: ScanScope,
) -> Result<repo::ConversationScanWindow> {
    Ok(repo::ConversationScanWindow {
        visibility,
        after: scan_start(&query, |id| repo::find_created_at(tx, ws, id))?,
        until,
        scope: target,
        order: query.order,
        limit: i64::try_from(query.limit).unwrap_or(i64::MAX),
    })
}

/// Returns the cursor at a conversation.
pub(super) fn creation_cursor(row: &ConversationRow<'_>) -> CreationCursor<kind::Conversation> {
    CreationCursor {
        created_at: Some(row.created_at),
        id: row.id,
    }
}

/// Returns the scope to which an index can narrow the scan, or `None` if nothing can match.
pub(super) fn scan_scope(
    tx: &mut dyn Tx,
    ws: i64,
    filter: &ConversationScanFilter,
) -> Result<Option<ScanScope>> {
    if let [only] = filter.spaces.as_slice() {
        return Ok(space::find_number(tx, ws, *only)?.map(ScanScope::Space));
    }
    if let [only] = filter.contacts.as_slice() {
        let found = member::find(tx, ws, member::MemberLookup::Id(*only))?;
        let contact = found.filter(|found| crate::member::is_contact(&found.member));
        return Ok(contact.map(|found| ScanScope::Subject(found.member.key.number)));
    }
    Ok(Some(ScanScope::Workspace))
}

/// Returns whether the filter may drop rows of the narrowed scan.
fn may_filter_rows(filter: &ConversationScanFilter, target: ScanScope) -> bool {
    let by_contact = !filter.contacts.is_empty() && !matches!(target, ScanScope::Subject(_));
    by_contact
        || filter.spaces.len() > 1
        || filter.bot.is_some()
        || filter.task.is_some()
        || !filter.metadata.is_empty()
}

pub(super) fn matches(filter: &ConversationScanFilter, row: &ConversationRow<'_>) -> bool {
    fn is_any_of<K>(wanted: &[Id<K>], found: Option<Id<K>>) -> bool {
        wanted.is_empty() || found.is_some_and(|found| wanted.contains(&found))
    }
    fn matches_text(wanted: Option<&String>, found: Option<&String>) -> bool {
        wanted.is_none() || wanted == found
    }
    let responder = &row.responder;
    let plain = is_any_of(&filter.contacts, row.contact)
        && is_any_of(&filter.spaces, row.space)
        && matches_text(filter.bot.as_ref(), responder.bot.as_ref())
        && matches_text(filter.task.as_ref(), responder.task.as_ref());
    if !plain || filter.metadata.is_empty() {
        return plain;
    }
    let metadata = Metadata::from_text(row.metadata);
    let mut equalities = filter.metadata.iter();
    equalities.all(|equality| equality.matches(metadata.map()))
}
