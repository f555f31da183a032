//! Complete servers for tests.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::Method;
use parlor::bus::BusKind;
use parlor::middleware::AllowedOrigins;
use parlor::server::{FileStorage, MetricsAccess, Server, ServerOptions, build_engine};
use parlor::system::SystemRandom;
use parlor_assistant::TurnLimits;
use parlor_assistant::provider::{ProviderKind, ProviderSettings};
use parlor_assistant::registry::ServerAssistantSettings;
use parlor_channels::CarrierSettings;
use parlor_channels::webhook::WebhookSettings;
use parlor_engine::Engine;
use parlor_engine::outbound::Carrier;
use parlor_gateway::ConnectionTimeouts;
use parlor_model::member::MemberRef;
use tempfile::TempDir;

mod restart;

use crate::clock::ManualClock;
use crate::log_capture::LogCapture;
use crate::{TestBackend, TestRequest, TestTenant, s3_server};

/// Default issuer of a test server's tokens.
pub const ISSUER: &str = "parlor.test";

/// Polling interval of a test server's search indexer.
const SEARCH_INTERVAL: Duration = Duration::from_millis(200);
/// Maximum wait of a test's own connection for the server's writes.
const SQLITE_BUSY_TIMEOUT: Duration = Duration::from_secs(20);

/// Server on a free loopback port, with two tenants. Drop stops it.
pub struct TestServer {
    /// URL without a trailing slash.
    pub url: String,
    /// First tenant.
    pub a: TestTenant,
    /// Second tenant, for isolation tests.
    pub b: TestTenant,
    /// Engine of the server.
    pub engine: Arc<Engine>,
    /// Clock of the server.
    pub clock: Arc<ManualClock>,
    /// Database backend of the server.
    pub backend: TestBackend,
    options: ServerOptions,
    outbound: Option<Arc<dyn Carrier>>,
    /// Second node, dropped before the first one.
    second: Option<TestNode>,
    node_choices: AtomicU64,
    server: Option<Server>,
    client: reqwest::Client,
    log_capture: LogCapture,
    // Dropped last, after everything that uses the database.
    folder: TempDir,
    database: Option<parlor_test_postgres::TestDatabase>,
}

/// Returns the settings of assistants that repeat what a person says.
pub fn echo_provider() -> ProviderSettings {
    ProviderSettings::new(ProviderKind::Echo)
}

/// Returns where a server listens, whatever it is told of a proxy before it.
fn local_url(server: &Server) -> String {
    format!("http://{}", server.address)
}

impl TestServer {
    /// Starts a server with the default options.
    pub async fn start(backend: TestBackend) -> Self {
        Self::start_with(backend, |_| {}).await
    }

    /// Starts a server with changed options.
    pub async fn start_with(backend: TestBackend, change: impl FnOnce(&mut ServerOptions)) -> Self {
        Self::open(backend, change, None).await
    }

    /// Starts a server whose assistants are `echo`: they repeat what a person says.
    pub async fn start_with_assistant(backend: TestBackend) -> Self {
        Self::start_with(backend, |options| {
            options.assistant.provider = Some(echo_provider());
        })
        .await
    }

    /// Starts a server like [`Self::start_with_assistant`] with other limits of turns.
    pub async fn start_with_turn_limits(
        backend: TestBackend,
        change: impl FnOnce(&mut TurnLimits),
    ) -> Self {
        Self::start_with(backend, |options| {
            options.assistant.provider = Some(echo_provider());
            change(&mut options.assistant.turns);
        })
        .await
    }

    /// Starts a server like [`Self::start_with_carriers`], whose assistants are `echo`.
    ///
    /// # Panics
    /// If the text is not such sections.
    pub async fn start_with_carriers_and_assistant(backend: TestBackend, sections: &str) -> Self {
        Self::start_with_carriers_and(backend, sections, |options| {
            options.assistant.provider = Some(echo_provider());
        })
        .await
    }

    /// Starts a server with carriers: the sections `[sms]`, `[voice]`, `[smtp]` and `[mail_in]` of a configuration file.
    ///
    /// # Panics
    /// If the text is not such sections.
    pub async fn start_with_carriers(backend: TestBackend, sections: &str) -> Self {
        Self::start_with_carriers_and(backend, sections, |_| {}).await
    }

    /// Starts a server like [`Self::start_with_carriers`] with other changed options.
    ///
    /// # Panics
    /// If the text is not such sections.
    pub async fn start_with_carriers_and(
        backend: TestBackend,
        sections: &str,
        change: impl FnOnce(&mut ServerOptions),
    ) -> Self {
        let carriers = toml::from_str(sections).unwrap();
        Self::start_with(backend, |options| {
            options.carriers = carriers;
            change(options);
        })
        .await
    }

    /// Starts two nodes on one PostgreSQL database. Each request goes to one of them, in a fixed pseudo-random order.
    pub async fn start_two_nodes() -> Self {
        let mut server = Self::start(TestBackend::Postgres).await;
        server.second = Some(server.start_node().await);
        server
    }

    /// Starts a server with an outbound carrier; there is none by default.
    pub async fn start_with_outbound(backend: TestBackend, outbound: Arc<dyn Carrier>) -> Self {
        Self::open(backend, |_| {}, Some(outbound)).await
    }

    async fn open(
        backend: TestBackend,
        change: impl FnOnce(&mut ServerOptions),
        outbound: Option<Arc<dyn Carrier>>,
    ) -> Self {
        let log_capture = LogCapture::shared();
        let folder = tempfile::tempdir().unwrap();
        let (database, url) = match backend {
            TestBackend::Sqlite => (
                None,
                format!("sqlite:{}", folder.path().join("parlor.db").display()),
            ),
            TestBackend::Postgres => {
                let database = tokio::task::spawn_blocking(parlor_test_postgres::create_database)
                    .await
                    .unwrap();
                let url = database.url().to_owned();
                (Some(database), url)
            }
        };
        let clock = Arc::new(ManualClock::default());
        let mut options = ServerOptions {
            timeouts: ConnectionTimeouts::default(),
            metrics_access: MetricsAccess::Local,
            public_url: None,
            database: url,
            max_connections: 4,
            bus: match backend {
                TestBackend::Sqlite => BusKind::Local,
                TestBackend::Postgres => BusKind::Postgres,
            },
            master_key: vec![7; 32].into(),
            clock: clock.clone(),
            random: Arc::new(SystemRandom),
            issuer: ISSUER.to_owned(),
            body_limit: 1 << 20,
            deadline: Duration::from_secs(30),
            write_timeout: Duration::from_secs(30),
            requests_per_minute: None,
            failed_credentials_per_minute: None,
            anonymous_requests_per_minute: None,
            trusted_proxies: Vec::new(),
            agent_server_networks: Vec::new(),
            files: match backend {
                TestBackend::Sqlite => FileStorage::Folder(folder.path().join("files")),
                TestBackend::Postgres => FileStorage::Database,
            },
            file_limit: 25 << 20,
            queue_bounds: parlor::server::Bounds::default(),
            search_interval: SEARCH_INTERVAL,
            allowed_origins: AllowedOrigins::Any,
            mcp: true,
            engine: parlor_engine::EngineSettings::default(),
            assistant: ServerAssistantSettings::default(),
            carriers: CarrierSettings::default(),
            webhooks: WebhookSettings::default(),
            console: true,
            dialect_settings: serde_json::Map::new(),
            disabled_dialects: Vec::new(),
        };
        change(&mut options);
        let server = start_server(&options, outbound.clone()).await;
        let engine = server.engine.clone();
        let a = TestTenant::create(&engine, &options.issuer, "Tenant A").await;
        let b = TestTenant::create(&engine, &options.issuer, "Tenant B").await;
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(60))
            .build()
            .unwrap();
        Self {
            second: None,
            node_choices: AtomicU64::new(0),
            url: local_url(&server),
            a,
            b,
            engine,
            clock,
            backend,
            options,
            outbound,
            server: Some(server),
            client,
            log_capture,
            folder,
            database,
        }
    }

    /// Returns the database URL.
    pub fn database(&self) -> &str {
        &self.options.database
    }

    /// Returns the number that a query of the database selects.
    pub fn count(&self, query: &str) -> i64 {
        match &self.database {
            Some(database) => database.count(query),
            None => {
                let file = self.folder.path().join("parlor.db");
                let connection = rusqlite::Connection::open(file).unwrap();
                connection.busy_timeout(SQLITE_BUSY_TIMEOUT).unwrap();
                connection.query_row(query, (), |row| row.get(0)).unwrap()
            }
        }
    }

    /// Runs statements outside of the server.
    pub fn execute(&self, statements: &str) {
        match &self.database {
            Some(database) => database.execute(statements),
            None => {
                let file = self.folder.path().join("parlor.db");
                let connection = rusqlite::Connection::open(file).unwrap();
                connection.busy_timeout(SQLITE_BUSY_TIMEOUT).unwrap();
                connection.execute_batch(statements).unwrap();
            }
        }
    }

    /// Counts the stored contents of files, wherever they are, referenced or not.
    pub fn kept_contents(&self) -> usize {
        match &self.options.files {
            FileStorage::Database => {
                let query = "select count(distinct location) from file_chunk";
                usize::try_from(self.count(query)).unwrap()
            }
            FileStorage::Folder(folder) => count_files(folder),
            FileStorage::Bucket { settings, uploads } => {
                count_files(uploads) + s3_server::count_objects(settings)
            }
        }
    }

    /// Starts another server on the same database, as a second node.
    pub async fn start_node(&self) -> TestNode {
        TestNode {
            server: start_server(&self.options, self.outbound.clone()).await,
            client: self.client.clone(),
        }
    }

    /// Terminates the bus connections of all nodes on this PostgreSQL database. The nodes reconnect.
    ///
    /// # Panics
    /// On SQLite.
    pub fn drop_bus_connections(&self) {
        let database = self.database.as_ref().expect("only PostgreSQL has them");
        database.execute(&format!(
            "select pg_terminate_backend(pid) from pg_stat_activity
                where application_name = '{}' and datname = current_database()",
            parlor_bus::PostgresBus::APPLICATION_NAME
        ));
    }

    /// Stops the server. Its data is kept until drop.
    pub async fn stop(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
    }

    /// Returns the HTTP client of the server's requests.
    pub fn client(&self) -> reqwest::Client {
        self.client.clone()
    }

    /// Builds a request to a path of the server.
    pub fn request(&self, method: Method, path: &str) -> TestRequest {
        TestRequest::new(&self.client, method, format!("{}{path}", self.any_url()))
    }

    /// Returns the URL of the server or, where there are two nodes, of one of them.
    pub fn any_url(&self) -> &str {
        match &self.second {
            Some(second) if self.chooses_second() => second.url(),
            _ => &self.url,
        }
    }

    fn chooses_second(&self) -> bool {
        let choice = self.node_choices.fetch_add(1, Ordering::Relaxed);
        // The high bit of a multiplicative hash: a fixed order without a pattern.
        choice.wrapping_mul(0x9e37_79b9_7f4a_7c15).leading_zeros() == 0
    }
    /// Builds a GET request.
    pub fn get(&self, path: &str) -> TestRequest {
        self.request(Method::GET, path)
    }
    /// Builds a POST request.
    pub fn post(&self, path: &str) -> TestRequest {
        self.request(Method::POST, path)
    }
    /// Builds a PUT request.
    pub fn put(&self, path: &str) -> TestRequest {
        self.request(Method::PUT, path)
    }
    /// Builds a PATCH request.
    pub fn patch(&self, path: &str) -> TestRequest {
        self.request(Method::PATCH, path)
    }
    /// Builds a DELETE request.
    pub fn delete(&self, path: &str) -> TestRequest {
        self.request(Method::DELETE, path)
    }

    /// Returns the log of all servers of this process.
    pub fn logs(&self) -> String {
        self.log_capture.text()
    }

    /// Creates another tenant, for a test that needs an unused workspace.
    pub async fn create_tenant(&self, name: &str) -> TestTenant {
        TestTenant::create(&self.engine, &self.options.issuer, name).await
    }

    /// Creates a person of tenant A and a member token that is valid for one hour.
    pub async fn create_signed_in_member(
        &self,
        name: &str,
        role: Option<parlor_model::access::WorkspaceRole>,
        scopes: &str,
    ) -> (MemberRef, String) {
        let member = self.a.create_person(name, role, scopes).await;
        let token = self.a.sign_in(&member).await;
        (member, token)
    }
}

/// Second server on a test server's database. Must be dropped before the test server.
pub struct TestNode {
    server: Server,
    client: reqwest::Client,
}

impl TestNode {
    /// Returns the URL without a trailing slash.
    pub fn url(&self) -> &str {
        &self.server.url
    }

    /// Returns the engine of this node.
    pub fn engine(&self) -> &Arc<Engine> {
        &self.server.engine
    }

    /// Builds a request to a path of this node.
    pub fn request(&self, method: Method, path: &str) -> TestRequest {
        TestRequest::new(&self.client, method, format!("{}{path}", self.server.url))
    }
}

impl Drop for TestNode {
    fn drop(&mut self) {
        self.server.engine.close();
    }
}

async fn start_server(options: &ServerOptions, outbound: Option<Arc<dyn Carrier>>) -> Server {
    let engine_options = options.clone();
    let engine = tokio::task::spawn_blocking(move || build_engine(&engine_options))
        .await
        .unwrap()
        .unwrap();
    let engine = match outbound {
        None => engine,
        Some(outbound) => engine.with_carrier(outbound),
    };
    let address = ([127, 0, 0, 1], 0).into();
    Server::start(options, address, Arc::new(engine))
        .await
        .unwrap()
}

impl Drop for TestServer {
    fn drop(&mut self) {
        // Closing waits for the backend's threads, also after a panic in the test.
        self.second = None;
        self.engine.close();
    }
}

fn count_files(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| if path.is_dir() { count_files(&path) } else { 1 })
        .sum()
}
