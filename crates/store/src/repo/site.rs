//! Sites.

use parlor_model::id::{Locator, SiteId};
use parlor_model::site::{Site, SiteKey};
use parlor_model::{Result, Timestamp};

use crate::sql::site as sql;
use crate::{Row, Tx, params};

/// A site as it is written; the workflow is a number.
#[derive(Debug, Clone, Copy)]
#[allow(missing_docs, reason = "each is the column of its name")]
pub struct NewSite<'a> {
    pub slug: &'a str,
    pub name: &'a str,
    pub workflow: Option<i64>,
    pub locale: Option<&'a str>,
}

/// Makes a site; `None` when its slug is taken.
pub fn insert(tx: &mut dyn Tx, ws: i64, new: &NewSite<'_>) -> Result<Option<Site>> {
    let stamp = tx.stamp();
    let id: SiteId = stamp.id();
    let number = tx.one(
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

/// One, archived ones included.
pub fn find(tx: &mut dyn Tx, ws: i64, key: SiteKey) -> Result<Option<Site>> {
    match key {
        Locator::Id(id) => tx.one(&sql::BY_ID, params![ws, &id], read),
        Locator::Number(number) => tx.one(&sql::BY_NUMBER, params![ws, number], read),
    }
}

/// A numbered page, oldest first, and how many there are; `archived` shows only those put away or only the others.
pub fn page(
    tx: &mut dyn Tx,
    ws: i64,
    archived: Option<bool>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Site>, i64)> {
    let rows = tx.all(&sql::PAGE, params![ws, limit, offset, archived], read)?;
    Ok((rows, tx.count(&sql::COUNT, params![ws, archived])?))
}

/// Whether another site has this slug.
pub fn slug_is_taken(tx: &mut dyn Tx, ws: i64, slug: &str, except: i64) -> Result<bool> {
    let found = tx.one(&sql::SLUG_TAKEN, params![ws, slug, except], |_| Ok(()))?;
    Ok(found.is_some())
}

/// Writes every changeable column back, and gives when.
pub fn update(tx: &mut dyn Tx, ws: i64, site: &Site) -> Result<Timestamp> {
    let at = tx.stamp().at;
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

fn read(row: &dyn Row) -> Result<Site> {
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
