//! Labels and saved filters.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn label_is_created_attached_and_filtered_by(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let urgent = setup.post(&setup.g, "/chats/labels", json!({ "name": " Urgent ", "color": "#FF0000" })).await.expect(200);
        assert_eq!((&urgent["name"], &urgent["color"]), (&json!("Urgent"), &json!("#ff0000")));
        let later = setup.post(&setup.g, "/chats/labels", json!({ "name": "later" })).await.expect(200);
        assert_eq!(later["color"], Value::Null);
        assert_eq!(setup.post(&setup.g, "/chats/labels", json!({ "name": "later" })).await.expect(409)["code"], "conflict");
        for bad in [json!({}), json!({ "name": " " }), json!({ "name": "x".repeat(101) }), json!({ "name": "a", "color": "red" }), json!({ "name": "a", "color": "#12345" }), json!({ "name": 5 })] {
            setup.post(&setup.g, "/chats/labels", bad).await.expect(400);
        }
        assert_eq!(field_values(&setup.get(&setup.g, "/chats/labels").await.expect(200), "name"), ["Urgent", "later"]);
        assert_eq!(field_values(&setup.get(&setup.g, "/chats/labels?pageSize=1&page=2").await.expect(200), "name"), ["later"]);
        assert_eq!(setup.get(&setup.u, "/chats/labels").await.expect(403)["scope"], "labels:read");
        assert_eq!(setup.post(&setup.u, "/chats/labels", json!({ "name": "mine" })).await.expect(403)["scope"], "labels:write");

        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        let other = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        assert_eq!(chat["labels"], json!([]));
        let path = format!("/chats/{}/labels", chat["id"]);
        let marked = setup.post(&setup.g, &path, json!({ "labels": ["later", urgent["id"]] })).await.expect(200);
        let names = |chat: &Value| chat["labels"].as_array().unwrap().iter().map(|label| label["name"].clone()).collect::<Vec<_>>();
        assert_eq!(names(&marked), ["Urgent", "later"]);
        let again = setup.post(&setup.g, &path, json!({ "labelId": urgent["uuid"] })).await.expect(200);
        assert_eq!(names(&again), names(&marked));
        // All labels are attached or none.
        for (body, status) in [(json!({}), 400), (json!({ "labels": [] }), 400), (json!({ "labels": [true] }), 400), (json!({ "labels": ["nothing"] }), 404), (json!({ "labelId": 900_000_001 }), 404)] {
            setup.post(&setup.g, &format!("/chats/{}/labels", other["id"]), body).await.expect(status);
        }
        setup.post(&setup.g, &format!("/chats/{}/labels", other["id"]), json!({ "labels": ["later", "nothing"] })).await.expect(404);
        assert_eq!(setup.get(&setup.g, &format!("/chats/{}", other["id"])).await.expect(200)["labels"], json!([]));
        assert_eq!(setup.post(&setup.u, &path, json!({ "labels": ["later"] })).await.expect(403)["scope"], "chats:write");
        setup.post(&setup.v, &path, json!({ "labels": ["later"] })).await.expect(403);
        // The owner sees the labels, and the list filters by them.
        assert_eq!(names(&setup.get(&setup.u, &format!("/chats/{}", chat["id"])).await.expect(200)), ["Urgent", "later"]);
        for (query, found) in [("labels=Urgent", vec![chat["id"].clone()]), ("labels=urgent", vec![]), ("labels=nothing", vec![])] {
            assert_eq!(field_values(&setup.get(&setup.u, &format!("/chats?{query}")).await.expect(200), "id"), found, "{query}");
        }
        let by_id = setup.get(&setup.g, &format!("/chats?labels={}", later["id"])).await.expect(200);
        assert_eq!((field_values(&by_id, "id"), &by_id["total"]), (vec![chat["id"].clone()], &json!(1)));
        assert_eq!(setup.total("/chats?filters=%7B%22labels%22%3A%22later%22%7D").await, 1);

        let renamed = setup.put(&setup.g, &format!("/chats/labels/{}", urgent["id"]), json!({ "name": "Now", "color": null })).await.expect(200);
        assert_eq!((&renamed["name"], &renamed["color"]), (&json!("Now"), &Value::Null));
        setup.put(&setup.g, &format!("/chats/labels/{}", urgent["id"]), json!({ "name": "later" })).await.expect(409);
        setup.put(&setup.g, "/chats/labels/900000001", json!({ "name": "x" })).await.expect(404);
        setup.put(&setup.u, &format!("/chats/labels/{}", urgent["id"]), json!({ "name": "x" })).await.expect(403);
        let one = format!("{path}/{}", urgent["id"]);
        setup.delete(&setup.u, &one).await.expect(403);
        assert_eq!(setup.delete(&setup.g, &one).await.status, 204);
        setup.delete(&setup.g, &one).await.expect(404);
        setup.delete(&setup.u, &format!("/chats/labels/{}", later["id"])).await.expect(403);
        assert_eq!(setup.delete(&setup.g, &format!("/chats/labels/{}", later["uuid"].as_str().unwrap())).await.status, 204);
        assert_eq!(setup.get(&setup.u, &format!("/chats/{}", chat["id"])).await.expect(200)["labels"], json!([]));
        // A labelled chat can be deleted.
        setup.post(&setup.g, &path, json!({ "labels": ["Now"] })).await.expect(200);
        assert_eq!(setup.delete(&setup.g, &format!("/chats/{}", chat["id"])).await.status, 204);
    }

    async fn saved_filter_is_private_to_its_member(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let rules = json!({ "archived": false, "channel": "email" });
        let saved = setup.post(&setup.u, "/chats/filters", json!({ "name": "Mail", "filters": rules })).await.expect(200);
        assert_eq!((&saved["name"], &saved["filters"]), (&json!("Mail"), &rules));
        setup.post(&setup.u, "/chats/filters", json!({ "name": "Mail", "filters": {} })).await.expect(409);
        // Another member may use the same name and sees only its own filters.
        let list = json!([{ "field": "needsResponse", "value": true }]);
        setup.post(&setup.g, "/chats/filters", json!({ "name": "Mail", "filters": list })).await.expect(200);
        assert_eq!(field_values(&setup.get(&setup.g, "/chats/filters").await.expect(200), "filters"), [list]);
        assert_eq!(field_values(&setup.get(&setup.u, "/chats/filters").await.expect(200), "id"), [saved["id"].clone()]);
        let path = format!("/chats/filters/{}", saved["id"]);
        setup.get(&setup.u, &path).await.expect(200);
        setup.get(&setup.g, &path).await.expect(404);
        setup.put(&setup.g, &path, json!({ "name": "x" })).await.expect(404);
        setup.delete(&setup.g, &path).await.expect(404);
        for bad in [
            json!({}), json!({ "name": "a" }), json!({ "filters": {} }), json!({ "name": "", "filters": {} }), json!({ "name": "a", "filters": "x" }), json!({ "name": "a", "filters": { "color": "red" } }),
            json!({ "name": "a", "filters": { "channel": "fax" } }), json!({ "name": "a", "filters": [{ "field": "paused" }] }), json!({ "name": "a", "filters": { "search": "x".repeat(201) } }),
        ] {
            setup.post(&setup.u, "/chats/filters", bad).await.expect(400);
        }
        let changed = setup.put(&setup.u, &path, json!({ "name": "Post", "filters": { "paused": true } })).await.expect(200);
        assert_eq!((&changed["name"], &changed["filters"]), (&json!("Post"), &json!({ "paused": true })));
        assert_eq!(setup.put(&setup.u, &path, json!({})).await.expect(200)["name"], "Post");
        assert_eq!(setup.delete(&setup.u, &path).await.status, 204);
        setup.get(&setup.u, &path).await.expect(404);
        assert_eq!(setup.get(&setup.u, "/chats/filters").await.expect(200)["total"], 0);
    }
}
