//! Baseline of a history page: messages of a conversation, newest first, read on the runtime's thread.

use std::fmt::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use anyhow::Result;
use axum::Router;
use axum::extract::{Path as Segments, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use rusqlite::{Connection, OptionalExtension};
use serde::Deserialize;
use uuid::Uuid;

use super::{encode, page};

struct HistoryReader {
    connection: Connection,
    workspace: i64,
}

#[derive(Deserialize)]
struct BaselineHistoryQuery {
    limit: i64,
    before_seq: Option<i64>,
}

/// Returns a router with the message list route.
pub(super) fn router(database: &Path) -> Result<Router> {
    let connection = page::open(database)?;
    let workspace = connection.query_row("select number from workspace", (), |row| row.get(0))?;
    let reader = Arc::new(Mutex::new(HistoryReader {
        connection,
        workspace,
    }));
    Ok(Router::new()
        .route("/api/v1/chats/{conversation}/messages", get(list))
        .with_state(reader))
}

async fn list(
    State(reader): State<Arc<Mutex<HistoryReader>>>,
    Segments(conversation): Segments<String>,
    Query(query): Query<BaselineHistoryQuery>,
) -> Result<impl IntoResponse, StatusCode> {
    let read_error = StatusCode::INTERNAL_SERVER_ERROR;
    let conversation = Uuid::parse_str(&conversation).map_err(|_| StatusCode::NOT_FOUND)?;
    let reader = reader.lock().map_err(|_| read_error)?;
    let body = read_page(&reader, conversation, &query)
        .map_err(|_| read_error)?
        .ok_or(StatusCode::NOT_FOUND)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body))
}

fn read_page(
    reader: &HistoryReader,
    conversation: Uuid,
    query: &BaselineHistoryQuery,
) -> rusqlite::Result<Option<String>> {
    let found = reader
        .connection
        .prepare_cached("select number, last_seq from conversation where ws = ?1 and id = ?2")?
        .query_row((reader.workspace, conversation.as_bytes()), |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })
        .optional()?;
    let Some((number, last)) = found else {
        return Ok(None);
    };
    let mut statement = reader.connection.prepare_cached(
        "select t.id, t.text, t.role, t.created_at, t.metadata, t.seq, m.external_id
         from message t left join member m on m.ws = t.ws and m.number = t.author
         where t.ws = ?1 and t.conversation = ?2 and t.seq < ?3 and t.deleted_at is null
         order by t.seq desc limit ?4",
    )?;
    let before = query.before_seq.unwrap_or(i64::MAX);
    let mut rows = statement.query((reader.workspace, number, before, query.limit))?;
    let mut out = String::with_capacity(24 * 1024);
    out.push_str("{\"messages\":[");
    let mut seq = 0;
    while let Some(row) = rows.next()? {
        if seq != 0 {
            out.push(',');
        }
        seq = row.get(5)?;
        write_message(&mut out, row, seq)?;
    }
    let _ = write!(
        out,
        "],\"total\":{},\"offset\":0,\"limit\":{},\"has_more\":{}}}",
        // In seeded logs all entries but the first are messages.
        last - 1,
        query.limit,
        seq > 2
    );
    Ok(Some(out))
}

fn write_message(out: &mut String, row: &rusqlite::Row<'_>, seq: i64) -> rusqlite::Result<()> {
    let id: [u8; 16] = row.get(0)?;
    let _ = write!(out, "{{\"id\":\"{}\",\"content\":", Uuid::from_bytes(id));
    encode::write_json(out, row.get_ref(1)?.as_str()?);
    let role = row.get_ref(2)?.as_str()?;
    let _ = write!(
        out,
        ",\"sender_role\":\"{role}\",\"media_type\":null,\"media_url\":null,\"created_at\":\""
    );
    encode::write_time(out, row.get(3)?);
    out.push_str("\",\"metadata\":");
    out.push_str(row.get_ref(4)?.as_str()?);
    let _ = write!(out, ",\"seq\":{seq},\"sender_id\":");
    encode::write_json(out, row.get_ref(6)?.as_str_or_null()?.unwrap_or(""));
    out.push_str(",\"client_message_id\":null,\"status\":\"complete\"}");
    Ok(())
}
