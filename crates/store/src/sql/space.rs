//! Spaces of a workspace.

use super::member_ref;
use crate::statement::statements;

macro_rules! columns {
    () => {
        concat!(
            "s.number, s.id, s.name, s.description, c.id, s.alias, s.blueprint, d.id, s.metadata, s.created_at, s.updated_at, ",
            member_ref!("o"),
            " from space s
              left join member c on c.ws = s.ws and c.number = s.contact
              left join member o on o.ws = s.ws and o.number = s.owner
              left join conversation d on d.ws = s.ws and d.number = s.default_conversation"
        )
    };
}
macro_rules! row {
    () => {
        "s.id, s.name, s.description, c.id, s.alias, s.blueprint, s.metadata, s.created_at, s.updated_at
         from space s left join member c on c.ws = s.ws and c.number = s.contact"
    };
}

statements! {
    /// Inserts a space; returns no row if its owner has one or its alias is in use.
    tenant INSERT = "insert into space (ws, id, name, description, contact, owner, alias, blueprint, metadata, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) on conflict do nothing returning number";
    /// A space by id.
    tenant BY_ID = concat!("select ", columns!(), " where s.ws = $1 and s.id = $2");
    /// A member's personal space.
    tenant BY_OWNER = concat!("select ", columns!(), " where s.ws = $1 and s.owner = $2");
    /// Number of a space: the cheap existence check.
    tenant NUMBER = "select number from space where ws = $1 and id = $2";
    /// Number of a space and of its owner, for creating a conversation in it.
    tenant PLACE = "select number, owner from space where ws = $1 and id = $2";
    /// Contact number of a space.
    tenant CONTACT = "select contact from space where ws = $1 and number = $2";
    /// Another space with the same alias.
    tenant ALIAS_TAKEN = "select number from space where ws = $1 and alias = $2 and number <> $3";
    /// Writes all mutable columns.
    tenant UPDATE = "update space set name = $3, description = $4, contact = $5, alias = $6, blueprint = $7, metadata = $8, updated_at = $9
        where ws = $1 and number = $2";
    /// Sets the default conversation.
    tenant SET_DEFAULT = "update space set default_conversation = $3 where ws = $1 and number = $2";
    /// Removes all conversations from the space.
    tenant DETACH = "update conversation set space = null, updated_at = $3 where ws = $1 and space = $2";
    /// The numbers of its conversations.
    tenant CONVERSATIONS = "select number from conversation where ws = $1 and space = $2";
    /// Deletes the row.
    tenant DELETE = "delete from space where ws = $1 and number = $2";
    /// Creation time of a space by id.
    tenant CREATED_AT = "select created_at from space where ws = $1 and id = $2";
    /// Newest first, strictly before a time and an id.
    tenant PAGE_DESC = concat!("select ", row!(), " where s.ws = $1 and (s.created_at, s.id) < ($2, $3)
        order by s.created_at desc, s.id desc limit $4");
    /// Oldest first, strictly after a time and an id, with ids up to another.
    tenant PAGE_ASC = concat!("select ", row!(), " where s.ws = $1 and (s.created_at, s.id) > ($2, $3)
        and case when s.id <= $5 then 1 else 0 end = 1 order by s.created_at, s.id limit $4");
    /// Newest first of one contact, by its number.
    tenant CONTACT_DESC = concat!("select ", row!(), " where s.ws = $1 and s.contact = $5 and (s.created_at, s.id) < ($2, $3)
        order by s.created_at desc, s.id desc limit $4");
    /// Oldest first of one contact, by its number.
    tenant CONTACT_ASC = concat!("select ", row!(), " where s.ws = $1 and s.contact = $6 and (s.created_at, s.id) > ($2, $3)
        and case when s.id <= $5 then 1 else 0 end = 1 order by s.created_at, s.id limit $4");
}
