//! `POST /chats/dm`.

use std::collections::BTreeSet;

use parlor_testkit::{both, tokio};
use serde_json::{Value, json};

use crate::fixture::{TestMember, TestWorkspace};

async fn grant_dm_scope(world: &TestWorkspace, who: &TestMember) {
    let path = format!("/members/{}", who.number);
    let body = json!({ "scopes": ["dm:write"] });
    let changed = world.put(&world.g, &path, body).await.expect(200);
    assert_eq!(changed["scopes"], json!(["dm:write"]));
}

fn dm_body(member: i64) -> Value {
    json!({ "memberId": member })
}

both! {
    async fn case_17_a_dm_with_an_agent_needs_no_scope(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let first = world.post(&world.u, "/chats/dm", dm_body(world.agent)).await.expect(200);
        let again = world.post(&world.u, "/chats/dm", dm_body(world.agent)).await.expect(200);
        assert_eq!(first, again);
        assert_eq!((&first["chatType"], &first["channel"]), (&json!("dm"), &json!("web-chat")));
        assert_eq!((&first["assistantEnabled"], &first["assistantMemberId"]), (&json!(true), &json!(world.agent)));
        assert_eq!((first["participants"].as_array().unwrap().len(), &first["ownerMemberId"]), (2, &json!(world.u.number)));
        assert_eq!((&first["workflowId"], &first["assignmentId"]), (&Value::Null, &Value::Null));
    }

    async fn case_18_a_dm_with_a_human_needs_one(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let refusal = world.post(&world.u, "/chats/dm", dm_body(world.v.number)).await.expect(403);
        assert_eq!((&refusal["code"], &refusal["scope"]), (&json!("missing_scope"), &json!("dm:write")));
        grant_dm_scope(&world, &world.u).await;
        let dm = world.post(&world.u, "/chats/dm", dm_body(world.v.number)).await.expect(200);
        assert_eq!((&dm["assistantEnabled"], &dm["assistantMemberId"]), (&json!(false), &Value::Null));
    }

    async fn case_19_an_existing_dm_is_given_without_it(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        grant_dm_scope(&world, &world.v).await;
        let opened = world.post(&world.v, "/chats/dm", dm_body(world.u.number)).await.expect(200);
        let found = world.post(&world.u, "/chats/dm", json!({ "memberId": world.v.uuid })).await.expect(200);
        assert_eq!((&found["id"], &found["ownerMemberId"]), (&opened["id"], &json!(world.v.number)));
        // An archived one is opened again.
        let path = format!("/chats/{}", opened["id"]);
        let archived = world.put(&world.v, &path, json!({ "archived": true })).await.expect(200);
        assert!(archived["archived"] == true && archived["archivedAt"].is_string());
        let found = world.post(&world.u, "/chats/dm", dm_body(world.v.number)).await.expect(200);
        assert_eq!((&found["id"], &found["archived"], &found["archivedAt"]), (&opened["id"], &json!(false), &Value::Null));
    }

    async fn case_20_many_first_calls_make_one(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        grant_dm_scope(&world, &world.u).await;
        grant_dm_scope(&world, &world.v).await;
        let mut calls = tokio::task::JoinSet::new();
        for round in 0..50 {
            let (from, to) = if round % 2 == 0 { (&world.u, &world.v) } else { (&world.v, &world.u) };
            let request = world.post_request(from, "/chats/dm", &dm_body(to.number));
            calls.spawn(async move { request.send().await.expect(200)["id"].as_i64().unwrap() });
        }
        let ids: BTreeSet<i64> = calls.join_all().await.into_iter().collect();
        assert_eq!(ids.len(), 1);
        for side in [&world.u, &world.v] {
            let listed = world.get(side, "/chats?chatType=dm").await.expect(200);
            assert_eq!((&listed["total"], &listed["items"][0]["id"]), (&json!(1), &json!(ids.first())));
        }
    }

    async fn case_21_with_whom_no_dm_is_had(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        for own in [json!(world.u.number), json!(world.u.number.to_string()), json!(world.u.uuid)] {
            world.post(&world.u, "/chats/dm", json!({ "memberId": own })).await.expect(400);
        }
        world.post(&world.u, "/chats/dm", dm_body(900_000_001)).await.expect(404);
        let refusal = world.post(&world.u, "/chats/dm", json!({})).await.expect(400);
        assert_eq!(refusal["errors"][0]["loc"], json!(["body", "memberId"]));
        for bad in [json!({ "memberId": null }), json!({ "memberId": "Vera" }), json!({ "memberId": [1] }), json!([])] {
            world.post(&world.u, "/chats/dm", bad).await.expect(400);
        }
        assert_eq!(world.get(&world.u, "/chats?chatType=dm").await.expect(200)["total"], 0);
    }

    async fn a_dm_is_its_two_members_own(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        grant_dm_scope(&world, &world.v).await;
        let dm = world.post(&world.v, "/chats/dm", dm_body(world.u.number)).await.expect(200);
        let path = format!("/chats/{}", dm["id"]);
        world.get(&world.g, &path).await.expect(403);
        world.put(&world.g, &path, json!({ "title": "Mine" })).await.expect(403);
        world.delete(&world.g, &path).await.expect(403);
        assert_eq!(world.total("/chats").await, 0);
        assert_eq!(world.get(&world.u, &path).await.expect(200)["id"], dm["id"]);
    }
}
