//! Lists of the files of a space.

use parlor_model::file::{Entry, File, FilePath, LAST};
use parlor_model::id::SpaceId;
use parlor_model::{Ctx, Result};
use parlor_store::repo::{file as repo, space};

use super::directory::end_of;
use crate::Engine;
use crate::space::authorize_read;

/// Entries of the longest page.
pub const MAX_PAGE: usize = 1_000;
/// Rows that one statement reads.
const BATCH: i64 = 500;
/// Statements for one page: where directories hold so many files that more would be needed, the page is shorter.
const STATEMENTS: usize = 40;

/// A page of a list.
#[derive(Debug, Default)]
pub struct FilePage {
    /// Its files and directories, by path in the order of bytes.
    pub entries: Vec<Entry>,
    /// Where the next page begins, if there may be more.
    pub next: Option<String>,
}

/// Files and directories right below a directory, or below the space itself; with `is_recursive` all files below it and no
/// directories. `after` is where another page ended. Asks for `spaces:read`; the owner of the space needs none for it.
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
            let home = authorize_read(&ctx, space::find(tx, ctx.ws(), space)?)?;
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
                        // Below a directory that was listed already.
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

/// The end of a directory: no path holds this character, which comes after all others.
fn last_below(path: &str) -> String {
    format!("{path}/{LAST}")
}

/// What stands in the list for a file.
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
