//! `parlor bench`: how fast this machine stores messages, in a database that is thrown away.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parlor_engine::{Engine, conversation, message, workspace};
use parlor_model::conversation::{ConversationKey, ConversationKind, CreateConversation};
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_model::{Ctx, Result};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::serve::build_runtime;
use crate::bus::BusKind;
use crate::cli_error::{CliError, ExitKind};
use crate::config::ServerConfig;
use crate::server::{FileStorage, build_engine};

/// Conversations that are written to.
const CONVERSATIONS: usize = 8;

pub(super) const EXAMPLES: &str = "\
Examples:
  parlor bench
  parlor bench --seconds 30 --writers 64 --data /mnt/other-disk/parlor-data";

#[derive(Debug, clap::Args)]
pub(super) struct BenchArgs {
    /// How long to measure
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// How many write at once
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u64).range(1..=1024))]
    writers: u64,
}

/// Measures beside the data folder, on the same disk. The database of the data folder is not touched.
pub(super) fn run(settings: &ServerConfig, args: &BenchArgs) -> Result<Value, CliError> {
    let data = std::path::absolute(&settings.data)
        .map_err(|error| CliError::new(ExitKind::Usage, error.to_string()))?;
    let parent = data.parent().unwrap_or(&data);
    let folder = tempfile::Builder::new()
        .prefix(".parlor-bench-")
        .tempdir_in(parent)
        .map_err(|error| {
            CliError::new(
                ExitKind::Failed,
                format!("cannot write in {}: {error}", parent.display()),
            )
            .with_hint("name a data folder on a disk that you may write on with --data")
        })?;
    let mut options = settings.server_options(vec![0; 32].into())?;
    options.database = format!("sqlite:{}", folder.path().join("parlor.db").display());
    options.files = FileStorage::Folder(folder.path().join("files"));
    options.bus = BusKind::Local;
    let engine = Arc::new(build_engine(&options)?);
    let runtime = build_runtime()?;
    let length = Duration::from_secs(args.seconds);
    let mut waits = runtime.block_on(measure(&engine, length, args.writers))?;
    engine.close();
    waits.sort_unstable();
    let percentile = |percent: usize| {
        let index = (waits.len() * percent / 100).min(waits.len().saturating_sub(1));
        let wait = waits.get(index).copied().unwrap_or_default();
        (wait.as_secs_f64() * 100_000.0).round() / 100.0
    };
    Ok(json!({
        "seconds": args.seconds,
        "writers": args.writers,
        "messages": waits.len(),
        "messagesPerSecond": waits.len() as u64 / args.seconds,
        "p50Millis": percentile(50),
        "p99Millis": percentile(99),
    }))
}

/// Returns the time that each message took to be on the disk.
async fn measure(engine: &Arc<Engine>, length: Duration, writers: u64) -> Result<Vec<Duration>> {
    workspace::create(engine, "Bench", true).await?;
    let workspaces = workspace::list(engine).await?;
    let Some(first) = workspaces.first() else {
        return Ok(Vec::new());
    };
    let ctx = workspace::operator_context(engine, first);
    let mut keys = Vec::new();
    for _ in 0..CONVERSATIONS {
        let command = CreateConversation::new(ConversationKind::Group);
        let created = conversation::create(engine, &ctx, command).await?;
        keys.push(ConversationKey::Id(created.id));
    }
    let end = Instant::now() + length;
    let mut running = JoinSet::new();
    for (_, key) in (0..writers).zip(keys.iter().cycle()) {
        running.spawn(write(engine.clone(), ctx, *key, end));
    }
    let mut waits = Vec::new();
    while let Some(ended) = running.join_next().await {
        waits.extend(ended.map_err(parlor_model::Error::internal)??);
    }
    Ok(waits)
}

async fn write(
    engine: Arc<Engine>,
    ctx: Ctx,
    key: ConversationKey,
    end: Instant,
) -> Result<Vec<Duration>> {
    let mut waits = Vec::new();
    while Instant::now() < end {
        let begun = Instant::now();
        let text = "A message of about the length of what people write to each other.";
        let mut command = CreateMessage::new(key, None, MessageRole::User, text);
        command.requests_answer = false;
        message::create(&engine, &ctx, command).await?;
        waits.push(begun.elapsed());
    }
    Ok(waits)
}
