//! Baseline servers: minimal programs that do the same physical work as the server.

use std::path::PathBuf;

use anyhow::Result;
use axum::Router;
use axum::serve::ListenerExt;

mod create;
pub(super) mod encode;
mod export;
mod history;
mod http;
mod message;
mod page;
mod proxy;
mod raw_broadcast;
mod row;
mod schema;
mod websocket_broadcast;
mod writer;

pub(super) use schema::create_database;

/// Which floor, and where.
#[derive(clap::Args)]
pub(crate) struct BaselineArgs {
    #[command(subcommand)]
    kind: BaselineKind,
}

#[derive(clap::Subcommand)]
enum BaselineKind {
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
    /// Passes requests on to another server, and its responses back as they come.
    Proxy {
        #[arg(long)]
        listen: String,
        /// `host:port` of the other server.
        #[arg(long)]
        upstream: String,
    },
    /// Pages and exports of spaces, and pages of messages, from an existing database.
    Read {
        #[arg(long)]
        listen: String,
        #[arg(long)]
        database: PathBuf,
    },
}

/// Runs a baseline server until it is killed.
pub(crate) fn run_baseline(options: &BaselineArgs) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (listen, router) = match &options.kind {
        BaselineKind::Raw { listen } => return Ok(runtime.block_on(raw_broadcast::serve(listen))?),
        BaselineKind::Room { listen } => (listen, websocket_broadcast::router()),
        BaselineKind::Http { listen } => (listen, http::router()),
        BaselineKind::Proxy { listen, upstream } => (listen, proxy::router(upstream)?),
        BaselineKind::Create { listen, database } => (listen, create::router(database)?),
        BaselineKind::Message { listen, database } => (listen, message::router(database)?),
        BaselineKind::Read { listen, database } => (
            listen,
            page::router(database)?
                .merge(export::router(database))
                .merge(history::router(database)?),
        ),
    };
    runtime.block_on(serve_router(listen, router))
}

async fn serve_router(listen: &str, router: Router) -> Result<()> {
    let listener = tokio::net::TcpListener::bind(listen)
        .await?
        .tap_io(|socket| {
            let _ = socket.set_nodelay(true);
        });
    axum::serve(listener, router).await?;
    Ok(())
}
