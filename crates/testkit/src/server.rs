//! A whole server in a test.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use parlor::bus::BusKind;
use parlor::edge::Origins;
use parlor::server::{FilePlace, MetricsAccess, Options, Server, engine};
use parlor::system::SystemRandom;
use parlor_engine::Engine;
use parlor_engine::outbound::Outbound;
use parlor_gateway::socket::Pace;
use parlor_model::member::MemberRef;
use tempfile::TempDir;

use crate::clock::TurnedClock;
use crate::journal::Journal;
use crate::{Backend, Request, Tenant};

/// The issuer of a test server's tokens unless a test chooses another.
pub const ISSUER: &str = "parlor.test";

/// How long a test server's search index rests.
const SEARCH_INTERVAL: Duration = Duration::from_millis(200);

/// A server on a free port of the loopback, with two tenants. Stops with the value.
pub struct TestServer {
    /// Where it is reached, without a trailing slash.
    pub url: String,
    /// The first tenant.
    pub a: Tenant,
    /// The second one, who must never see anything of the first.
    pub b: Tenant,
    /// The product behind it.
    pub engine: Arc<Engine>,
    /// Its clock.
    pub clock: Arc<TurnedClock>,
    /// The database it runs on.
    pub backend: Backend,
    options: Options,
    outbound: Option<Arc<dyn Outbound>>,
    running: Option<Server>,
    client: reqwest::Client,
    journal: Journal,
    // Dropped last: the database goes when nothing uses it any more.
    folder: TempDir,
    database: Option<parlor_cluster::Database>,
}

impl TestServer {
    /// A server with the default options.
    pub async fn start(backend: Backend) -> Self {
        Self::start_with(backend, |_| {}).await
    }

    /// A server whose options a test has changed.
    pub async fn start_with(backend: Backend, change: impl FnOnce(&mut Options)) -> Self {
        Self::open(backend, change, None).await
    }

    /// A server with a way out, which by default it has not.
    pub async fn start_reaching(backend: Backend, outbound: Arc<dyn Outbound>) -> Self {
        Self::open(backend, |_| {}, Some(outbound)).await
    }

    async fn open(
        backend: Backend,
        change: impl FnOnce(&mut Options),
        outbound: Option<Arc<dyn Outbound>>,
    ) -> Self {
        let journal = Journal::shared();
        let folder = tempfile::tempdir().unwrap();
        let (database, url) = match backend {
            Backend::Sqlite => (
                None,
                format!("sqlite:{}", folder.path().join("parlor.db").display()),
            ),
            Backend::Postgres => {
                let database = tokio::task::spawn_blocking(parlor_cluster::fresh_database)
                    .await
                    .unwrap();
                let url = database.url().to_owned();
                (Some(database), url)
            }
        };
        let clock = Arc::new(TurnedClock::default());
        let mut options = Options {
            pace: Pace::default(),
            metrics: MetricsAccess::Local,
            public_url: None,
            database: url,
            connections: 4,
            bus: match backend {
                Backend::Sqlite => BusKind::Memory,
                Backend::Postgres => BusKind::Postgres,
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
                Backend::Sqlite => FilePlace::Folder(folder.path().join("files")),
                Backend::Postgres => FilePlace::Database,
            },
            file_limit: 25 << 20,
            bounds: parlor::server::Bounds::default(),
            search_interval: SEARCH_INTERVAL,
            origins: Origins::Any,
            engine: parlor_engine::Settings::default(),
            dialects: serde_json::Map::new(),
            disabled: Vec::new(),
        };
        change(&mut options);
        let running = launch(&options, outbound.clone()).await;
        let engine = running.engine.clone();
        let a = Tenant::create(&engine, &options.issuer, "Tenant A").await;
        let b = Tenant::create(&engine, &options.issuer, "Tenant B").await;
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(60))
            .build()
            .unwrap();
        Self {
            url: running.url.clone(),
            a,
            b,
            engine,
            clock,
            backend,
            options,
            outbound,
            running: Some(running),
            client,
            journal,
            folder,
            database,
        }
    }

    /// Where its data are, as the setting `database` has it.
    pub fn database(&self) -> &str {
        &self.options.database
    }

    /// How many contents of files have bytes, in the folder or in the database, whatever refers to them.
    pub fn kept_contents(&self) -> usize {
        match &self.database {
            Some(database) => {
                let query = "select count(distinct location) from file_chunk";
                usize::try_from(database.count(query)).unwrap()
            }
            None => count_files(&self.folder.path().join("files")),
        }
    }

    /// Stops the server and starts another one on the same data; the address changes.
    pub async fn restart(&mut self) {
        self.stop().await;
        let running = launch(&self.options, self.outbound.clone()).await;
        self.url.clone_from(&running.url);
        self.engine = running.engine.clone();
        self.a = self.a.moved(&self.engine);
        self.b = self.b.moved(&self.engine);
        self.running = Some(running);
    }

    /// One more server on the same database, as another node of a PostgreSQL database is: what either changes, the other
    /// has to find out.
    pub async fn another_node(&self) -> Node {
        Node {
            running: launch(&self.options, self.outbound.clone()).await,
            client: self.client.clone(),
        }
    }

    /// Ends the connections by which the nodes on this PostgreSQL database reach each other; each makes another.
    pub fn break_bus(&self) {
        let database = self.database.as_ref().expect("only PostgreSQL has them");
        database.execute(&format!(
            "select pg_terminate_backend(pid) from pg_stat_activity
                where application_name = '{}' and datname = current_database()",
            parlor_bus::Postgres::APPLICATION
        ));
    }

    /// Stops the server; its data stays until the value goes.
    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop().await;
        }
    }

    /// What its requests are made with, for those that are made elsewhere.
    pub fn client(&self) -> reqwest::Client {
        self.client.clone()
    }

    /// A request to a path of the server.
    pub fn request(&self, method: Method, path: &str) -> Request {
        Request::new(&self.client, method, format!("{}{path}", self.url))
    }
    /// A GET.
    pub fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }
    /// A POST.
    pub fn post(&self, path: &str) -> Request {
        self.request(Method::POST, path)
    }
    /// A PUT.
    pub fn put(&self, path: &str) -> Request {
        self.request(Method::PUT, path)
    }
    /// A PATCH.
    pub fn patch(&self, path: &str) -> Request {
        self.request(Method::PATCH, path)
    }
    /// A DELETE.
    pub fn delete(&self, path: &str) -> Request {
        self.request(Method::DELETE, path)
    }

    /// Everything the servers of this process have logged.
    pub fn logs(&self) -> String {
        self.journal.text()
    }

    /// One more tenant, for a test that wants a workspace nobody else has touched.
    pub async fn tenant(&self, name: &str) -> Tenant {
        Tenant::create(&self.engine, &self.options.issuer, name).await
    }

    /// A person of tenant A with a member token for an hour.
    pub async fn signed_in(
        &self,
        name: &str,
        role: Option<parlor_model::access::Role>,
        scopes: &str,
    ) -> (MemberRef, String) {
        let member = self.a.person(name, role, scopes).await;
        let token = self.a.sign_in(&member).await;
        (member, token)
    }
}

/// Another server on a test server's database. Stops with the value, which must go before the test server does.
pub struct Node {
    running: Server,
    client: reqwest::Client,
}

impl Node {
    /// Where it is reached, without a trailing slash.
    pub fn url(&self) -> &str {
        &self.running.url
    }

    /// A request to a path of this node.
    pub fn request(&self, method: Method, path: &str) -> Request {
        Request::new(&self.client, method, format!("{}{path}", self.running.url))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.running.engine.close();
    }
}

async fn launch(options: &Options, outbound: Option<Arc<dyn Outbound>>) -> Server {
    let opening = options.clone();
    let engine = tokio::task::spawn_blocking(move || engine(&opening))
        .await
        .unwrap()
        .unwrap();
    let engine = match outbound {
        None => engine,
        Some(outbound) => engine.with_outbound(outbound),
    };
    let address = ([127, 0, 0, 1], 0).into();
    Server::start(options, address, Arc::new(engine))
        .await
        .unwrap()
}

impl Drop for TestServer {
    fn drop(&mut self) {
        // The backend's threads end here even when a test has panicked; closing waits for them.
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
