//! Webhooks of event rules, with a receiver over real connections.
//!
//! Proves INV-69 and INV-74 (`docs/invariants.md`).

mod addresses;
mod failures;
mod fairness;
mod fixture;
mod receiver;
mod replays;
mod rules;
mod signatures;

use serde_json::json;

use self::fixture::webhook_tests;

webhook_tests! {
    async fn each_event_arrives_once_and_in_order(hooks) {
        for event in ["chat:created", "chat.message_created", "chat:needs_response", "chat:archived"] {
            let name = event.split([':', '.']).nth(1).unwrap();
            let rule = hooks.create_rule(event, name).await;
            assert_eq!((&rule["deliveryState"], rule["secret"].as_str().is_some_and(|secret| secret.starts_with("whsec_"))), (&json!("active"), true), "{event}");
            assert!(hooks.rule(&rule).await.get("secret").is_none(), "it is shown once");
        }
        let chat = hooks.create_chat().await;
        let created = hooks.receiver.next().await;
        assert_eq!((created.name.as_str(), &created.body["event"], &created.body["chat"]["id"]), ("created", &json!("chat:created"), &chat["id"]));
        assert_eq!(&created.body["workspace"]["uuid"], &json!(hooks.setup.server.a.workspace.to_string()));
        assert_eq!((&created.body["eventRule"]["name"], &created.body["id"], created.body.get("message")), (&json!("Hook"), &json!(created.id()), None));
        assert_eq!((created.header("content-type"), created.header("user-agent")), ("application/json", "parlor"));
        for number in 0..20 {
            hooks.say(&chat, &format!("message {number}")).await;
        }
        let (responses, messages): (Vec<_>, Vec<_>) = hooks.receiver.take(21).await.into_iter().partition(|hook| hook.name == "needs_response");
        let texts: Vec<_> = messages.iter().map(|hook| hook.text().to_owned()).collect();
        assert_eq!(texts, (0..20).map(|number| format!("message {number}")).collect::<Vec<_>>());
        assert!(messages.iter().all(|hook| (&hook.body["event"], &hook.body["chat"]["id"]) == (&json!("chat:message_created"), &chat["id"])));
        // The chat needed a response from the first message on.
        assert_eq!((responses.len(), &responses[0].body["event"]), (1, &json!("chat:needs_response")));
        let answer = json!({ "message": "Here I am" });
        hooks.setup.post(&hooks.setup.g, &format!("/chats/{}/send-assistant-message", chat["id"]), answer).await.expect(200);
        hooks.say(&chat, "Thanks, and").await;
        let mut again: Vec<_> = hooks.receiver.take(3).await.into_iter().map(|hook| hook.name).collect();
        again.sort();
        assert_eq!(again, ["message_created", "message_created", "needs_response"]);
        for _ in 0..2 {
            hooks.setup.put(&hooks.setup.u, &format!("/chats/{}", chat["id"]), json!({ "archived": true })).await.expect(200);
        }
        let archived = hooks.receiver.next().await;
        assert_eq!((archived.name.as_str(), &archived.body["chat"]["archived"]), ("archived", &json!(true)));
        hooks.wait_for("sent", 26).await;
        assert_eq!(hooks.setup.server.count("select count(*) from delivery"), 26);
        hooks.receiver.assert_nothing_more();
    }

    async fn messages_of_an_assistant_are_events_too(hooks) {
        hooks.create_rule("chat:message_created", "message").await;
        let chat = hooks.create_chat().await;
        let answer = json!({ "message": "Good morning" });
        hooks.setup.post(&hooks.setup.g, &format!("/chats/{}/send-assistant-message", chat["id"]), answer).await.expect(200);
        let said = hooks.receiver.next().await;
        assert_eq!((said.text(), &said.body["message"]["role"]), ("Good morning", &json!("assistant")));
    }

    async fn words_and_hand_off_of_a_round_of_tools_are_events_too(hooks) {
        for event in ["message_created", "needs_response"] {
            hooks.create_rule(&format!("chat:{event}"), event).await;
        }
        let setup = &hooks.setup;
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat", "assistantMemberId": setup.agent })).await;
        let question = "one moment\n/tool hand_off {\"reason\": \"wants a refund\"}";
        hooks.say(&chat, question).await;
        let received = hooks.receiver.take(3).await;
        let (needs, messages): (Vec<_>, Vec<_>) = received.into_iter().partition(|hook| hook.name == "needs_response");
        let texts: Vec<_> = messages.iter().map(|hook| hook.text().to_owned()).collect();
        assert_eq!(texts, [question, "You said: one moment"]);
        assert_eq!((needs.len(), &needs[0].body["chat"]["needsResponse"]), (1, &json!(true)));
        hooks.wait_for("sent", 3).await;
        hooks.receiver.assert_nothing_more();
    }

    async fn direct_chats_are_nobody_elses_business(hooks) {
        for event in ["chat:created", "chat:message_created", "chat:needs_response"] {
            hooks.create_rule(event, "any").await;
        }
        let setup = &hooks.setup;
        let direct = setup.post(&setup.u, "/chats/dm", json!({ "memberId": setup.agent })).await.expect(200);
        hooks.say(&direct, "A secret").await;
        assert_eq!(setup.server.count("select count(*) from delivery"), 0);
    }

    async fn restart_repeats_what_was_not_confirmed_and_loses_nothing(hooks) {
        hooks.create_rule("chat:message_created", "slow").await;
        let chat = hooks.create_chat().await;
        for number in 0..5 {
            hooks.say(&chat, &format!("message {number}")).await;
        }
        let first = hooks.receiver.next().await;
        // The server stops in the middle of the first request.
        hooks.setup.server.restart().await;
        let again = hooks.receiver.next().await;
        assert_eq!((again.id(), &again.raw), (first.id(), &first.raw));
        hooks.receiver.release_slow();
        let texts: Vec<_> = hooks.receiver.take(4).await.iter().map(|hook| hook.text().to_owned()).collect();
        assert_eq!(texts, ["message 1", "message 2", "message 3", "message 4"]);
        hooks.wait_for("sent", 5).await;
    }

    async fn slow_receiver_slows_no_other(hooks) {
        hooks.create_rule("chat:message_created", "slow").await;
        hooks.create_rule("chat:message_created", "fast").await;
        let chat = hooks.create_chat().await;
        for number in 0..10 {
            hooks.say(&chat, &format!("message {number}")).await;
        }
        let received = hooks.receiver.take(11).await;
        let slow = received.iter().filter(|hook| hook.name == "slow").count();
        assert_eq!((slow, received.len() - slow), (1, 10));
        hooks.receiver.release_slow();
        assert_eq!(hooks.receiver.take(9).await.len(), 9);
    }
}
