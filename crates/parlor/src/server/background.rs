//! Background work of a node: each runs until shutdown.

use std::sync::Arc;
use std::time::Duration;

use parlor_engine::Engine;
use parlor_engine::conversation::Remover;
use parlor_engine::delivery::Retention;
use parlor_engine::file::{FileFetcher, Upkeep};
use parlor_engine::search::Indexer;
use tokio::sync::watch;

/// Interval at which stored bytes that belong to no file are removed.
const FILE_UPKEEP_INTERVAL: Duration = Duration::from_secs(60 * 60);

/// Interval at which a node looks for deleted conversations to remove.
const REMOVAL_INTERVAL: Duration = Duration::from_secs(5);

/// Interval at which a node looks for files of messages to fetch, beside those of its own messages.
const FETCH_INTERVAL: Duration = Duration::from_secs(2);

/// Runs the search indexer until shutdown.
pub(super) async fn run_indexer(
    indexer: Indexer,
    engine: Arc<Engine>,
    mut stopped: watch::Receiver<bool>,
) {
    tokio::select! {
        () = indexer.run(&engine) => {}
        // A dropped sender also means shutdown.
        _ = stopped.wait_for(|stop| *stop) => {}
    }
}

/// Removes stored bytes that belong to no file, until shutdown.
pub(super) async fn run_file_upkeep(engine: Arc<Engine>, mut stopped: watch::Receiver<bool>) {
    tokio::select! {
        () = Upkeep { rest: FILE_UPKEEP_INTERVAL }.run(&engine) => {}
        // A dropped sender also means shutdown.
        _ = stopped.wait_for(|stop| *stop) => {}
    }
}

/// Removes what deleted conversations have left, until shutdown.
pub(super) async fn run_removal(engine: Arc<Engine>, mut stopped: watch::Receiver<bool>) {
    tokio::select! {
        () = Remover { idle_interval: REMOVAL_INTERVAL }.run(&engine) => {}
        // A dropped sender also means shutdown.
        _ = stopped.wait_for(|stop| *stop) => {}
    }
}

/// Fetches files of messages from their carriers, until shutdown.
pub(super) async fn run_fetches(engine: Arc<Engine>, mut stopped: watch::Receiver<bool>) {
    tokio::select! {
        () = FileFetcher { idle_interval: FETCH_INTERVAL }.run(&engine) => {}
        // A dropped sender also means shutdown.
        _ = stopped.wait_for(|stop| *stop) => {}
    }
}

/// Deletes old deliveries, until shutdown.
pub(super) async fn run_retention(
    retention: Retention,
    engine: Arc<Engine>,
    mut stopped: watch::Receiver<bool>,
) {
    tokio::select! {
        () = retention.run(&engine) => {}
        // A dropped sender also means shutdown.
        _ = stopped.wait_for(|stop| *stop) => {}
    }
}
