//! Detaches a member from its conversations in bounded steps, before it is deleted.
//!
//! A member's conversations may be spread over the whole workspace, and there is one writer. The next call completes an
//! interrupted deletion.

use parlor_model::member::{MemberKey, MemberKind};
use parlor_model::{Ctx, Result};
use parlor_store::Tx;
use parlor_store::repo::{conversation, detach as repo, member};

use super::resolve::find_row;
use super::row_steps::run_steps;
use crate::{Engine, authority};

/// Detaches a member that may be deleted; otherwise nothing is changed. With `with_own`, also deletes the conversations
/// of which it is the subject, and returns their number.
pub(super) async fn detach(
    engine: &Engine,
    ctx: &Ctx,
    key: MemberKey,
    with_own: bool,
) -> Result<usize> {
    let (ctx, ws) = (*ctx, ctx.ws());
    let found = engine
        .store
        .read(move |tx| {
            let found = find_row(tx, ws, &key)?.map(|stored| stored.member);
            let found = found.filter(|member| {
                member.role.is_none() && !(with_own && member.key.kind == MemberKind::Assistant)
            });
            let Some(found) = found else {
                return Ok(None);
            };
            authority::authorize_manage_member(&ctx, &found)?;
            let member = found.key.number;
            let own = match with_own {
                true => member::list_conversations_for(tx, ws, member)?,
                false => Vec::new(),
            };
            Ok(Some((member, own)))
        })
        .await?;
    let Some((member, own)) = found else {
        return Ok(0);
    };
    for number in own.iter().copied() {
        let work = move |tx: &mut dyn Tx| conversation::delete(tx, ws, number);
        engine.store.write(work).await?;
    }
    run_steps(
        engine,
        ws,
        member,
        repo::scan_conversations,
        move |tx, range| repo::detach_conversations(tx, ws, member, range),
    )
    .await?;
    Ok(own.len())
}
