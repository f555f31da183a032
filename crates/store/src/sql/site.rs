//! Sites of a workspace.

use crate::statement::statements;

macro_rules! columns {
    () => {
        "number, id, slug, name, workflow, locale, archived_at, created_at, updated_at from site"
    };
}

statements! {
    /// Inserts a site; returns no row if its slug is in use.
    tenant INSERT = "insert into site (ws, id, slug, name, workflow, locale, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict do nothing returning number";
    /// A site by id.
    tenant BY_ID = concat!("select ", columns!(), " where ws = $1 and id = $2");
    /// A site by number.
    tenant BY_NUMBER = concat!("select ", columns!(), " where ws = $1 and number = $2");
    /// One page by offset, oldest first; $4 is null or selects archived or active ones.
    tenant PAGE = concat!("select ", columns!(), " where ws = $1
        and (cast($4 as boolean) is null or (archived_at is not null) = $4) order by number limit $2 offset $3");
    /// Total number of rows.
    tenant COUNT = "select cast(count(*) as bigint) from site where ws = $1
        and (cast($2 as boolean) is null or (archived_at is not null) = $2)";
    /// Another site with this slug.
    tenant SLUG_TAKEN = "select number from site where ws = $1 and slug = $2 and number <> $3";
    /// Writes all mutable columns.
    tenant UPDATE = "update site set slug = $3, name = $4, workflow = $5, locale = $6, archived_at = $7, updated_at = $8
        where ws = $1 and number = $2";
}
