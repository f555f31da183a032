//! Deletions, and what they keep.

use crate::client::{Client, assert_error, cases};
use parlor_engine::message;
use parlor_model::access::WorkspaceRole as Rank;
use parlor_model::conversation::ConversationKey;
use parlor_model::id::MessageId;
use parlor_model::member::MemberKind;
use parlor_model::message::{CreateMessage, MessageKey, MessageRole};
use serde_json::json;

fn contact_id(member: &parlor_model::member::MemberRef) -> String {
    parlor_kit::ids::format_prefixed("contact_", member.id)
}

/// Creates a message through the engine.
async fn create_message(client: &Client, id: &str, text: &str) -> (ConversationKey, MessageId) {
    let id = parlor_kit::ids::parse_prefixed("conversation_", id).unwrap();
    let key = ConversationKey::Id(id);
    let command = CreateMessage::new(key, None, MessageRole::User, text);
    let ctx = client.server.a.ctx();
    let created = message::create(&client.server.engine, &ctx, command);
    (key, created.await.unwrap().id)
}

cases! {
    async fn case_07_deleted_space_is_not_found(client: Client) {
        let id = client.create_space(json!({ "name": "x" })).await;
        client.delete("space", &id).await;
        assert_error(&client.get(&format!("/space/{id}/fetch")).await, 404, "NOT_FOUND");
        for action in ["update", "delete"] {
            let reply = client.post(&format!("/space/{id}/{action}"), &json!({})).await;
            assert_error(&reply, 404, "NOT_FOUND");
        }
        // The body is optional.
        let id = client.create_space(json!({})).await;
        client.post_request(&format!("/space/{id}/delete")).send().await.expect(200);
        assert_eq!(client.count("space").await, 0);
    }

    async fn case_08_conversations_of_deleted_space_are_kept_without_space(client: Client) {
        let contact = client.create_contact(json!({ "fingerprint": "f" })).await;
        let space = client.create_space(json!({ "contactId": contact })).await;
        let mut conversations = Vec::new();
        for name in ["Hello", "Again"] {
            let body = json!({ "name": name, "spaceId": space, "contactId": contact, "meta": { "n": 1 }, "messages": [] });
            conversations.push(client.create("conversation", body).await);
        }
        let mut messages = Vec::new();
        for id in &conversations {
            assert_eq!(
                client.fetch("conversation", id).await["spaceId"],
                json!(space)
            );
            messages.push(create_message(&client, id, "kept").await);
        }
        client.delete("space", &space).await;
        for (id, name) in conversations.iter().zip(["Hello", "Again"]) {
            let conversation = client.fetch("conversation", id).await;
            assert!(conversation.get("spaceId").is_none());
            assert_eq!(conversation["name"], name);
            assert_eq!(conversation["contactId"], json!(contact));
            assert_eq!(conversation["meta"], json!({ "n": 1 }));
        }
        let ctx = client.server.a.ctx();
        for (key, id) in messages {
            let message = message::find(&client.server.engine, &ctx, key, MessageKey::Id(id));
            assert_eq!(*message.await.unwrap().text, "kept");
        }
        assert!(client.fetch("contact", &contact).await.is_object());
    }

    async fn case_09_spaces_of_deleted_contact_are_kept_without_contact(client: Client) {
        let contact = client.create_contact(json!({ "fingerprint": "f", "email": "ada@example.org" })).await;
        let space = client.create_space(json!({ "contactId": contact })).await;
        let conversation = client.create("conversation", json!({ "contactId": contact })).await;
        client.delete("contact", &contact).await;
        assert!(client.fetch("space", &space).await.get("contactId").is_none());
        assert!(client.fetch("conversation", &conversation).await.get("contactId").is_none());
        assert_eq!(client.page(&format!("contactId={contact}")).await, (Vec::new(), String::new()));
        assert_error(&client.get(&format!("/contact/{contact}/fetch")).await, 404, "NOT_FOUND");
        assert_error(&client.get(&format!("/contact/{contact}/space/list")).await, 404, "NOT_FOUND");
        // Its fingerprint can be used for a new contact.
        let fresh = client.create_contact(json!({ "fingerprint": "f" })).await;
        assert_ne!(fresh, contact);
        assert!(client.fetch("contact", &fresh).await.get("email").is_none());
    }

    async fn member_with_role_is_not_deleted_and_owner_is_no_contact(client: Client) {
        let tenant = &client.server.a;
        let manager = contact_id(&tenant.create_person("Manager", Some(Rank::Manager), "").await);
        let person = contact_id(&tenant.create_person("Person", None, "").await);
        let assistant = contact_id(&tenant.create_member(MemberKind::Assistant, "Bot", None, "").await);
        let owner = contact_id(&tenant.owner);
        assert_eq!(client.count("contact").await, 2);
        let reply = client.post(&format!("/contact/{manager}/delete"), &json!({})).await;
        assert_error(&reply, 409, "CONFLICT");
        // A member that another dialect created has a stable fingerprint too.
        let first = client.fetch("contact", &person).await["fingerprint"].clone();
        assert!(first.as_str().is_some_and(|text| text.len() == 32));
        client.update("contact", &person, json!({ "nick": "P" })).await;
        assert_eq!(client.fetch("contact", &person).await["fingerprint"], first);
        for other in [owner, assistant] {
            assert_error(&client.get(&format!("/contact/{other}/fetch")).await, 404, "NOT_FOUND");
            for action in ["update", "delete"] {
                let reply = client.post(&format!("/contact/{other}/{action}"), &json!({})).await;
                assert_error(&reply, 404, "NOT_FOUND");
            }
            for resource in ["space", "conversation"] {
                let reply = client.post(&format!("/{resource}/create"), &json!({ "contactId": other })).await;
                assert_error(&reply, 404, "NOT_FOUND");
            }
        }
    }
}
