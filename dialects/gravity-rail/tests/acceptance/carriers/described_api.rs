//! Requests to a carrier, checked by Prism against a description of the carrier's API.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use parlor_testkit::backend::block_on;
use parlor_testkit::tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use parlor_testkit::tokio::net::{TcpListener, TcpStream};
use parlor_testkit::tokio::process::{Child, Command};
use parlor_testkit::tokio::time::{interval, timeout};
use parlor_testkit::{TestBackend, TestServer};
use serde_json::json;

use super::mail_server::file;
use super::{TEXT, assert_not_sent, assert_sent, create_chat};
use crate::fixture::TestWorkspace;

/// Time in which the program must accept connections on a busy machine.
const START_TIMEOUT: Duration = Duration::from_secs(120);
const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";

/// Prism, serving the description. It is killed when dropped.
struct Prism {
    url: String,
    _child: Child,
}

impl Prism {
    async fn start() -> Self {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut child = Command::new("node")
            .arg(program())
            .args(["mock", "--host", "127.0.0.1", "--port", &port.to_string()])
            .arg(file("carrier_api.json"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let url = format!("http://127.0.0.1:{port}");
        let starts = async {
            let mut ticks = interval(Duration::from_millis(50));
            loop {
                ticks.tick().await;
                assert!(child.try_wait().unwrap().is_none(), "Prism has ended");
                // Its own error says that it is this program which answers, and that it has read the description.
                if ask(port)
                    .await
                    .is_ok_and(|answer| answer.contains("NO_PATH_MATCHED"))
                {
                    return;
                }
            }
        };
        timeout(START_TIMEOUT, starts).await.unwrap();
        Self { url, _child: child }
    }

    fn sections(&self, account: &str) -> String {
        let section = |name: &str| {
            let url = &self.url;
            format!(
                "[{name}]\nkind = 'twilio'\nbase_url = '{url}'\naccount_sid = '{account}'\n\
                 auth_token = 'secret-of-the-account'\n"
            )
        };
        section("sms") + &section("voice")
    }

    async fn workspace(&self, account: &str) -> TestWorkspace {
        let sections = self.sections(account);
        let server =
            TestServer::start_with_carriers_and(TestBackend::Sqlite, &sections, |options| {
                options.public_url = Some("https://chat.example".to_owned());
            });
        TestWorkspace::new(server.await).await
    }
}

/// Asks for a path that the description does not have.
async fn ask(port: u16) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n").await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

/// Returns the program that the set-up installs, or fails with the command that installs it.
fn program() -> PathBuf {
    let configured = std::env::var_os("PARLOR_TEST_PRISM").map(PathBuf::from);
    let folder = configured.unwrap_or_else(|| {
        let own = std::env::current_exe().unwrap();
        own.ancestors().nth(3).unwrap().join("xtask/prism")
    });
    let path = folder.join("node_modules/@stoplight/prism-cli/dist/index.js");
    assert!(
        path.exists(),
        "{} is missing: run `cargo xtask setup`, which installs what tests need",
        path.display()
    );
    path
}

#[test]
fn requests_are_those_of_the_description() {
    block_on(async {
        let prism = Prism::start().await;
        let setup = prism.workspace(ACCOUNT).await;
        // Sent by hand, with pictures, and from the outbox with an address for reports.
        let chat = create_chat(&setup, "phone-sms", TEXT).await;
        assert_sent(&chat);
        let mut files = Vec::new();
        for name in ["one.png", "two.png"] {
            let path = format!("/chats/{}/attachments?name={name}", chat["id"]);
            let upload = setup.server.post(&setup.path(&path)).bearer(&setup.g.token);
            let upload = upload.header("content-type", "image/png");
            let upload = upload.body(*b"\x89PNG\r\n\x1a\n").send().await;
            files.push(upload.expect(200)["id"].clone());
        }
        let path = format!("/chats/{}/send-assistant-message", chat["id"]);
        let body = json!({ "message": "Grüße & more", "attachmentIds": files });
        let sent = setup.post(&setup.g, &path, body).await.expect(200);
        assert_eq!(sent["deliveryStatus"], "sent", "{sent}");
        let path = format!("/api/v1/chats/{}/messages", chat["uuid"].as_str().unwrap());
        let body = json!({ "content": TEXT, "sender_role": "assistant" });
        let said = setup
            .server
            .post(&path)
            .header("x-api-key", &setup.server.a.key);
        said.json(&body).send().await.expect(201);
        let delivered = "select count(*) from delivery where state = 'sent'";
        setup.server.wait_for_count(delivered, 1).await;

        let body = json!({ "channel": "phone-voice", "workflowId": setup.workflow, "memberId": setup.v.number });
        let call = setup.create_chat(&setup.g, body).await;
        assert!(call["call"].get("callError").is_none(), "{call}");
        let accepted = "select count(*) from voice_call where carrier_id is not null";
        setup.server.wait_for_count(accepted, 1).await;

        // What is not as described is refused.
        let other = prism.workspace("AC77").await;
        let refused = create_chat(&other, "phone-sms", TEXT).await;
        assert_not_sent(&other, &refused, ("sms_dispatch_failed", "HTTP 4"));
    });
}
