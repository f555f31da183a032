//! Lists the files of a space.

use parlor_model::file::{Entry, File, FilePath, LAST};
use parlor_model::id::SpaceId;
use parlor_model::{Ctx, Result};
use parlor_store::repo::{file as repo, space};

use super::directory::end_of;
use crate::{Engine, authority};

/// Maximum entries of a page.
pub const MAX_PAGE: usize = 1_000;
/// Rows read by one statement.
const BATCH: i64 = 500;
/// Maximum statements for one page. If directories hold so many files that more are needed, the page is shorter.
const STATEMENTS: usize = 40;

/// A page of files and directories.
#[derive(Debug, Default)]
pub struct FilePage {
    /// Its entries, by path in byte order.
    pub entries: Vec<Entry>,
    /// Path after which the next page begins, if there may be more.
    pub next: Option<String>,
}

/// Returns the files and directories directly below a directory, or below the space itself; with `is_recursive` all
/// files below it and no directories. `after` is [`FilePage::next`] of the previous page. Requires `spaces:read`, except
/// for the owner of the space.
pub async fn list(
    engine: &Engine,
    ctx: &Ctx,
    space: SpaceId,
    directory: Option<&FilePath>,
    is_recursive: bool,
    (after, limit): (Option<String>, usize),
) -> Result<FilePage> {
    let prefix = directory.map_or_else(String::new, FilePath::directory_prefix);
    let end = directory.map(|path| end_of(path.as_str()));
    let ctx = *ctx;
    engine
        .store
        .read(move |tx| {
            let home = authority::authorize_read_space(&ctx, space::find(tx, ctx.ws(), space)?)?;
            let mut page = FilePage::default();
            let mut after = match &after {
                Some(after) if *after > prefix => after.clone(),
                _ => prefix.clone(),
            };
            for _ in 0..STATEMENTS {
                let key = (ctx.ws(), home.number);
                let rows = repo::below(tx, key, &after, end.as_deref(), BATCH)?;
                let is_last = rows.len() < usize::try_from(BATCH).unwrap_or(usize::MAX);
                for file in rows {
                    if file.path.as_str() <= after.as_str() {
                        // It is below a directory that was already listed.
                        continue;
                    }
                    if page.entries.len() == limit {
                        page.next = Some(after);
                        return Ok(page);
                    }
                    let entry = entry(file, &prefix, is_recursive);
                    after = match &entry {
                        Entry::File { path, .. } => path.clone(),
                        Entry::Directory { path, .. } => last_below(path),
                    };
                    page.entries.push(entry);
                }
                if is_last {
                    return Ok(page);
                }
            }
            page.next = Some(after);
            Ok(page)
        })
        .await
}

/// Returns an upper bound of the paths below a directory: [`LAST`] sorts after all other characters, and no path has it.
fn last_below(path: &str) -> String {
    format!("{path}/{LAST}")
}

/// Returns the entry that represents a file in the list.
fn entry(file: File, prefix: &str, is_recursive: bool) -> Entry {
    let below = file.path.get(prefix.len()..).unwrap_or_default();
    match below.find('/') {
        Some(slash) if !is_recursive => Entry::Directory {
            path: file.path[..prefix.len() + slash].to_owned(),
            updated_at: file.updated_at,
        },
        _ => Entry::File {
            id: file.id,
            path: file.path,
            size: file.content.size,
            updated_at: file.updated_at,
        },
    }
}
