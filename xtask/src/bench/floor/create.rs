//! A durable create: the rows are on the disk before the answer leaves.

use std::path::Path;
use std::sync::mpsc::Sender;

use anyhow::Result;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::spell;
use super::{schema, writer};
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

/// The one route, over a database it makes.
pub(super) fn router(database: &Path) -> Result<Router> {
    let (connection, tenant) = schema::fresh(database)?;
    let sender = writer::start(connection, tenant);
    Ok(Router::new()
        .route("/api/v1/chats/", post(create))
        .with_state(sender))
}

async fn create(
    State(writer): State<Sender<writer::Job>>,
    Json(asked): Json<Asked>,
) -> Result<(StatusCode, Json<Chat>), StatusCode> {
    let at = clock::micros();
    let id = clock::id(at);
    let (done, committed) = oneshot::channel();
    let title = asked.title.clone();
    let lost = |()| StatusCode::SERVICE_UNAVAILABLE;
    writer
        .send(writer::Job {
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
