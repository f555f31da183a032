//! Organizations and workspaces: the level above tenants.

use crate::statement::statements;

macro_rules! columns {
    () => {
        "w.number, w.id, o.id, w.name, o.name, w.policy, w.created_at
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
    /// All workspaces, oldest first.
    global LIST = concat!("select ", columns!(), " order by w.number");
    /// The workspaces in which a handle names somebody, oldest first: one probe of an index for each.
    global OF_HANDLE = concat!("select ", columns!(), " where exists (select 1 from member m
        where m.ws = w.number and m.handle = $1 and m.archived_at is null) order by w.number limit 16");
    /// Changes what the operator decided.
    global SET_POLICY = "update workspace set policy = $2 where id = $1";
}
