//! Files of received mails.
//!
//! Proves INV-80 and INV-81 (`docs/invariants.md`).

use std::time::Duration;

use parlor_engine::file::FileLink;
use parlor_engine::message;
use parlor_model::conversation::ConversationKey;
use parlor_model::file::FileDisposition;
use parlor_model::id::{FileId, WorkspaceId};
use parlor_model::message::MessageKey;
use parlor_model::message_details::OmissionReason;
use parlor_model::{Ctx, Id};
use parlor_testkit::{TestResponse, wait_for_count};
use serde_json::{Value, json};

use super::{Hook, Mail, STRANGER, on_both, only};
use crate::fixture::{EMAIL, TestMember};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n-the-rest-of-a-picture";
/// Base64 of `PNG`.
const PNG_TEXT: &str = "iVBORw0KGgotdGhlLXJlc3Qtb2YtYS1waWN0dXJl";

impl Hook {
    /// Returns the files of a chat, oldest first, without their originals.
    async fn files(&self, chat: &Value) -> Vec<Value> {
        let rows = self.all_files(chat).await.into_iter();
        rows.filter(|row| row["isOriginal"] == false).collect()
    }

    async fn all_files(&self, chat: &Value) -> Vec<Value> {
        let path = format!("/chats/{}/attachments?pageSize=100", chat["id"]);
        let page = self.setup.get(&self.setup.g, &path).await.expect(200);
        page["items"].as_array().unwrap().clone()
    }

    async fn file(&self, caller: &TestMember, chat: &Value, row: &Value) -> TestResponse {
        let path = format!(
            "/chats/{}/attachments/{}",
            chat["id"],
            row["uuid"].as_str().unwrap()
        );
        self.setup.get(caller, &path).await
    }

    /// Returns the path of a signed link to a file.
    async fn link(&self, chat: &Value, row: &Value) -> String {
        let found = self.file(&self.setup.g, chat, row).await.expect(200);
        let url = found["url"].as_str().unwrap();
        url.strip_prefix(&self.setup.server.url).unwrap().to_owned()
    }

    /// Follows a link, without a token.
    async fn follow(&self, link: &str) -> TestResponse {
        self.setup.server.get(link).send().await
    }

    /// Waits until this many contents are stored: what is not needed is removed after the answer.
    async fn wait_for_contents(&self, wanted: usize) {
        let wanted = i64::try_from(wanted).unwrap();
        let count = |_: &str| i64::try_from(self.setup.server.kept_contents()).unwrap();
        wait_for_count("stored contents", wanted, count).await;
    }

    /// Returns what is stored of a file.
    async fn download(&self, chat: &Value, row: &Value) -> TestResponse {
        let reply = self.follow(&self.link(chat, row).await).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        reply
    }
}

/// Builds a mail of these parts, each with its headers.
fn mail_of(id: &str, parts: &[String]) -> String {
    let body: String = parts
        .iter()
        .map(|part| format!("--b\r\n{part}\r\n"))
        .collect();
    format!(
        "Message-ID: <{id}@home.example>\r\nFrom: {EMAIL}\r\nTo: desk@example.org\r\nSubject: Scans\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{body}--b--\r\n"
    )
}

fn part(headers: &str, body: &str) -> String {
    format!("{headers}\r\n\r\n{body}")
}

const TEXT: &str = "Content-Type: text/plain";
const FORWARDED: &str = "From: other@home.example\r\nSubject: Older\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: message/rfc822\r\n\r\nFrom: third@home.example\r\n\r\nInnermost\r\n--i--";

#[test]
fn everything_attached_is_a_file_of_the_message() {
    on_both(async |hook| {
        let raw = mail_of(
            "1",
            &[
                part(TEXT, "See what I got"),
                part(
                    "Content-Type: image/jpeg\r\nContent-ID: <p@home>\r\nContent-Disposition: inline; filename=face.png\r\nContent-Transfer-Encoding: base64",
                    PNG_TEXT,
                ),
                part(
                    "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''..%2F..%2Fgr%C3%BC%C3%9Fe%E2%80%AEfdp.pdf\r\nContent-Transfer-Encoding: base64",
                    "JVBERi0xLjQ=",
                ),
                part(
                    "Content-Type: text/calendar; method=REQUEST",
                    "BEGIN:VCALENDAR",
                ),
                part("Content-Type: message/rfc822", FORWARDED),
                part(
                    "Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64",
                    "eJ8+IgEC",
                ),
                part(
                    "Content-Type: image/png; name=page.png\r\nContent-Disposition: attachment",
                    "<script>alert(1)</script>",
                ),
            ],
        );
        assert_eq!(hook.deliver(raw.clone()).await, 204);
        // The mail server repeats what it is not sure about.
        assert_eq!(hook.deliver(raw.clone()).await, 204);
        let chats = hook.chats().await;
        let chat = only(&chats);
        assert_eq!(hook.texts(chat).await, ["See what I got"]);
        let files = hook.files(chat).await;
        let shown: Vec<_> = files
            .iter()
            .map(|row| {
                (
                    row["name"].as_str().unwrap(),
                    row["contentType"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("face.png", "image/png"),
                ("grüßefdp.pdf", "application/pdf"),
                ("invitation.ics", "text/calendar"),
                ("message.eml", "message/rfc822"),
                ("winmail.dat", "application/ms-tnef"),
                ("page.png", "application/octet-stream"),
            ]
        );
        let picture = hook.download(chat, &files[0]).await;
        assert_eq!(picture.bytes, PNG);
        let headers = [
            ("content-type", "image/png"),
            ("content-disposition", "inline; filename*=UTF-8''face%2Epng"),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "sandbox; default-src 'none'"),
            ("cache-control", "private"),
        ];
        for (name, expected) in headers {
            assert_eq!(picture.header(name), expected, "{name}");
        }
        let forwarded = hook.download(chat, &files[3]).await;
        assert_eq!(forwarded.text().trim_end(), FORWARDED);
        let page = hook.download(chat, &files[5]).await;
        let disposition = page.header("content-disposition");
        assert!(disposition.starts_with("attachment;"), "{disposition}");
        assert_eq!(page.header("content-type"), "application/octet-stream");

        let all = hook.all_files(chat).await;
        let originals: Vec<_> = all.iter().filter(|row| row["isOriginal"] == true).collect();
        let [original] = originals.as_slice() else {
            panic!("{all:?}")
        };
        assert_eq!(
            (&original["name"], &original["contentType"]),
            (&json!("original.eml"), &json!("message/rfc822"))
        );
        assert_eq!(hook.download(chat, original).await.text(), raw);
        let path = format!("/chats/{}/messages", chat["id"]);
        let messages = hook.setup.get(&hook.setup.g, &path).await.expect(200);
        for row in &all {
            assert_eq!(row["messageUuid"], messages[0]["uuid"], "{row}");
        }
        hook.wait_for_contents(all.len()).await;
        hook.assert_private();
        assert!(!hook.setup.server.logs().contains("signature="));
    });
}

#[test]
fn what_is_too_much_is_noted_in_the_message() {
    on_both(async |hook| {
        let mut parts = vec![part(TEXT, "Many")];
        let picture = |n: u32| {
            let headers = format!(
                "Content-Type: image/png; name=p{n}.png\r\nContent-Transfer-Encoding: base64"
            );
            part(&headers, PNG_TEXT)
        };
        parts.extend((0..32).map(picture));
        let status = hook.deliver(mail_of("1", &parts)).await;
        assert_eq!(status, 204, "{}", hook.setup.server.logs());
        let chats = hook.chats().await;
        let chat = only(&chats);
        assert_eq!(hook.files(chat).await.len(), 30);
        // All have the same bytes, which are stored once beside the original.
        hook.wait_for_contents(2).await;
        let path = format!("/chats/{}/messages", chat["id"]);
        let messages = hook.setup.get(&hook.setup.g, &path).await.expect(200);
        let server = &hook.setup.server;
        let ctx: Ctx = server.a.ctx();
        let number = messages[0]["id"].as_i64().unwrap();
        let key = ConversationKey::Number(chat["id"].as_i64().unwrap());
        let stored = message::find(&server.engine, &ctx, key, MessageKey::Number(number)).await;
        let omitted = stored.unwrap().details.omitted_files;
        let shown: Vec<_> = omitted
            .iter()
            .map(|file| (file.name.as_ref().unwrap().as_str(), file.size, file.reason))
            .collect();
        let size = Some(PNG.len() as u64);
        assert_eq!(
            shown,
            [
                ("p30.png", size, OmissionReason::TooMany),
                ("p31.png", size, OmissionReason::TooMany)
            ]
        );
    });
}

#[test]
fn files_are_read_with_the_right_to_read_the_chat_and_go_with_their_message() {
    on_both(async |hook| {
        let with_picture = |id: &str, text: &str| {
            let picture = part(
                "Content-Type: image/png; name=p.png\r\nContent-Transfer-Encoding: base64",
                PNG_TEXT,
            );
            mail_of(id, &[part(TEXT, text), picture])
        };
        for (id, text) in [("1", "First"), ("2", "Second")] {
            assert_eq!(hook.deliver(with_picture(id, text)).await, 204);
        }
        hook.receive(&Mail::new("3", STRANGER, "Other", "Mine"))
            .await;
        let (setup, chats) = (&hook.setup, hook.chats().await);
        let (other, chat) = (&chats[0], &chats[1]);
        let files = hook.files(chat).await;
        let [first, second] = files.as_slice() else {
            panic!("{files:?}")
        };
        // The subject reads its own chat; others need a scope, and a file belongs to one chat.
        hook.file(&setup.v, chat, first).await.expect(200);
        hook.file(&setup.u, chat, first).await.expect(403);
        hook.file(&setup.g, other, first).await.expect(404);
        let list = format!("/chats/{}/attachments", chat["id"]);
        setup.get(&setup.u, &list).await.expect(403);

        // A link says what it was made for.
        let link = hook.link(chat, first).await;
        let second_link = hook.link(chat, second).await;
        let changed = [
            link.replace(
                first["uuid"].as_str().unwrap(),
                second["uuid"].as_str().unwrap(),
            ),
            link.replace("expires=", "expires=9"),
            link.replace("disposition=inline", "disposition=attachment"),
            link.replace("signature=", "signature=A"),
            link.split("&signature").next().unwrap().to_owned(),
        ];
        for changed in changed {
            assert_eq!(hook.follow(&changed).await.status, 401, "{changed}");
        }
        let server = &setup.server;
        let file: FileId = Id::new(first["uuid"].as_str().unwrap().parse().unwrap());
        let workspace: WorkspaceId = server.a.ctx().workspace.id;
        let kind = FileDisposition::Attachment;
        let expired = FileLink::new(&server.engine, workspace, file, Duration::ZERO, kind);
        let expired = expired.to_path(&server.engine);
        assert_eq!(hook.follow(&expired).await.status, 401);

        // The bytes are those of both files, and go with the second.
        hook.wait_for_contents(4).await;
        delete_message(&hook, chat, first).await;
        assert_eq!(hook.follow(&link).await.status, 404);
        assert_eq!(hook.follow(&second_link).await.bytes, PNG);
        hook.wait_for_contents(3).await;
        let delete = server.delete(&setup.path(&format!("/chats/{}", chat["id"])));
        let deleted = delete.bearer(&setup.g.token).send().await;
        assert_eq!(deleted.status, 204, "{}", deleted.text());
        assert_eq!(hook.follow(&second_link).await.status, 404);
    });
}

/// Deletes the message of a file.
async fn delete_message(hook: &Hook, chat: &Value, file: &Value) {
    let (engine, ctx) = (&hook.setup.server.engine, hook.setup.server.a.ctx());
    let chat = ConversationKey::Number(chat["id"].as_i64().unwrap());
    let id = file["messageUuid"].as_str().unwrap().parse().unwrap();
    let deleted = message::delete(engine, &ctx, chat, MessageKey::Id(Id::new(id))).await;
    deleted.unwrap();
}
