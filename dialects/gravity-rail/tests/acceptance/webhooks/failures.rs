//! Receivers that fail.

use serde_json::{Value, json};

use super::fixture::webhook_tests;
use super::receiver::{ReceivedWebhook, ScriptedAnswer};

fn summary(delivery: &Value) -> (&Value, &Value, &Value, &Value) {
    (
        &delivery["status"],
        &delivery["reason"],
        &delivery["responseStatus"],
        &delivery["attempts"],
    )
}

webhook_tests! {
    async fn transient_failure_is_repeated_under_the_same_id_until_it_succeeds(hooks) {
        let rule = hooks.create_rule("chat:message_created", "hook").await;
        let asks_for_a_pause = ScriptedAnswer { headers: vec![("retry-after", "0".to_owned())], ..ScriptedAnswer::status(429) };
        hooks.receiver.answer("hook", [ScriptedAnswer::status(503), asks_for_a_pause]).await;
        let chat = hooks.create_chat().await;
        hooks.say(&chat, "first").await;
        hooks.say(&chat, "second").await;
        let received = hooks.receiver.take(4).await;
        // Nothing overtakes what is repeated.
        assert_eq!(received.iter().map(ReceivedWebhook::text).collect::<Vec<_>>(), ["first", "first", "first", "second"]);
        assert!(received[..3].iter().all(|hook| (hook.id(), &hook.raw) == (received[0].id(), &received[0].raw)));
        assert_ne!(received[3].id(), received[0].id());
        hooks.wait_for("sent", 2).await;
        let deliveries = hooks.deliveries(&rule).await;
        assert_eq!(summary(&deliveries[0]), (&json!("sent"), &Value::Null, &json!(200), &json!(3)));
        assert_eq!(deliveries[0]["uuid"], json!(received[0].id()));
    }

    async fn refusal_is_final_and_does_not_stop_the_next(hooks) {
        let rule = hooks.create_rule("chat:message_created", "hook").await;
        let refusal = ScriptedAnswer { body: "x".repeat(20_000), ..ScriptedAnswer::status(422) };
        hooks.receiver.answer("hook", [refusal]).await;
        let chat = hooks.create_chat().await;
        hooks.say(&chat, "first").await;
        hooks.wait_for("failed", 1).await;
        hooks.say(&chat, "second").await;
        assert_eq!(hooks.receiver.take(2).await[1].text(), "second");
        hooks.wait_for("sent", 1).await;
        let deliveries = hooks.deliveries(&rule).await;
        assert_eq!(summary(&deliveries[0]), (&json!("failed"), &json!("rejected"), &json!(422), &json!(1)));
        let path = format!("/event-rules/{}/deliveries/{}", rule["id"], deliveries[0]["id"]);
        let details = hooks.setup.get(&hooks.setup.g, &path).await.expect(200);
        assert_eq!((details["responseBody"].as_str().unwrap().len(), details["requestBody"].as_str().unwrap().contains("first")), (16_384, true));
        assert!(!hooks.setup.server.logs().contains(&hooks.receiver.url), "the log has no URL");
    }

    async fn receiver_that_fails_for_long_is_paused_and_resumed_by_hand(hooks) {
        // The pause follows a failed delivery ten minutes after the first failure.
        let rule = hooks.create_rule("chat:message_created", "hook").await;
        hooks.receiver.answer("hook", (0..6).map(|_| ScriptedAnswer::status(500))).await;
        let chat = hooks.create_chat().await;
        hooks.say(&chat, "first").await;
        hooks.wait_for("failed", 1).await;
        assert_eq!(hooks.rule(&rule).await["deliveryState"], "active");
        hooks.setup.server.clock.advance(std::time::Duration::from_secs(601));
        hooks.say(&chat, "second").await;
        hooks.wait_for("failed", 2).await;
        let paused = hooks.rule(&rule).await;
        assert_eq!((&paused["deliveryState"], &paused["deliveryPausedReason"]), (&json!("paused"), &json!("failing_for_long")));
        hooks.say(&chat, "third").await;
        assert_eq!(hooks.receiver.take(6).await[5].text(), "second");
        let resumed = hooks.post(&rule, "/resume", json!({})).await;
        assert_eq!((&resumed["deliveryState"], &resumed["deliveryPausedAt"]), (&json!("active"), &Value::Null));
        assert_eq!(hooks.receiver.next().await.text(), "third");
        hooks.wait_for("sent", 1).await;
        let states: Vec<_> = hooks.deliveries(&rule).await.iter().map(|delivery| delivery["status"].clone()).collect();
        assert_eq!(states, ["failed", "failed", "sent"]);
    }

    async fn receiver_that_is_gone_is_paused_at_once(hooks) {
        let rule = hooks.create_rule("chat:message_created", "hook").await;
        hooks.receiver.answer("hook", [ScriptedAnswer::status(410)]).await;
        let chat = hooks.create_chat().await;
        hooks.say(&chat, "first").await;
        let first = hooks.receiver.next().await;
        hooks.setup.server.wait_for_count("select count(*) from outbox_queue where state = 'paused'", 1).await;
        assert_eq!(hooks.rule(&rule).await["deliveryPausedReason"], "gone");
        hooks.say(&chat, "second").await;
        let waiting = hooks.deliveries(&rule).await;
        let shown: Vec<_> = waiting.iter().map(|delivery| (&delivery["reason"], &delivery["nextAttemptAt"])).collect();
        assert_eq!(shown, [(&json!("paused"), &Value::Null); 2]);
        hooks.post(&rule, "/resume", json!({})).await;
        let received = hooks.receiver.take(2).await;
        assert_eq!((received[0].id(), received[1].text()), (first.id(), "second"));
    }
}
