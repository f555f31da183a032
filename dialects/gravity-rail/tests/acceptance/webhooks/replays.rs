//! The log of webhooks, and webhooks that are sent once more.

use serde_json::json;

use super::fixture::webhook_tests;
use super::receiver::ScriptedAnswer;

webhook_tests! {
    async fn one_webhook_is_sent_once_more_under_its_id(hooks) {
        let rule = hooks.create_rule("chat:message_created", "hook").await;
        hooks.receiver.answer("hook", [ScriptedAnswer::status(400)]).await;
        let chat = hooks.create_chat().await;
        hooks.say(&chat, "first").await;
        let first = hooks.receiver.next().await;
        hooks.wait_for("failed", 1).await;
        let delivery = hooks.deliveries(&rule).await.remove(0);
        let replayed = hooks.post(&rule, &format!("/deliveries/{}/replay", delivery["uuid"].as_str().unwrap()), json!({})).await;
        assert_eq!((&replayed["status"], &replayed["attempts"]), (&json!("queued"), &json!(0)));
        let again = hooks.receiver.next().await;
        assert_eq!((again.id(), &again.raw), (first.id(), &first.raw));
        hooks.wait_for("sent", 1).await;
        // Of another rule it is unknown.
        let other = hooks.create_rule("chat:archived", "other").await;
        let path = format!("/event-rules/{}/deliveries/{}", other["id"], delivery["id"]);
        hooks.setup.get(&hooks.setup.g, &path).await.expect(404);
        hooks.setup.post(&hooks.setup.g, &format!("{path}/replay"), json!({})).await.expect(404);
    }

    async fn webhooks_since_a_time_are_sent_once_more_in_order(hooks) {
        let rule = hooks.create_rule("chat:message_created", "hook").await;
        hooks.receiver.answer("hook", [ScriptedAnswer::status(200), ScriptedAnswer::status(400), ScriptedAnswer::status(400)]).await;
        let chat = hooks.create_chat().await;
        for text in ["one", "two", "three"] {
            hooks.say(&chat, text).await;
        }
        hooks.receiver.take(3).await;
        hooks.wait_for("failed", 2).await;
        let deliveries = hooks.deliveries(&rule).await;
        let since = &deliveries[0]["createdAt"];
        assert_eq!(hooks.post(&rule, "/deliveries/replay", json!({ "since": since })).await, json!({ "replayed": 2 }));
        let texts: Vec<_> = hooks.receiver.take(2).await.iter().map(|hook| hook.text().to_owned()).collect();
        assert_eq!(texts, ["two", "three"]);
        hooks.wait_for("sent", 3).await;
        assert_eq!(hooks.post(&rule, "/deliveries/replay", json!({ "since": since, "includeSent": true })).await, json!({ "replayed": 3 }));
        assert_eq!(hooks.receiver.take(3).await.len(), 3);
        let path = format!("/event-rules/{}/deliveries/replay", rule["id"]);
        for bad in [json!({}), json!({ "since": "soon" }), json!({ "since": since, "includeSent": 1 })] {
            hooks.setup.post(&hooks.setup.g, &path, bad).await.expect(400);
        }
    }

    async fn log_is_shown_to_those_who_may_read_it(hooks) {
        let rule = hooks.create_rule("chat:message_created", "hook").await;
        let chat = hooks.create_chat().await;
        hooks.say(&chat, "private").await;
        hooks.wait_for("sent", 1).await;
        let path = format!("/event-rules/{}/deliveries", rule["id"]);
        assert_eq!(hooks.setup.get(&hooks.setup.u, &path).await.expect(403)["scope"], "webhooks:read");
        let delivery = hooks.deliveries(&rule).await.remove(0);
        let path = format!("{path}/{}", delivery["id"]);
        // Who may not read chats does not read them here.
        let (_, token) = hooks.setup.server.create_signed_in_member("Clara", None, "webhooks:read").await;
        let shown = hooks.setup.server.get(&hooks.setup.path(&path)).bearer(&token).send().await.expect(200);
        assert_eq!((&shown["status"], &shown["requestBody"], &shown["responseBody"]), (&json!("sent"), &json!(null), &json!(null)));
        let shown = hooks.setup.get(&hooks.setup.g, &path).await.expect(200);
        assert_eq!((shown["requestBody"].as_str().unwrap().contains("private"), &shown["responseBody"]), (true, &json!("answer 200")));
    }

    async fn webhooks_of_a_deleted_chat_are_deleted(hooks) {
        hooks.create_rule("chat:message_created", "slow").await;
        let chat = hooks.create_chat().await;
        hooks.say(&chat, "first").await;
        hooks.say(&chat, "second").await;
        hooks.receiver.next().await;
        let path = format!("/chats/{}", chat["id"]);
        assert_eq!(hooks.setup.delete(&hooks.setup.g, &path).await.status, 204);
        assert_eq!(hooks.setup.server.count("select count(*) from delivery"), 0);
        hooks.receiver.release_slow();
        hooks.setup.server.wait_for_count("select count(*) from job where kind = 'deliver'", 0).await;
        hooks.receiver.assert_nothing_more();
    }
}
