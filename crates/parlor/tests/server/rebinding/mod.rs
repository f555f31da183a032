//! Names of receivers that lead inside: the address that was checked is the one that is called.

mod dns_server;

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use parlor_testkit::tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use parlor_testkit::tokio::net::{TcpListener, TcpStream};
use parlor_testkit::tokio::{self, time::timeout};
use reqwest::Client;
use serde_json::{Value, json};

use self::dns_server::DnsServer;
use crate::program::{Program, WAIT_TIMEOUT, binary, block_on, client, command, temp_dir};

/// An address that may be called, as one of a public network would be.
const OUTSIDE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// An address that may not be called.
const INSIDE: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// A server that asks a DNS server of the test.
struct Caller {
    program: Program,
    client: Client,
}

impl Caller {
    fn start(dns: &DnsServer, folder: &std::path::Path) -> Self {
        // In a mount namespace of its own, which has another file of name servers.
        let script = "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"";
        let mut process = command("unshare");
        process
            .args(["--mount", "sh", "-c", script])
            .arg(dns.write_resolver_file(folder))
            .args([
                binary(),
                "--listen",
                "127.0.0.1:0",
                "--log-format",
                "json",
                "--data",
            ])
            .arg(folder.join("data"))
            .env("PARLOR_AGENT_SERVER_NETWORKS", OUTSIDE.to_string())
            .env("PARLOR_WEBHOOKS__ALLOW_HTTP", "true")
            .env("PARLOR_WEBHOOKS__MAX_ATTEMPTS", "1");
        let program = Program::spawn(process, &folder.join("data"));
        Self {
            program: program.unwrap_or_else(|ended| panic!("root is needed: {ended:?}")),
            client: client(),
        }
    }

    fn url(&self, path: &str) -> String {
        let workspace = self.program.credentials()["workspaceId"].clone();
        let workspace = workspace.as_str().unwrap();
        format!("{}/api/v2/w/{workspace}{path}", self.program.url)
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let request = self
            .client
            .post(self.url(path))
            .bearer_auth(self.program.key());
        let response = request.json(&body).send().await.unwrap();
        assert!(response.status().is_success(), "{response:?}");
        response.json().await.unwrap()
    }

    /// Creates a rule for new chats; returns its number.
    async fn create_rule(&self, url: &str) -> Value {
        let rule = json!({
            "objectType": "chat", "eventType": "chat:created", "actionType": "webhook:send",
            "actionParams": { "url": url },
        });
        self.post("/event-rules", rule).await["id"].clone()
    }

    async fn create_chat(&self) {
        let chat = json!({ "channel": "web-chat", "assistantEnabled": false });
        self.post("/chats", chat).await;
    }

    /// Waits until the newest webhook of a rule has ended; returns its state and the reason.
    async fn wait_for(&self, rule: &Value, count: usize) -> (Value, Value) {
        let url = self.url(&format!("/event-rules/{rule}/deliveries"));
        let look = async {
            let mut ticks = tokio::time::interval(Duration::from_millis(20));
            loop {
                ticks.tick().await;
                let request = self.client.get(&url).bearer_auth(self.program.key());
                let page: Value = request.send().await.unwrap().json().await.unwrap();
                let rows = page.as_array().or_else(|| page["items"].as_array());
                let rows = rows.unwrap_or_else(|| panic!("{page}"));
                let is_over = |row: &&Value| row["status"] == "sent" || row["status"] == "failed";
                if rows.len() == count
                    && let Some(row) = rows.first().filter(is_over)
                {
                    return (row["status"].clone(), row["reason"].clone());
                }
            }
        };
        let found = timeout(WAIT_TIMEOUT, look).await;
        found.unwrap_or_else(|_| panic!("{count} webhooks of {rule} do not end"))
    }
}

/// Counts connections, and answers each of them.
async fn listen(address: Ipv4Addr, port: u16, answer: String) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind((address, port)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = Arc::<AtomicUsize>::default();
    let counted = count.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(respond(stream, answer.clone()));
        }
    });
    (port, count)
}

async fn respond(mut stream: TcpStream, answer: String) {
    let mut request = vec![0; 64 * 1024];
    let _ = stream.read(&mut request).await;
    let _ = stream.write_all(answer.as_bytes()).await;
}

#[test]
fn name_that_leads_inside_is_not_called() {
    block_on(async {
        let ok = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_owned();
        let (port, outside) = listen(OUTSIDE, 0, ok.clone()).await;
        // What is inside has the same port: only the address differs.
        let (_, inside) = listen(INSIDE, port, ok).await;
        let redirect = format!(
            "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://inside.test:{port}/\r\ncontent-length: 0\r\n\r\n"
        );
        let (redirecting, _) = listen(OUTSIDE, 0, redirect).await;
        let dns = DnsServer::start(
            [
                ("rebind.test", vec![vec![OUTSIDE], vec![INSIDE]]),
                ("inside.test", vec![vec![INSIDE]]),
                ("both.test", vec![vec![INSIDE, OUTSIDE]]),
                ("outside.test", vec![vec![OUTSIDE]]),
                ("silent.test", Vec::new()),
            ]
            .into(),
        );
        let folder = temp_dir();
        let caller = Caller::start(&dns, folder.path());
        // The one whose name is not resolved comes first, and holds up none of the others.
        let silent = caller
            .create_rule(&format!("http://silent.test:{port}/"))
            .await;
        let mut rules = Vec::new();
        for (name, port, wanted) in [
            ("rebind.test", port, ("sent", Value::Null)),
            ("inside.test", port, ("failed", json!("address_forbidden"))),
            ("both.test", port, ("sent", Value::Null)),
            ("outside.test", redirecting, ("failed", json!("redirected"))),
        ] {
            let url = format!("http://{name}:{port}/?token=hidden");
            rules.push((caller.create_rule(&url).await, name, wanted));
        }
        caller.create_chat().await;
        for (rule, name, (state, reason)) in &rules {
            let found = caller.wait_for(rule, 1).await;
            assert_eq!(found, (json!(state), reason.clone()), "{name}");
        }
        // Each name was resolved once, and what was checked was called.
        assert_eq!(
            (dns.count("rebind.test"), outside.load(Ordering::SeqCst)),
            (1, 2)
        );
        caller.create_chat().await;
        let found = caller.wait_for(&rules[0].0, 2).await;
        assert_eq!(found, (json!("failed"), json!("address_forbidden")));
        assert_eq!(dns.count("rebind.test"), 2);
        assert_eq!(inside.load(Ordering::SeqCst), 0);

        let unsent = caller
            .program
            .run_command(&["delivery", "list", "--unsent", "--json"]);
        let unsent = unsent.json();
        let of = |reason: &str| {
            let rows = unsent.as_array().unwrap().iter();
            rows.filter(|row| row["reason"] == reason).count()
        };
        assert!(of("address_forbidden") >= 2, "{unsent}");
        let rule = silent.to_string();
        let waiting = caller
            .program
            .run_command(&["delivery", "list", &rule, "--json"]);
        assert_eq!(
            waiting.json().as_array().unwrap().len(),
            2,
            "each has its webhook"
        );
        let log = caller.program.stop();
        assert!(log.contains("address_forbidden"), "{log}");
        assert!(
            !log.contains("hidden") && !log.contains("rebind.test"),
            "{log}"
        );
    });
}
