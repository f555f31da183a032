//! Baseline of a durable create: rows are on disk before the response is sent.

use std::path::Path;
use std::sync::mpsc::Sender;

use anyhow::Result;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use rusqlite::Transaction;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::schema::BaselineTenant;
use super::{encode, schema, writer};
use crate::bench::clock;

#[derive(Deserialize)]
struct BaselineCreateRequest {
    user_id: String,
    title: String,
}

#[derive(Serialize)]
struct BaselineChat {
    id: String,
    user_id: String,
    tenant_id: String,
    title: String,
    config: BaselineChatConfig,
    created_at: String,
    updated_at: String,
    last_message_at: Option<String>,
}

#[derive(Serialize)]
struct BaselineChatConfig {
    metadata: serde_json::Map<String, serde_json::Value>,
}

/// Conversation to insert.
struct CreateJob {
    id: Uuid,
    title: String,
    at: i64,
    reply: oneshot::Sender<()>,
}

impl writer::WriteJob for CreateJob {
    type State = BaselineTenant;

    /// Inserts the conversation, its owner and subject as participants, and the first log entry.
    fn write(&mut self, transaction: &Transaction<'_>, tenant: &mut BaselineTenant) -> Result<()> {
        let BaselineTenant {
            workspace,
            owner,
            subject,
        } = *tenant;
        transaction
            .prepare_cached(
                "insert into conversation (ws, id, kind, state, title, owner, subject, last_seq, created_at, updated_at)
                 values (?1, ?2, 'chat', 'active', ?3, ?4, ?5, 1, ?6, ?6)",
            )?
            .execute((workspace, self.id.as_bytes(), &self.title, owner, subject, self.at))?;
        let number = transaction.last_insert_rowid();
        let mut participant = transaction.prepare_cached(
            "insert into participant (ws, conversation, member, role, state, joined_at)
             values (?1, ?2, ?3, ?4, 'joined', ?5)",
        )?;
        participant.execute((workspace, number, owner, "owner", self.at))?;
        participant.execute((workspace, number, subject, "member", self.at))?;
        transaction
            .prepare_cached(
                "insert into log_entry (ws, conversation, seq, kind, actor, at, payload)
                 values (?1, ?2, 1, 'created', ?3, ?4, '{}')",
            )?
            .execute((workspace, number, owner, self.at))?;
        Ok(())
    }

    fn acknowledge(self) {
        let _ = self.reply.send(());
    }
}

/// Creates a database and returns a router with the create route.
pub(super) fn router(database: &Path) -> Result<Router> {
    let (connection, tenant) = schema::create_database(database)?;
    let sender = writer::spawn_writer::<CreateJob>(connection, tenant);
    Ok(Router::new()
        .route("/api/v1/chats/", post(create))
        .with_state(sender))
}

async fn create(
    State(writer): State<Sender<CreateJob>>,
    Json(request): Json<BaselineCreateRequest>,
) -> Result<(StatusCode, Json<BaselineChat>), StatusCode> {
    let at = clock::now_micros();
    let id = clock::uuid_v7(at);
    let (done, committed) = oneshot::channel();
    let title = request.title.clone();
    let writer_error = |()| StatusCode::SERVICE_UNAVAILABLE;
    writer
        .send(CreateJob {
            id,
            title,
            at,
            reply: done,
        })
        .map_err(|_| writer_error(()))?;
    committed.await.map_err(|_| writer_error(()))?;
    let mut time = String::new();
    encode::write_time(&mut time, at);
    let chat = BaselineChat {
        id: id.to_string(),
        user_id: request.user_id,
        tenant_id: Uuid::max().to_string(),
        title: request.title,
        config: BaselineChatConfig {
            metadata: serde_json::Map::new(),
        },
        updated_at: time.clone(),
        created_at: time,
        last_message_at: None,
    };
    Ok((StatusCode::CREATED, Json(chat)))
}
