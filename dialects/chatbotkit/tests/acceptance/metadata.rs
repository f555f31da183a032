//! Metadata: updates merge it at the top level.

use crate::client::{Client, assert_error, cases};
use serde_json::{Value, json};

async fn fetch_meta(client: &Client, id: &str) -> Value {
    client.fetch("space", id).await["meta"].clone()
}

cases! {
    async fn case_04_update_adds_keys_and_null_removes_them(client: Client) {
        let id = client.create_space(json!({ "meta": { "department": "support", "priority": "high" } })).await;
        client.update("space", &id, json!({ "meta": { "tier": "premium", "sla": "4-hour response" } })).await;
        assert_eq!(
            fetch_meta(&client, &id).await,
            json!({ "department": "support", "priority": "high", "tier": "premium", "sla": "4-hour response" })
        );
        client.update("space", &id, json!({ "meta": { "priority": null, "absent": null } })).await;
        assert_eq!(
            fetch_meta(&client, &id).await,
            json!({ "department": "support", "tier": "premium", "sla": "4-hour response" })
        );
        for nothing in [json!({ "meta": {} }), json!({ "meta": null }), json!({})] {
            client.update("space", &id, nothing).await;
        }
        assert_eq!(fetch_meta(&client, &id).await.as_object().unwrap().len(), 3);
    }

    async fn case_05_update_merges_the_top_level_and_unwraps_the_wrapper(client: Client) {
        let id = client.create_space(json!({ "meta": { "a": { "x": 1, "y": 2 }, "gone": null } })).await;
        assert_eq!(fetch_meta(&client, &id).await, json!({ "a": { "x": 1, "y": 2 } }));
        client.update("space", &id, json!({ "meta": { "a": { "x": 9, "z": null } } })).await;
        assert_eq!(fetch_meta(&client, &id).await, json!({ "a": { "x": 9, "z": null } }));
        client.update("space", &id, json!({ "meta": { "$update": { "k": 1 } } })).await;
        assert_eq!(fetch_meta(&client, &id).await, json!({ "a": { "x": 9, "z": null }, "k": 1 }));
        client.update("space", &id, json!({ "meta": { "$update": { "k": null } } })).await;
        assert_eq!(fetch_meta(&client, &id).await, json!({ "a": { "x": 9, "z": null } }));
    }

    async fn case_06_concurrent_updates_of_different_keys_are_all_kept(client: Client) {
        let id = client.create_space(json!({})).await;
        let mut running = tokio::task::JoinSet::new();
        for n in 0..50 {
            let body = json!({ "meta": { (format!("key{n}")): n } });
            let request = client.post_request(&format!("/space/{id}/update")).json(&body);
            running.spawn(request.send());
        }
        while let Some(reply) = running.join_next().await {
            reply.unwrap().expect(200);
        }
        let meta = fetch_meta(&client, &id).await;
        assert_eq!(meta.as_object().unwrap().len(), 50);
        assert!((0..50).all(|n| meta[format!("key{n}")] == n));
    }

    async fn metadata_keeps_key_order_and_number_text(client: Client) {
        let text = r#"{"z":1.50,"a":12345678901234567890123,"_private":true,"ß":"é\n😀"}"#;
        let body = format!("{{\"meta\":{text}}}");
        let made = client.post_request("/space/create").body(body).send().await.expect(200);
        let id = made["id"].as_str().unwrap();
        let whole = client.get(&format!("/space/{id}/fetch")).await.text();
        assert!(whole.contains(&format!("\"meta\":{text}")), "{whole}");
        let page = client.get("/space/list").await.text();
        assert!(page.contains(&format!("\"meta\":{text}")), "{page}");
    }

    async fn metadata_over_size_or_depth_is_refused(client: Client) {
        let id = client.create_space(json!({ "meta": { "a": "x".repeat(40_000) } })).await;
        let deep = format!("{{\"meta\":{{\"a\":{}1{}}}}}", "[".repeat(40), "]".repeat(40));
        let reply = client.post_request("/space/create").body(deep).send().await;
        assert!(assert_error(&reply, 400, "BAD_REQUEST").contains("meta"));
        // Each of two updates is within the limit, but not their sum.
        let more = json!({ "name": "new", "meta": { "b": "x".repeat(40_000) } });
        let reply = client.post(&format!("/space/{id}/update"), &more).await;
        assert!(assert_error(&reply, 400, "BAD_REQUEST").contains("meta"));
        let space = client.fetch("space", &id).await;
        assert!(space.get("name").is_none() && space["meta"].get("b").is_none());
    }
}
