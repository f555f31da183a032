//! Files of messages that leave.
//!
//! Proves INV-80 and INV-81 (`docs/invariants.md`).

use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestServer};
use serde_json::{Value, json};

use super::mail_server::MailServer;
use super::sms_carrier::SmsCarrier;
use crate::fixture::TestWorkspace;

const PUBLIC_URL: &str = "https://chat.example";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n-the-rest-of-a-picture";
const MIB: usize = 1024 * 1024;

struct OutboundFiles {
    setup: TestWorkspace,
    carrier: SmsCarrier,
    mail_server: MailServer,
}

impl OutboundFiles {
    async fn start(backend: TestBackend) -> Self {
        let carrier = SmsCarrier::start(&[]);
        let mail_server = MailServer::start("none", "");
        let sections = format!(
            "{}\n{}",
            carrier.section("auth_token = 'secret-of-the-account'"),
            mail_server.section("tls = 'none'")
        );
        let server = TestServer::start_with_carriers_and(backend, &sections, |options| {
            options.public_url = Some(PUBLIC_URL.to_owned());
        });
        Self {
            setup: TestWorkspace::new(server.await).await,
            carrier,
            mail_server,
        }
    }

    async fn chat(&self, channel: &str) -> Value {
        let mut body = json!({
            "channel": channel, "assistantEnabled": false, "memberId": self.setup.v.number, "title": "Scans",
        });
        if channel == "phone-sms" {
            body["phoneNumberId"] = json!(self.setup.p1);
        }
        self.setup.create_chat(&self.setup.g, body).await
    }

    async fn upload(&self, chat: &Value, name: &str, media_type: &str, bytes: &[u8]) -> Value {
        let path = format!("/chats/{}/attachments?name={name}", chat["id"]);
        let request = self.setup.server.post(&self.setup.path(&path));
        let request = request.bearer(&self.setup.g.token);
        let request = request.header("content-type", media_type).body(bytes);
        request.send().await.expect(200)
    }

    async fn send(&self, chat: &Value, text: &str, files: &[&Value]) -> Value {
        self.try_to_send(chat, text, files, 200).await
    }

    async fn try_to_send(&self, chat: &Value, text: &str, files: &[&Value], status: u16) -> Value {
        let ids: Vec<&Value> = files.iter().map(|file| &file["id"]).collect();
        let path = format!("/chats/{}/send-assistant-message", chat["id"]);
        let body = json!({ "message": text, "attachmentIds": ids });
        let setup = &self.setup;
        setup.post(&setup.g, &path, body).await.expect(status)
    }

    async fn files(&self, chat: &Value) -> Vec<Value> {
        let path = format!("/chats/{}/attachments", chat["id"]);
        let page = self.setup.get(&self.setup.g, &path).await.expect(200);
        page["items"].as_array().unwrap().clone()
    }

    /// Returns the addresses of the files of the newest text message.
    fn media_urls(&self) -> Vec<String> {
        let form = self.carrier.requests().last().unwrap().form.clone();
        let fields = form_urlencoded::parse(form.as_bytes());
        let media = fields.filter(|(name, _)| name == "MediaUrl");
        media.map(|(_, value)| value.into_owned()).collect()
    }
}

fn on_both(body: impl AsyncFn(OutboundFiles)) {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(async { body(OutboundFiles::start(backend).await).await });
    }
}

#[test]
fn carrier_fetches_the_files_of_a_text_message() {
    on_both(async |out| {
        let chat = out.chat("phone-sms").await;
        // The type of a picture is that of its bytes.
        let picture = out.upload(&chat, "..%2Fface.png", "image/jpeg", PNG).await;
        assert_eq!(
            (&picture["name"], &picture["messageUuid"]),
            (&json!("face.png"), &Value::Null)
        );
        let sent = out.send(&chat, "Look", &[&picture, &picture]).await;
        let urls = out.media_urls();
        let [url] = urls.as_slice() else {
            panic!("{urls:?}")
        };
        let link = url.strip_prefix(PUBLIC_URL).unwrap();
        let reply = out.setup.server.get(link).send().await;
        assert_eq!((reply.status, reply.bytes.as_slice()), (200, PNG));
        assert_eq!(reply.header("content-type"), "image/png");
        let files = out.files(&chat).await;
        assert_eq!(files.len(), 1, "{files:?}");
        assert_eq!(files[0]["messageUuid"], sent["messageUuid"]);
        // A file may be sent again: each message has its own.
        let again = out.send(&chat, "Look again", &[&picture]).await;
        let files = out.files(&chat).await;
        let messages: Vec<&Value> = files.iter().map(|file| &file["messageUuid"]).collect();
        assert_eq!(messages, [&sent["messageUuid"], &again["messageUuid"]]);
        let plain = out.send(&chat, "Nothing to see", &[]).await;
        assert_eq!(
            (plain["success"].clone(), out.media_urls()),
            (json!(true), vec![])
        );
    });
}

#[test]
fn files_that_do_not_fit_the_carrier_are_refused_and_nothing_is_sent() {
    on_both(async |out| {
        let chat = out.chat("phone-sms").await;
        let other = out.chat("phone-sms").await;
        let archive = out
            .upload(&chat, "all.zip", "application/zip", b"PK..")
            .await;
        let page = out
            .upload(&chat, "page.png", "image/png", b"<script>")
            .await;
        let film = out
            .upload(&chat, "film.mp4", "video/mp4", &vec![0; 5 * MIB])
            .await;
        let long = out
            .upload(&chat, "long.pdf", "application/pdf", &vec![0; 11 * MIB])
            .await;
        let small = out.upload(&chat, "small.png", "image/png", PNG).await;
        for (files, code) in [
            (vec![&archive], "attachment_type_refused"),
            (vec![&page], "attachment_type_refused"),
            (vec![&film, &small], "attachments_too_large"),
            (vec![&long], "attachments_too_large"),
        ] {
            let answer = out.send(&chat, "Look", &files).await;
            assert_eq!(
                (&answer["success"], &answer["error"]),
                (&json!(false), &json!(code))
            );
        }
        out.try_to_send(&other, "Look", &[&small], 404).await;
        let many = vec![&small; 31];
        out.try_to_send(&chat, "Look", &many, 400).await;
        assert_eq!(out.carrier.requests(), []);
        assert!(
            out.files(&chat)
                .await
                .iter()
                .all(|file| file["messageUuid"].is_null())
        );

        let mails = out.chat("email").await;
        let long = out
            .upload(&mails, "long.pdf", "application/pdf", &vec![0; 11 * MIB])
            .await;
        let answer = out.send(&mails, "Look", &[&long]).await;
        assert_eq!(answer["error"], "attachments_too_large");
        assert!(!out.mail_server.has_mail());
    });
}

#[test]
fn mail_has_its_files_attached() {
    on_both(async |out| {
        let chat = out.chat("email").await;
        let page = out
            .upload(&chat, "gr%C3%BC%C3%9Fe.html", "text/html", b"<b>hi</b>")
            .await;
        let bytes: Vec<u8> = (0..400_000_u32).map(|n| (n % 251) as u8).collect();
        let scan = out
            .upload(&chat, "scan.pdf", "application/pdf", &bytes)
            .await;
        let sent = out.send(&chat, "See *both*", &[&page, &scan]).await;
        assert_eq!(sent["deliveryStatus"], "sent");
        let mail = out.mail_server.next_mail();
        assert_eq!(mail["text"].as_str().unwrap().trim_end(), "See *both*");
        let hex = |bytes: &[u8]| {
            bytes
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        };
        assert_eq!(
            mail["files"],
            json!([
                ["grüße.html", "text/html", hex(b"<b>hi</b>")],
                ["scan.pdf", "application/pdf", hex(&bytes)],
            ])
        );
    });
}
