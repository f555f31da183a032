//! A durable create: the rows are on the disk before the answer leaves.

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

use super::schema::Tenant;
use super::{schema, spell, writer};
use crate::bench::clock;

#[derive(Deserialize)]
struct Asked {
    user_id: String,
    title: String,
}

#[derive(Serialize)]
struct Chat {
    id: String,
    user_id: String,
    tenant_id: String,
    title: String,
    config: Config,
    created_at: String,
    updated_at: String,
    last_message_at: Option<String>,
}

#[derive(Serialize)]
struct Config {
    metadata: serde_json::Map<String, serde_json::Value>,
}

/// One conversation to write.
struct Job {
    id: Uuid,
    title: String,
    at: i64,
    done: oneshot::Sender<()>,
}

impl writer::Job for Job {
    type State = Tenant;

    /// The conversation, its owner and its subject as participants, the first entry of its log.
    fn write(&mut self, transaction: &Transaction<'_>, tenant: &mut Tenant) -> Result<()> {
        let Tenant {
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

    fn answer(self) {
        let _ = self.done.send(());
    }
}

/// The one route, over a database it makes.
pub(super) fn router(database: &Path) -> Result<Router> {
    let (connection, tenant) = schema::fresh(database)?;
    let sender = writer::start::<Job>(connection, tenant);
    Ok(Router::new()
        .route("/api/v1/chats/", post(create))
        .with_state(sender))
}

async fn create(
    State(writer): State<Sender<Job>>,
    Json(asked): Json<Asked>,
) -> Result<(StatusCode, Json<Chat>), StatusCode> {
    let at = clock::micros();
    let id = clock::id(at);
    let (done, committed) = oneshot::channel();
    let title = asked.title.clone();
    let lost = |()| StatusCode::SERVICE_UNAVAILABLE;
    writer
        .send(Job {
            id,
            title,
            at,
            done,
        })
        .map_err(|_| lost(()))?;
    committed.await.map_err(|_| lost(()))?;
    let mut time = String::new();
    spell::time(&mut time, at);
    let chat = Chat {
        id: id.to_string(),
        user_id: asked.user_id,
        tenant_id: Uuid::max().to_string(),
        title: asked.title,
        config: Config {
            metadata: serde_json::Map::new(),
        },
        updated_at: time.clone(),
        created_at: time,
        last_message_at: None,
    };
    Ok((StatusCode::CREATED, Json(chat)))
}
