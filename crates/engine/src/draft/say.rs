//! Saying what was begun, or saying it anew.

use parlor_model::message::{CreateMessage, MessageKey, UpdateMessage};
use parlor_model::{Ctx, Error, Metadata, Result};
use parlor_store::append::Companion;
use parlor_store::repo::message as messages;

use super::{Taken, taken, writable};
use crate::{Engine, message};

/// Says something under an id its writer chose. A draft of that id takes its place in the log with it; a message that
/// was said already is changed, unless it reads so. An id that is taken in another conversation is refused. Who may
/// speak in the conversation may.
pub async fn say(engine: &Engine, ctx: &Ctx, command: CreateMessage) -> Result<()> {
    let id = command
        .id
        .ok_or_else(|| Error::internal("a message that is to be found again needs an id"))?;
    let (scope, key, wanted) = (*ctx, command.conversation, command.clone());
    let standing = engine
        .store
        .read(move |tx| {
            let conversation = writable(tx, &scope, key)?.number;
            match taken(tx, scope.ws(), id, conversation)? {
                Taken::Said => {}
                Taken::Begun(_) | Taken::Free => return Ok(Standing::Unsaid),
            }
            let found = messages::find(tx, scope.ws(), conversation, MessageKey::Id(id))?;
            let alike = found.is_some_and(|found| {
                found.text == wanted.text
                    && found.details == wanted.details
                    && found.metadata == wanted.metadata
            });
            Ok(if alike {
                Standing::Alike
            } else {
                Standing::Other
            })
        })
        .await?;
    if standing == Standing::Alike {
        return Ok(());
    }
    let change = UpdateMessage {
        text: Some(command.text.clone()),
        metadata: (command.metadata != Metadata::default()).then(|| command.metadata.clone()),
        details: Some(command.details.clone()),
        ..UpdateMessage::default()
    };
    if standing == Standing::Unsaid {
        let ends = vec![Companion::EndDraft(id)];
        let said = message::create_with(engine, ctx, command, ends).await?;
        if !said.duplicate {
            return Ok(());
        }
    }
    message::edit(engine, ctx, key, MessageKey::Id(id), change)
        .await
        .map(drop)
}

#[derive(PartialEq, Eq)]
enum Standing {
    /// Nothing of this id was said.
    Unsaid,
    /// It was said, and in these words.
    Alike,
    /// It was said in other words.
    Other,
}
