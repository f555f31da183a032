//! One connection, opened when it is needed, with the statements it has prepared.

use std::collections::HashMap;
use std::sync::Arc;

use postgres::{Client, Statement};

use super::connection::Target;
use crate::Stmt;
use crate::sql::{message, walk};

pub(super) struct Session {
    target: Arc<Target>,
    open: Option<Open>,
}

struct Open {
    client: Client,
    prepared: HashMap<&'static str, Statement>,
}

impl Session {
    pub(super) fn new(target: Arc<Target>) -> Self {
        Self { target, open: None }
    }

    /// The open connection, or a new one.
    pub(super) fn client(&mut self) -> Result<&mut Client, postgres::Error> {
        self.open().map(|open| &mut open.client)
    }

    /// The connection and a statement that it has prepared.
    pub(super) fn prepared(
        &mut self,
        statement: &'static Stmt,
    ) -> Result<(&mut Client, Statement), postgres::Error> {
        let open = self.open()?;
        let prepared = match open.prepared.get(statement.name) {
            Some(prepared) => prepared.clone(),
            None => {
                let prepared = open.client.prepare(local(statement))?;
                open.prepared.insert(statement.name, prepared.clone());
                prepared
            }
        };
        Ok((&mut open.client, prepared))
    }

    /// Gives the connection up; the next use opens another.
    pub(super) fn lose(&mut self) {
        self.open = None;
    }

    fn open(&mut self) -> Result<&mut Open, postgres::Error> {
        if self
            .open
            .as_ref()
            .is_some_and(|open| open.client.is_closed())
        {
            self.open = None;
        }
        match &mut self.open {
            Some(open) => Ok(open),
            none => Ok(none.insert(Open {
                client: self.target.connect()?,
                prepared: HashMap::new(),
            })),
        }
    }
}

fn local(statement: &'static Stmt) -> &'static str {
    statement.postgres.get_or_init(|| {
        message::POSTGRES
            .iter()
            .chain(walk::POSTGRES)
            .find(|(own, _)| own.name == statement.name)
            .map_or(statement.text, |(_, text)| text)
            .to_owned()
    })
}
