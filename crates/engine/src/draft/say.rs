//! Saying what was begun, or saying it anew.

use parlor_model::details::Details;
use parlor_model::draft::PutDraft;
use parlor_model::message::{CreateMessage, Message, MessageKey, UpdateMessage};
use parlor_model::outline::Outline;
use parlor_model::private::Private;
use parlor_model::{Ctx, Metadata, Result};
use parlor_store::Tx;
use parlor_store::append::Companion;
use parlor_store::repo::message as messages;

use super::put::merged;
use super::{Taken, taken, writable};
use crate::Engine;
use crate::message::{self, Attachments};

/// Says something under an id its writer chose. A draft of that id takes its place in the log with it, and what the
/// command leaves out is as the draft had it; a message that was said already is changed in what the command gives,
/// unless it reads so. Gives the message as it reads now, without reading it after the commit. An id that is taken in
/// another conversation is refused. Who may speak in the conversation may.
pub async fn say(
    engine: &Engine,
    ctx: &Ctx,
    command: PutDraft,
    text: Private<String>,
) -> Result<Message> {
    let (scope, id, key) = (*ctx, command.id, command.conversation);
    let (wanted, said) = (command.clone(), text.clone());
    let standing = engine
        .store
        .read(move |tx| standing(tx, &scope, &wanted, &said))
        .await?;
    match standing {
        Standing::Alike(message) => return Ok(*message),
        Standing::Unsaid(unsaid) => {
            let Unsaid {
                conversation,
                mut details,
                metadata,
            } = *unsaid;
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
            let said = message::create_in_with(engine, ctx, &conversation, new, ends).await?;
            if !said.duplicate {
                return Ok(said.message);
            }
        }
        Standing::Other => {}
    }
    let change = UpdateMessage {
        text: Some(text),
        ..change(command)
    };
    let edited = message::edit_returning(engine, ctx, key, MessageKey::Id(id), change).await;
    edited.map(|(_, message)| message)
}

fn standing(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    wanted: &PutDraft,
    said: &Private<String>,
) -> Result<Standing> {
    let conversation = writable(tx, ctx, wanted.conversation)?;
    let number = conversation.number;
    let unsaid = |details, metadata| {
        Standing::Unsaid(Box::new(Unsaid {
            conversation: conversation.outline(),
            details,
            metadata,
        }))
    };
    match taken(tx, ctx.ws(), wanted.id, number)? {
        Taken::Said => {}
        Taken::Begun(draft) => {
            let draft = *draft;
            return Ok(unsaid(draft.details, draft.metadata));
        }
        Taken::Free => return Ok(unsaid(Details::default(), Metadata::default())),
    }
    let found = messages::find(tx, ctx.ws(), number, MessageKey::Id(wanted.id))?;
    let Some(found) = found else {
        return Ok(Standing::Other);
    };
    let mut details = found.details.clone();
    wanted.details.apply(&mut details);
    let metadata = merged(found.metadata.clone(), wanted)?;
    let alike = found.text == *said && found.details == details && found.metadata == metadata;
    Ok(if alike {
        Standing::Alike(Box::new(found))
    } else {
        Standing::Other
    })
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
    Unsaid(Box<Unsaid>),
    /// It was said, and in these words.
    Alike(Box<Message>),
    /// It was said in other words.
    Other,
}

/// What there is of something that is to be said.
struct Unsaid {
    conversation: Outline,
    details: Details,
    metadata: Metadata,
}
