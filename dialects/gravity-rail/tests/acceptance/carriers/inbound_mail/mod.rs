//! Mails that a mail server has received.
//!
//! Proves INV-76 (`docs/invariants.md`).

mod bounces;
mod chats;
mod content;
mod files;
mod requests;
mod senders;

use parlor_testkit::TestBackend;
use parlor_testkit::backend::block_on;
use serde_json::{Value, json};

use super::mail_server::MailServer;
use super::start;
use crate::fixture::TestWorkspace;

const TOKEN: &str = "secret-of-the-account";
/// An address that nobody in the workspace has.
pub(super) const STRANGER: &str = "stranger@home.example";

struct Hook {
    setup: TestWorkspace,
    path: String,
    /// Accepts what the server sends.
    mail_server: MailServer,
}

impl Hook {
    async fn start(backend: TestBackend) -> Self {
        let mail_server = MailServer::start("none", "");
        let sections = format!(
            "{}\n[mail_in]\ntoken = '{TOKEN}'",
            mail_server.section("tls = 'none'")
        );
        let setup = start(backend, &sections).await;
        let path = format!("/carriers/mail/{}/messages", setup.server.a.workspace);
        Self {
            setup,
            path,
            mail_server,
        }
    }

    /// Posts a mail with these headers of the request; returns the status.
    async fn post(&self, raw: impl Into<Vec<u8>>, headers: &[(&str, &str)]) -> u16 {
        let mut request = self.setup.server.post(&self.path);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request.body(raw.into()).send().await.status
    }

    /// Posts a mail as the mail server does; returns the status.
    async fn deliver(&self, raw: impl Into<Vec<u8>>) -> u16 {
        let authorization = format!("Bearer {TOKEN}");
        let headers = [
            ("authorization", authorization.as_str()),
            ("content-type", "message/rfc822"),
        ];
        self.post(raw, &headers).await
    }

    #[track_caller]
    fn assert_private(&self) {
        let logs = self.setup.server.logs();
        super::assert_nothing_private(&logs);
        assert!(!logs.contains(STRANGER), "{logs:.300}");
    }

    /// Receives a mail.
    async fn receive(&self, mail: &Mail<'_>) {
        let status = self.deliver(mail.raw()).await;
        assert_eq!(status, 204, "{}", self.setup.server.logs());
    }

    /// Returns the chats over email, newest first.
    async fn chats(&self) -> Vec<Value> {
        super::chats_over(&self.setup, "email").await
    }

    async fn texts(&self, chat: &Value) -> Vec<String> {
        super::texts_of(&self.setup, chat).await
    }

    async fn archive(&self, chat: &Value) {
        let path = format!("/chats/{}", chat["id"]);
        let archived = json!({ "archived": true });
        let setup = &self.setup;
        setup.put(&setup.g, &path, archived).await.expect(200);
    }

    async fn members(&self) -> i64 {
        self.setup.total("/members").await
    }
}

/// A mail to the inbox of the workspace.
#[derive(Clone, Copy)]
struct Mail<'a> {
    id: &'a str,
    from: &'a str,
    subject: &'a str,
    /// Further headers, each with its line end.
    headers: &'a str,
    text: &'a str,
}

impl<'a> Mail<'a> {
    const fn new(id: &'a str, from: &'a str, subject: &'a str, text: &'a str) -> Self {
        Self {
            id,
            from,
            subject,
            headers: "",
            text,
        }
    }

    fn raw(&self) -> String {
        let Self {
            id,
            from,
            subject,
            headers,
            text,
        } = self;
        let id = if id.contains('@') {
            (*id).to_owned()
        } else {
            format!("<{id}@home.example>")
        };
        let to = if headers.starts_with("To: ") {
            ""
        } else {
            "To: Desk@Example.ORG\r\n"
        };
        format!(
            "Message-ID: {id}\r\nFrom: {from}\r\n{to}Subject: {subject}\r\n{headers}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        )
    }
}

fn on_both(body: impl AsyncFn(Hook)) {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(async { body(Hook::start(backend).await).await });
    }
}

#[track_caller]
pub(super) fn only(chats: &[Value]) -> &Value {
    let [chat] = chats else { panic!("{chats:?}") };
    chat
}
