//! The page of deliveries: its pages, and what other keys and other workspaces see of it.

use parlor_engine::event_rule;
use parlor_model::event_rule::{CreateEventRule, EventAction};
use parlor_model::outbox::EventKind;
use parlor_model::scope::Scopes;
use parlor_testkit::{TestServer, TestTenant, both};
use serde_json::json;

use crate::visitor::{Visitor, between, create_key};

/// Creates a rule whose receiver cannot be reached, and returns its number.
pub async fn create_rule(server: &TestServer, tenant: &TestTenant) -> i64 {
    let params = json!({ "url": "https://receiver.invalid/hook" });
    let command = CreateEventRule {
        name: Some("CRM".to_owned()),
        object_type: "chat".to_owned(),
        event_type: "chat:created".to_owned(),
        action: EventAction::SendWebhook,
        conditions: None,
        delay_seconds: 0,
        action_params: params.as_object().unwrap().clone(),
        is_enabled: true,
    };
    let names = |_: &str| Some(EventKind::ConversationCreated);
    let created = event_rule::create(&server.engine, &tenant.ctx(), command, names).await;
    created.unwrap().rule.number
}

/// Creates chats, each of which is an event.
pub async fn create_chats(server: &TestServer, tenant: &TestTenant, count: usize) {
    let path = format!("/api/v2/w/{}/chats", tenant.workspace);
    for _ in 0..count {
        let request = server.post(&path).bearer(&tenant.key);
        request
            .json(&json!({ "channel": "web-chat" }))
            .send()
            .await
            .expect(200);
    }
}

both! {
    async fn deliveries_are_listed_by_pages(server: TestServer) {
        let rule = create_rule(&server, &server.a).await;
        create_chats(&server, &server.a, 53).await;
        let owner = Visitor::sign_in(&server, &server.a.key).await;
        for list in ["?show=all".to_owned(), "?show=waiting".to_owned(), format!("?rule={rule}")] {
            let first = owner.get(&format!("/console/deliveries{list}")).await;
            let mut ids: Vec<String> = Vec::new();
            ids.extend(between(&first.text, "data-delivery=\"", "\"").into_iter().map(str::to_owned));
            assert_eq!(ids.len(), 50, "{list}");
            let next = between(&first.text, "<nav aria-label=\"Pages of deliveries\" class=\"actions\"><a href=\"", "\"")[0];
            let next = next.replace("&amp;", "&").replace("&#38;", "&");
            let second = owner.get(&format!("/console/deliveries{next}")).await;
            ids.extend(between(&second.text, "data-delivery=\"", "\"").into_iter().map(str::to_owned));
            assert!(!second.text.contains("Pages of deliveries"), "{list}");
            let all = ids.len();
            ids.sort();
            ids.dedup();
            assert_eq!((ids.len(), all), (53, 53), "{list}");
        }
        for bad in ["?show=x", "?after=x", "?after=1_x", "?show=all&after=-1_", "?rule=x", "?rule=0", "?rule=1&offset=-1"] {
            assert_eq!(owner.get(&format!("/console/deliveries{bad}")).await.status, 400, "{bad}");
        }
        assert_eq!(owner.get("/console/deliveries?rule=999").await.status, 404);
    }

    async fn deliveries_of_another_workspace_are_as_unknown_as_none(server: TestServer) {
        let rule = create_rule(&server, &server.a).await;
        create_chats(&server, &server.a, 1).await;
        let owner = Visitor::sign_in(&server, &server.a.key).await;
        let own = owner.get("/console/deliveries?show=all").await;
        let id = between(&own.text, "data-delivery=\"", "\"")[0].to_owned();
        assert_eq!(owner.get(&format!("/console/deliveries/{id}")).await.status, 200);
        let other = Visitor::sign_in(&server, &server.b.key).await;
        let theirs = other.get("/console/deliveries?show=all").await;
        assert!(theirs.text.contains("Nothing was sent yet") && !theirs.text.contains(&id));
        let rule = rule.to_string();
        let since = [("rule", rule.as_str()), ("since", "2026-01-01T00:00")];
        for id in [id.as_str(), "x", "0192f0c1-5a2b-7c3d-8e4f-a1b2c3d4e5f6"] {
            assert_eq!(other.get(&format!("/console/deliveries/{id}")).await.status, 404, "{id}");
            assert_eq!(other.post(&format!("/console/deliveries/{id}/replay"), &[]).await.status, 404, "{id}");
        }
        assert_eq!(other.post("/console/deliveries/recover", &since).await.status, 404);
        let resume = format!("/console/deliveries/endpoint/{rule}/resume");
        assert_eq!(other.post(&resume, &[]).await.status, 404);
        assert_eq!(owner.post(&resume, &[]).await.status, 303);
        for bad in ["", "yesterday", "2026-13-01T00:00"] {
            let fields = [("rule", rule.as_str()), ("since", bad)];
            assert_eq!(owner.post("/console/deliveries/recover", &fields).await.status, 400, "{bad}");
        }
        assert_eq!(owner.post("/console/deliveries/recover", &since).await.status, 303);
    }

    async fn key_sees_and_changes_of_deliveries_what_its_scopes_allow(server: TestServer) {
        let rule = create_rule(&server, &server.a).await;
        create_chats(&server, &server.a, 1).await;
        let (_, none) = create_key(&server, "conversations:read".parse().unwrap()).await;
        let none = Visitor::sign_in(&server, &none).await;
        let start = none.get("/console/start").await;
        assert!(!start.text.contains("/console/deliveries"), "{}", start.text);
        assert_eq!(none.get("/console/deliveries").await.status, 403);
        let (_, reader) = create_key(&server, "webhooks:read".parse::<Scopes>().unwrap()).await;
        let reader = Visitor::sign_in(&server, &reader).await;
        let list = reader.get("/console/deliveries?show=all").await;
        assert_eq!(list.status, 200);
        assert!(!list.text.contains("receiver.invalid"), "rules need another scope");
        assert!(!list.text.contains("Replay"), "{}", list.text);
        let id = between(&list.text, "data-delivery=\"", "\"")[0];
        let path = format!("/console/deliveries/{id}");
        let shown = reader.get(&path).await;
        assert!(shown.text.contains("those who may read conversations"), "{}", shown.text);
        let rule = rule.to_string();
        let fields = [("rule", rule.as_str()), ("since", "2026-01-01T00:00")];
        let resume = format!("/console/deliveries/endpoint/{rule}/resume");
        for path in [format!("{path}/replay").as_str(), "/console/deliveries/recover", &resume] {
            assert_eq!(reader.post(path, &fields).await.status, 403, "{path}");
        }
    }
}
