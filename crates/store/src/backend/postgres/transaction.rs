//! Statements on one connection.

use std::error::Error as StdError;

use parlor_model::live::Growth;
use parlor_model::{Error, Result};
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Statement};
use uuid::Uuid;

use super::fault::{Fault, failed};
use super::session::Session;
use super::statement as own;
use crate::backend::went_on;
use crate::tables::Changes;
use crate::tx::EachUntil;
use crate::{Row, Stamp, Stamps, Stmt, Tx, Value};

pub(super) struct PostgresTx<'s> {
    session: &'s mut Session,
    stamps: &'s Stamps,
    /// Each statement is a transaction of its own, so one that lost its connection may simply be run again.
    alone: bool,
    /// What has gone wrong; a transaction takes no further statement then.
    pub(super) fault: Option<Fault>,
    /// The logs that grew in the transaction.
    pub(super) grown: Vec<Growth>,
    /// What its statements changed.
    pub(super) changes: Changes,
}

impl<'s> PostgresTx<'s> {
    /// For reading, a statement at a time.
    pub(super) fn reading(session: &'s mut Session, stamps: &'s Stamps) -> Self {
        Self {
            session,
            stamps,
            alone: true,
            fault: None,
            grown: Vec::new(),
            changes: Changes::default(),
        }
    }

    /// Within a transaction that has begun.
    pub(super) fn within(session: &'s mut Session, stamps: &'s Stamps) -> Self {
        Self {
            session,
            stamps,
            alone: false,
            fault: None,
            grown: Vec::new(),
            changes: Changes::default(),
        }
    }

    /// Runs a text that takes and gives nothing, within a transaction.
    fn command(&mut self, text: &str) -> Result<()> {
        let outcome = self
            .session
            .client()
            .and_then(|client| client.batch_execute(text));
        outcome.map_err(|error| {
            self.fault = Some(Fault::of(&error));
            failed("savepoint", &error)
        })
    }

    fn run<T>(
        &mut self,
        statement: &'static Stmt,
        work: impl Fn(&mut Client, &Statement) -> Result<T, postgres::Error>,
    ) -> Result<T> {
        if self.fault.is_some() && !self.alone {
            return Err(Error::internal("the transaction has failed before"));
        }
        let mut again = self.alone;
        loop {
            let outcome = self
                .session
                .prepared(statement)
                .and_then(|(client, prepared)| work(client, &prepared));
            let error = match outcome {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let fault = Fault::of(&error);
            if fault == Fault::Lost {
                self.session.lose();
                if std::mem::take(&mut again) {
                    continue;
                }
            }
            self.fault = Some(fault);
            return Err(failed(statement.name, &error));
        }
    }
}

fn refs<'v>(params: &'v [Value<'v>]) -> Result<Vec<&'v (dyn ToSql + Sync)>> {
    params
        .iter()
        .map(|value| {
            value.check()?;
            Ok(value as &(dyn ToSql + Sync))
        })
        .collect()
}

impl Tx for PostgresTx<'_> {
    fn query_until(
        &mut self,
        statement: &'static Stmt,
        params: &[Value<'_>],
        each: EachUntil<'_>,
    ) -> Result<()> {
        let values = refs(params)?;
        self.changes.note(statement, params);
        let rows = self.run(statement, |client, prepared| {
            client.query(prepared, &values)
        })?;
        for row in &rows {
            if each(&PostgresRow(row))?.is_break() {
                break;
            }
        }
        Ok(())
    }

    fn execute(&mut self, statement: &'static Stmt, params: &[Value<'_>]) -> Result<u64> {
        let values = refs(params)?;
        self.changes.note(statement, params);
        self.run(statement, |client, prepared| {
            client.execute(prepared, &values)
        })
    }

    fn check(&mut self, statement: &'static Stmt) -> Result<()> {
        self.run(statement, |_, _| Ok(()))
    }

    fn check_own(&mut self) -> Result<()> {
        own::ALL
            .iter()
            .try_for_each(|statement| self.check(statement))
    }

    fn stamp(&mut self) -> Stamp {
        self.stamps.next()
    }

    fn grew(&mut self, growth: Growth) {
        self.grown.push(growth);
    }

    fn nested(&mut self, work: &mut dyn FnMut(&mut dyn Tx) -> Result<()>) -> Result<Result<()>> {
        let told = self.grown.len();
        self.command("savepoint nested")?;
        let ended = work(self);
        // Another transaction may have been in the way of the statement that failed: the whole runs again.
        if self.fault.is_some() {
            return Err(ended.err().unwrap_or_else(went_on));
        }
        if ended.is_err() {
            self.command("rollback to savepoint nested")?;
            self.grown.truncate(told);
        }
        self.command("release savepoint nested")?;
        Ok(ended)
    }

    fn announce_insert(&mut self, ws: i64) -> Result<()> {
        self.execute(&own::LOCK_SHARED, &[Value::Int(ws)]).map(drop)
    }

    fn settle_inserts(&mut self, ws: i64) -> Result<()> {
        // A transaction of its own, so it is given back at once: whoever held it shared has ended by then.
        self.execute(&own::LOCK, &[Value::Int(ws)]).map(drop)
    }

    fn hold_head(&mut self, ws: i64, conversation: i64) -> Result<()> {
        let place = [Value::Int(ws), Value::Int(conversation)];
        self.query(&own::HOLD_HEAD, &place, &mut |_| Ok(()))
    }
}

struct PostgresRow<'r>(&'r postgres::Row);

macro_rules! column {
    ($name:ident, $type:ty) => {
        fn $name(&self, column: usize) -> Result<Option<$type>> {
            self.0
                .try_get(column)
                .map_err(|_| Error::internal(format_args!("column {column} has another type")))
        }
    };
}

impl Row for PostgresRow<'_> {
    column!(opt_int, i64);
    column!(opt_text, &str);
    column!(opt_bytes, &[u8]);
    column!(opt_uuid, Uuid);
    column!(opt_bool, bool);
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut postgres::types::private::BytesMut,
    ) -> std::result::Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Bool(flag) => flag.to_sql(kind, out),
            Self::Int(int) if *kind == Type::INT4 => i32::try_from(*int)?.to_sql(kind, out),
            Self::Int(int) => int.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Bytes(bytes) => bytes.to_sql(kind, out),
            Self::Id(bytes) => Uuid::from_bytes(**bytes).to_sql(kind, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
