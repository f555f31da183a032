//! Organizations and workspaces: the level above tenants.

use crate::statement::statements;

macro_rules! columns {
    () => {
        "w.number, w.id, o.id, w.name, o.name, w.policy, w.created_at, w.web_chat
         from workspace w join organization o on o.number = w.organization"
    };
}

statements! {
    /// Checks that the database answers.
    global PING = "select cast(1 as bigint)";
    /// Inserts an organization.
    global INSERT_ORGANIZATION = "insert into organization (id, name, created_at) values ($1, $2, $3) returning number";
    /// Inserts a workspace.
    global INSERT = "insert into workspace (id, organization, name, policy, created_at) values ($1, $2, $3, '{}', $4)
        returning number";
    /// A workspace by id.
    global FIND = concat!("select ", columns!(), " where w.id = $1");
    /// A workspace by number.
    global FIND_BY_NUMBER = concat!("select ", columns!(), " where w.number = $1");
    /// Version of the address normalization of its members.
    global ADDRESS_FORM = "select address_form from workspace where id = $1";
    /// Stores the version of the address normalization.
    global SET_ADDRESS_FORM = "update workspace set address_form = $2 where id = $1";
    /// All workspaces, oldest first.
    global LIST = concat!("select ", columns!(), " order by w.number");
    /// Workspaces that have a member with a handle, oldest first: one index probe per workspace.
    global OF_HANDLE = concat!("select ", columns!(), " where exists (select 1 from member m
        where m.ws = w.number and m.handle = $1 and m.archived_at is null) order by w.number limit 16");
    /// Writes name, policy and web chat.
    global UPDATE = "update workspace set name = $2, policy = $3, web_chat = $4 where id = $1";
}
