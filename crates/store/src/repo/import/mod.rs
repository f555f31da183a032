//! Rows that keep the ids and times they had in a backup.

use parlor_model::error::EntityKind;
use parlor_model::{Id, Result, Timestamp};

use crate::sql::import as sql;
use crate::{Tx, params};

mod conversation_message;
mod space_contact;

pub use conversation_message::{
    ImportedConversationRow, ImportedMessageRow, advance_caught_up_readers, insert_conversation,
    insert_message, locate_message, update_conversation, update_message,
};
pub use space_contact::{insert_contact, insert_space, update_contact, update_space};

/// Creation and modification time of an imported row.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the column of its name")]
pub struct RowTimestamps {
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Returns the kind of the entity with this id in the workspace.
pub fn entity_with_id<K>(tx: &mut dyn Tx, ws: i64, id: Id<K>) -> Result<Option<EntityKind>> {
    tx.query_one(&sql::OWNERS, params![ws, &id], |row| {
        Ok(match row.text(0)? {
            "member" => EntityKind::Member,
            "space" => EntityKind::Space,
            _ => EntityKind::Conversation,
        })
    })
}
