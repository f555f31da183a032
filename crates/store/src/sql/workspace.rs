//! Organizations and workspaces: the level above tenants.

use crate::statement::statements;

macro_rules! columns {
    () => {
        "w.number, w.id, o.id, w.name, o.name, w.policy, w.created_at, w.web_chat
         from workspace w join organization o on o.number = w.organization"
    };
}

statements! {
    /// Whether the database answers.
    global PING = "select cast(1 as bigint)";
    /// Makes an organization.
    global INSERT_ORGANIZATION = "insert into organization (id, name, created_at) values ($1, $2, $3) returning number";
    /// Makes a workspace.
    global INSERT = "insert into workspace (id, organization, name, policy, created_at) values ($1, $2, $3, '{}', $4)
        returning number";
    /// A workspace by id.
    global FIND = concat!("select ", columns!(), " where w.id = $1");
    /// The form that its members' addresses are in.
    global ADDRESS_FORM = "select address_form from workspace where id = $1";
    /// Notes the form that the members' addresses are in.
    global SET_ADDRESS_FORM = "update workspace set address_form = $2 where id = $1";
    /// All workspaces, oldest first.
    global LIST = concat!("select ", columns!(), " order by w.number");
    /// The workspaces in which a handle names somebody, oldest first: one probe of an index for each.
    global OF_HANDLE = concat!("select ", columns!(), " where exists (select 1 from member m
        where m.ws = w.number and m.handle = $1 and m.archived_at is null) order by w.number limit 16");
    /// Writes the name, what the operator decided and what visitors see.
    global UPDATE = "update workspace set name = $2, policy = $3, web_chat = $4 where id = $1";
}
