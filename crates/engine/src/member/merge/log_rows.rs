//! Moves messages and log entries of a member, in bounded steps before the merge.

use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::merge as repo;
use parlor_store::repo::search_index::{IndexedEntity, last_number};

use super::{MergeMembers, MergePair};
use crate::Engine;
use crate::member::row_steps::{MAX_UNCOMMITTED_MESSAGES, count_rows, run_steps};

/// Numbers of moved messages and log entries.
#[derive(Debug, Clone, Copy)]
pub(super) struct MovedLogRows {
    pub(super) messages: u64,
    pub(super) entries: u64,
    /// Messages up to this number were moved.
    since: i64,
}

impl MovedLogRows {
    /// Moves the messages and log entries of the one member to the other, or counts them in a dry run.
    ///
    /// # Errors
    /// Those of [`super::merge`], before anything is moved.
    pub(super) async fn move_or_count(
        engine: &Engine,
        ctx: &Ctx,
        command: MergeMembers,
    ) -> Result<Self> {
        let (ctx, ws) = (*ctx, ctx.ws());
        let (from, into, last) = engine
            .store
            .read(move |tx| {
                let (from, into) = MergePair::find(tx, &ctx, command)?.numbers();
                Ok((from, into, last_number(tx, IndexedEntity::Message)?))
            })
            .await?;
        let members = (from, into);
        let (messages, entries) = match command.is_dry_run {
            true => (
                count_rows(engine, ws, from, repo::scan_messages).await?,
                count_rows(engine, ws, from, repo::scan_entries).await?,
            ),
            false => (
                run_steps(engine, ws, from, repo::scan_messages, move |tx, range| {
                    repo::move_messages_in(tx, ws, members, range)
                })
                .await?,
                run_steps(engine, ws, from, repo::scan_entries, move |tx, range| {
                    repo::move_entries_in(tx, ws, members, range)
                })
                .await?,
            ),
        };
        Ok(Self {
            messages,
            entries,
            since: (last - MAX_UNCOMMITTED_MESSAGES).max(0),
        })
    }

    /// Moves what came after the steps.
    pub(super) fn move_newest(
        &mut self,
        tx: &mut dyn Tx,
        ws: i64,
        members: (i64, i64),
    ) -> Result<()> {
        let (messages, entries) = repo::move_newest(tx, ws, members, self.since)?;
        self.messages += messages;
        self.entries += entries;
        Ok(())
    }
}
