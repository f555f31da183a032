//! Two nodes on one PostgreSQL database with a bus between them that a test can break.

use std::time::Duration;

use parlor::bus::{BusKind, NatsSettings};
use parlor_model::redacted::Redacted;
use parlor_testkit::tokio::sync::Mutex;
use parlor_testkit::{NatsServer, TestBackend, TestNode, TestServer, echo_provider};

/// The bus of two nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TestBus {
    Postgres,
    Nats,
}

impl TestBus {
    pub(crate) const ALL: [Self; 2] = [Self::Postgres, Self::Nats];
}

/// Two nodes. Their assistants are `echo`.
pub(crate) struct TwoNodes {
    // Dropped first: it uses the database of the server.
    pub(crate) node: TestNode,
    pub(crate) server: TestServer,
    nats: Option<Mutex<NatsServer>>,
}

impl TwoNodes {
    pub(crate) async fn start(bus: TestBus) -> Self {
        let nats = (bus == TestBus::Nats).then(|| NatsServer::start(&[]));
        let kind = nats.as_ref().map(|nats| {
            BusKind::Nats(NatsSettings {
                servers: Redacted(nats.url()),
                credentials_file: None,
                certificates_file: None,
                subject: None,
            })
        });
        let server = TestServer::start_with(TestBackend::Postgres, |options| {
            options.assistant.provider = Some(echo_provider());
            if let Some(kind) = kind {
                options.bus = kind;
            }
        });
        let server = server.await;
        Self {
            node: server.start_node().await,
            server,
            nats: nats.map(Mutex::new),
        }
    }

    /// Breaks the connections of both nodes, which they make again.
    pub(crate) fn break_bus(&self) {
        match &self.nats {
            None => self.server.drop_bus_connections(),
            // A restart that is under way is one too.
            Some(nats) => {
                if let Ok(mut nats) = nats.try_lock() {
                    nats.restart();
                }
            }
        }
    }

    /// Time between two breaks in which a node may have connected again.
    pub(crate) fn break_interval(&self) -> Duration {
        match &self.nats {
            None => Duration::from_millis(150),
            Some(_) => Duration::from_millis(400),
        }
    }
}
