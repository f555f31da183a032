//! Lazily opened connection with its prepared statements.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::runtime::Runtime;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row, Statement};

use super::client::{BlockingClient, PipelineError, new_runtime};
use super::connection::ConnectTarget;
use crate::SqlStatement;
use crate::sql::{message, scan};

/// Statement with its parameters.
pub(super) struct BoundQuery<'p> {
    pub(super) statement: &'static SqlStatement,
    pub(super) params: Vec<&'p (dyn ToSql + Sync)>,
}

/// Connection of one thread. Its calls block.
pub(super) struct CachedConnection {
    target: Arc<ConnectTarget>,
    runtime: Runtime,
    open: Option<OpenConnection>,
}

struct OpenConnection {
    client: BlockingClient,
    prepared: HashMap<&'static str, Statement>,
}

impl CachedConnection {
    /// Creates a closed connection.
    ///
    /// # Errors
    /// `Internal` if the system has no event queue left.
    pub(super) fn new(target: Arc<ConnectTarget>) -> parlor_model::Result<Self> {
        Ok(Self {
            target,
            runtime: new_runtime()?,
            open: None,
        })
    }

    /// Runs statements without parameters and rows.
    pub(super) fn batch_execute(&mut self, text: &str) -> Result<(), Error> {
        let (runtime, open) = self.ensure_open()?;
        open.client.batch_execute(runtime, text)
    }

    /// Prepares a statement, unless it is prepared on this connection.
    pub(super) fn prepare(&mut self, statement: &'static SqlStatement) -> Result<Statement, Error> {
        let (runtime, open) = self.ensure_open()?;
        if let Some(prepared) = open.prepared.get(statement.name) {
            return Ok(prepared.clone());
        }
        let prepared = open.client.prepare(runtime, postgres_sql(statement))?;
        open.prepared.insert(statement.name, prepared.clone());
        Ok(prepared)
    }

    /// Runs statements in one round trip and returns the rows of each. `before` and `after` are texts without parameters
    /// that are sent before and after them. Statements that are not yet prepared are prepared first.
    pub(super) fn pipeline(
        &mut self,
        before: Option<&str>,
        queries: &[BoundQuery<'_>],
        after: Option<&str>,
    ) -> Result<Vec<Vec<Row>>, PipelineError> {
        let bound = queries
            .iter()
            .map(|query| Ok((self.prepare(query.statement)?, query.params.clone())))
            .collect::<Result<Vec<_>, Error>>()
            .map_err(PipelineError::Statement)?;
        let (runtime, open) = self.ensure_open().map_err(PipelineError::Statement)?;
        open.client.pipeline(runtime, before, &bound, after)
    }

    /// Runs a statement and returns the number of its rows. `before` is a text without parameters that is sent before
    /// it, in the same round trip.
    pub(super) fn execute(
        &mut self,
        before: Option<&str>,
        query: &BoundQuery<'_>,
    ) -> Result<u64, Error> {
        let bound = (self.prepare(query.statement)?, query.params.clone());
        let (runtime, open) = self.ensure_open()?;
        open.client.execute(runtime, before, &bound)
    }

    /// Drops the connection; the next use opens another.
    pub(super) fn discard(&mut self) {
        self.open = None;
    }

    fn ensure_open(&mut self) -> Result<(&Runtime, &mut OpenConnection), Error> {
        if self
            .open
            .as_ref()
            .is_some_and(|open| open.client.is_closed())
        {
            self.open = None;
        }
        let open = match &mut self.open {
            Some(open) => open,
            none => none.insert(OpenConnection {
                client: BlockingClient::connect_bounded(&self.runtime, &self.target)?,
                prepared: HashMap::new(),
            }),
        };
        Ok((&self.runtime, open))
    }
}

pub(crate) fn postgres_sql(statement: &'static SqlStatement) -> &'static str {
    statement.postgres.get_or_init(|| {
        message::POSTGRES
            .iter()
            .chain(scan::POSTGRES)
            .find(|(own, _)| own.name == statement.name)
            .map_or(statement.text, |(_, text)| text)
            .to_owned()
    })
}
