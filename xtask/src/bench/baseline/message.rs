//! Baseline of a durable message: its row is on disk before the response is sent. Sequence numbers are counted in
//! memory, and no other row is written.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Sender;

use anyhow::{Context, Result};
use axum::extract::{Path as Segments, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{encode, schema, writer};
use crate::bench::clock;

#[derive(Deserialize)]
struct BaselineMessageRequest {
    content: String,
}

#[derive(Serialize)]
struct BaselineMessage {
    id: String,
    #[serde(serialize_with = "shared")]
    content: Arc<str>,
    sender_role: &'static str,
    media_type: Option<String>,
    media_url: Option<String>,
    created_at: String,
    metadata: serde_json::Map<String, serde_json::Value>,
    seq: i64,
    #[serde(serialize_with = "shared")]
    sender_id: Arc<str>,
    client_message_id: Option<String>,
    status: &'static str,
}

fn shared<S: serde::Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

/// In-memory state of a conversation.
struct BaselineConversation {
    number: i64,
    author_number: i64,
    author_name: Arc<str>,
    seq: i64,
}

struct BaselineConversations {
    workspace: i64,
    by_id: HashMap<Uuid, BaselineConversation>,
}

struct MessageJob {
    conversation: Uuid,
    text: Arc<str>,
    id: Uuid,
    at: i64,
    seq: i64,
    author: Option<Arc<str>>,
    reply: oneshot::Sender<(i64, Arc<str>)>,
}

impl writer::WriteJob for MessageJob {
    type State = BaselineConversations;

    fn write(
        &mut self,
        transaction: &Transaction<'_>,
        state: &mut BaselineConversations,
    ) -> Result<()> {
        // For an unknown conversation the reply is dropped, which becomes an error response.
        let Some(conversation) = state.by_id.get_mut(&self.conversation) else {
            return Ok(());
        };
        conversation.seq += 1;
        self.seq = conversation.seq;
        self.author = Some(conversation.author_name.clone());
        transaction
            .prepare_cached(
                "insert into message (ws, id, conversation, seq, author, role, text, metadata, created_at, updated_at)
                 values (?1, ?2, ?3, ?4, ?5, 'user', ?6, '{}', ?7, ?7)",
            )?
            .execute((
                state.workspace,
                self.id.as_bytes(),
                conversation.number,
                conversation.seq,
                conversation.author_number,
                &*self.text,
                self.at,
            ))?;
        Ok(())
    }

    fn acknowledge(self) {
        if let Some(author) = self.author {
            let _ = self.reply.send((self.seq, author));
        }
    }
}

/// Returns a router with the message route, for the conversations of a database.
pub(super) fn router(database: &Path) -> Result<Router> {
    let connection = schema::open_database(database)?;
    let conversations = load_conversations(&connection).context("conversations")?;
    let sender = writer::spawn_writer::<MessageJob>(connection, conversations);
    Ok(Router::new()
        .route(
            "/api/v1/chats/{conversation}/messages",
            post(create_message),
        )
        .with_state(sender))
}

fn load_conversations(connection: &Connection) -> rusqlite::Result<BaselineConversations> {
    let workspace = connection.query_row("select number from workspace", (), |row| row.get(0))?;
    let mut statement = connection.prepare(
        "select c.id, c.number, m.number, m.external_id, c.last_seq
         from conversation c join member m on m.ws = c.ws and m.number = c.subject
         where c.ws = ?1 and m.external_id is not null",
    )?;
    let rows = statement.query_map([workspace], |row| {
        let conversation = BaselineConversation {
            number: row.get(1)?,
            author_number: row.get(2)?,
            author_name: row.get::<_, String>(3)?.into(),
            seq: row.get(4)?,
        };
        Ok((Uuid::from_bytes(row.get(0)?), conversation))
    })?;
    let conversations = rows.collect::<rusqlite::Result<_>>()?;
    Ok(BaselineConversations {
        workspace,
        by_id: conversations,
    })
}

async fn create_message(
    State(writer): State<Sender<MessageJob>>,
    Segments(conversation): Segments<String>,
    Json(request): Json<BaselineMessageRequest>,
) -> Result<(StatusCode, Json<BaselineMessage>), StatusCode> {
    let conversation = Uuid::parse_str(&conversation).map_err(|_| StatusCode::NOT_FOUND)?;
    let at = clock::now_micros();
    let id = clock::uuid_v7(at);
    let text: Arc<str> = request.content.into();
    let (done, committed) = oneshot::channel();
    let job = MessageJob {
        conversation,
        text: text.clone(),
        id,
        at,
        seq: 0,
        author: None,
        reply: done,
    };
    let writer_error = StatusCode::SERVICE_UNAVAILABLE;
    writer.send(job).map_err(|_| writer_error)?;
    let (seq, sender_id) = committed.await.map_err(|_| writer_error)?;
    let mut created_at = String::new();
    encode::write_time(&mut created_at, at);
    let message = BaselineMessage {
        id: id.to_string(),
        content: text,
        sender_role: "user",
        media_type: None,
        media_url: None,
        created_at,
        metadata: serde_json::Map::new(),
        seq,
        sender_id,
        client_message_id: None,
        status: "complete",
    };
    Ok((StatusCode::CREATED, Json(message)))
}
