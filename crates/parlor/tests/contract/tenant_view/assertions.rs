//! Checks of how each dialect shows a conversation's row.

use parlor_kit::ids::{format_hex, format_prefixed, format_uuid};
use parlor_model::conversation::{Conversation, ConversationKind, ConversationState};
use parlor_model::member::MemberRef;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{TenantView, user_id};

impl TenantView {
    /// Checks that every dialect shows a conversation as its row says.
    pub(crate) async fn assert_shown_everywhere(&self, id: Uuid) {
        let row = self.conversation_row(id).await;
        self.assert_shown_as_group(&row).await;
        self.assert_shown_as_rail_chat(&row).await;
        self.assert_shown_as_channel(&row).await;
        self.assert_shown_as_conversation(&row).await;
        self.assert_shown_as_chat(&row).await;
    }

    pub(crate) async fn assert_shown_as_group(&self, row: &Conversation) {
        // Without a space the dialect does not show it.
        let Some(space) = row.space else { return };
        let path = format!("/v1/workspaces/{{w}}/spaces/{}", format_uuid(space));
        let space = self
            .sharely(http::Method::GET, &path, None)
            .await
            .expect(200);
        assert_eq!(space["status"], "ACTIVE");
        let groups = space["spaceGroupConversation"].as_array().unwrap();
        let group = groups
            .iter()
            .find(|group| group["id"] == format_uuid(row.id))
            .unwrap();
        assert_eq!(
            group["name"],
            row.title.clone().unwrap_or_else(|| "General".to_owned())
        );
    }

    pub(crate) async fn assert_shown_as_rail_chat(&self, row: &Conversation) {
        let chat = self
            .gravity_rail(http::Method::GET, &format!("chats/{}", row.number), None)
            .await
            .expect(200);
        let by_uuid = self
            .gravity_rail(
                http::Method::GET,
                &format!("chats/{}", format_uuid(row.id)),
                None,
            )
            .await;
        assert_eq!(by_uuid.expect(200), chat);
        assert_eq!(
            (&chat["id"], &chat["uuid"]),
            (&json!(row.number), &json!(format_uuid(row.id)))
        );
        assert_eq!(chat["workspaceUuid"], self.server.a.workspace);
        assert_eq!(chat["title"].as_str(), row.title.as_deref());
        let number = |member: &Option<MemberRef>| member.as_ref().map(|member| member.number);
        assert_eq!(chat["ownerMemberId"].as_i64(), number(&row.owner));
        assert_eq!(chat["memberId"].as_i64(), number(&row.subject));
        assert_eq!(chat["metadata"], Value::Object(row.metadata.map().clone()));
        assert_eq!(
            chat["chatType"] == "dm",
            row.kind == ConversationKind::Direct,
            "{chat}"
        );
        let archived = row.state != ConversationState::Active;
        assert_eq!(chat["archived"], archived);
        let participants = chat["participants"].as_array().unwrap();
        for member in [&row.owner, &row.subject].into_iter().flatten() {
            assert!(
                participants
                    .iter()
                    .any(|part| part["memberId"] == member.number),
                "{chat}"
            );
        }
        for (asked, shown) in [(archived, true), (!archived, false)] {
            let path = format!("chats?pageSize=100&archived={asked}");
            let page = self
                .gravity_rail(http::Method::GET, &path, None)
                .await
                .expect(200);
            let listed = page["items"]
                .as_array()
                .unwrap()
                .iter()
                .any(|chat| chat["id"] == row.number);
            assert_eq!(listed, shown, "archived={asked}");
        }
    }

    pub(crate) async fn assert_shown_as_channel(&self, row: &Conversation) {
        let path = format!("info?channelUuid={}", format_hex(row.id));
        let reply = self
            .relation(http::Method::GET, &path, None)
            .await
            .expect(200);
        if row.state == ConversationState::Closed {
            assert_eq!(reply["code"], "13104", "{reply}");
            return;
        }
        let channel = &reply["data"];
        assert_eq!(reply["code"], "0", "{reply}");
        assert_eq!(channel["uuid"], format_hex(row.id));
        assert_eq!(
            channel["type"],
            if row.kind == ConversationKind::Direct {
                "P"
            } else {
                "G"
            }
        );
        match (&row.title, row.kind) {
            (
                Some(title),
                ConversationKind::Group | ConversationKind::Chat | ConversationKind::Thread,
            ) => {
                assert_eq!(channel["name"], *title);
            }
            _ => assert!(!channel["name"].as_str().unwrap().is_empty()),
        }
        let members = channel["members"].as_array().unwrap();
        let admins: Vec<_> = members
            .iter()
            .filter(|member| member["isAdmin"] == true)
            .collect();
        let owner = row.owner.as_ref().unwrap();
        assert_eq!(admins.len(), 1, "{channel}");
        assert_eq!(admins[0]["relationId"], owner.handle);
        let subject = row.subject.as_ref().unwrap();
        assert!(
            members
                .iter()
                .any(|member| member["relationId"] == subject.handle),
            "the subject takes part"
        );
    }

    pub(crate) async fn assert_shown_as_conversation(&self, row: &Conversation) {
        let path = format!(
            "conversation/{}/fetch",
            format_prefixed("conversation_", row.id)
        );
        let found = self
            .chatbotkit(http::Method::GET, &path, None)
            .await
            .expect(200);
        assert_eq!(found["id"], format_prefixed("conversation_", row.id));
        assert_eq!(found["name"].as_str(), row.title.as_deref());
        assert_eq!(found["meta"], Value::Object(row.metadata.map().clone()));
        assert_eq!(
            found["spaceId"].as_str().map(str::to_owned),
            row.space.map(|space| format_prefixed("space_", space))
        );
        // Contacts are all members except assistants and the owner.
        let subject = row
            .subject
            .as_ref()
            .filter(|subject| subject.number != self.server.a.owner.number);
        assert_eq!(
            found["contactId"].as_str().map(str::to_owned),
            subject.map(|subject| format_prefixed("contact_", subject.id))
        );
    }

    pub(crate) async fn assert_shown_as_chat(&self, row: &Conversation) {
        let chat = self
            .tenant_chats(http::Method::GET, &format_uuid(row.id), None)
            .await
            .expect(200);
        assert_eq!(chat["id"], format_uuid(row.id));
        assert_eq!(chat["tenant_id"], self.server.a.workspace);
        match &row.title {
            Some(title) => assert_eq!(chat["title"], *title),
            None => assert!(
                chat["title"].as_str().unwrap().starts_with("Chat 2"),
                "{chat}"
            ),
        }
        let subject = row.subject.as_ref().unwrap();
        assert_eq!(chat["user_id"], user_id(subject));
        assert_eq!(
            chat["config"]["metadata"],
            Value::Object(row.metadata.map().clone())
        );
        assert_eq!(
            chat["status"],
            if row.state == ConversationState::Active {
                "active"
            } else {
                "closed"
            }
        );
        let listed = self.listed_chat_ids(&user_id(subject)).await;
        assert_eq!(
            listed.contains(&format_uuid(row.id)),
            row.kind != ConversationKind::Direct
        );
    }
}
