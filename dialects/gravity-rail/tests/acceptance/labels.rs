//! Labels and saved filters.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn labels_are_made_put_on_and_found(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let urgent = world.post(&world.g, "/chats/labels", json!({ "name": " Urgent ", "color": "#FF0000" })).await.expect(200);
        assert_eq!((&urgent["name"], &urgent["color"]), (&json!("Urgent"), &json!("#ff0000")));
        let later = world.post(&world.g, "/chats/labels", json!({ "name": "later" })).await.expect(200);
        assert_eq!(later["color"], Value::Null);
        assert_eq!(world.post(&world.g, "/chats/labels", json!({ "name": "later" })).await.expect(409)["code"], "conflict");
        for bad in [json!({}), json!({ "name": " " }), json!({ "name": "x".repeat(101) }), json!({ "name": "a", "color": "red" }), json!({ "name": "a", "color": "#12345" }), json!({ "name": 5 })] {
            world.post(&world.g, "/chats/labels", bad).await.expect(400);
        }
        assert_eq!(field_values(&world.get(&world.g, "/chats/labels").await.expect(200), "name"), ["Urgent", "later"]);
        assert_eq!(field_values(&world.get(&world.g, "/chats/labels?pageSize=1&page=2").await.expect(200), "name"), ["later"]);
        assert_eq!(world.get(&world.u, "/chats/labels").await.expect(403)["scope"], "labels:read");
        assert_eq!(world.post(&world.u, "/chats/labels", json!({ "name": "mine" })).await.expect(403)["scope"], "labels:write");

        let chat = world.create_chat(&world.u, json!({ "channel": "web-chat" })).await;
        let other = world.create_chat(&world.u, json!({ "channel": "web-chat" })).await;
        assert_eq!(chat["labels"], json!([]));
        let path = format!("/chats/{}/labels", chat["id"]);
        let marked = world.post(&world.g, &path, json!({ "labels": ["later", urgent["id"]] })).await.expect(200);
        let names = |chat: &Value| chat["labels"].as_array().unwrap().iter().map(|label| label["name"].clone()).collect::<Vec<_>>();
        assert_eq!(names(&marked), ["Urgent", "later"]);
        let again = world.post(&world.g, &path, json!({ "labelId": urgent["uuid"] })).await.expect(200);
        assert_eq!(names(&again), names(&marked));
        // All or none.
        for (body, status) in [(json!({}), 400), (json!({ "labels": [] }), 400), (json!({ "labels": [true] }), 400), (json!({ "labels": ["nothing"] }), 404), (json!({ "labelId": 900_000_001 }), 404)] {
            world.post(&world.g, &format!("/chats/{}/labels", other["id"]), body).await.expect(status);
        }
        world.post(&world.g, &format!("/chats/{}/labels", other["id"]), json!({ "labels": ["later", "nothing"] })).await.expect(404);
        assert_eq!(world.get(&world.g, &format!("/chats/{}", other["id"])).await.expect(200)["labels"], json!([]));
        assert_eq!(world.post(&world.u, &path, json!({ "labels": ["later"] })).await.expect(403)["scope"], "chats:write");
        world.post(&world.v, &path, json!({ "labels": ["later"] })).await.expect(403);
        // Its owner sees them, and the list is filtered by them.
        assert_eq!(names(&world.get(&world.u, &format!("/chats/{}", chat["id"])).await.expect(200)), ["Urgent", "later"]);
        for (query, found) in [("labels=Urgent", vec![chat["id"].clone()]), ("labels=urgent", vec![]), ("labels=nothing", vec![])] {
            assert_eq!(field_values(&world.get(&world.u, &format!("/chats?{query}")).await.expect(200), "id"), found, "{query}");
        }
        let by_id = world.get(&world.g, &format!("/chats?labels={}", later["id"])).await.expect(200);
        assert_eq!((field_values(&by_id, "id"), &by_id["total"]), (vec![chat["id"].clone()], &json!(1)));
        assert_eq!(world.total("/chats?filters=%7B%22labels%22%3A%22later%22%7D").await, 1);

        let renamed = world.put(&world.g, &format!("/chats/labels/{}", urgent["id"]), json!({ "name": "Now", "color": null })).await.expect(200);
        assert_eq!((&renamed["name"], &renamed["color"]), (&json!("Now"), &Value::Null));
        world.put(&world.g, &format!("/chats/labels/{}", urgent["id"]), json!({ "name": "later" })).await.expect(409);
        world.put(&world.g, "/chats/labels/900000001", json!({ "name": "x" })).await.expect(404);
        world.put(&world.u, &format!("/chats/labels/{}", urgent["id"]), json!({ "name": "x" })).await.expect(403);
        let one = format!("{path}/{}", urgent["id"]);
        world.delete(&world.u, &one).await.expect(403);
        assert_eq!(world.delete(&world.g, &one).await.status, 204);
        world.delete(&world.g, &one).await.expect(404);
        world.delete(&world.u, &format!("/chats/labels/{}", later["id"])).await.expect(403);
        assert_eq!(world.delete(&world.g, &format!("/chats/labels/{}", later["uuid"].as_str().unwrap())).await.status, 204);
        assert_eq!(world.get(&world.u, &format!("/chats/{}", chat["id"])).await.expect(200)["labels"], json!([]));
        // A chat that bears a label may go.
        world.post(&world.g, &path, json!({ "labels": ["Now"] })).await.expect(200);
        assert_eq!(world.delete(&world.g, &format!("/chats/{}", chat["id"])).await.status, 204);
    }

    async fn a_filter_is_its_owners(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let rules = json!({ "archived": false, "channel": "email" });
        let saved = world.post(&world.u, "/chats/filters", json!({ "name": "Mail", "filters": rules })).await.expect(200);
        assert_eq!((&saved["name"], &saved["filters"]), (&json!("Mail"), &rules));
        world.post(&world.u, "/chats/filters", json!({ "name": "Mail", "filters": {} })).await.expect(409);
        // Another member may use the same name, and sees only its own.
        let list = json!([{ "field": "needsResponse", "value": true }]);
        world.post(&world.g, "/chats/filters", json!({ "name": "Mail", "filters": list })).await.expect(200);
        assert_eq!(field_values(&world.get(&world.g, "/chats/filters").await.expect(200), "filters"), [list]);
        assert_eq!(field_values(&world.get(&world.u, "/chats/filters").await.expect(200), "id"), [saved["id"].clone()]);
        let path = format!("/chats/filters/{}", saved["id"]);
        world.get(&world.u, &path).await.expect(200);
        world.get(&world.g, &path).await.expect(404);
        world.put(&world.g, &path, json!({ "name": "x" })).await.expect(404);
        world.delete(&world.g, &path).await.expect(404);
        for bad in [
            json!({}), json!({ "name": "a" }), json!({ "filters": {} }), json!({ "name": "", "filters": {} }), json!({ "name": "a", "filters": "x" }), json!({ "name": "a", "filters": { "color": "red" } }),
            json!({ "name": "a", "filters": { "channel": "fax" } }), json!({ "name": "a", "filters": [{ "field": "paused" }] }), json!({ "name": "a", "filters": { "search": "x".repeat(201) } }),
        ] {
            world.post(&world.u, "/chats/filters", bad).await.expect(400);
        }
        let changed = world.put(&world.u, &path, json!({ "name": "Post", "filters": { "paused": true } })).await.expect(200);
        assert_eq!((&changed["name"], &changed["filters"]), (&json!("Post"), &json!({ "paused": true })));
        assert_eq!(world.put(&world.u, &path, json!({})).await.expect(200)["name"], "Post");
        assert_eq!(world.delete(&world.u, &path).await.status, 204);
        world.get(&world.u, &path).await.expect(404);
        assert_eq!(world.get(&world.u, "/chats/filters").await.expect(200)["total"], 0);
    }
}
