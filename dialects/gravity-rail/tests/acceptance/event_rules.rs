//! `/event-rules`.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn event_rule_is_created_updated_and_deleted(server: TestServer) {
        let mut setup = TestWorkspace::new(server).await;
        let body = json!({
            "name": "Welcome", "objectType": "member", "eventType": "member.created", "actionType": "chat:create", "conditions": "member.phone != ''", "delay": 60,
            "actionParams": { "workflowId": setup.workflow, "channel": "phone-sms", "phoneNumberId": setup.p1, "assistantEnabled": true, "extra": { "kept": 1.50 } },
        });
        let created = setup.post(&setup.g, "/event-rules", body.clone()).await.expect(200);
        for (field, value) in body.as_object().unwrap().iter().filter(|(field, _)| *field != "eventType") {
            assert_eq!(&created[field], value, "{field}");
        }
        // Both spellings of an event are stored as one.
        assert_eq!((&created["eventType"], &created["isEnabled"]), (&json!("member:created"), &json!(true)));
        let path = format!("/event-rules/{}", created["uuid"].as_str().unwrap());
        let changed = setup.put(&setup.g, &path, json!({ "isEnabled": false, "conditions": null, "delay": 0 })).await.expect(200);
        assert_eq!((&changed["isEnabled"], &changed["conditions"], &changed["delay"], &changed["name"]), (&json!(false), &Value::Null, &json!(0), &json!("Welcome")));
        setup.server.restart().await;
        assert_eq!(setup.get(&setup.g, &format!("/event-rules/{}", created["id"])).await.expect(200), changed);
        let other = setup.post(&setup.g, "/event-rules", json!({ "objectType": "chat", "eventType": "chat:created", "actionType": "webhook:send", "actionParams": { "url": "https://example.org/hook" } })).await.expect(200);
        let listed = setup.get(&setup.g, "/event-rules?pageSize=1&page=2").await.expect(200);
        assert_eq!((&listed["total"], field_values(&listed, "id")), (&json!(2), vec![other["id"].clone()]));
        assert_eq!(setup.delete(&setup.g, &path).await.status, 204);
        for gone in [setup.get(&setup.g, &path).await, setup.put(&setup.g, &path, json!({})).await, setup.delete(&setup.g, &path).await, setup.get(&setup.g, "/event-rules/x").await] {
            gone.expect(404);
        }
    }

    async fn invalid_event_rule_is_refused(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let good = json!({ "objectType": "chat", "eventType": "chat:created", "actionType": "sms:send" });
        let kept = setup.post(&setup.g, "/event-rules", good.clone()).await.expect(200);
        let path = format!("/event-rules/{}", kept["id"]);
        for (change, loc) in [
            (json!({ "objectType": "" }), json!(["objectType"])), (json!({ "objectType": "Chat" }), json!(["objectType"])), (json!({ "eventType": "created" }), json!(["eventType"])),
            (json!({ "eventType": "chat:a:b" }), json!(["eventType"])), (json!({ "actionType": "king:crown" }), json!(["actionType"])), (json!({ "delay": -1 }), json!(["delay"])),
            (json!({ "delay": 2_592_001 }), json!(["delay"])), (json!({ "conditions": "x".repeat(10_001) }), json!(["conditions"])), (json!({ "name": "x".repeat(256) }), json!(["name"])),
            (json!({ "actionParams": [] }), json!(["actionParams"])), (json!({ "actionParams": { "x": "x".repeat(65_536) } }), json!(["actionParams"])),
            (json!({ "actionType": "webhook:send" }), json!(["actionParams", "url"])), (json!({ "actionType": "webhook:send", "actionParams": { "url": "ftp://example.org" } }), json!(["actionParams", "url"])),
            (json!({ "actionType": "chat:create", "actionParams": { "channel": "fax" } }), json!(["actionParams", "channel"])),
            (json!({ "actionType": "chat:create", "actionParams": { "workflowId": "x" } }), json!(["actionParams", "workflowId"])), (json!({ "isEnabled": 1 }), json!(["isEnabled"])),
        ] {
            let mut body = good.clone();
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            for refusal in [setup.post(&setup.g, "/event-rules", body).await, setup.put(&setup.g, &path, change.clone()).await] {
                let loc: Vec<_> = std::iter::once(json!("body")).chain(loc.as_array().unwrap().iter().cloned()).collect();
                assert_eq!(refusal.expect(400)["errors"][0]["loc"], json!(loc), "{change:.80}");
            }
        }
        setup.post(&setup.g, "/event-rules", json!({})).await.expect(400);
        assert_eq!(setup.get(&setup.g, &path).await.expect(200), kept);
        assert_eq!(setup.total("/event-rules").await, 1);
    }

    async fn event_rules_require_their_scopes(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let good = json!({ "objectType": "chat", "eventType": "chat:created", "actionType": "sms:send" });
        for (reply, scope) in [(setup.get(&setup.u, "/event-rules").await, "automations:read"), (setup.post(&setup.u, "/event-rules", good.clone()).await, "automations:write")] {
            assert_eq!(reply.expect(403)["scope"], scope);
        }
        // A rule with an external URL requires another scope: to create it, change it into one, update it and delete
        // it.
        let clerk = setup.server.create_signed_in_member("Clara", None, "automations:write").await.1;
        let hook = json!({ "actionType": "webhook:send", "actionParams": { "url": "https://example.org" } });
        let as_clerk = async |method: http::Method, path: &str, body: &Value| setup.server.request(method, &setup.path(path)).bearer(&clerk).json(body).send().await;
        let created = as_clerk(http::Method::POST, "/event-rules", &good).await.expect(200);
        let path = format!("/event-rules/{}", created["id"]);
        assert_eq!(as_clerk(http::Method::PUT, &path, &hook).await.expect(403)["scope"], "webhooks:write");
        setup.put(&setup.g, &path, hook).await.expect(200);
        assert_eq!(as_clerk(http::Method::PUT, &path, &json!({ "isEnabled": false })).await.expect(403)["scope"], "webhooks:write");
        assert_eq!(as_clerk(http::Method::DELETE, &path, &json!({})).await.expect(403)["scope"], "webhooks:write");
    }
}
