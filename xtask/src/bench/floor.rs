//! The floors: the plainest servers that do the same physical work as ours, and nothing else.

use std::path::PathBuf;

use anyhow::Result;
use axum::Router;
use axum::serve::ListenerExt;

mod create;
mod export;
mod history;
mod http;
mod message;
mod page;
mod raw;
mod room;
mod row;
mod schema;
pub(super) mod spell;
mod writer;

pub(super) use schema::fresh;

/// Which floor, and where.
#[derive(clap::Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(clap::Subcommand)]
enum Kind {
    /// JSON in, an id, JSON out; stores nothing.
    Http {
        #[arg(long)]
        listen: String,
    },
    /// A room of WebSockets; what one says goes to all.
    Room {
        #[arg(long)]
        listen: String,
    },
    /// The same on bare sockets.
    Raw {
        #[arg(long)]
        listen: String,
    },
    /// Durable creates into a fresh database with the repository's own schema.
    Create {
        #[arg(long)]
        listen: String,
        #[arg(long)]
        database: PathBuf,
    },
    /// Durable messages into the conversations of an existing database.
    Message {
        #[arg(long)]
        listen: String,
        #[arg(long)]
        database: PathBuf,
    },
    /// Pages and exports of spaces, and pages of messages, from an existing database.
    Read {
        #[arg(long)]
        listen: String,
        #[arg(long)]
        database: PathBuf,
    },
}

/// Serves until it is ended.
pub(crate) fn floor(options: &Options) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (listen, router) = match &options.kind {
        Kind::Raw { listen } => return Ok(runtime.block_on(raw::serve(listen))?),
        Kind::Room { listen } => (listen, room::router()),
        Kind::Http { listen } => (listen, http::router()),
        Kind::Create { listen, database } => (listen, create::router(database)?),
        Kind::Message { listen, database } => (listen, message::router(database)?),
        Kind::Read { listen, database } => (
            listen,
            page::router(database)?
                .merge(export::router(database))
                .merge(history::router(database)?),
        ),
    };
    runtime.block_on(serve(listen, router))
}

async fn serve(listen: &str, router: Router) -> Result<()> {
    let listener = tokio::net::TcpListener::bind(listen)
        .await?
        .tap_io(|socket| {
            let _ = socket.set_nodelay(true);
        });
    axum::serve(listener, router).await?;
    Ok(())
}
