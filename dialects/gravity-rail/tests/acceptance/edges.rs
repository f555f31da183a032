//! Workspaces, methods and paths that are not there.

use parlor_testkit::both;
use serde_json::json;

use crate::fixture::TestWorkspace;

both! {
    async fn case_26_another_workspaces_session_and_chats(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.u, json!({ "channel": "web-chat" })).await;
        let stranger = world.server.b.sign_in(&world.server.b.owner).await;
        let unknown = "/api/v2/w/0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001/chats";
        let nowhere = world.server.get(unknown).bearer(&world.u.token).send().await.expect(404);
        for (path, bearer) in [
            (world.path("/chats"), &stranger), (world.path("/chats"), &world.server.b.key),
            (unknown.to_owned(), &stranger), (unknown.to_owned(), &world.server.a.key), ("/api/v2/w/nothing/chats".to_owned(), &world.u.token),
        ] {
            assert_eq!(world.server.get(&path).bearer(bearer).send().await.expect(404), nowhere);
        }
        for path in [unknown, "/api/v2/w/nothing/chats"] {
            world.server.get(path).send().await.expect(401);
            world.server.get(path).bearer("a.b.c").send().await.expect(401);
            world.server.get(path).bearer(format!("{}x", world.u.token)).send().await.expect(401);
        }
        let theirs = format!("/api/v2/w/{}/chats/", world.server.b.workspace);
        for id in [chat["id"].to_string(), chat["uuid"].as_str().unwrap().to_owned()] {
            let reply = world.server.get(&format!("{theirs}{id}")).bearer(&stranger).send().await.expect(404);
            let nobodys = world.server.get(&format!("{theirs}900000001")).bearer(&stranger).send().await.expect(404);
            assert_eq!(reply, nobodys);
        }
        // A foreign session that has ended is no session at all.
        world.server.clock.advance(std::time::Duration::from_secs(3_700));
        world.server.get(&world.path("/chats")).bearer(&stranger).send().await.expect(401);
    }

    async fn references_to_another_workspace_are_unknown(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let before = world.entity_counts().await;
        let b = format!("/api/v2/w/{}", world.server.b.workspace);
        let made = async |path: &str, body| world.server.post(&format!("{b}{path}")).bearer(&world.server.b.key).json(&body).send().await.expect(200);
        let agent = made("/agents", json!({ "name": "Bea" })).await;
        let number = made("/phone-numbers", json!({ "number": "+15005550009", "isDefault": true })).await;
        let inbox = made("/inboxes", json!({ "address": "b@example.org" })).await;
        let workflow = made("/workflows", json!({ "name": "Theirs", "agentMemberId": agent["id"] })).await;
        for (channel, field, thing) in [("web-chat", "workflowId", &workflow), ("web-chat", "assistantMemberId", &agent), ("web-chat", "memberId", &agent), ("phone-sms", "phoneNumberId", &number), ("email", "inboxId", &inbox)] {
            for id in [&thing["id"], &thing["uuid"]] {
                let mut body = json!({ "channel": channel });
                body[field] = id.clone();
                world.post(&world.g, "/chats", body).await.expect(404);
            }
        }
        world.post(&world.u, "/chats/dm", json!({ "memberId": agent["id"] })).await.expect(404);
        // Their default is not ours.
        let chat = world.create_chat(&world.g, json!({ "channel": "phone-sms" })).await;
        assert!(chat["phoneNumberId"].is_null());
        world.delete(&world.g, &format!("/chats/{}", chat["id"])).await;
        assert_eq!(world.entity_counts().await, before);
    }

    async fn paths_and_methods(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let wrong = world.delete(&world.g, "/chats").await;
        assert_eq!(wrong.expect(405)["code"], "method_not_allowed");
        assert!(wrong.header("allow").contains("GET") && wrong.header("allow").contains("POST"), "{}", wrong.header("allow"));
        assert_eq!(world.get(&world.g, "/nothing/here").await.expect(404)["code"], "not_found");
        let slashed = world.post(&world.u, "/chats/", json!({ "channel": "web-chat" })).await;
        assert_eq!(slashed.status, 200);
        let twins = world.get(&world.u, "/chats/").await.expect(200);
        assert_eq!(twins, world.get(&world.u, "/chats").await.expect(200));
        let large = format!("{{\"channel\":\"{}\"}}", "x".repeat(2 << 20));
        let refused = world.server.post(&world.path("/chats")).bearer(&world.u.token).body(large).send().await;
        refused.expect(413);
    }

    async fn everything_outlives_a_restart(server: TestServer) {
        let mut world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, json!({ "channel": "phone-sms", "workflowId": world.workflow, "memberId": world.v.number })).await;
        world.server.restart().await;
        let path = format!("/chats/{}", chat["id"]);
        assert_eq!(world.get(&world.g, &path).await.expect(200), chat);
        assert_eq!(world.get(&world.v, &path).await.expect(200)["id"], chat["id"]);
    }
}
