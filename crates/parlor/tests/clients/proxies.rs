//! The sample configurations of nginx and HAProxy in `deploy/`, with the real programs in front of two nodes: requests,
//! sockets and streams pass, and requests go on while a node stops.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use http::Method;
use parlor_testkit::tokio::net::TcpStream;
use parlor_testkit::tokio::time::{interval, timeout};
use parlor_testkit::{TestBackend, TestNode, TestRequest, TestServer, TestSocket, backend};
use serde_json::json;

const START_TIMEOUT: Duration = Duration::from_secs(30);
const TRY_INTERVAL: Duration = Duration::from_millis(20);
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(20);
/// Requests while a node stops.
const REQUESTS: usize = 60;

/// A proxy before two nodes, which ends with this value.
struct Proxy {
    process: Child,
    address: SocketAddr,
    url: String,
    _folder: tempfile::TempDir,
}

impl Proxy {
    async fn wait_until_listening(&self) {
        let mut ticks = interval(TRY_INTERVAL);
        let trying = async {
            while TcpStream::connect(self.address).await.is_err() {
                ticks.tick().await;
            }
        };
        timeout(START_TIMEOUT, trying).await.unwrap();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // The main process of nginx ends its workers when it is asked to, not when it is killed.
        let pid = self.process.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let _ = self.process.wait();
    }
}

/// Returns a sample in which the addresses of the nodes and the port are those of a test.
fn sample(file: &str, nodes: [&str; 2], port: (&str, &str)) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../deploy")
        .join(file);
    let mut text = std::fs::read_to_string(path).unwrap();
    for (from, to) in [
        ("127.0.0.1:8080", nodes[0]),
        ("127.0.0.1:8081", nodes[1]),
        port,
    ] {
        assert_eq!(text.matches(from).count(), 1, "{file}: {from}");
        text = text.replace(from, to);
    }
    text
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

/// Starts a program.
fn start(
    program: &str,
    arguments: &[&str],
    address: SocketAddr,
    folder: tempfile::TempDir,
) -> Proxy {
    // Administrators' programs are not on everybody's search path.
    let path = Path::new("/usr/sbin").join(program);
    let process = Command::new(if path.exists() {
        path.as_os_str()
    } else {
        program.as_ref()
    })
    .args(arguments)
    .stdin(Stdio::null())
    .stdout(Stdio::null())
    .spawn()
    .unwrap_or_else(|error| {
        panic!("{program} could not be run ({error}); `cargo xtask setup` installs what tests need")
    });
    Proxy {
        process,
        address,
        url: format!("http://{address}"),
        _folder: folder,
    }
}

fn start_nginx(nodes: [&str; 2]) -> Proxy {
    let (folder, address) = (tempfile::tempdir().unwrap(), free_address());
    let site = sample(
        "nginx/parlor.conf",
        nodes,
        ("listen 80;", &format!("listen {address};")),
    );
    std::fs::write(folder.path().join("site.conf"), site).unwrap();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|kind| format!("{kind}_temp_path {kind};\n"))
        .collect();
    let main = format!(
        "daemon off; pid nginx.pid; error_log stderr error; events {{}}\n\
         http {{ access_log off; {temporary} include site.conf; }}\n"
    );
    let file = folder.path().join("nginx.conf");
    std::fs::write(&file, main).unwrap();
    let (prefix, file) = (folder.path().to_owned(), file);
    let arguments = [
        "-e",
        "stderr",
        "-p",
        prefix.to_str().unwrap(),
        "-c",
        file.to_str().unwrap(),
    ];
    start("nginx", &arguments, address, folder)
}

fn start_haproxy(nodes: [&str; 2]) -> Proxy {
    let (folder, address) = (tempfile::tempdir().unwrap(), free_address());
    let text = sample(
        "haproxy/haproxy.cfg",
        nodes,
        ("bind :80", &format!("bind {address}")),
    );
    let file = folder.path().join("haproxy.cfg");
    std::fs::write(&file, text).unwrap();
    let path = file.to_str().unwrap().to_owned();
    start("haproxy", &["-f", &path], address, folder)
}

/// Builds a request through a proxy.
fn request(server: &TestServer, proxy: &Proxy, method: Method, path: &str) -> TestRequest {
    TestRequest::to(&server.client(), method, format!("{}{path}", proxy.url))
        .header("x-api-key", &server.a.key)
}

async fn create_chat(server: &TestServer, proxy: &Proxy) -> String {
    let create = request(server, proxy, Method::POST, "/api/v1/chats/");
    let body = json!({ "user_id": "u1", "title": "Parcels" });
    let created = create.json(&body).send().await.expect(201);
    created["id"].as_str().unwrap().to_owned()
}

async fn assert_sockets_pass(server: &TestServer, proxy: &Proxy, chat: &str) {
    let path = format!(
        "/ws/chat?api_key={}&user_id=u1&chat_id={chat}&v=2",
        server.a.key
    );
    let mut socket = TestSocket::open_greeted(&proxy.url, &path).await;
    let post = request(
        server,
        proxy,
        Method::POST,
        &format!("/api/v1/chats/{chat}/messages"),
    );
    let body = json!({ "user_id": "u2", "content": "through the proxy" });
    post.json(&body).send().await.expect(201);
    while !socket
        .next()
        .await
        .to_string()
        .contains("through the proxy")
    {}
    socket.close().await;
}

async fn assert_streams_pass(server: &TestServer, proxy: &Proxy) {
    let path = "/api/v1/channel/weather-0123456789";
    let url = format!("{}{path}", proxy.url);
    let subscribe = TestRequest::to(&server.client(), Method::POST, format!("{url}/subscribe"));
    let subscribe = subscribe.bearer(&server.a.key).json(&json!({}));
    let mut lines = subscribe.send_streaming().await;
    assert_eq!(lines.status(), 200);
    let publish = TestRequest::to(&server.client(), Method::POST, format!("{url}/publish"));
    let body = json!({ "message": { "text": "sunny" } });
    publish
        .bearer(&server.a.key)
        .json(&body)
        .send()
        .await
        .expect(200);
    // The stream stays open: a proxy that waits for its end passes nothing on.
    let mut came = String::new();
    while !came.contains("sunny") {
        let chunk = timeout(DELIVERY_TIMEOUT, lines.chunk())
            .await
            .unwrap()
            .unwrap();
        came += std::str::from_utf8(&chunk.unwrap()).unwrap();
    }
}

/// Stops a node in the middle of requests, of which none may fail.
async fn assert_requests_go_on(server: &mut TestServer, proxy: &Proxy, chat: &str) {
    let path = format!("/api/v1/chats/{chat}/messages");
    let client = server.client();
    let key = server.a.key.clone();
    let url = format!("{}{path}", proxy.url);
    let asking = async {
        for number in 0..REQUESTS {
            let request = TestRequest::to(&client, Method::GET, url.clone());
            let reply = request.header("x-api-key", &key).send().await;
            assert_eq!(reply.status, 200, "request {number}: {}", reply.text());
        }
    };
    parlor_testkit::tokio::join!(asking, server.stop());
}

async fn assert_proxy_works(start: fn([&str; 2]) -> Proxy) {
    let mut server = TestServer::start_with(TestBackend::Postgres, |options| {
        options.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    })
    .await;
    let node: TestNode = server.start_node().await;
    let address = |url: &str| url.strip_prefix("http://").unwrap().to_owned();
    let nodes = [address(&server.url), address(node.url())];
    let proxy = start([nodes[0].as_str(), nodes[1].as_str()]);
    proxy.wait_until_listening().await;
    let chat = create_chat(&server, &proxy).await;
    assert_sockets_pass(&server, &proxy, &chat).await;
    assert_streams_pass(&server, &proxy).await;
    let figures = request(&server, &proxy, Method::GET, "/metrics");
    assert_eq!(figures.send().await.status, 404);
    assert_requests_go_on(&mut server, &proxy, &chat).await;
    drop((proxy, node));
}

#[test]
fn nginx_passes_requests_sockets_and_streams() {
    backend::block_on(assert_proxy_works(start_nginx));
}

#[test]
fn haproxy_passes_requests_sockets_and_streams() {
    backend::block_on(assert_proxy_works(start_haproxy));
}
