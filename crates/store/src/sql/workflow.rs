//! Workflows and their published versions.

use crate::statement::statements;

macro_rules! workflow {
    () => {
        "number, id, slug, name, agent, default_phone_number, default_inbox, tasks, description, opening_message, active_version,
         archived_at, created_at, updated_at, permissions, role_access from workflow"
    };
}
macro_rules! version {
    () => {
        "version, slug, name, agent, default_phone_number, default_inbox, tasks, description, opening_message, note, author, created_at,
         number, id, workflow from workflow_version"
    };
}

statements! {
    /// Inserts a workflow; returns no row if its slug is in use.
    tenant INSERT = "insert into workflow (ws, id, slug, name, agent, default_phone_number, default_inbox, tasks, created_at, updated_at,
            description, opening_message, permissions, role_access)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12, $13) on conflict do nothing returning number";
    /// A workflow by id.
    tenant BY_ID = concat!("select ", workflow!(), " where ws = $1 and id = $2");
    /// A workflow by number.
    tenant BY_NUMBER = concat!("select ", workflow!(), " where ws = $1 and number = $2");
    /// One page by offset, oldest first; $4 selects archived or active ones.
    tenant PAGE = concat!("select ", workflow!(), " where ws = $1 and (archived_at is not null) = $4
        order by number limit $2 offset $3");
    /// Total number of rows.
    tenant COUNT = "select cast(count(*) as bigint) from workflow where ws = $1 and (archived_at is not null) = $2";
    /// Another workflow with this slug.
    tenant SLUG_TAKEN = "select number from workflow where ws = $1 and slug = $2 and number <> $3";
    /// Writes all mutable columns.
    tenant UPDATE = "update workflow set slug = $3, name = $4, agent = $5, default_phone_number = $6, default_inbox = $7, tasks = $8,
            active_version = $9, archived_at = $10, updated_at = $11, description = $12, opening_message = $13,
            permissions = $14, role_access = $15
        where ws = $1 and number = $2";
    /// Number of the next version. Of two concurrent publications one violates uniqueness and is retried.
    tenant NEXT_VERSION = "select cast(coalesce(max(version), 0) + 1 as bigint) from workflow_version where ws = $1 and workflow = $2";
    /// Inserts a version from a draft.
    tenant PUBLISH = "insert into workflow_version (ws, workflow, version, slug, name, agent, default_phone_number, default_inbox, tasks,
            note, author, created_at, id, description, opening_message)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) returning number";
    /// One version.
    tenant VERSION = concat!("select ", version!(), " where ws = $1 and workflow = $2 and version = $3");
    /// One page of versions by offset, newest first.
    tenant VERSIONS = concat!("select ", version!(), " where ws = $1 and workflow = $2 order by version desc limit $3 offset $4");
    /// Total number of versions.
    tenant COUNT_VERSIONS = "select cast(count(*) as bigint) from workflow_version where ws = $1 and workflow = $2";
    /// Writes the note of a version.
    tenant SET_NOTE = "update workflow_version set note = $4 where ws = $1 and workflow = $2 and version = $3";
}
