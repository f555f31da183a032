//! `/sites`, and chats that begin on one.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn sites_are_made_and_changed(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let made = world.post(&world.g, "/sites", json!({ "name": "Front Page", "workflowId": world.workflow_uuid, "locale": "en-GB" })).await.expect(200);
        assert_eq!((&made["slug"], &made["workflowId"], &made["locale"]), (&json!("front-page"), &json!(world.workflow), &json!("en-GB")));
        let second = world.post(&world.g, "/sites", json!({ "name": "Front Page" })).await.expect(200);
        assert_eq!((&second["slug"], &second["workflowId"]), (&json!("front-page-2"), &Value::Null));
        assert_eq!(world.post(&world.g, "/sites", json!({ "name": "x", "slug": "front-page" })).await.expect(409)["code"], "conflict");
        for (bad, status) in [(json!({}), 400), (json!({ "name": "" }), 400), (json!({ "name": "x", "slug": "A B" }), 400), (json!({ "name": "x", "locale": "not a tag" }), 400), (json!({ "name": "x", "workflowId": 900_000_001 }), 404)] {
            world.post(&world.g, "/sites", bad).await.expect(status);
        }
        let path = format!("/sites/{}", made["uuid"].as_str().unwrap());
        assert_eq!(world.get(&world.g, &path).await.expect(200), made);
        let changed = world.put(&world.g, &path, json!({ "name": "Home", "workflowId": null, "isArchived": true })).await.expect(200);
        assert_eq!((&changed["name"], &changed["slug"], &changed["workflowId"], &changed["isArchived"]), (&json!("Home"), &json!("front-page"), &Value::Null, &json!(true)));
        world.put(&world.g, &path, json!({ "slug": "front-page-2" })).await.expect(409);
        assert_eq!(field_values(&world.get(&world.g, "/sites?isArchived=false").await.expect(200), "id"), [second["id"].clone()]);
        assert_eq!(world.total("/sites").await, 2);
        for (reply, scope) in [(world.get(&world.u, "/sites").await, "sites:read"), (world.get(&world.u, &path).await, "sites:read"), (world.post(&world.u, "/sites", json!({ "name": "x" })).await, "sites:write"), (world.put(&world.u, &path, json!({})).await, "sites:write")] {
            assert_eq!(reply.expect(403)["scope"], scope);
        }
        world.get(&world.g, "/sites/900000001").await.expect(404);
    }

    async fn a_sites_workflow_runs_the_chats_that_begin_there(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let site = world.post(&world.g, "/sites", json!({ "name": "Shop", "workflowId": world.workflow })).await.expect(200);
        let chat = world.create_chat(&world.u, json!({ "channel": "web-chat", "siteId": site["id"] })).await;
        assert_eq!((&chat["workflowId"], &chat["workflowVersionNumber"], &chat["chatType"]), (&json!(world.workflow), &json!(2), &json!("assignment")));
        assert_eq!((&chat["assistantMemberId"], &chat["siteId"]), (&json!(world.agent), &site["id"]));
        let run = world.get(&world.u, &format!("/assignments/{}", chat["assignmentId"])).await.expect(200);
        assert_eq!((&run["chatId"], &run["memberId"], &run["status"]), (&chat["id"], &json!(world.u.number), &json!("active")));
        // A workflow that is named goes before the site's.
        let other = world.post(&world.g, "/workflows", json!({ "name": "Other" })).await.expect(200);
        let named = world.create_chat(&world.u, json!({ "channel": "web-chat", "siteId": site["id"], "workflowId": other["id"] })).await;
        assert_eq!((&named["workflowId"], &named["workflowVersionNumber"]), (&other["id"], &Value::Null));
        // One that was put away runs nothing, and neither does a site without one.
        world.put(&world.g, &format!("/workflows/{}", world.workflow), json!({ "isArchived": true })).await.expect(200);
        let plain = world.post(&world.g, "/sites", json!({ "name": "Blog" })).await.expect(200);
        for site in [&site, &plain] {
            let chat = world.create_chat(&world.u, json!({ "channel": "web-chat", "siteId": site["id"] })).await;
            assert_eq!((&chat["workflowId"], &chat["assignmentId"], &chat["chatType"]), (&Value::Null, &Value::Null, &json!("simple")));
        }
    }

    async fn a_chat_begins_on_a_site(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let site = world.post(&world.g, "/sites", json!({ "name": "Shop" })).await.expect(200);
        let chat = world.create_chat(&world.u, json!({ "channel": "web-chat", "siteId": site["uuid"] })).await;
        assert_eq!(chat["siteId"], site["id"]);
        world.post(&world.u, "/chats", json!({ "channel": "web-chat", "siteId": 900_000_001 })).await.expect(404);
        let path = format!("/chats/{}", chat["id"]);
        assert_eq!(world.put(&world.g, &path, json!({ "siteId": null })).await.expect(200)["siteId"], Value::Null);
        assert_eq!(world.put(&world.g, &path, json!({ "siteId": site["id"] })).await.expect(200)["siteId"], site["id"]);
        world.put(&world.g, &format!("/sites/{}", site["id"]), json!({ "isArchived": true })).await.expect(200);
        world.post(&world.u, "/chats", json!({ "channel": "web-chat", "siteId": site["id"] })).await.expect(404);
        assert_eq!(world.get(&world.u, &path).await.expect(200)["siteId"], site["id"]);
    }
}
