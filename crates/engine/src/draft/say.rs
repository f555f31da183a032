//! Saying what was begun, or saying it anew.

use parlor_model::details::Details;
use parlor_model::draft::PutDraft;
use parlor_model::message::{CreateMessage, MessageKey, UpdateMessage};
use parlor_model::private::Private;
use parlor_model::{Ctx, Metadata, Result};
use parlor_store::append::Companion;
use parlor_store::repo::message as messages;

use super::put::merged;
use super::{Taken, taken, writable};
use crate::Engine;
use crate::message::{self, Attachments};

/// Says something under an id its writer chose. A draft of that id takes its place in the log with it, and what the
/// command leaves out is as the draft had it; a message that was said already is changed in what the command gives,
/// unless it reads so. An id that is taken in another conversation is refused. Who may speak in the conversation may.
pub async fn say(
    engine: &Engine,
    ctx: &Ctx,
    command: PutDraft,
    text: Private<String>,
) -> Result<()> {
    let (scope, id, key) = (*ctx, command.id, command.conversation);
    let (wanted, said) = (command.clone(), text.clone());
    let standing = engine
        .store
        .read(move |tx| {
            let conversation = writable(tx, &scope, wanted.conversation)?.number;
            match taken(tx, scope.ws(), id, conversation)? {
                Taken::Said => {}
                Taken::Begun(draft) => {
                    let draft = *draft;
                    return Ok(Standing::Unsaid(Box::new((draft.details, draft.metadata))));
                }
                Taken::Free => return Ok(Standing::Unsaid(Box::default())),
            }
            let found = messages::find(tx, scope.ws(), conversation, MessageKey::Id(id))?;
            let Some(found) = found else {
                return Ok(Standing::Other);
            };
            let mut details = found.details.clone();
            wanted.details.apply(&mut details);
            let metadata = merged(found.metadata.clone(), &wanted)?;
            let alike =
                found.text == said && found.details == details && found.metadata == metadata;
            Ok(if alike {
                Standing::Alike
            } else {
                Standing::Other
            })
        })
        .await?;
    match standing {
        Standing::Alike => return Ok(()),
        Standing::Unsaid(begun) => {
            let (mut details, metadata) = *begun;
            command.details.apply(&mut details);
            let new = CreateMessage {
                id: Some(id),
                details,
                metadata: merged(metadata, &command)?,
                ..CreateMessage::new(key, command.author, command.role, text.0.clone())
            };
            let ends = Attachments {
                companions: vec![Companion::EndDraft(id)],
                ..Attachments::default()
            };
            let said = message::create_with(engine, ctx, new, ends).await?;
            if !said.duplicate {
                return Ok(());
            }
        }
        Standing::Other => {}
    }
    let change = UpdateMessage {
        text: Some(text),
        ..change(command)
    };
    message::edit(engine, ctx, key, MessageKey::Id(id), change)
        .await
        .map(drop)
}

/// A command as the change of a message that was said already.
pub fn change(command: PutDraft) -> UpdateMessage {
    UpdateMessage {
        clears_metadata: command.metadata == Some(None),
        metadata: command.metadata.flatten(),
        details_patch: command.details,
        ..UpdateMessage::default()
    }
}

/// What an id stands for before the command.
enum Standing {
    /// Nothing of this id was said; there may be parts of a draft.
    Unsaid(Box<(Details, Metadata)>),
    /// It was said, and in these words.
    Alike,
    /// It was said in other words.
    Other,
}
