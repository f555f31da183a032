//! `POST /chats/dm`.

use std::collections::BTreeSet;

use parlor_testkit::{both, tokio};
use serde_json::{Value, json};

use crate::fixture::{TestMember, TestWorkspace};

async fn grant_dm_scope(setup: &TestWorkspace, caller: &TestMember) {
    let path = format!("/members/{}", caller.number);
    let body = json!({ "scopes": ["dm:write"] });
    let changed = setup.put(&setup.g, &path, body).await.expect(200);
    assert_eq!(changed["scopes"], json!(["dm:write"]));
}

fn dm_body(member: i64) -> Value {
    json!({ "memberId": member })
}

both! {
    async fn case_17_dm_with_agent_requires_no_scope(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let first = setup.post(&setup.u, "/chats/dm", dm_body(setup.agent)).await.expect(200);
        let again = setup.post(&setup.u, "/chats/dm", dm_body(setup.agent)).await.expect(200);
        assert_eq!(first, again);
        assert_eq!((&first["chatType"], &first["channel"]), (&json!("dm"), &json!("web-chat")));
        assert_eq!((&first["assistantEnabled"], &first["assistantMemberId"]), (&json!(true), &json!(setup.agent)));
        assert_eq!((first["participants"].as_array().unwrap().len(), &first["ownerMemberId"]), (2, &json!(setup.u.number)));
        assert_eq!((&first["workflowId"], &first["assignmentId"]), (&Value::Null, &Value::Null));
    }

    async fn case_18_dm_with_human_requires_scope(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let refusal = setup.post(&setup.u, "/chats/dm", dm_body(setup.v.number)).await.expect(403);
        assert_eq!((&refusal["code"], &refusal["scope"]), (&json!("missing_scope"), &json!("dm:write")));
        grant_dm_scope(&setup, &setup.u).await;
        let dm = setup.post(&setup.u, "/chats/dm", dm_body(setup.v.number)).await.expect(200);
        assert_eq!((&dm["assistantEnabled"], &dm["assistantMemberId"]), (&json!(false), &Value::Null));
    }

    async fn case_19_existing_dm_is_returned_without_scope(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        grant_dm_scope(&setup, &setup.v).await;
        let opened = setup.post(&setup.v, "/chats/dm", dm_body(setup.u.number)).await.expect(200);
        let found = setup.post(&setup.u, "/chats/dm", json!({ "memberId": setup.v.uuid })).await.expect(200);
        assert_eq!((&found["id"], &found["ownerMemberId"]), (&opened["id"], &json!(setup.v.number)));
        // An archived DM is opened again.
        let path = format!("/chats/{}", opened["id"]);
        let archived = setup.put(&setup.v, &path, json!({ "archived": true })).await.expect(200);
        assert!(archived["archived"] == true && archived["archivedAt"].is_string());
        let found = setup.post(&setup.u, "/chats/dm", dm_body(setup.v.number)).await.expect(200);
        assert_eq!((&found["id"], &found["archived"], &found["archivedAt"]), (&opened["id"], &json!(false), &Value::Null));
    }

    async fn case_20_concurrent_requests_create_one_dm(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        grant_dm_scope(&setup, &setup.u).await;
        grant_dm_scope(&setup, &setup.v).await;
        let mut calls = tokio::task::JoinSet::new();
        for round in 0..50 {
            let (from, to) = if round % 2 == 0 { (&setup.u, &setup.v) } else { (&setup.v, &setup.u) };
            let request = setup.post_request(from, "/chats/dm", &dm_body(to.number));
            calls.spawn(async move { request.send().await.expect(200)["id"].as_i64().unwrap() });
        }
        let ids: BTreeSet<i64> = calls.join_all().await.into_iter().collect();
        assert_eq!(ids.len(), 1);
        for side in [&setup.u, &setup.v] {
            let listed = setup.get(side, "/chats?chatType=dm").await.expect(200);
            assert_eq!((&listed["total"], &listed["items"][0]["id"]), (&json!(1), &json!(ids.first())));
        }
    }

    async fn case_21_dm_with_self_or_unknown_member_is_refused(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        for own in [json!(setup.u.number), json!(setup.u.number.to_string()), json!(setup.u.uuid)] {
            setup.post(&setup.u, "/chats/dm", json!({ "memberId": own })).await.expect(400);
        }
        setup.post(&setup.u, "/chats/dm", dm_body(900_000_001)).await.expect(404);
        let refusal = setup.post(&setup.u, "/chats/dm", json!({})).await.expect(400);
        assert_eq!(refusal["errors"][0]["loc"], json!(["body", "memberId"]));
        for bad in [json!({ "memberId": null }), json!({ "memberId": "Vera" }), json!({ "memberId": [1] }), json!([])] {
            setup.post(&setup.u, "/chats/dm", bad).await.expect(400);
        }
        assert_eq!(setup.get(&setup.u, "/chats?chatType=dm").await.expect(200)["total"], 0);
    }

    async fn dm_is_visible_to_its_two_members_only(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        grant_dm_scope(&setup, &setup.v).await;
        let dm = setup.post(&setup.v, "/chats/dm", dm_body(setup.u.number)).await.expect(200);
        let path = format!("/chats/{}", dm["id"]);
        setup.get(&setup.g, &path).await.expect(403);
        setup.put(&setup.g, &path, json!({ "title": "Mine" })).await.expect(403);
        setup.delete(&setup.g, &path).await.expect(403);
        assert_eq!(setup.total("/chats").await, 0);
        assert_eq!(setup.get(&setup.u, &path).await.expect(200)["id"], dm["id"]);
    }
}
