//! Sites of a workspace.

use parlor_model::id::{IdOrNumber, SiteId};
use parlor_model::site::{Site, SiteKey};
use parlor_model::{Result, Timestamp};

use crate::sql::site as sql;
use crate::{Row, Tx, params};

/// Row of a new site; the workflow is a row number.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the column of its name")]
pub struct NewSiteRow<'a> {
    pub slug: &'a str,
    pub name: &'a str,
    pub workflow: Option<i64>,
    pub locale: Option<&'a str>,
}

/// Inserts a site; `None` if its slug is in use.
pub fn insert(tx: &mut dyn Tx, ws: i64, new: &NewSiteRow<'_>) -> Result<Option<Site>> {
    let stamp = tx.next_stamp();
    let id: SiteId = stamp.id();
    let number = tx.query_one(
        &sql::INSERT,
        params![
            ws,
            &id,
            new.slug,
            new.name,
            new.workflow,
            new.locale,
            stamp.at
        ],
        |row| row.int(0),
    )?;
    Ok(number.map(|number| Site {
        number,
        id,
        slug: new.slug.to_owned(),
        name: new.name.to_owned(),
        workflow: new.workflow,
        locale: new.locale.map(str::to_owned),
        archived_at: None,
        created_at: stamp.at,
        updated_at: stamp.at,
    }))
}

/// Finds one by id or number, including archived ones.
pub fn find(tx: &mut dyn Tx, ws: i64, key: SiteKey) -> Result<Option<Site>> {
    match key {
        IdOrNumber::Id(id) => tx.query_one(&sql::BY_ID, params![ws, &id], from_row),
        IdOrNumber::Number(number) => tx.query_one(&sql::BY_NUMBER, params![ws, number], from_row),
    }
}

/// Returns one page by offset, oldest first, and the total; `archived` selects archived or active ones.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    archived: Option<bool>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Site>, i64)> {
    let rows = tx.query_all(&sql::PAGE, params![ws, limit, offset, archived], from_row)?;
    Ok((rows, tx.query_count(&sql::COUNT, params![ws, archived])?))
}

/// Returns whether another site has this slug.
pub fn slug_exists(tx: &mut dyn Tx, ws: i64, slug: &str, except: i64) -> Result<bool> {
    let found = tx.query_one(&sql::SLUG_TAKEN, params![ws, slug, except], |_| Ok(()))?;
    Ok(found.is_some())
}

/// Writes all mutable columns; returns the time of the change.
pub fn update(tx: &mut dyn Tx, ws: i64, site: &Site) -> Result<Timestamp> {
    let at = tx.next_stamp().at;
    tx.execute(
        &sql::UPDATE,
        params![
            ws,
            site.number,
            &site.slug,
            &site.name,
            site.workflow,
            &site.locale,
            site.archived_at,
            at
        ],
    )?;
    Ok(at)
}

fn from_row(row: &dyn Row) -> Result<Site> {
    Ok(Site {
        number: row.int(0)?,
        id: row.id(1)?,
        slug: row.string(2)?,
        name: row.string(3)?,
        workflow: row.opt_int(4)?,
        locale: row.opt_string(5)?,
        archived_at: row.opt_time(6)?,
        created_at: row.time(7)?,
        updated_at: row.time(8)?,
    })
}
