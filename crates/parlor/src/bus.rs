//! How nodes reach each other.

use std::sync::Arc;

use parlor_bus::{Bus, LocalBus, PostgresBus};
use parlor_model::Result;
use parlor_store::ConnectTarget;
use uuid::Uuid;

use crate::server::ServerOptions;

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BusKind {
    /// There is no other node.
    Local,
    /// By notifications of the PostgreSQL server that is the database.
    Postgres,
}

/// The bus of a server with these options.
pub(crate) fn open(options: &ServerOptions) -> Result<Arc<dyn Bus>> {
    match options.bus {
        BusKind::Local => Ok(Arc::<LocalBus>::default()),
        BusKind::Postgres => {
            let target = ConnectTarget::parse(&options.database, options.queue_bounds)?;
            let mut node = [0; 16];
            options.random.fill(&mut node);
            let bus = PostgresBus::start(target.config, target.tls, Uuid::from_bytes(node))?;
            Ok(Arc::new(bus))
        }
    }
}
