//! Text messages that a carrier has received.
//!
//! Proves INV-91 (`docs/invariants.md`).

use parlor_testkit::TestBackend;
use parlor_testkit::backend::block_on;
use serde_json::{Value, json};

use super::signature::{post_signed_form, sign};
use super::sms_carrier::SmsCarrier;
use super::{assert_nothing_private, start};
use crate::fixture::{PHONE, TestWorkspace};

const TOKEN: &str = "secret-of-the-account";
/// A number that nobody in the workspace has.
const STRANGER: &str = "+15005550199";

fn form(id: &str, from: &str, to: &str, text: &str) -> String {
    let encode = |text: &str| text.replace('+', "%2B").replace(' ', "+");
    format!(
        "MessageSid={id}&AccountSid=AC77&From={}&To={}&Body={}&NumMedia=0",
        encode(from),
        encode(to),
        encode(text)
    )
}

struct Hook {
    setup: TestWorkspace,
    path: String,
    url: String,
    /// Accepts what the server sends.
    _carrier: SmsCarrier,
}

impl Hook {
    async fn start(backend: TestBackend) -> Self {
        let carrier = SmsCarrier::start(&[]);
        let section = carrier.section(&format!("auth_token = '{TOKEN}'"));
        let setup = start(backend, &section).await;
        let path = format!("/carriers/sms/{}/messages", setup.server.a.workspace);
        let url = format!("{}{path}", setup.server.url);
        Self {
            setup,
            path,
            url,
            _carrier: carrier,
        }
    }

    /// Posts a form with a signature; returns the status and the answer.
    async fn post(&self, body: &str, signature: &str) -> (u16, String) {
        post_signed_form(&self.setup.server, &self.path, body, signature).await
    }

    /// Receives a text as the carrier does.
    async fn receive(&self, id: &str, from: &str, text: &str) -> String {
        let body = form(id, from, "+15005550001", text);
        let (status, answer) = self.post(&body, &sign(TOKEN, &self.url, &body).await).await;
        assert_eq!(status, 200, "{answer} {}", self.setup.server.logs());
        answer
    }

    /// Returns the chats over SMS, newest first.
    async fn chats(&self) -> Vec<Value> {
        super::chats_over(&self.setup, "phone-sms").await
    }

    async fn texts(&self, chat: &Value) -> Vec<String> {
        super::texts_of(&self.setup, chat).await
    }
}

fn on_both(body: impl AsyncFn(Hook)) {
    for backend in [TestBackend::Sqlite, TestBackend::Postgres] {
        block_on(async { body(Hook::start(backend).await).await });
    }
}

#[test]
fn texts_of_a_member_are_messages_of_one_chat() {
    on_both(async |hook| {
        hook.receive("SM1", PHONE, "Can I come later?").await;
        // The carrier repeats what it is not sure about.
        hook.receive("SM1", PHONE, "Can I come later?").await;
        hook.receive("SM2", PHONE, "At ten").await;
        let chats = hook.chats().await;
        let [chat] = chats.as_slice() else {
            panic!("{chats:?}")
        };
        let setup = &hook.setup;
        assert_eq!(
            (&chat["memberId"], &chat["phoneNumberId"]),
            (&json!(setup.v.number), &json!(setup.p1))
        );
        assert_eq!(chat["needsResponse"], true, "there is no assistant");
        assert_eq!(hook.texts(chat).await, ["Can I come later?", "At ten"]);
        // An archived chat is over: the next text begins another.
        let archived = json!({ "archived": true });
        let path = format!("/chats/{}", chat["id"]);
        setup.put(&setup.g, &path, archived).await.expect(200);
        hook.receive("SM3", PHONE, "Hello again").await;
        let chats = hook.chats().await;
        let [next] = chats.as_slice() else {
            panic!("{chats:?}")
        };
        assert_ne!(next["id"], chat["id"]);
        assert_eq!(hook.texts(next).await, ["Hello again"]);
        assert_nothing_private(&setup.server.logs());
    });
}

#[test]
fn simultaneous_texts_of_a_stranger_make_one_member_and_one_chat() {
    on_both(async |hook| {
        let texts = ["one", "two", "three"].map(|text| hook.receive(text, STRANGER, text));
        let [one, two, three] = texts;
        parlor_testkit::tokio::join!(one, two, three);
        let chats = hook.chats().await;
        let [chat] = chats.as_slice() else {
            panic!("{chats:?}")
        };
        assert_eq!(
            (&chat["messageCount"], &chat["needsResponse"]),
            (&json!(3), &json!(true))
        );
        assert_eq!(
            chat["assistantEnabled"], false,
            "a person has to look first"
        );
        let path = format!("/members/{}", chat["memberId"]);
        let member = hook.setup.get(&hook.setup.g, &path).await.expect(200);
        assert_eq!(member["phone"], STRANGER);
    });
}

#[test]
fn case_12_whoever_opts_out_gets_nothing_until_opting_in() {
    on_both(async |hook| {
        let setup = &hook.setup;
        let send = async || {
            let body = json!({
                "channel": "phone-sms", "assistantEnabled": false, "memberId": setup.v.number,
                "phoneNumberId": setup.p1, "initialMessage": "Hi",
            });
            let chat = setup.create_chat(&setup.g, body).await;
            chat.get("initialMessageError").cloned()
        };
        assert_eq!(send().await, None);
        let before = hook.chats().await.len();
        assert!(
            hook.receive("SM1", PHONE, " stop ")
                .await
                .ends_with("<Response/>")
        );
        assert_eq!(send().await, Some(json!("recipient_opted_out")));
        assert!(
            hook.receive("SM2", PHONE, "Help")
                .await
                .contains("<Message>Reply STOP")
        );
        hook.receive("SM3", PHONE, "YES").await;
        assert_eq!(send().await, None);
        // Words are no messages, and none made a chat.
        assert_eq!(hook.chats().await.len(), before + 2);
        let yes = hook.receive("SM4", PHONE, "yes").await;
        assert!(yes.ends_with("<Response/>"));
        let chats = hook.chats().await;
        assert!(
            hook.texts(&chats[0]).await.contains(&"yes".to_owned()),
            "an answer"
        );
    });
}

#[test]
fn request_that_the_carrier_has_not_signed_is_refused() {
    on_both(async |hook| {
        let body = form("SM1", PHONE, "+15005550001", "Hello");
        let good = sign(TOKEN, &hook.url, &body).await;
        let other_url = sign(TOKEN, &hook.url.replace("http:", "https:"), &body).await;
        let other_token = sign("another", &hook.url, &body).await;
        for signature in ["", "AAAA", &other_url, &other_token] {
            assert_eq!(hook.post(&body, signature).await.0, 401, "{signature}");
        }
        let changed = body.replace("Hello", "Goodbye");
        assert_eq!(hook.post(&changed, &good).await.0, 401);
        assert_eq!(hook.post(&format!("{body}&Body=Hello"), &good).await.0, 401);
        let long = format!("{body}{}", "x".repeat(70_000));
        assert_eq!(hook.post(&long, &good).await.0, 413);
        assert!(hook.chats().await.is_empty());
        assert_eq!(hook.post(&body, &good).await.0, 200);
        let get = hook.setup.server.get(&hook.path).send().await;
        assert_eq!((get.status, get.header("allow")), (405, "POST"));
    });
}

#[test]
fn number_of_nobody_and_incomplete_form_are_told_to_the_carrier() {
    on_both(async |hook| {
        let setup = &hook.setup;
        let path = format!("/phone-numbers/{}/archive", setup.p2);
        setup.post(&setup.g, &path, json!({})).await.expect(200);
        for (body, status) in [
            (form("SM1", PHONE, "+15005550009", "Hello"), 404),
            (form("SM1", PHONE, "+15005550009", "Hello"), 404),
            // The number is archived.
            (form("SM1", PHONE, "+15005550002", "Hello"), 404),
            // Nobody can answer a name.
            (form("SM1", "Clinic", "+15005550001", "Hello"), 200),
            ("MessageSid=SM1&From=%2B15005550123".to_owned(), 400),
        ] {
            let signature = sign(TOKEN, &hook.url, &body).await;
            assert_eq!(hook.post(&body, &signature).await.0, status, "{body}");
        }
        assert!(hook.chats().await.is_empty());
        // The carrier gives each text an id: this was one text.
        let kept =
            "select count(*) from unmatched_message where medium = 'sms' and content = 'Hello'";
        assert_eq!(hook.setup.server.count(kept), 1);
    });
}
