//! Lazily opened connection with its prepared statements.

use std::collections::HashMap;
use std::sync::Arc;

use postgres::{Client, Statement};

use super::connection::ConnectTarget;
use crate::SqlStatement;
use crate::sql::{message, scan};

pub(super) struct CachedConnection {
    target: Arc<ConnectTarget>,
    open: Option<OpenConnection>,
}

struct OpenConnection {
    client: Client,
    prepared: HashMap<&'static str, Statement>,
}

impl CachedConnection {
    pub(super) fn new(target: Arc<ConnectTarget>) -> Self {
        Self { target, open: None }
    }

    /// Returns the open connection, or opens one.
    pub(super) fn client(&mut self) -> Result<&mut Client, postgres::Error> {
        self.ensure_open().map(|open| &mut open.client)
    }

    /// Returns the connection and a statement prepared on it.
    pub(super) fn prepare(
        &mut self,
        statement: &'static SqlStatement,
    ) -> Result<(&mut Client, Statement), postgres::Error> {
        let open = self.ensure_open()?;
        let prepared = match open.prepared.get(statement.name) {
            Some(prepared) => prepared.clone(),
            None => {
                let prepared = open.client.prepare(postgres_sql(statement))?;
                open.prepared.insert(statement.name, prepared.clone());
                prepared
            }
        };
        Ok((&mut open.client, prepared))
    }

    /// Drops the connection; the next use opens another.
    pub(super) fn discard(&mut self) {
        self.open = None;
    }

    fn ensure_open(&mut self) -> Result<&mut OpenConnection, postgres::Error> {
        if self
            .open
            .as_ref()
            .is_some_and(|open| open.client.is_closed())
        {
            self.open = None;
        }
        match &mut self.open {
            Some(open) => Ok(open),
            none => Ok(none.insert(OpenConnection {
                client: self.target.connect()?,
                prepared: HashMap::new(),
            })),
        }
    }
}

fn postgres_sql(statement: &'static SqlStatement) -> &'static str {
    statement.postgres.get_or_init(|| {
        message::POSTGRES
            .iter()
            .chain(scan::POSTGRES)
            .find(|(own, _)| own.name == statement.name)
            .map_or(statement.text, |(_, text)| text)
            .to_owned()
    })
}
