//! Files of received text messages.
//!
//! Proves INV-80 (`docs/invariants.md`).

use parlor_engine::message;
use parlor_model::conversation::ConversationKey;
use parlor_model::message::MessageKey;
use parlor_model::message_details::OmissionReason;
use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestServer};
use serde_json::Value;

use super::signature::{post_signed_form, sign};
use super::sms_carrier::{PICTURE, SmsCarrier};
use super::{assert_nothing_private, chats_over, texts_of};
use crate::fixture::{PHONE, TestWorkspace};

const TOKEN: &str = "secret-of-the-account";
/// `AC77` and the token, as HTTP clients send them.
const CREDENTIALS: &str = "Basic QUM3NzpzZWNyZXQtb2YtdGhlLWFjY291bnQ=";

struct InboundMedia {
    setup: TestWorkspace,
    carrier: SmsCarrier,
    /// Not the carrier, but it hands out files too.
    other: SmsCarrier,
}

impl InboundMedia {
    /// Starts a server that may call these networks.
    async fn start(backend: TestBackend, networks: &[&str]) -> Self {
        let (carrier, other) = (SmsCarrier::start(&[]), SmsCarrier::start(&[]));
        let section = carrier.section(&format!("auth_token = '{TOKEN}'"));
        let networks = networks.iter().map(|network| network.parse().unwrap());
        let networks = networks.collect();
        let server = TestServer::start_with_carriers_and(backend, &section, |options| {
            options.agent_server_networks = networks;
        });
        Self {
            setup: TestWorkspace::new(server.await).await,
            carrier,
            other,
        }
    }

    /// Receives a text with files as the carrier does.
    async fn receive(&self, id: &str, text: &str, files: &[String]) {
        let mut form = form_urlencoded::Serializer::new(String::new());
        let count = files.len().to_string();
        for (name, value) in [
            ("MessageSid", id),
            ("From", PHONE),
            ("To", "+15005550001"),
            ("Body", text),
            ("NumMedia", &count),
        ] {
            form.append_pair(name, value);
        }
        for (index, url) in files.iter().enumerate() {
            form.append_pair(&format!("MediaUrl{index}"), url);
            form.append_pair(&format!("MediaContentType{index}"), "image/jpeg");
        }
        let body = form.finish();
        let server = &self.setup.server;
        let path = format!("/carriers/sms/{}/messages", server.a.workspace);
        let signature = sign(TOKEN, &format!("{}{path}", server.url), &body).await;
        let (status, answer) = post_signed_form(server, &path, &body, &signature).await;
        assert_eq!(status, 200, "{answer} {}", server.logs());
    }

    /// Waits until no file is at the carrier any more, and returns the files of the chat.
    async fn files(&self, chat: &Value) -> Vec<Value> {
        let server = &self.setup.server;
        server
            .wait_for_count("select count(*) from remote_file", 0)
            .await;
        let path = format!("/chats/{}/attachments", chat["id"]);
        let page = self.setup.get(&self.setup.g, &path).await.expect(200);
        page["items"].as_array().unwrap().clone()
    }

    async fn download(&self, chat: &Value, file: &Value) -> Vec<u8> {
        let path = format!("/chats/{}/attachments/{}", chat["id"], file["id"]);
        let found = self.setup.get(&self.setup.g, &path).await.expect(200);
        let link = found["url"].as_str().unwrap();
        let link = link.strip_prefix(&self.setup.server.url).unwrap();
        self.setup.server.get(link).send().await.bytes
    }

    /// Returns why files of the chat's newest message are missing.
    async fn omitted(&self, chat: &Value) -> Vec<OmissionReason> {
        let (engine, ctx) = (&self.setup.server.engine, self.setup.server.a.ctx());
        let path = format!("/chats/{}/messages", chat["id"]);
        let rows = self.setup.get(&self.setup.g, &path).await.expect(200);
        let key = ConversationKey::Number(chat["id"].as_i64().unwrap());
        let number = MessageKey::Number(rows[0]["id"].as_i64().unwrap());
        let found = message::find(engine, &ctx, key, number).await.unwrap();
        let omitted = found.details.omitted_files.iter();
        omitted.map(|file| file.reason).collect()
    }
}

#[test]
fn pictures_are_fetched_from_the_carrier_once() {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(async {
            let inbound = InboundMedia::start(backend, &["127.0.0.0/8"]).await;
            let (carrier, other) = (&inbound.carrier, &inbound.other);
            let moved = carrier.file_url(&format!("moved/{}", other.port()));
            let files = [carrier.file_url("picture"), moved];
            inbound.receive("SM1", "", &files).await;
            let chats = chats_over(&inbound.setup, "phone-sms").await;
            let [chat] = chats.as_slice() else {
                panic!("{chats:?}")
            };
            let found = inbound.files(chat).await;
            // The carrier repeats what it is not sure about.
            inbound.receive("SM1", "", &files).await;
            assert_eq!(inbound.files(chat).await, found);
            assert_eq!(texts_of(&inbound.setup, chat).await, ["(no text)"]);
            assert_eq!(found.len(), 2, "{found:?}");
            for file in &found {
                assert_eq!(
                    (&file["name"], &file["contentType"]),
                    (&Value::from("picture.png"), &Value::from("image/png"))
                );
                assert_eq!(inbound.download(chat, file).await, PICTURE);
            }
            assert_eq!(inbound.omitted(chat).await, []);
            // The account's token goes to the carrier's host only.
            let credentials = |carrier: &SmsCarrier| {
                let requests = carrier.requests().into_iter();
                requests
                    .map(|request| request.authorization)
                    .collect::<Vec<_>>()
            };
            assert_eq!(credentials(carrier), [CREDENTIALS, CREDENTIALS]);
            assert_eq!(credentials(other), [""]);
            let logs = inbound.setup.server.logs();
            assert_nothing_private(&logs);
            assert!(!logs.contains("/media/"), "{logs:.300}");
        });
    }
}

#[test]
fn file_in_an_inside_network_or_too_long_is_noted_in_the_message() {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(async {
            let inbound = InboundMedia::start(backend, &[]).await;
            let (carrier, other) = (&inbound.carrier, &inbound.other);
            let moved = carrier.file_url(&format!("moved/{}", other.port()));
            inbound
                .receive("SM1", "Inside", &[other.file_url("picture")])
                .await;
            let chats = chats_over(&inbound.setup, "phone-sms").await;
            let chat = &chats[0];
            for (id, file, reason) in [
                ("SM2", moved, OmissionReason::NotFetched),
                (
                    "SM3",
                    "file:///etc/passwd".to_owned(),
                    OmissionReason::NotFetched,
                ),
                (
                    "SM4",
                    carrier.file_url("long/10485761"),
                    OmissionReason::TooLarge,
                ),
            ] {
                inbound.receive(id, "Look", &[file]).await;
                assert_eq!(inbound.files(chat).await, [] as [Value; 0]);
                assert_eq!(inbound.omitted(chat).await, [reason], "{id}");
            }
            assert_eq!(other.requests(), []);
            // A carrier may announce a file that it hands out a moment later.
            inbound
                .receive("SM5", "Look", &[carrier.file_url("late")])
                .await;
            assert_eq!(inbound.files(chat).await.len(), 1);
            inbound
                .receive("SM6", "Look", &[carrier.file_url("long/10485760")])
                .await;
            assert_eq!(inbound.files(chat).await[1]["size"], 10_485_760);
        });
    }
}
