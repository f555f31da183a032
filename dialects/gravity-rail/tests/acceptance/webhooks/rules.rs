//! Rules that change while their webhooks are sent.

use serde_json::{Value, json};

use super::fixture::webhook_tests;

webhook_tests! {
    async fn what_waits_for_a_rule_that_is_switched_off_is_cancelled(hooks) {
        let rule = hooks.create_rule("chat:message_created", "slow").await;
        let chat = hooks.create_chat().await;
        for text in ["one", "two", "three"] {
            hooks.say(&chat, text).await;
        }
        assert_eq!(hooks.receiver.next().await.text(), "one");
        let path = format!("/event-rules/{}", rule["id"]);
        let changed = hooks.setup.put(&hooks.setup.g, &path, json!({ "isEnabled": false })).await.expect(200);
        assert_eq!((&changed["deliveryState"], changed.get("secret")), (&json!("inactive"), None));
        hooks.wait_for("cancelled", 2).await;
        hooks.say(&chat, "four").await;
        hooks.receiver.release_slow();
        hooks.wait_for("sent", 1).await;
        let deliveries = hooks.deliveries(&rule).await;
        assert_eq!((deliveries.len(), &deliveries[1]["reason"]), (3, &json!("target_closed")));
        hooks.setup.post(&hooks.setup.g, &format!("{path}/deliveries/{}/replay", deliveries[1]["id"]), json!({})).await.expect(409);
        let changed = hooks.setup.put(&hooks.setup.g, &path, json!({ "isEnabled": true })).await.expect(200);
        assert_eq!(changed["deliveryState"], "active");
        hooks.say(&chat, "five").await;
        assert_eq!(hooks.receiver.next().await.text(), "five");
    }

    async fn what_waits_for_a_deleted_rule_is_cancelled(hooks) {
        let rule = hooks.create_rule("chat:message_created", "slow").await;
        let chat = hooks.create_chat().await;
        hooks.say(&chat, "one").await;
        hooks.say(&chat, "two").await;
        assert_eq!(hooks.receiver.next().await.text(), "one");
        assert_eq!(hooks.setup.delete(&hooks.setup.g, &format!("/event-rules/{}", rule["id"])).await.status, 204);
        hooks.wait_for("cancelled", 1).await;
        hooks.say(&chat, "three").await;
        hooks.receiver.release_slow();
        hooks.wait_for("sent", 1).await;
        assert_eq!(hooks.setup.server.count("select count(*) from delivery"), 2);
        hooks.receiver.assert_nothing_more();
    }

    async fn rule_that_cannot_be_followed_sends_nothing(hooks) {
        let url = format!("{}/hook", hooks.receiver.url);
        let send = json!({ "objectType": "chat", "eventType": "chat:created", "actionType": "webhook:send", "actionParams": { "url": url } });
        for change in [json!({ "conditions": "chat.isTest == true" }), json!({ "eventType": "data_record:created" }), json!({ "isEnabled": false })] {
            let mut body = send.clone();
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let rule = hooks.setup.post(&hooks.setup.g, "/event-rules", body).await.expect(200);
            assert_eq!(rule["deliveryState"], "inactive", "{change}");
        }
        let label = json!({ "objectType": "chat", "eventType": "chat:created", "actionType": "member:label", "actionParams": { "label": "new" } });
        let rule = hooks.setup.post(&hooks.setup.g, "/event-rules", label).await.expect(200);
        assert_eq!((&rule["deliveryState"], rule.get("secret")), (&Value::Null, None));
        hooks.create_chat().await;
        assert_eq!(hooks.setup.server.count("select count(*) from delivery"), 0);
    }

    async fn delay_of_a_rule_is_kept(hooks) {
        let rule = hooks.create_rule("chat:created", "hook").await;
        let path = format!("/event-rules/{}", rule["id"]);
        hooks.setup.put(&hooks.setup.g, &path, json!({ "delay": 3600 })).await.expect(200);
        hooks.create_chat().await;
        hooks.setup.server.wait_for_count("select count(*) from job where kind = 'deliver' and fence > 0 and lease_until = 0", 1).await;
        hooks.receiver.assert_nothing_more();
        let delivery = &hooks.deliveries(&rule).await[0];
        assert_eq!((&delivery["status"], &delivery["attempts"]), (&json!("queued"), &json!(0)));
        assert!(delivery["nextAttemptAt"].as_str().unwrap() > delivery["createdAt"].as_str().unwrap());
    }

    async fn webhooks_of_chats_are_made_by_those_who_may_read_chats(hooks) {
        let (_, token) = hooks.setup.server.create_signed_in_member("Clara", None, "automations:write,webhooks:write").await;
        let body = json!({ "objectType": "chat", "eventType": "chat:message_created", "actionType": "webhook:send", "actionParams": { "url": "https://example.org/hook" } });
        let refused = hooks.setup.server.post(&hooks.setup.path("/event-rules")).bearer(&token).json(&body).send().await;
        assert_eq!(refused.expect(403)["scope"], "chats:read");
    }
}

/// A rule that one node has created counts on the other from its answer on.
#[test]
fn rule_counts_on_every_node_at_once() {
    use parlor_testkit::TestBackend;
    use parlor_testkit::backend::block_on;

    use super::fixture::WebhookFixture;

    block_on(async {
        let mut hooks = WebhookFixture::start(TestBackend::Postgres).await;
        let node = hooks.setup.server.start_node().await;
        let chat = hooks.create_chat().await;
        let path = hooks.setup.path(&format!("/chats/{}/messages", chat["id"]));
        for number in 0..10 {
            let say = async |text: String| {
                let request = node.request(http::Method::POST, &path);
                let request = request.bearer(&hooks.setup.u.token);
                let said = request.json(&json!({ "content": text })).send().await;
                said.expect(200);
            };
            // The other node knows that there is no rule, or which there are.
            say(format!("before {number}")).await;
            let rule = hooks
                .create_rule("chat:message_created", &format!("hook{number}"))
                .await;
            say(format!("after {number}")).await;
            let received = hooks.receiver.next().await;
            assert_eq!(
                (received.name, received.body["message"]["content"].clone()),
                (format!("hook{number}"), json!(format!("after {number}")))
            );
            let path = format!("/event-rules/{}", rule["id"]);
            assert_eq!(hooks.setup.delete(&hooks.setup.g, &path).await.status, 204);
        }
        drop(node);
    });
}
