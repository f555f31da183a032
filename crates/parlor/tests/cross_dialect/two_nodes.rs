//! Two nodes on one PostgreSQL database with a bus between them that a test can break.

use std::time::Duration;

use http::Method;
use parlor::bus::{BusKind, NatsSettings};
use parlor_model::redacted::Redacted;
use parlor_testkit::tokio::{self, sync::Mutex, time::interval};
use parlor_testkit::{NatsServer, TestBackend, TestNode, TestRequest, TestServer, echo_provider};
use serde_json::json;

/// Interval at which a node publishes until another one receives it.
const PROBE_INTERVAL: Duration = Duration::from_millis(100);

/// The bus of two nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TestBus {
    Postgres,
    Nats,
}

impl TestBus {
    pub(crate) const ALL: [Self; 2] = [Self::Postgres, Self::Nats];
}

/// Returns the settings of a NATS server without a password, at this address.
pub(crate) fn nats_settings(servers: String) -> NatsSettings {
    NatsSettings {
        servers: Redacted(servers),
        credentials_file: None,
        certificates_file: None,
        subject: None,
    }
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
        let nodes = match bus {
            TestBus::Postgres => Self::start_nodes(None, BusKind::Postgres).await,
            TestBus::Nats => {
                let nats = NatsServer::start(&[]);
                let settings = nats_settings(nats.url());
                Self::start_nodes(Some(nats), BusKind::Nats(settings)).await
            }
        };
        nodes.wait_until_connected().await;
        nodes
    }

    /// Starts nodes whose bus is a NATS server with these settings.
    pub(crate) async fn start_with_nats(nats: NatsServer, settings: NatsSettings) -> Self {
        Self::start_nodes(Some(nats), BusKind::Nats(settings)).await
    }

    async fn start_nodes(nats: Option<NatsServer>, bus: BusKind) -> Self {
        let server = TestServer::start_with(TestBackend::Postgres, |options| {
            options.assistant.provider = Some(echo_provider());
            options.bus = bus;
        });
        let server = server.await;
        Self {
            node: server.start_node().await,
            server,
            nats: nats.map(Mutex::new),
        }
    }

    /// Waits until each node receives what the other publishes, which is not stored.
    async fn wait_until_connected(&self) {
        let ends = [
            (self.server.url.as_str(), self.node.url()),
            (self.node.url(), self.server.url.as_str()),
        ];
        for (from, to) in ends {
            let request = |node: &str, verb: &str| {
                let url = format!("{node}/api/v1/channel/connected-0123456789/{verb}");
                TestRequest::to(&self.server.client(), Method::POST, url).bearer(&self.server.a.key)
            };
            let mut lines = request(to, "subscribe")
                .json(&json!({}))
                .send_streaming()
                .await;
            let publishing = async {
                let mut ticks = interval(PROBE_INTERVAL);
                loop {
                    ticks.tick().await;
                    let publish = request(from, "publish").json(&json!({ "message": {} }));
                    publish.send().await.expect(200);
                }
            };
            tokio::select! {
                chunk = lines.chunk() => drop(chunk.unwrap().unwrap()),
                () = publishing => {}
            }
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
