//! Unknown workspaces, methods and paths.

use parlor_testkit::both;
use serde_json::json;

use crate::fixture::TestWorkspace;

both! {
    async fn case_26_other_workspaces_session_and_chats_are_unknown(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        let stranger = setup.server.b.sign_in(&setup.server.b.owner).await;
        let unknown = "/api/v2/w/0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001/chats";
        let nowhere = setup.server.get(unknown).bearer(&setup.u.token).send().await.expect(404);
        for (path, bearer) in [
            (setup.path("/chats"), &stranger), (setup.path("/chats"), &setup.server.b.key),
            (unknown.to_owned(), &stranger), (unknown.to_owned(), &setup.server.a.key), ("/api/v2/w/nothing/chats".to_owned(), &setup.u.token),
        ] {
            assert_eq!(setup.server.get(&path).bearer(bearer).send().await.expect(404), nowhere);
        }
        for path in [unknown, "/api/v2/w/nothing/chats"] {
            setup.server.get(path).send().await.expect(401);
            setup.server.get(path).bearer("a.b.c").send().await.expect(401);
            setup.server.get(path).bearer(format!("{}x", setup.u.token)).send().await.expect(401);
        }
        let theirs = format!("/api/v2/w/{}/chats/", setup.server.b.workspace);
        for id in [chat["id"].to_string(), chat["uuid"].as_str().unwrap().to_owned()] {
            let reply = setup.server.get(&format!("{theirs}{id}")).bearer(&stranger).send().await.expect(404);
            let nobodys = setup.server.get(&format!("{theirs}900000001")).bearer(&stranger).send().await.expect(404);
            assert_eq!(reply, nobodys);
        }
        // An expired session of another workspace is not valid.
        setup.server.clock.advance(std::time::Duration::from_secs(3_700));
        setup.server.get(&setup.path("/chats")).bearer(&stranger).send().await.expect(401);
    }

    async fn reference_to_other_workspace_is_unknown(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let before = setup.entity_counts().await;
        let b = format!("/api/v2/w/{}", setup.server.b.workspace);
        let created = async |path: &str, body| setup.server.post(&format!("{b}{path}")).bearer(&setup.server.b.key).json(&body).send().await.expect(200);
        let agent = created("/agents", json!({ "name": "Bea" })).await;
        let number = created("/phone-numbers", json!({ "number": "+15005550009", "isDefault": true })).await;
        let inbox = created("/inboxes", json!({ "address": "b@example.org" })).await;
        let workflow = created("/workflows", json!({ "name": "Theirs", "agentMemberId": agent["id"] })).await;
        for (channel, field, thing) in [("web-chat", "workflowId", &workflow), ("web-chat", "assistantMemberId", &agent), ("web-chat", "memberId", &agent), ("phone-sms", "phoneNumberId", &number), ("email", "inboxId", &inbox)] {
            for id in [&thing["id"], &thing["uuid"]] {
                let mut body = json!({ "channel": channel });
                body[field] = id.clone();
                setup.post(&setup.g, "/chats", body).await.expect(404);
            }
        }
        setup.post(&setup.u, "/chats/dm", json!({ "memberId": agent["id"] })).await.expect(404);
        // Another workspace's default number is not used.
        let chat = setup.create_chat(&setup.g, json!({ "channel": "phone-sms" })).await;
        assert!(chat["phoneNumberId"].is_null());
        setup.delete(&setup.g, &format!("/chats/{}", chat["id"])).await;
        assert_eq!(setup.entity_counts().await, before);
    }

    async fn unknown_path_and_method_are_refused(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let wrong = setup.delete(&setup.g, "/chats").await;
        assert_eq!(wrong.expect(405)["code"], "method_not_allowed");
        assert!(wrong.header("allow").contains("GET") && wrong.header("allow").contains("POST"), "{}", wrong.header("allow"));
        assert_eq!(setup.get(&setup.g, "/nothing/here").await.expect(404)["code"], "not_found");
        let slashed = setup.post(&setup.u, "/chats/", json!({ "channel": "web-chat" })).await;
        assert_eq!(slashed.status, 200);
        let twins = setup.get(&setup.u, "/chats/").await.expect(200);
        assert_eq!(twins, setup.get(&setup.u, "/chats").await.expect(200));
        let large = format!("{{\"channel\":\"{}\"}}", "x".repeat(2 << 20));
        let refused = setup.server.post(&setup.path("/chats")).bearer(&setup.u.token).body(large).send().await;
        refused.expect(413);
    }

    async fn entities_survive_restart(server: TestServer) {
        let mut setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, json!({ "channel": "phone-sms", "workflowId": setup.workflow, "memberId": setup.v.number })).await;
        setup.server.restart().await;
        let path = format!("/chats/{}", chat["id"]);
        assert_eq!(setup.get(&setup.g, &path).await.expect(200), chat);
        assert_eq!(setup.get(&setup.v, &path).await.expect(200)["id"], chat["id"]);
    }
}
