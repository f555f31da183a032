//! Statements on one connection.

use std::collections::HashMap;
use std::error::Error as StdError;

use parlor_model::{Error, Result};
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Statement};
use uuid::Uuid;

use super::connection::failed;
use super::{schema, statement as own};
use crate::tx::Each;
use crate::{Row, Stamp, Stamps, Stmt, Tx, Value};

/// Statements this connection has prepared, by name.
pub(super) type Prepared = HashMap<&'static str, Statement>;

pub(super) struct PostgresTx<'c> {
    pub(super) client: &'c mut Client,
    pub(super) prepared: &'c mut Prepared,
    pub(super) stamps: &'c Stamps,
}

impl PostgresTx<'_> {
    fn prepare(&mut self, statement: &'static Stmt) -> Result<Statement> {
        if let Some(prepared) = self.prepared.get(statement.name) {
            return Ok(prepared.clone());
        }
        let prepared = self
            .client
            .prepare(local(statement))
            .map_err(|error| failed(statement.name, &error))?;
        self.prepared.insert(statement.name, prepared.clone());
        Ok(prepared)
    }
}

fn local(statement: &'static Stmt) -> &'static str {
    statement.local[1].get_or_init(|| {
        schema::OVERRIDES
            .iter()
            .find(|(name, _)| *name == statement.name)
            .map_or(statement.text, |(_, text)| text)
            .to_owned()
    })
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
    fn query(
        &mut self,
        statement: &'static Stmt,
        params: &[Value<'_>],
        each: Each<'_>,
    ) -> Result<()> {
        let prepared = self.prepare(statement)?;
        let rows = self
            .client
            .query(&prepared, &refs(params)?)
            .map_err(|error| failed(statement.name, &error))?;
        rows.iter().try_for_each(|row| each(&PostgresRow(row)))
    }

    fn execute(&mut self, statement: &'static Stmt, params: &[Value<'_>]) -> Result<u64> {
        let prepared = self.prepare(statement)?;
        self.client
            .execute(&prepared, &refs(params)?)
            .map_err(|error| failed(statement.name, &error))
    }

    fn check(&mut self, statement: &'static Stmt) -> Result<()> {
        self.prepare(statement).map(drop)
    }

    fn check_own(&mut self) -> Result<()> {
        own::ALL
            .iter()
            .try_for_each(|statement| self.prepare(statement).map(drop))
    }

    fn stamp(&mut self) -> Stamp {
        self.stamps.next()
    }

    fn announce_insert(&mut self, ws: i64) -> Result<()> {
        self.execute(&own::LOCK_SHARED, &[Value::Int(ws)]).map(drop)
    }

    fn settle_inserts(&mut self, ws: i64) -> Result<()> {
        // Taken and given back at once: whoever held it shared has ended by then.
        self.execute(&own::LOCK, &[Value::Int(ws)])?;
        self.execute(&own::UNLOCK, &[Value::Int(ws)]).map(drop)
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
