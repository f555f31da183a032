//! Message bus between the nodes of one database.

use std::path::PathBuf;
use std::sync::Arc;

use parlor_bus::{Bus, LocalBus, NatsBus, NatsOptions, PostgresBus};
use parlor_engine::vault::Vault;
use parlor_model::Result;
use parlor_model::redacted::Redacted;
use parlor_model::time::RandomSource;
use parlor_store::{Bounds, ConnectTarget};
use uuid::Uuid;

/// Transport of the bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BusKind {
    /// In memory; for a single node.
    Local,
    /// `LISTEN`/`NOTIFY` of the PostgreSQL server that holds the database.
    Postgres,
    /// A NATS server or cluster.
    Nats(NatsSettings),
}

/// How a NATS server is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NatsSettings {
    /// Addresses, separated by commas. They may have passwords.
    pub servers: Redacted<String>,
    /// File with a user's JWT and seed.
    pub credentials_file: Option<PathBuf>,
    /// File with certificates of authorities, in PEM.
    pub certificates_file: Option<PathBuf>,
    /// Subject of all messages. Without it one that is derived of the master key, which all nodes of a database share.
    pub subject: Option<String>,
}

/// Starts the bus of a node. `database` and `bounds` are used for [`BusKind::Postgres`] only, and `vault` for
/// [`BusKind::Nats`].
///
/// # Errors
/// `Internal` if a server's address is none or the bus cannot be started.
pub(crate) fn open(
    kind: &BusKind,
    (database, bounds): (&str, Bounds),
    vault: &Vault,
    random: &dyn RandomSource,
) -> Result<Arc<dyn Bus>> {
    let mut node = [0; 16];
    random.fill(&mut node);
    let node = Uuid::from_bytes(node);
    match kind {
        BusKind::Local => Ok(Arc::<LocalBus>::default()),
        BusKind::Postgres => {
            let target = ConnectTarget::parse(database, bounds)?;
            let bus = PostgresBus::start(target.config, target.tls, node)?;
            Ok(Arc::new(bus))
        }
        BusKind::Nats(settings) => {
            let subject = settings.subject.clone();
            let subject = subject.unwrap_or_else(|| default_subject(vault));
            let mut options = NatsOptions::parse(&settings.servers.0, subject)?;
            options.credentials_file = settings.credentials_file.clone();
            options.certificates_file = settings.certificates_file.clone();
            Ok(Arc::new(NatsBus::start(options, node)?))
        }
    }
}

/// Derives a subject that no server with another master key uses.
fn default_subject(vault: &Vault) -> String {
    let hash = vault.hash("subject of the bus");
    let (half, _) = hash.split_at(16);
    let digits: String = half.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("parlor.{digits}")
}
