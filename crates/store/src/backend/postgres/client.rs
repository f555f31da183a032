//! Client that blocks its thread until the server has answered. Statements that do not depend on each other are sent
//! together, so that they take one round trip.

use futures_util::future::{join, join3, try_join_all};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, Row, Statement};

use super::connection::ConnectTarget;

/// Creates the runtime of one thread's connection.
///
/// # Errors
/// `Internal` if the system has no event queue left.
pub(super) fn new_runtime() -> parlor_model::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(parlor_model::Error::internal)
}

/// Open connection, driven by the runtime of its thread.
pub(super) struct BlockingClient {
    client: Client,
    /// Task that exchanges messages with the server while this thread waits for an answer.
    connection: JoinHandle<()>,
}

/// Prepared statement and its parameters.
pub(super) type BoundStatement<'p> = (Statement, Vec<&'p (dyn ToSql + Sync)>);

/// Error of [`BlockingClient::pipeline`].
pub(super) enum PipelineError {
    /// A statement failed, or the text before them.
    Statement(Error),
    /// The text after the statements failed.
    End(Error),
}

impl PipelineError {
    pub(super) fn into_inner(self) -> Error {
        match self {
            Self::Statement(error) | Self::End(error) => error,
        }
    }
}

impl BlockingClient {
    /// Connects, with the time limits of the target's bounds.
    pub(super) fn connect_bounded(
        runtime: &Runtime,
        target: &ConnectTarget,
    ) -> Result<Self, Error> {
        let client = Self::connect(runtime, target)?;
        client.batch_execute(runtime, &target.bounds_text())?;
        Ok(client)
    }

    /// Connects without time limits of statements, for migrations.
    pub(super) fn connect(runtime: &Runtime, target: &ConnectTarget) -> Result<Self, Error> {
        let (client, connection) = runtime.block_on(target.config.connect(target.tls.clone()))?;
        let connection = runtime.spawn(async move {
            if let Err(error) = connection.await {
                // The statement that waits for an answer reports it.
                tracing::debug!(
                    is_closed = error.is_closed(),
                    "a connection to the database has ended"
                );
            }
        });
        Ok(Self { client, connection })
    }

    /// Returns the client for calls that are awaited on the runtime of the connection.
    pub(super) fn inner(&mut self) -> &mut Client {
        &mut self.client
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Runs statements without parameters and rows.
    pub(super) fn batch_execute(&self, runtime: &Runtime, text: &str) -> Result<(), Error> {
        runtime.block_on(self.client.batch_execute(text))
    }

    pub(super) fn prepare(&self, runtime: &Runtime, text: &str) -> Result<Statement, Error> {
        runtime.block_on(self.client.prepare(text))
    }

    /// Runs a statement and returns the number of its rows. `before` is a text without parameters that is sent before
    /// it, in the same round trip.
    pub(super) fn execute(
        &self,
        runtime: &Runtime,
        before: Option<&str>,
        (statement, params): &BoundStatement<'_>,
    ) -> Result<u64, Error> {
        runtime.block_on(async {
            let execute = self.client.execute(statement, params);
            let (before, executed) = join(self.run_text(before), execute).await;
            before.and(executed)
        })
    }

    /// Runs statements in one round trip and returns the rows of each. `before` and `after` are texts without parameters
    /// that are sent before and after them.
    pub(super) fn pipeline(
        &self,
        runtime: &Runtime,
        before: Option<&str>,
        statements: &[BoundStatement<'_>],
        after: Option<&str>,
    ) -> Result<Vec<Vec<Row>>, PipelineError> {
        runtime.block_on(async {
            let queries = statements
                .iter()
                .map(|(statement, params)| self.client.query(statement, params));
            // Each is sent when it is first polled: in this order.
            let (before, rows, after) = join3(
                self.run_text(before),
                try_join_all(queries),
                self.run_text(after),
            )
            .await;
            let rows = before.and(rows).map_err(PipelineError::Statement)?;
            after.map_err(PipelineError::End)?;
            Ok(rows)
        })
    }

    async fn run_text(&self, text: Option<&str>) -> Result<(), Error> {
        match text {
            Some(text) => self.client.batch_execute(text).await,
            None => Ok(()),
        }
    }
}

impl Drop for BlockingClient {
    fn drop(&mut self) {
        self.connection.abort();
    }
}
