//! How nodes reach each other.

use std::sync::Arc;

use parlor_bus::{Bus, Memory, Postgres};
use parlor_model::Result;
use parlor_store::backend::postgres::Target;
use uuid::Uuid;

use crate::server::Options;

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BusKind {
    /// There is no other node.
    Memory,
    /// By notifications of the PostgreSQL server that is the database.
    Postgres,
}

/// The bus of a server with these options.
pub(crate) fn open(options: &Options) -> Result<Arc<dyn Bus>> {
    match options.bus {
        BusKind::Memory => Ok(Arc::<Memory>::default()),
        BusKind::Postgres => {
            let target = Target::parse(&options.database, options.bounds)?;
            let mut node = [0; 16];
            options.random.fill(&mut node);
            let bus = Postgres::start(target.config, target.tls, Uuid::from_bytes(node))?;
            Ok(Arc::new(bus))
        }
    }
}
