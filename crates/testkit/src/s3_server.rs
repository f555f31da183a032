//! A server with the API of S3, which the set-up installs.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parlor::server::FileStorage;
use parlor_files::{S3Location, S3Section, S3Settings};
use tokio::process::{Child, Command};

use crate::FaultProxy;

/// Time in which the program must accept connections on a busy machine.
const START_TIMEOUT: Duration = Duration::from_secs(60);
const BUCKET: &str = "parlor-test";

/// A bucket of a server of its own, behind a proxy that can refuse connections. Drop ends the server.
pub struct TestBucket {
    /// Between the store and its clients.
    pub proxy: FaultProxy,
    url: String,
    prefixes: AtomicUsize,
    _child: Child,
}

impl TestBucket {
    /// Starts the server and creates the bucket.
    ///
    /// # Panics
    /// If the program is missing or does not start.
    pub async fn start() -> Self {
        let python = installed("PARLOR_TEST_MOTO", "moto/bin/python3");
        let port = free_port().await;
        let child = Command::new(python)
            .args([
                "-m",
                "moto.server",
                "-H",
                "127.0.0.1",
                "-p",
                &port.to_string(),
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let url = format!("http://127.0.0.1:{port}");
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let create = async {
            let bucket = format!("{url}/{BUCKET}");
            while client.put(&bucket).send().await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let created = tokio::time::timeout(START_TIMEOUT, create).await;
        created.expect("the server with the API of S3 does not start");
        Self {
            proxy: FaultProxy::start(&url).await,
            url,
            prefixes: AtomicUsize::new(0),
            _child: child,
        }
    }

    /// Returns the address of the store itself.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the storage of a server that has nothing stored yet: an unused prefix of the bucket.
    pub fn unused_storage(&self, uploads: &Path) -> FileStorage {
        let number = self.prefixes.fetch_add(1, Ordering::Relaxed);
        FileStorage::Bucket {
            settings: self.settings(&format!("servers/{number}")),
            uploads: uploads.to_owned(),
        }
    }

    /// Returns the settings of a prefix of the bucket.
    pub fn settings(&self, prefix: &str) -> S3Settings {
        S3Settings {
            location: S3Location {
                bucket: BUCKET.to_owned(),
                prefix: prefix.to_owned(),
            },
            section: S3Section {
                endpoint: Some(self.proxy.url.clone()),
                region: "eu-central-1".to_owned(),
                path_style: Some(true),
                access_key_id: "testing".to_owned(),
                secret_access_key: Some("a secret".into()),
                secret_access_key_file: None,
            },
        }
    }
}

/// Counts the objects of a prefix.
///
/// # Panics
/// If the store cannot be reached, or outside of a runtime with several threads.
pub(crate) fn count_objects(settings: &S3Settings) -> usize {
    let endpoint = settings.section.endpoint.as_deref().unwrap();
    let S3Location { bucket, prefix } = &settings.location;
    let url = format!("{endpoint}/{bucket}?list-type=2&prefix={prefix}/");
    let list = async {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.get(url).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer.text().await.unwrap()
    };
    let list = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(list));
    list.matches("<Key>").count()
}

/// Returns what the set-up installed, or fails with the command that installs it.
fn installed(variable: &str, below: &str) -> PathBuf {
    let configured = std::env::var_os(variable).map(PathBuf::from);
    let path = configured.unwrap_or_else(|| {
        let own = std::env::current_exe().unwrap();
        own.ancestors().nth(3).unwrap().join("xtask").join(below)
    });
    assert!(
        path.exists(),
        "{} is missing: run `cargo xtask setup`, which installs what tests need",
        path.display()
    );
    path
}

async fn free_port() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}
