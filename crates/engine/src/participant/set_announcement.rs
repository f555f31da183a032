//! Sets a conversation's announcement.

use parlor_model::conversation::{Conversation, ConversationKey};
use parlor_model::error::{ConflictReason, ErrorKind};
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::redacted::Redacted;
use parlor_model::{Ctx, Error, Result, limit};
use parlor_store::Tx;
use parlor_store::append_message::{Announcement, AppendCondition, AppendEffect};
use serde_json::json;

use crate::Engine;
use crate::log::{single_change, write_group_profile};
use crate::membership::load_membership;
use crate::message::{self, AppendOptions};

/// Attempts before concurrent changes of the announcement make a command fail.
const MAX_ATTEMPTS: usize = 8;

/// An announcement to set.
#[derive(Debug, Clone)]
pub struct SetAnnouncement {
    /// The conversation.
    pub conversation: ConversationKey,
    /// The text; an empty one removes the announcement.
    pub text: Redacted<String>,
    /// Whether it is pinned.
    pub pinned: bool,
    /// Type of the message that repeats a new text.
    pub subtype: String,
}

/// Sets the announcement and whether it is pinned. A new text is also sent as a message in the same commit. Checks are
/// made in this order: length, known, not closed, not direct, owner.
///
/// # Errors
/// `Conflict` as in use if it keeps changing concurrently.
pub async fn set_announcement(engine: &Engine, ctx: &Ctx, command: SetAnnouncement) -> Result<()> {
    limit::ANNOUNCEMENT.validate(&command.text, "announcement")?;
    for _ in 0..MAX_ATTEMPTS {
        let (owned_ctx, key) = (*ctx, command.conversation);
        let found = engine
            .store
            .read(move |tx| find_owned(tx, &owned_ctx, key))
            .await?;
        if command.text.is_empty() || found.group_profile.announcement == *command.text {
            if set_without_message(engine, ctx, command.clone()).await? {
                return Ok(());
            }
            continue;
        }
        match set_with_message(
            engine,
            ctx,
            command.clone(),
            found.group_profile.announcement,
        )
        .await
        {
            Err(error) if *error.kind() == ErrorKind::Conflict(ConflictReason::InUse) => {}
            said => return said,
        }
    }
    Err(Error::conflict(ConflictReason::InUse))
}

/// Returns an open group, chat or thread that the acting member owns.
fn find_owned(tx: &mut dyn Tx, ctx: &Ctx, key: ConversationKey) -> Result<Conversation> {
    let membership = load_membership(tx, ctx, key)?;
    Ok(membership
        .require_open()?
        .require_not_direct()?
        .require_owner()?
        .0)
}

/// Sets an announcement that needs no message. Returns false if the text turns out to be new.
async fn set_without_message(engine: &Engine, ctx: &Ctx, command: SetAnnouncement) -> Result<bool> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let mut found = find_owned(tx, &ctx, command.conversation)?;
            let profile = &mut found.group_profile;
            let is_new = profile.announcement != *command.text;
            if is_new && !command.text.is_empty() {
                return Ok(false);
            }
            if is_new || profile.announcement_pinned != command.pinned {
                profile.announcement.clone_from(&command.text);
                profile.announcement_pinned = command.pinned;
                write_group_profile(tx, &ctx, &found, single_change("announcement", json!(true)))?;
            }
            Ok(true)
        })
        .await
}

/// Sets a new text and sends it in one commit.
///
/// # Errors
/// `Conflict` as in use if the announcement is no longer `before`.
async fn set_with_message(
    engine: &Engine,
    ctx: &Ctx,
    command: SetAnnouncement,
    before: String,
) -> Result<()> {
    let author = ctx.member()?.number;
    let SetAnnouncement {
        conversation,
        text,
        pinned,
        subtype,
    } = command;
    let message = CreateMessage {
        subtype: Some(subtype),
        participant_only: true,
        ..CreateMessage::new(
            conversation,
            Some(author),
            MessageRole::User,
            text.0.clone(),
        )
    };
    let options = AppendOptions {
        conditions: vec![
            AppendCondition::IsOwner(author),
            AppendCondition::AnnouncementUnchanged(Redacted(before)),
        ],
        effects: vec![AppendEffect::SetAnnouncement(Announcement { text, pinned })],
        ..AppendOptions::default()
    };
    message::create_with_options(engine, ctx, message, options)
        .await
        .map(drop)
}
