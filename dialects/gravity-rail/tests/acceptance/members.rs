//! `/members`.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{EMAIL, PHONE, TestWorkspace, field_values};

both! {
    async fn members_are_listed_and_read(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let listed = setup.get(&setup.g, "/members?pageSize=100").await.expect(200);
        let ids = field_values(&listed, "id");
        for member in [setup.u.number, setup.v.number, setup.agent, setup.server.a.owner.number] {
            assert!(ids.contains(&json!(member)));
        }
        assert_eq!(setup.get(&setup.u, "/members").await.expect(403)["scope"], "members:read");
        let own = setup.get(&setup.v, &format!("/members/{}", setup.v.uuid)).await.expect(200);
        assert_eq!((&own["id"], &own["email"], &own["phone"]), (&json!(setup.v.number), &json!(EMAIL), &json!(PHONE)));
        assert_eq!((&own["memberType"], &own["role"], &own["memberRoleId"]), (&json!("human"), &json!("user"), &json!(3)));
        setup.get(&setup.v, &format!("/members/{}", setup.u.number)).await.expect(403);
        setup.get(&setup.g, "/members/900000001").await.expect(404);
        let agent = setup.get(&setup.g, &format!("/members/{}", setup.agent)).await.expect(200);
        assert_eq!((&agent["memberType"], &agent["role"]), (&json!("agent"), &Value::Null));
    }

    async fn member_is_updated(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let path = format!("/members/{}", setup.n.number);
        let body = json!({ "name": " Nora N. ", "email": "nora@EXAMPLE.org", "phone": "+1 (500) 555-0199", "smsOptedOut": true, "memberRoleId": 2 });
        let changed = setup.put(&setup.g, &path, body).await.expect(200);
        assert_eq!(["name", "email", "phone", "role"].map(|field| changed[field].clone()), ["Nora N.", "nora@example.org", "+15005550199", "manager"].map(Value::from));
        assert_eq!((&changed["smsOptedOut"], &changed["emailOptedOut"]), (&json!(true), &json!(false)));
        let emptied = setup.put(&setup.g, &path, json!({ "phone": null, "email": "" })).await.expect(200);
        assert_eq!((&emptied["phone"], &emptied["email"], &emptied["name"]), (&Value::Null, &Value::Null, &json!("Nora N.")));
        for (body, field) in [(json!({ "email": "nobody" }), "email"), (json!({ "phone": "call me" }), "phone"), (json!({ "memberRoleId": 1 }), "memberRoleId"), (json!({ "scopes": ["king:write"] }), "scopes"), (json!({ "smsOptedOut": 1 }), "smsOptedOut")] {
            let refusal = setup.put(&setup.g, &path, body).await.expect(400);
            assert_eq!(refusal["errors"][0]["loc"][1], field);
        }
        assert_eq!(setup.put(&setup.u, &path, json!({ "name": "x" })).await.expect(403)["scope"], "members:write");
        setup.put(&setup.g, "/members/900000001", json!({ "name": "x" })).await.expect(404);
    }

    async fn granting_scopes_requires_admin_write(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let clerk = setup.server.create_signed_in_member("Clara", None, "members:write").await;
        let path = setup.path(&format!("/members/{}", setup.u.number));
        let body = json!({ "scopes": ["write:chats", "dm:admin"] });
        let refusal = setup.server.put(&path).bearer(&clerk.1).json(&body).send().await.expect(403);
        assert_eq!(refusal["scope"], "admin:write");
        let changed = setup.server.put(&path).bearer(&setup.g.token).json(&body).send().await.expect(200);
        assert_eq!(changed["scopes"], json!(["chats:write", "dm:admin"]));
    }

    async fn member_update_keeps_absent_fields(server: TestServer) {
        let mut setup = TestWorkspace::new(server).await;
        let path = format!("/members/{}", setup.n.number);
        let body = json!({
            "notifyEmail": "notices@example.org", "labels": ["vip", "new"], "externalId": "crm-7", "locale": "de-AT", "dateOfBirth": "1990-02-28",
            "tosAccepted": true, "data": { "shoe": { "size": 42 } },
        });
        let changed = setup.put(&setup.g, &path, body.clone()).await.expect(200);
        let expect = |rendered: &Value| {
            for (field, value) in body.as_object().unwrap() {
                let value = if field == "labels" { &json!(["new", "vip"]) } else { value };
                assert_eq!(&rendered[field], value, "{field}");
            }
        };
        expect(&changed);
        // Absent fields keep their values: in lists, other requests and after a restart.
        expect(&setup.put(&setup.g, &path, json!({ "name": "Nora" })).await.expect(200));
        setup.server.restart().await;
        expect(&setup.get(&setup.n, &path).await.expect(200));
        let listed = setup.get(&setup.g, "/members?pageSize=100").await.expect(200);
        expect(listed["items"].as_array().unwrap().iter().find(|row| row["id"] == setup.n.number).unwrap());
        // Its labels are the workspace's: renaming and deleting one shows here.
        let labels = setup.get(&setup.g, "/chats/labels").await.expect(200);
        assert_eq!(field_values(&labels, "name"), ["new", "vip"]);
        setup.put(&setup.g, &format!("/chats/labels/{}", labels["items"][1]["id"]), json!({ "name": "gold" })).await.expect(200);
        assert_eq!(setup.delete(&setup.g, &format!("/chats/labels/{}", labels["items"][0]["id"])).await.status, 204);
        assert_eq!(setup.get(&setup.n, &path).await.expect(200)["labels"], json!(["gold"]));
        // Sign-up finds it by the new id and keeps absent fields.
        let again = setup.post(&setup.g, "/create-signup", json!({ "member": { "externalId": "crm-7", "labels": ["gold", "gold", "late"] } })).await.expect(200);
        assert_eq!((&again["member"]["id"], &again["member"]["labels"], &again["member"]["locale"]), (&json!(setup.n.number), &json!(["gold", "late"]), &json!("de-AT")));
        let cleared = setup.put(&setup.g, &path, json!({ "notifyEmail": null, "labels": null, "externalId": null, "locale": "", "dateOfBirth": null, "tosAccepted": null, "data": null })).await.expect(200);
        for field in ["notifyEmail", "externalId", "locale", "dateOfBirth", "tosAccepted"] {
            assert_eq!(cleared[field], Value::Null, "{field}");
        }
        assert_eq!((&cleared["labels"], &cleared["data"]), (&json!([]), &json!({})));
    }

    async fn invalid_member_update_changes_nothing(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let path = format!("/members/{}", setup.n.number);
        let before = setup.get(&setup.g, &path).await.expect(200);
        setup.put(&setup.g, &format!("/members/{}", setup.u.number), json!({ "externalId": "taken" })).await.expect(200);
        for (body, field) in [
            (json!({ "notifyEmail": "nobody" }), "notifyEmail"), (json!({ "notifyEmail": 1 }), "notifyEmail"), (json!({ "labels": "vip" }), "labels"),
            (json!({ "labels": [""] }), "labels"), (json!({ "labels": ["x".repeat(101)] }), "labels"), (json!({ "labels": vec!["x"; 51] }), "labels"),
            (json!({ "externalId": "x".repeat(256) }), "externalId"), (json!({ "locale": "x".repeat(36) }), "locale"), (json!({ "dateOfBirth": "28.2.1990" }), "dateOfBirth"),
            (json!({ "dateOfBirth": "1990-02-30" }), "dateOfBirth"), (json!({ "tosAccepted": "yes" }), "tosAccepted"), (json!({ "data": [] }), "data"),
            (json!({ "data": { "x": "x".repeat(65_536) } }), "data"),
        ] {
            let mut whole = body.clone();
            whole["name"] = json!("Changed");
            let refusal = setup.put(&setup.g, &path, whole).await.expect(400);
            assert_eq!(refusal["errors"][0]["loc"][1], field, "{body:.80}");
        }
        for taken in ["taken".to_owned(), setup.v.uuid.clone()] {
            let refusal = setup.put(&setup.g, &path, json!({ "externalId": taken, "name": "Changed", "labels": ["x"] })).await.expect(409);
            assert_eq!(refusal["code"], "conflict");
        }
        assert_eq!(setup.get(&setup.g, &path).await.expect(200), before);
        assert_eq!(setup.total("/chats/labels").await, 0);
    }
}
