//! `/event-rules`.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn rules_are_kept_changed_and_deleted(server: TestServer) {
        let mut world = TestWorkspace::new(server).await;
        let body = json!({
            "name": "Welcome", "objectType": "member", "eventType": "member.created", "actionType": "chat:create", "conditions": "member.phone != ''", "delay": 60,
            "actionParams": { "workflowId": world.workflow, "channel": "phone-sms", "phoneNumberId": world.p1, "assistantEnabled": true, "extra": { "kept": 1.50 } },
        });
        let made = world.post(&world.g, "/event-rules", body.clone()).await.expect(200);
        for (field, value) in body.as_object().unwrap().iter().filter(|(field, _)| *field != "eventType") {
            assert_eq!(&made[field], value, "{field}");
        }
        // Both spellings of an event are one.
        assert_eq!((&made["eventType"], &made["isEnabled"]), (&json!("member:created"), &json!(true)));
        let path = format!("/event-rules/{}", made["uuid"].as_str().unwrap());
        let changed = world.put(&world.g, &path, json!({ "isEnabled": false, "conditions": null, "delay": 0 })).await.expect(200);
        assert_eq!((&changed["isEnabled"], &changed["conditions"], &changed["delay"], &changed["name"]), (&json!(false), &Value::Null, &json!(0), &json!("Welcome")));
        world.server.restart().await;
        assert_eq!(world.get(&world.g, &format!("/event-rules/{}", made["id"])).await.expect(200), changed);
        let other = world.post(&world.g, "/event-rules", json!({ "objectType": "chat", "eventType": "chat:created", "actionType": "webhook:send", "actionParams": { "url": "https://example.org/hook" } })).await.expect(200);
        let listed = world.get(&world.g, "/event-rules?pageSize=1&page=2").await.expect(200);
        assert_eq!((&listed["total"], field_values(&listed, "id")), (&json!(2), vec![other["id"].clone()]));
        assert_eq!(world.delete(&world.g, &path).await.status, 204);
        for gone in [world.get(&world.g, &path).await, world.put(&world.g, &path, json!({})).await, world.delete(&world.g, &path).await, world.get(&world.g, "/event-rules/x").await] {
            gone.expect(404);
        }
    }

    async fn rule_that_cannot_be_is_refused(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let good = json!({ "objectType": "chat", "eventType": "chat:created", "actionType": "sms:send" });
        let kept = world.post(&world.g, "/event-rules", good.clone()).await.expect(200);
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
            for refusal in [world.post(&world.g, "/event-rules", body).await, world.put(&world.g, &path, change.clone()).await] {
                let loc: Vec<_> = std::iter::once(json!("body")).chain(loc.as_array().unwrap().iter().cloned()).collect();
                assert_eq!(refusal.expect(400)["errors"][0]["loc"], json!(loc), "{change:.80}");
            }
        }
        world.post(&world.g, "/event-rules", json!({})).await.expect(400);
        assert_eq!(world.get(&world.g, &path).await.expect(200), kept);
        assert_eq!(world.total("/event-rules").await, 1);
    }

    async fn rules_ask_for_their_scopes(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let good = json!({ "objectType": "chat", "eventType": "chat:created", "actionType": "sms:send" });
        for (reply, scope) in [(world.get(&world.u, "/event-rules").await, "automations:read"), (world.post(&world.u, "/event-rules", good.clone()).await, "automations:write")] {
            assert_eq!(reply.expect(403)["scope"], scope);
        }
        // One that posts to an address outside asks for more, to be made, changed into, changed and deleted.
        let clerk = world.server.create_signed_in_member("Clara", None, "automations:write").await.1;
        let hook = json!({ "actionType": "webhook:send", "actionParams": { "url": "https://example.org" } });
        let as_clerk = async |method: http::Method, path: &str, body: &Value| world.server.request(method, &world.path(path)).bearer(&clerk).json(body).send().await;
        let made = as_clerk(http::Method::POST, "/event-rules", &good).await.expect(200);
        let path = format!("/event-rules/{}", made["id"]);
        assert_eq!(as_clerk(http::Method::PUT, &path, &hook).await.expect(403)["scope"], "webhooks:write");
        world.put(&world.g, &path, hook).await.expect(200);
        assert_eq!(as_clerk(http::Method::PUT, &path, &json!({ "isEnabled": false })).await.expect(403)["scope"], "webhooks:write");
        assert_eq!(as_clerk(http::Method::DELETE, &path, &json!({})).await.expect(403)["scope"], "webhooks:write");
    }
}
