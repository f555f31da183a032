//! The owner's text to all.

use parlor_model::conversation::{Conversation, ConversationKey};
use parlor_model::error::{Conflict, Kind};
use parlor_model::message::{CreateMessage, Role};
use parlor_model::private::Private;
use parlor_model::{Ctx, Error, Result, limit};
use parlor_store::Tx;
use parlor_store::append::{Announcement, Companion, Condition};
use serde_json::json;

use super::tell::{change, tell};
use crate::Engine;
use crate::conversation::stand;
use crate::message::{self, Attachments};

/// Attempts until a command gives way to others that change the announcement at the same time.
const MAX_ATTEMPTS: usize = 8;

/// An announcement to set.
#[derive(Debug, Clone)]
pub struct Announce {
    /// Of which conversation.
    pub conversation: ConversationKey,
    /// The text; an empty one takes the announcement away.
    pub text: Private<String>,
    /// Whether it stays on top.
    pub pinned: bool,
    /// The type of the message that repeats a new text in the conversation.
    pub form: String,
}

/// Sets the announcement and whether it stays on top. A new text is said in the conversation as well, by a message that is
/// committed with it. Refused in this order: too long, unknown, closed, direct, not the owner.
///
/// # Errors
/// `Conflict` as in use when others keep changing it at the same time.
pub async fn announce(engine: &Engine, ctx: &Ctx, command: Announce) -> Result<()> {
    limit::ANNOUNCEMENT.check(&command.text, "announcement")?;
    for _ in 0..MAX_ATTEMPTS {
        let (scope, key) = (*ctx, command.conversation);
        let found = engine.store.read(move |tx| owned(tx, &scope, key)).await?;
        if command.text.is_empty() || found.card.announcement == *command.text {
            if set_quietly(engine, ctx, command.clone()).await? {
                return Ok(());
            }
            continue;
        }
        match say(engine, ctx, command.clone(), found.card.announcement).await {
            Err(error) if *error.kind() == Kind::Conflict(Conflict::InUse) => {}
            said => return said,
        }
    }
    Err(Error::conflict(Conflict::InUse))
}

/// Within a transaction: an open conversation of many that the acting member owns.
fn owned(tx: &mut dyn Tx, ctx: &Ctx, key: ConversationKey) -> Result<Conversation> {
    let standing = stand(tx, ctx, key)?;
    Ok(standing.open()?.of_many()?.owned()?.0)
}

/// Sets what needs no message. Returns false where the text turns out to be a new one.
async fn set_quietly(engine: &Engine, ctx: &Ctx, command: Announce) -> Result<bool> {
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let mut found = owned(tx, &ctx, command.conversation)?;
            let card = &mut found.card;
            let is_new = card.announcement != *command.text;
            if is_new && !command.text.is_empty() {
                return Ok(false);
            }
            if is_new || card.announcement_pinned != command.pinned {
                card.announcement.clone_from(&command.text);
                card.announcement_pinned = command.pinned;
                tell(tx, &ctx, &found, change("announcement", json!(true)))?;
            }
            Ok(true)
        })
        .await
}

/// Sets a new text and says it, in one commit, unless the announcement is another one than `before` by then.
async fn say(engine: &Engine, ctx: &Ctx, command: Announce, before: String) -> Result<()> {
    let author = ctx.member()?.number;
    let Announce {
        conversation,
        text,
        pinned,
        form,
    } = command;
    let message = CreateMessage {
        form: Some(form),
        takes_part: true,
        ..CreateMessage::new(conversation, Some(author), Role::User, text.0.clone())
    };
    let attachments = Attachments {
        conditions: vec![
            Condition::Owns(author),
            Condition::AnnouncementStands(Private(before)),
        ],
        companions: vec![Companion::Announce(Announcement { text, pinned })],
    };
    message::create_with(engine, ctx, message, attachments)
        .await
        .map(drop)
}
