//! `POST /create-signup`.

use std::collections::BTreeSet;

use parlor_testkit::{both, tokio};
use serde_json::{Value, json};

use crate::fixture::{EMAIL, TestWorkspace};

fn sign_up_body(fields: Value) -> Value {
    Value::from_iter([("member", fields)])
}

both! {
    async fn new_member_gets_a_session(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let body = json!({
            "member": {
                "email": "Zoe@Example.ORG", "phone": "+1 (500) 555-0177", "name": " Zoe ", "externalId": "crm-7", "dateOfBirth": "1990-02-28",
                "locale": "en-GB", "tosAccepted": true, "labels": ["vip"], "unknown": 1,
            },
            "data": { "plan": "gold" },
        });
        let created = setup.post(&setup.g, "/create-signup", body).await.expect(200);
        assert_eq!(created["wasCreated"], true);
        let zoe = &created["member"];
        assert_eq!(["email", "phone", "name", "externalId", "role", "dateOfBirth", "locale"].map(|field| zoe[field].clone()),
            ["Zoe@example.org", "+15005550177", "Zoe", "crm-7", "user", "1990-02-28", "en-GB"].map(Value::from));
        assert_eq!((&zoe["tosAccepted"], &zoe["labels"], &zoe["data"], &zoe["memberRoleId"]), (&json!(true), &json!(["vip"]), &json!({ "plan": "gold" }), &json!(3)));
        assert_eq!((&created["account"]["id"], &created["account"]["email"]), (&zoe["id"], &zoe["email"]));
        // The session acts as the new member.
        let token = created["token"].as_str().unwrap();
        let chat = setup.server.post(&setup.path("/chats")).bearer(token).json(&json!({ "channel": "web-chat" })).send().await.expect(200);
        assert_eq!(chat["ownerMemberId"], zoe["id"]);
        setup.server.get(&setup.path("/members")).bearer(token).send().await.expect(403);
        // Each of the three identifiers finds the member, and new fields are stored.
        for again in [json!({ "externalId": "crm-7", "name": "Zoe Z." }), json!({ "email": "Zoe@example.org", "locale": "de" }), json!({ "phone": "+15005550177", "labels": [] })] {
            let found = setup.post(&setup.g, "/create-signup", sign_up_body(again)).await.expect(200);
            assert_eq!((&found["wasCreated"], &found["member"]["id"]), (&json!(false), &zoe["id"]));
        }
        let now = setup.get(&setup.g, &format!("/members/{}", zoe["id"])).await.expect(200);
        assert_eq!(["name", "locale", "dateOfBirth", "labels"].map(|field| now[field].clone()), [json!("Zoe Z."), json!("de"), json!("1990-02-28"), json!([])]);
        // Another external id is another member, even with the same address.
        let other = setup.post(&setup.g, "/create-signup", sign_up_body(json!({ "externalId": "crm-8", "email": "Zoe@example.org" }))).await.expect(200);
        assert_eq!(other["wasCreated"], true);
    }

    async fn known_member_is_completed(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let found = setup.post(&setup.g, "/create-signup", sign_up_body(json!({ "email": EMAIL, "externalId": "vera-1" }))).await.expect(200);
        assert_eq!((&found["wasCreated"], &found["member"]["id"], &found["member"]["externalId"]), (&json!(false), &json!(setup.v.number), &json!("vera-1")));
        assert_eq!(found["member"]["name"], "Vera");
    }

    async fn sign_up_of_privileged_member_requires_admin(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let before = setup.total("/members").await;
        assert_eq!(setup.post(&setup.u, "/create-signup", sign_up_body(json!({ "email": "x@example.org" }))).await.expect(403)["scope"], "members:write");
        let clerk = setup.server.create_signed_in_member("Clara", None, "members:write").await.1;
        let by_clerk = async |body: Value| setup.server.post(&setup.path("/create-signup")).bearer(&clerk).json(&body).send().await;
        assert_eq!(by_clerk(sign_up_body(json!({ "email": "m@example.org", "role": "manager" }))).await.expect(403)["scope"], "admin:write");
        // Signing up a manager gives no manager's rights.
        setup.put(&setup.g, &format!("/members/{}", setup.g.number), json!({ "email": "gus@example.org" })).await.expect(200);
        let refused = by_clerk(sign_up_body(json!({ "email": "gus@example.org" }))).await;
        assert_eq!(refused.expect(403)["scope"], "admin:write");
        assert!(!refused.text().contains("token"));
        assert_eq!(setup.total("/members").await, before + 1);
        // The session has no scope beyond its creator's.
        let mate = by_clerk(sign_up_body(json!({ "email": "mate@example.org" }))).await.expect(200);
        let agents = setup.server.get(&setup.path("/agents")).bearer(mate["token"].as_str().unwrap()).send().await;
        assert_eq!(agents.expect(403)["scope"], "agents:read");
        let created = setup.post(&setup.g, "/create-signup", sign_up_body(json!({ "email": "m@example.org", "role": "manager" }))).await.expect(200);
        assert_eq!(created["member"]["role"], "manager");
    }

    async fn invalid_sign_up_changes_nothing(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let before = setup.total("/members").await;
        for bad in [
            json!({}), json!({ "member": 5 }), sign_up_body(json!({})), sign_up_body(json!({ "name": "Nobody" })), sign_up_body(json!({ "email": " " })), sign_up_body(json!({ "email": "nobody" })),
            sign_up_body(json!({ "phone": "call me" })), sign_up_body(json!({ "email": "a@example.org", "role": "owner" })), sign_up_body(json!({ "email": "a@example.org", "dateOfBirth": "1990-02-31" })),
            sign_up_body(json!({ "email": "a@example.org", "dateOfBirth": "31.1.1990" })), sign_up_body(json!({ "email": "a@example.org", "labels": "vip" })), sign_up_body(json!({ "email": "a@example.org", "tosAccepted": "yes" })),
            json!({ "member": { "email": "a@example.org" }, "data": [1] }), json!({ "member": { "email": "a@example.org" }, "data": { "a": "x".repeat(70_000) } }),
        ] {
            setup.post(&setup.g, "/create-signup", bad).await.expect(400);
        }
        assert_eq!(setup.total("/members").await, before);
    }

    async fn concurrent_sign_ups_create_one_member(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let request = setup.post_request(&setup.g, "/create-signup", &sign_up_body(json!({ "email": "many@example.org", "phone": "+15005550188" })));
            calls.spawn(async move { request.send().await.expect(200) });
        }
        let answers = calls.join_all().await;
        let ids: BTreeSet<i64> = answers.iter().map(|answer| answer["member"]["id"].as_i64().unwrap()).collect();
        let created = answers.iter().filter(|answer| answer["wasCreated"] == true).count();
        assert_eq!((ids.len(), created), (1, 1));
    }
}
