//! Effects of a member's deletion on its sockets, chats and messages.

use parlor_engine::{conversation, log, member, message};
use parlor_kit::ids::{format_prefixed, format_uuid};
use parlor_model::conversation::ConversationKey;
use parlor_model::log::LogItem;
use parlor_model::member::{MemberKey, MemberRef};
use parlor_model::message::{CreateMessage, MessageRole};
use parlor_testkit::{TestServer, TestSocket, both};
use serde_json::{Value, json};
use uuid::Uuid;

/// Deletes a member at once, independent of its open connections.
async fn delete_member(server: &TestServer, who: &MemberRef) {
    let path = format!(
        "/api/v1/contact/{}/delete",
        format_prefixed("contact_", who.id)
    );
    let request = server.post(&path).bearer(&server.a.key);
    let reply = request.json(&json!({})).send().await;
    assert!(reply.status < 300, "{}", reply.text());
}

/// A group that a member has created, with a second participant.
async fn create_group(server: &TestServer, owner: &str, other: &MemberRef) -> Uuid {
    let path = format!("/api/v2/w/{}/chats", server.a.workspace);
    let body = json!({ "channel": "web-chat", "title": "Two", "participants": [other.number] });
    let made = server.post(&path).bearer(owner).json(&body).send().await;
    made.expect(200)["uuid"].as_str().unwrap().parse().unwrap()
}

/// Opens sockets of a member with a key of the tenant.
async fn open_sockets(
    server: &TestServer,
    who: &MemberRef,
    chat: Uuid,
) -> Vec<(&'static str, TestSocket)> {
    let (key, user) = (&server.a.key, format_uuid(who.id));
    let mut open = Vec::new();
    for (name, version) in [("first version", ""), ("second version", "&v=2")] {
        let path = format!("/ws/chat?api_key={key}&user_id={user}&chat_id={chat}{version}");
        open.push((name, TestSocket::open_greeted(&server.url, &path).await));
    }
    let path = format!("/live?api_key={key}&user_id={user}");
    open.push((
        "of many",
        TestSocket::open_greeted(&server.url, &path).await,
    ));
    open
}

async fn read_log(server: &TestServer, chat: Uuid) -> Vec<Value> {
    let path = format!("/api/v1/chats/{chat}/log");
    let request = server.get(&path).header("X-API-Key", &server.a.key);
    let page = request.send().await.expect(200);
    page["entries"].as_array().unwrap().clone()
}

both! {
    async fn a_user_with_any_socket_open_is_not_deleted_by_tenant_chats(server: TestServer) {
        let (person, token) = server.create_signed_in_member("Ada", None, "").await;
        let other = server.a.create_person("Bob", None, "").await;
        let chat = create_group(&server, &token, &other).await;
        let path = format!("/api/v1/users/{}", format_uuid(person.id));
        let delete = async || {
            let request = server.delete(&path).header("X-API-Key", &server.a.key);
            request.send().await
        };
        for (name, socket) in open_sockets(&server, &person, chat).await {
            let refused = delete().await;
            assert_eq!(refused.expect(409)["error_code"], "CHAT_IN_USE", "{name}");
            socket.close().await;
        }
        // A closed socket is unregistered within a moment.
        while delete().await.status == 409 {
            parlor_testkit::tokio::task::yield_now().await;
        }
        assert_eq!(delete().await.status, 404);
    }

    async fn a_deleted_member_leaves_its_groups_and_its_sockets_end(server: TestServer) {
        let (person, token) = server.create_signed_in_member("Ada", None, "").await;
        let other = server.a.create_person("Bob", None, "").await;
        let chat = create_group(&server, &token, &other).await;
        let open = open_sockets(&server, &person, chat).await;
        delete_member(&server, &person).await;
        for (name, mut socket) in open {
            while let Some(frame) = socket.next_or_end().await {
                assert_ne!(frame["event_type"], "message_created", "{name}");
            }
        }
        let entries = read_log(&server, chat).await;
        let left = entries.iter().filter(|entry| entry["event_type"] == "participant_left");
        assert_eq!(left.count(), 1, "{entries:?}");
        let owner = server.a.ctx();
        let id = ConversationKey::Id(parlor_model::Id::new(chat));
        let found = conversation::find(&server.engine, &owner, id).await.unwrap();
        let handed = found.owner.map(|owner| owner.number);
        assert_eq!(handed, Some(other.number));
    }

    async fn messages_to_deleted_member_stay(server: TestServer) {
        let (person, _) = server.create_signed_in_member("Ada", None, "").await;
        let other = server.a.create_person("Bob", None, "").await;
        let owner = server.a.ctx();
        let acting = member::context_by_id(&server.engine, owner.workspace, other.id, None, owner.request);
        let ctx = acting.await.unwrap();
        let pair = conversation::find_or_create_direct(&server.engine, &ctx, MemberKey::Id(person.id), false);
        let pair = ConversationKey::Number(pair.await.unwrap().number);
        let words = CreateMessage::new(pair, Some(other.number), MessageRole::User, "mine".to_owned());
        message::create(&server.engine, &ctx, words).await.unwrap();
        delete_member(&server, &person).await;
        let items = log::read_items(&server.engine, &ctx, pair, 0, 100).await.unwrap();
        let texts = items.iter().filter_map(|item| match item {
            LogItem::Message(message) => Some(message.text.as_str()),
            LogItem::Tombstone { .. } | LogItem::Entry(_) => None,
        });
        assert_eq!(texts.collect::<Vec<_>>(), ["mine"]);
    }
}
