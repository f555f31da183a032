//! `/members`.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{EMAIL, PHONE, TestWorkspace, field_values};

both! {
    async fn members_are_listed_and_read(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let listed = world.get(&world.g, "/members?pageSize=100").await.expect(200);
        let ids = field_values(&listed, "id");
        for member in [world.u.number, world.v.number, world.agent, world.server.a.owner.number] {
            assert!(ids.contains(&json!(member)));
        }
        assert_eq!(world.get(&world.u, "/members").await.expect(403)["scope"], "members:read");
        let own = world.get(&world.v, &format!("/members/{}", world.v.uuid)).await.expect(200);
        assert_eq!((&own["id"], &own["email"], &own["phone"]), (&json!(world.v.number), &json!(EMAIL), &json!(PHONE)));
        assert_eq!((&own["memberType"], &own["role"], &own["memberRoleId"]), (&json!("human"), &json!("user"), &json!(3)));
        world.get(&world.v, &format!("/members/{}", world.u.number)).await.expect(403);
        world.get(&world.g, "/members/900000001").await.expect(404);
        let agent = world.get(&world.g, &format!("/members/{}", world.agent)).await.expect(200);
        assert_eq!((&agent["memberType"], &agent["role"]), (&json!("agent"), &Value::Null));
    }

    async fn members_are_changed(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let path = format!("/members/{}", world.n.number);
        let body = json!({ "name": " Nora N. ", "email": "nora@EXAMPLE.org", "phone": "+1 (500) 555-0199", "smsOptedOut": true, "memberRoleId": 2 });
        let changed = world.put(&world.g, &path, body).await.expect(200);
        assert_eq!(["name", "email", "phone", "role"].map(|field| changed[field].clone()), ["Nora N.", "nora@example.org", "+15005550199", "manager"].map(Value::from));
        assert_eq!((&changed["smsOptedOut"], &changed["emailOptedOut"]), (&json!(true), &json!(false)));
        let emptied = world.put(&world.g, &path, json!({ "phone": null, "email": "" })).await.expect(200);
        assert_eq!((&emptied["phone"], &emptied["email"], &emptied["name"]), (&Value::Null, &Value::Null, &json!("Nora N.")));
        for (body, field) in [(json!({ "email": "nobody" }), "email"), (json!({ "phone": "call me" }), "phone"), (json!({ "memberRoleId": 1 }), "memberRoleId"), (json!({ "scopes": ["king:write"] }), "scopes"), (json!({ "smsOptedOut": 1 }), "smsOptedOut")] {
            let refusal = world.put(&world.g, &path, body).await.expect(400);
            assert_eq!(refusal["errors"][0]["loc"][1], field);
        }
        assert_eq!(world.put(&world.u, &path, json!({ "name": "x" })).await.expect(403)["scope"], "members:write");
        world.put(&world.g, "/members/900000001", json!({ "name": "x" })).await.expect(404);
    }

    async fn a_scope_is_granted_by_who_administers(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let clerk = world.server.create_signed_in_member("Clara", None, "members:write").await;
        let path = world.path(&format!("/members/{}", world.u.number));
        let body = json!({ "scopes": ["write:chats", "dm:admin"] });
        let refusal = world.server.put(&path).bearer(&clerk.1).json(&body).send().await.expect(403);
        assert_eq!(refusal["scope"], "admin:write");
        let changed = world.server.put(&path).bearer(&world.g.token).json(&body).send().await.expect(200);
        assert_eq!(changed["scopes"], json!(["chats:write", "dm:admin"]));
    }

    async fn a_member_keeps_all_that_is_said_of_it(server: TestServer) {
        let mut world = TestWorkspace::new(server).await;
        let path = format!("/members/{}", world.n.number);
        let body = json!({
            "notifyEmail": "notices@example.org", "labels": ["vip", "new"], "externalId": "crm-7", "locale": "de-AT", "dateOfBirth": "1990-02-28",
            "tosAccepted": true, "data": { "shoe": { "size": 42 } },
        });
        let changed = world.put(&world.g, &path, body.clone()).await.expect(200);
        let expect = |shown: &Value| {
            for (field, value) in body.as_object().unwrap() {
                let value = if field == "labels" { &json!(["new", "vip"]) } else { value };
                assert_eq!(&shown[field], value, "{field}");
            }
        };
        expect(&changed);
        // What is left out stays, in lists, in other calls and on a restart.
        expect(&world.put(&world.g, &path, json!({ "name": "Nora" })).await.expect(200));
        world.server.restart().await;
        expect(&world.get(&world.n, &path).await.expect(200));
        let listed = world.get(&world.g, "/members?pageSize=100").await.expect(200);
        expect(listed["items"].as_array().unwrap().iter().find(|row| row["id"] == world.n.number).unwrap());
        // Its labels are those of the workspace: renamed and deleted there, they are so here.
        let labels = world.get(&world.g, "/chats/labels").await.expect(200);
        assert_eq!(field_values(&labels, "name"), ["new", "vip"]);
        world.put(&world.g, &format!("/chats/labels/{}", labels["items"][1]["id"]), json!({ "name": "gold" })).await.expect(200);
        assert_eq!(world.delete(&world.g, &format!("/chats/labels/{}", labels["items"][0]["id"])).await.status, 204);
        assert_eq!(world.get(&world.n, &path).await.expect(200)["labels"], json!(["gold"]));
        // Signing up finds it by its new id, and keeps what it does not name.
        let again = world.post(&world.g, "/create-signup", json!({ "member": { "externalId": "crm-7", "labels": ["gold", "gold", "late"] } })).await.expect(200);
        assert_eq!((&again["member"]["id"], &again["member"]["labels"], &again["member"]["locale"]), (&json!(world.n.number), &json!(["gold", "late"]), &json!("de-AT")));
        let cleared = world.put(&world.g, &path, json!({ "notifyEmail": null, "labels": null, "externalId": null, "locale": "", "dateOfBirth": null, "tosAccepted": null, "data": null })).await.expect(200);
        for field in ["notifyEmail", "externalId", "locale", "dateOfBirth", "tosAccepted"] {
            assert_eq!(cleared[field], Value::Null, "{field}");
        }
        assert_eq!((&cleared["labels"], &cleared["data"]), (&json!([]), &json!({})));
    }

    async fn what_a_member_cannot_be_is_refused_whole(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let path = format!("/members/{}", world.n.number);
        let before = world.get(&world.g, &path).await.expect(200);
        world.put(&world.g, &format!("/members/{}", world.u.number), json!({ "externalId": "taken" })).await.expect(200);
        for (body, field) in [
            (json!({ "notifyEmail": "nobody" }), "notifyEmail"), (json!({ "notifyEmail": 1 }), "notifyEmail"), (json!({ "labels": "vip" }), "labels"),
            (json!({ "labels": [""] }), "labels"), (json!({ "labels": ["x".repeat(101)] }), "labels"), (json!({ "labels": vec!["x"; 51] }), "labels"),
            (json!({ "externalId": "x".repeat(256) }), "externalId"), (json!({ "locale": "x".repeat(36) }), "locale"), (json!({ "dateOfBirth": "28.2.1990" }), "dateOfBirth"),
            (json!({ "dateOfBirth": "1990-02-30" }), "dateOfBirth"), (json!({ "tosAccepted": "yes" }), "tosAccepted"), (json!({ "data": [] }), "data"),
            (json!({ "data": { "x": "x".repeat(65_536) } }), "data"),
        ] {
            let mut whole = body.clone();
            whole["name"] = json!("Changed");
            let refusal = world.put(&world.g, &path, whole).await.expect(400);
            assert_eq!(refusal["errors"][0]["loc"][1], field, "{body:.80}");
        }
        for taken in ["taken".to_owned(), world.v.uuid.clone()] {
            let refusal = world.put(&world.g, &path, json!({ "externalId": taken, "name": "Changed", "labels": ["x"] })).await.expect(409);
            assert_eq!(refusal["code"], "conflict");
        }
        assert_eq!(world.get(&world.g, &path).await.expect(200), before);
        assert_eq!(world.total("/chats/labels").await, 0);
    }
}
