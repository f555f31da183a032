//! Message bus between the nodes of one database.

use std::sync::Arc;

use parlor_bus::{Bus, LocalBus, PostgresBus};
use parlor_model::Result;
use parlor_model::time::RandomSource;
use parlor_store::{Bounds, ConnectTarget};
use uuid::Uuid;

/// Transport of the bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BusKind {
    /// In memory; for a single node.
    Local,
    /// `LISTEN`/`NOTIFY` of the PostgreSQL server that holds the database.
    Postgres,
}

/// Starts the bus of a node. `database` and `bounds` are used for [`BusKind::Postgres`] only.
pub(crate) fn open(
    kind: BusKind,
    database: &str,
    bounds: Bounds,
    random: &dyn RandomSource,
) -> Result<Arc<dyn Bus>> {
    match kind {
        BusKind::Local => Ok(Arc::<LocalBus>::default()),
        BusKind::Postgres => {
            let target = ConnectTarget::parse(database, bounds)?;
            let mut node = [0; 16];
            random.fill(&mut node);
            let bus = PostgresBus::start(target.config, target.tls, Uuid::from_bytes(node))?;
            Ok(Arc::new(bus))
        }
    }
}
