//! Mails that are handed over to the listener.
//!
//! Proves INV-79 (`docs/invariants.md`).

mod client;
mod limits;
mod mails;
mod postfix;
mod postfix_server;
mod recipients;
mod shutdown;
mod swaks;

use parlor_model::access::WorkspaceRole;
use parlor_testkit::TestBackend;
use parlor_testkit::backend::block_on;
use serde_json::{Value, json};

use self::client::MailClient;
use super::inbound_mail::{STRANGER, only};
use crate::fixture::{EMAIL, TestMember, TestWorkspace};

const DESK: &str = "desk@example.org";

/// A server with a listener.
struct Listener {
    setup: TestWorkspace,
}

impl Listener {
    /// Starts a server with these settings beside the address.
    async fn start(backend: TestBackend, settings: &str) -> Self {
        let section = format!("[mail_in]\nlisten = '127.0.0.1:0'\n{settings}");
        Self {
            setup: super::start(backend, &section).await,
        }
    }

    fn port(&self) -> u16 {
        self.setup.server.mail_port()
    }

    fn connect(&self) -> MailClient {
        MailClient::greeted(self.port())
    }

    /// Returns the chats over email, newest first.
    async fn chats(&self) -> Vec<Value> {
        super::chats_over(&self.setup, "email").await
    }

    /// Returns the texts of the only chat, oldest first.
    async fn texts(&self) -> Vec<String> {
        let chats = self.chats().await;
        super::texts_of(&self.setup, only(&chats)).await
    }

    async fn assert_nothing_stored(&self) {
        assert!(self.chats().await.is_empty());
    }

    #[track_caller]
    fn assert_private(&self) {
        let logs = self.setup.server.logs();
        super::assert_nothing_private(&logs);
        for private in [STRANGER, DESK, "home.example"] {
            assert!(!logs.contains(private), "{private} in {logs:.300}");
        }
    }

    /// Creates an inbox in the other workspace. Returns its path and a member that may delete it.
    async fn create_foreign_inbox(&self, address: &str) -> (String, String) {
        let tenant = &self.setup.server.b;
        let role = Some(WorkspaceRole::Manager);
        let token = tenant
            .sign_in(&tenant.create_person("Mo", role, "").await)
            .await;
        let inboxes = format!("/api/v2/w/{}/inboxes", tenant.workspace);
        let request = self.setup.server.post(&inboxes).bearer(&token);
        let created = request.json(&json!({ "address": address })).send().await;
        let id = created.expect(200)["id"].clone();
        (format!("{inboxes}/{id}"), token)
    }

    async fn delete_foreign_inbox(&self, (path, token): &(String, String)) {
        let request = self.setup.server.delete(path).bearer(token);
        let status = request.send().await.status;
        assert!((200..300).contains(&status), "{status}");
    }

    fn manager(&self) -> &TestMember {
        &self.setup.g
    }
}

/// Returns a mail of the member with an address.
fn mail(id: &str, text: &str) -> String {
    format!(
        "Message-ID: <{id}@home.example>\r\nFrom: {EMAIL}\r\nTo: {DESK}\r\nSubject: Hello\r\n\r\n{text}\r\n"
    )
}

fn on_both(settings: &str, body: impl AsyncFn(Listener)) {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(async { body(Listener::start(backend, settings).await).await });
    }
}
