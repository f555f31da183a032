//! Requests that set texts with a limit.

use parlor_model::limit::{
    BACKSTORY, DESCRIPTION, EXTERNAL_ID, MESSAGE, NAME, REFERENCE, TextLimit,
};
use serde_json::{Value, json};

use crate::text_fixture::{Dialect, TextFixture};

/// A request that sets a field: its dialect, its path, and the body with the text in it.
pub(crate) struct TextInput {
    pub(crate) name: &'static str,
    pub(crate) dialect: Dialect,
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) body: Box<dyn Fn(&str) -> Value>,
    pub(crate) max_chars: usize,
}

impl TextFixture<'_> {
    pub(crate) fn text_inputs(&self) -> Vec<TextInput> {
        use Dialect::{ChatBotKit, GravityRail, Relation, Sharely, TenantChats};
        let mut inputs = Vec::new();
        let mut add = |name,
                       dialect,
                       method,
                       path: String,
                       limit: TextLimit,
                       body: Box<dyn Fn(&str) -> Value>| {
            inputs.push(TextInput {
                name,
                dialect,
                method,
                path,
                body,
                max_chars: limit.max_chars,
            });
        };
        let workspace = &self.server.a.workspace;
        for (field, limit) in [
            ("name", NAME),
            ("nick", NAME),
            ("description", DESCRIPTION),
            ("preferences", DESCRIPTION),
            ("fingerprint", REFERENCE),
        ] {
            let body = move || {
                Box::new(move |text: &str| json!({ field: text, "meta": {} }))
                    as Box<dyn Fn(&str) -> Value>
            };
            add(
                "contact create",
                ChatBotKit,
                "POST",
                "/api/v1/contact/create".into(),
                limit,
                body(),
            );
            add(
                "contact ensure",
                ChatBotKit,
                "POST",
                "/api/v1/contact/ensure".into(),
                limit,
                body(),
            );
            if field != "fingerprint" {
                let update = format!("/api/v1/contact/{}/update", self.contact);
                add("contact update", ChatBotKit, "POST", update, limit, body());
                let new = Box::new(
                    move |text: &str| json!({ "contactId": { "fingerprint": format!("{field} {}", text.len()), field: text } }),
                );
                add(
                    "contact of a space",
                    ChatBotKit,
                    "POST",
                    "/api/v1/space/create".into(),
                    limit,
                    new,
                );
            }
        }
        for (field, limit) in [
            ("name", NAME),
            ("description", DESCRIPTION),
            ("alias", REFERENCE),
            ("blueprintId", REFERENCE),
        ] {
            let body = move || {
                Box::new(move |text: &str| json!({ field: text })) as Box<dyn Fn(&str) -> Value>
            };
            let update = format!("/api/v1/space/{}/update", self.space);
            add("space update", ChatBotKit, "POST", update, limit, body());
            if field != "alias" {
                add(
                    "space create",
                    ChatBotKit,
                    "POST",
                    "/api/v1/space/create".into(),
                    limit,
                    body(),
                );
            }
        }
        for (field, limit) in [
            ("name", NAME),
            ("description", DESCRIPTION),
            ("backstory", BACKSTORY),
            ("datasetId", REFERENCE),
            ("model", REFERENCE),
        ] {
            let body = move || {
                Box::new(move |text: &str| json!({ field: text })) as Box<dyn Fn(&str) -> Value>
            };
            let update = format!("/api/v1/conversation/{}/update", self.conversation);
            add(
                "conversation create",
                ChatBotKit,
                "POST",
                "/api/v1/conversation/create".into(),
                limit,
                body(),
            );
            add(
                "conversation update",
                ChatBotKit,
                "POST",
                update,
                limit,
                body(),
            );
        }
        let say = format!("/api/v1/conversation/{}/message/create", self.conversation);
        for (field, limit) in [
            ("text", MESSAGE),
            ("name", NAME),
            ("description", DESCRIPTION),
        ] {
            let body = Box::new(move |text: &str| {
                let mut body = json!({ "type": "user", "text": "Hello" });
                body[field] = text.into();
                body
            });
            add(
                "message create",
                ChatBotKit,
                "POST",
                say.clone(),
                limit,
                body,
            );
        }
        let base = format!("/api/v2/w/{workspace}");
        let new = |field: &'static str| {
            Box::new(move |text: &str| {
                let mut member = json!({ "email": format!("{field}@example.org") });
                member[field] = text.into();
                json!({ "member": member })
            })
        };
        add(
            "sign-up",
            GravityRail,
            "POST",
            format!("{base}/create-signup"),
            NAME,
            new("name"),
        );
        add(
            "sign-up",
            GravityRail,
            "POST",
            format!("{base}/create-signup"),
            EXTERNAL_ID,
            new("externalId"),
        );
        let owner = self.server.a.owner.number;
        add(
            "member",
            GravityRail,
            "PUT",
            format!("{base}/members/{owner}"),
            NAME,
            Box::new(|text| json!({ "name": text })),
        );
        add(
            "agent",
            GravityRail,
            "POST",
            format!("{base}/agents"),
            DESCRIPTION,
            Box::new(|text| json!({ "name": "A", "description": text })),
        );
        add(
            "agent",
            GravityRail,
            "POST",
            format!("{base}/agents"),
            NAME,
            Box::new(|text| json!({ "name": text })),
        );
        add(
            "chat",
            GravityRail,
            "POST",
            format!("{base}/chats"),
            NAME,
            Box::new(|text| json!({ "channel": "web-chat", "title": text })),
        );
        add(
            "chat update",
            GravityRail,
            "PUT",
            format!("{base}/chats/{}", self.chat),
            NAME,
            Box::new(|text| json!({ "title": text })),
        );
        for (path, field, limit) in [
            ("members", "name", NAME),
            ("api-keys", "name", NAME),
            ("event-rules", "name", NAME),
            ("event-rules", "conditions", DESCRIPTION),
        ] {
            let body = Box::new(move |text: &str| {
                let mut body = json!({ "objectType": "chat", "eventType": "chat:created", "actionType": "sms:send" });
                body[field] = text.into();
                body
            });
            add(
                path,
                GravityRail,
                "POST",
                format!("{base}/{path}"),
                limit,
                body,
            );
        }
        let of = |max_chars| TextLimit {
            subject: "of the dialect's own",
            max_chars,
        };
        let channel = self.channel.clone();
        add(
            "channel",
            Relation,
            "POST",
            "/api/v1/channel/create".into(),
            of(128),
            Box::new(|text| json!({ "name": text, "type": "G" })),
        );
        add(
            "profile",
            Relation,
            "POST",
            "/api/v1/userInfo/update".into(),
            of(64),
            Box::new(|text| json!({ "name": text })),
        );
        add(
            "frame",
            Relation,
            "POST",
            "/api/v1/message/send".into(),
            MESSAGE,
            Box::new(
                move |text| json!({ "channelUuid": channel, "content": text, "type": "TEXT" }),
            ),
        );
        add(
            "user space",
            Sharely,
            "PUT",
            format!("/workspaces/{workspace}/activate-or-retrieve-user-space"),
            EXTERNAL_ID,
            Box::new(|text| json!({ "customerIdString": text })),
        );
        // Texts of the workspace that visitors see.
        for (field, limit) in [
            ("name", NAME),
            ("defaultSpaceName", NAME),
            ("description", DESCRIPTION),
            ("greeting", MESSAGE),
        ] {
            add(
                "web chat",
                Sharely,
                "PUT",
                format!("/v1/workspaces/{workspace}"),
                limit,
                Box::new(move |text| json!({ field: text })),
            );
        }
        add(
            "chat",
            TenantChats,
            "POST",
            "/api/v1/chats/".into(),
            NAME,
            Box::new(|text| json!({ "user_id": "u1", "title": text })),
        );
        add(
            "user",
            TenantChats,
            "POST",
            "/api/v1/chats/".into(),
            EXTERNAL_ID,
            Box::new(|text| json!({ "user_id": text })),
        );
        add(
            "chat update",
            TenantChats,
            "PATCH",
            format!("/api/v1/chats/{}", self.tenant_chat),
            NAME,
            Box::new(|text| json!({ "title": text })),
        );
        add(
            "message",
            TenantChats,
            "POST",
            format!("/api/v1/chats/{}/messages", self.tenant_chat),
            of(32_768),
            Box::new(|text| json!({ "content": text })),
        );
        inputs
    }
}
