//! `/sites`, and chats of a site.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn site_is_created_and_updated(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let created = setup.post(&setup.g, "/sites", json!({ "name": "Front Page", "workflowId": setup.workflow_uuid, "locale": "en-GB" })).await.expect(200);
        assert_eq!((&created["slug"], &created["workflowId"], &created["locale"]), (&json!("front-page"), &json!(setup.workflow), &json!("en-GB")));
        let second = setup.post(&setup.g, "/sites", json!({ "name": "Front Page" })).await.expect(200);
        assert_eq!((&second["slug"], &second["workflowId"]), (&json!("front-page-2"), &Value::Null));
        assert_eq!(setup.post(&setup.g, "/sites", json!({ "name": "x", "slug": "front-page" })).await.expect(409)["code"], "conflict");
        for (bad, status) in [(json!({}), 400), (json!({ "name": "" }), 400), (json!({ "name": "x", "slug": "A B" }), 400), (json!({ "name": "x", "locale": "not a tag" }), 400), (json!({ "name": "x", "workflowId": 900_000_001 }), 404)] {
            setup.post(&setup.g, "/sites", bad).await.expect(status);
        }
        let path = format!("/sites/{}", created["uuid"].as_str().unwrap());
        assert_eq!(setup.get(&setup.g, &path).await.expect(200), created);
        let changed = setup.put(&setup.g, &path, json!({ "name": "Home", "workflowId": null, "isArchived": true })).await.expect(200);
        assert_eq!((&changed["name"], &changed["slug"], &changed["workflowId"], &changed["isArchived"]), (&json!("Home"), &json!("front-page"), &Value::Null, &json!(true)));
        setup.put(&setup.g, &path, json!({ "slug": "front-page-2" })).await.expect(409);
        assert_eq!(field_values(&setup.get(&setup.g, "/sites?isArchived=false").await.expect(200), "id"), [second["id"].clone()]);
        assert_eq!(setup.total("/sites").await, 2);
        for (reply, scope) in [(setup.get(&setup.u, "/sites").await, "sites:read"), (setup.get(&setup.u, &path).await, "sites:read"), (setup.post(&setup.u, "/sites", json!({ "name": "x" })).await, "sites:write"), (setup.put(&setup.u, &path, json!({})).await, "sites:write")] {
            assert_eq!(reply.expect(403)["scope"], scope);
        }
        setup.get(&setup.g, "/sites/900000001").await.expect(404);
    }

    async fn site_workflow_runs_its_chats(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let site = setup.post(&setup.g, "/sites", json!({ "name": "Shop", "workflowId": setup.workflow })).await.expect(200);
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat", "siteId": site["id"] })).await;
        assert_eq!((&chat["workflowId"], &chat["workflowVersionNumber"], &chat["chatType"]), (&json!(setup.workflow), &json!(2), &json!("assignment")));
        assert_eq!((&chat["assistantMemberId"], &chat["siteId"]), (&json!(setup.agent), &site["id"]));
        let run = setup.get(&setup.u, &format!("/assignments/{}", chat["assignmentId"])).await.expect(200);
        assert_eq!((&run["chatId"], &run["memberId"], &run["status"]), (&chat["id"], &json!(setup.u.number), &json!("active")));
        // A given workflow wins over the site's.
        let other = setup.post(&setup.g, "/workflows", json!({ "name": "Other" })).await.expect(200);
        let named = setup.create_chat(&setup.u, json!({ "channel": "web-chat", "siteId": site["id"], "workflowId": other["id"] })).await;
        assert_eq!((&named["workflowId"], &named["workflowVersionNumber"]), (&other["id"], &Value::Null));
        // An archived workflow is not run, and a site may have none.
        setup.put(&setup.g, &format!("/workflows/{}", setup.workflow), json!({ "isArchived": true })).await.expect(200);
        let plain = setup.post(&setup.g, "/sites", json!({ "name": "Blog" })).await.expect(200);
        for site in [&site, &plain] {
            let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat", "siteId": site["id"] })).await;
            assert_eq!((&chat["workflowId"], &chat["assignmentId"], &chat["chatType"]), (&Value::Null, &Value::Null, &json!("simple")));
        }
    }

    async fn chat_is_created_on_site(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let site = setup.post(&setup.g, "/sites", json!({ "name": "Shop" })).await.expect(200);
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat", "siteId": site["uuid"] })).await;
        assert_eq!(chat["siteId"], site["id"]);
        setup.post(&setup.u, "/chats", json!({ "channel": "web-chat", "siteId": 900_000_001 })).await.expect(404);
        let path = format!("/chats/{}", chat["id"]);
        assert_eq!(setup.put(&setup.g, &path, json!({ "siteId": null })).await.expect(200)["siteId"], Value::Null);
        assert_eq!(setup.put(&setup.g, &path, json!({ "siteId": site["id"] })).await.expect(200)["siteId"], site["id"]);
        setup.put(&setup.g, &format!("/sites/{}", site["id"]), json!({ "isArchived": true })).await.expect(200);
        setup.post(&setup.u, "/chats", json!({ "channel": "web-chat", "siteId": site["id"] })).await.expect(404);
        assert_eq!(setup.get(&setup.u, &path).await.expect(200)["siteId"], site["id"]);
    }
}
