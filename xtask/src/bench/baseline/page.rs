//! Baseline of a list page: spaces, newest first, read on the runtime's thread.

use std::path::Path;
use std::sync::{Arc, Mutex};

use anyhow::Result;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use rusqlite::{Connection, OpenFlags};
use serde::Deserialize;

use super::{encode, row};

struct PageReader {
    connection: Connection,
    workspace: i64,
}

#[derive(Deserialize)]
struct BaselinePageQuery {
    take: u32,
    cursor: Option<String>,
}

/// Opens a database read-only; another process may write to it.
pub(super) fn open(database: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(database, flags)?;
    connection.execute_batch(
        "pragma query_only = on; pragma cache_size = -8192; pragma busy_timeout = 5000;",
    )?;
    Ok(connection)
}

/// Returns a router with the list route.
pub(super) fn router(database: &Path) -> Result<Router> {
    let connection = open(database)?;
    let workspace = connection.query_row("select number from workspace", (), |row| row.get(0))?;
    let reader = Arc::new(Mutex::new(PageReader {
        connection,
        workspace,
    }));
    Ok(Router::new()
        .route("/api/v1/space/list", get(list))
        .with_state(reader))
}

async fn list(
    State(reader): State<Arc<Mutex<PageReader>>>,
    Query(query): Query<BaselinePageQuery>,
) -> Result<impl IntoResponse, StatusCode> {
    let broken = StatusCode::INTERNAL_SERVER_ERROR;
    let reader = reader.lock().map_err(|_| broken)?;
    let before = match query.cursor.as_deref() {
        Some(cursor) => parse_cursor(cursor).ok_or(StatusCode::BAD_REQUEST)?,
        None => [0xFF; 16],
    };
    let body = read_page(&reader, before, query.take).map_err(|_| broken)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body))
}

/// Parses the id in a cursor, which is base64 of `{"id":"space_..."}`.
fn parse_cursor(cursor: &str) -> Option<[u8; 16]> {
    let json = String::from_utf8(encode::parse_base64(cursor)?).ok()?;
    let id = json.strip_prefix("{\"id\":\"space_")?.strip_suffix("\"}")?;
    encode::parse_id(id)
}

fn read_page(reader: &PageReader, before: [u8; 16], take: u32) -> rusqlite::Result<String> {
    let mut statement = reader.connection.prepare_cached(list_statement())?;
    let mut rows = statement.query((reader.workspace, before, take))?;
    let mut out = String::with_capacity(8 * 1024);
    out.push_str("{\"items\":[");
    let mut last = String::new();
    while let Some(found) = rows.next()? {
        if !last.is_empty() {
            out.push(',');
        }
        row::write_json(&mut out, found)?;
        last.clear();
        last.push_str("{\"id\":\"space_");
        encode::write_id(&mut last, found.get_ref(0)?.as_bytes()?);
        last.push_str("\"}");
    }
    out.push_str("],\"cursor\":\"");
    encode::write_base64(&mut out, last.as_bytes());
    out.push_str("\"}");
    Ok(out)
}

/// Returns the statement's text, formatted once.
fn list_statement() -> &'static str {
    static TEXT: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    TEXT.get_or_init(|| {
        format!(
            "{} where s.ws = ?1 and s.id < ?2 order by s.id desc limit ?3",
            row::SELECT
        )
    })
}
