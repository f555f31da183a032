//! Signatures, verified by the standard's libraries for Python and Node.js.

use std::path::Path;

use parlor_testkit::command::run_example;
use serde_json::{Value, json};

use super::fixture::webhook_tests;
use super::receiver::ReceivedWebhook;

/// Returns, for each secret, who verifies a request with it: the two libraries, and the combined header's own form.
async fn verify(received: &ReceivedWebhook, secrets: &[&Value]) -> Value {
    let names = [
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
        "x-webhook-signature",
    ];
    let headers: Value = names
        .iter()
        .map(|name| ((*name).to_owned(), json!(received.header(name))))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let request =
        json!({ "headers": headers, "body": received.raw, "secrets": secrets }).to_string();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/acceptance/webhooks");
    let run = async |program: &str| -> Value {
        let output = run_example(&folder.join(program), &[("WEBHOOK", &request)]).await;
        serde_json::from_str(&output).unwrap()
    };
    let (mut verified, by_node) = (run("verify.py").await, run("verify.mjs").await);
    let rows = verified.as_array_mut().unwrap().iter_mut();
    for (row, is_valid) in rows.zip(by_node.as_array().unwrap()) {
        row["node"] = is_valid.clone();
    }
    verified
}

fn both(is_valid: bool) -> Value {
    json!({ "python": is_valid, "node": is_valid, "combined": is_valid })
}

webhook_tests! {
    async fn both_signatures_verify_with_the_secret_and_with_no_other(hooks) {
        let rule = hooks.create_rule("chat:message_created", "hook").await;
        let other = hooks.create_rule("chat:created", "other").await;
        let chat = hooks.create_chat().await;
        hooks.receiver.next().await;
        hooks.say(&chat, "Grüße, 世界 🌍").await;
        let mut received = hooks.receiver.next().await;
        assert_eq!(verify(&received, &[&rule["secret"], &other["secret"]]).await, json!([both(true), both(false)]));
        received.raw.push(' ');
        assert_eq!(verify(&received, &[&rule["secret"]]).await, json!([both(false)]));
    }

    async fn secret_is_replaced_with_an_overlap(hooks) {
        let rule = hooks.create_rule("chat:created", "hook").await;
        let rotated = hooks.post(&rule, "/rotate-secret", json!({ "overlap": 60 })).await;
        assert_ne!(rotated["secret"], rule["secret"]);
        hooks.create_chat().await;
        let received = hooks.receiver.next().await;
        assert_eq!(verify(&received, &[&rule["secret"], &rotated["secret"]]).await, json!([both(true), both(true)]));
        hooks.setup.server.clock.advance(std::time::Duration::from_secs(61));
        hooks.create_chat().await;
        let received = hooks.receiver.next().await;
        assert_eq!(verify(&received, &[&rule["secret"], &rotated["secret"]]).await, json!([both(false), both(true)]));
        let at_once = hooks.post(&rule, "/rotate-secret", json!({ "overlap": 0 })).await;
        hooks.create_chat().await;
        let received = hooks.receiver.next().await;
        assert_eq!(verify(&received, &[&rotated["secret"], &at_once["secret"]]).await, json!([both(false), both(true)]));
        let path = format!("/event-rules/{}/rotate-secret", rule["id"]);
        for bad in [json!({ "overlap": -1 }), json!({ "overlap": 604_801 }), json!({ "overlap": "a day" })] {
            hooks.setup.post(&hooks.setup.g, &path, bad).await.expect(400);
        }
        let other = json!({ "name": "Other", "objectType": "chat", "eventType": "chat:created", "actionType": "member:label", "actionParams": { "label": "new" } });
        let other = hooks.setup.post(&hooks.setup.g, "/event-rules", other).await.expect(200);
        let path = format!("/event-rules/{}/rotate-secret", other["id"]);
        hooks.setup.post(&hooks.setup.g, &path, json!({})).await.expect(404);
        assert!(!hooks.setup.server.logs().contains("whsec_"));
    }

    async fn rule_of_an_earlier_version_takes_effect_with_its_first_secret(hooks) {
        let rule = hooks.create_rule("chat:created", "hook").await;
        // As the rules of earlier versions are.
        hooks.setup.server.execute("update event_rule set secrets = null; delete from outbox_queue;");
        hooks.setup.server.restart().await;
        assert_eq!(hooks.rule(&rule).await["deliveryState"], "inactive");
        hooks.create_chat().await;
        assert_eq!(hooks.setup.server.count("select count(*) from delivery"), 0);
        let rotated = hooks.post(&rule, "/rotate-secret", json!({})).await;
        assert_eq!(rotated["deliveryState"], "active");
        hooks.create_chat().await;
        let received = hooks.receiver.next().await;
        assert_eq!(verify(&received, &[&rotated["secret"]]).await, json!([both(true)]));
    }
}
