//! `/phone-numbers` and `/inboxes`.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn phone_number_is_created_listed_and_updated(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let body = json!({ "number": "+44 20 7946 0000", "name": "London", "voiceEnabled": false, "isDefault": true });
        let created = setup.post(&setup.g, "/phone-numbers", body.clone()).await.expect(200);
        assert_eq!(["number", "name"].map(|field| created[field].clone()), ["+442079460000", "London"].map(Value::from));
        assert_eq!(["smsEnabled", "voiceEnabled", "isDefault", "isArchived"].map(|field| created[field].clone()), [true, false, true, false].map(Value::from));
        setup.post(&setup.g, "/phone-numbers", body).await.expect(409);
        let path = format!("/phone-numbers/{}", created["uuid"].as_str().unwrap());
        assert_eq!(setup.get(&setup.g, &path).await.expect(200), created);
        let changed = setup.put(&setup.g, &path, json!({ "name": null, "number": "+15005559999" })).await.expect(200);
        assert_eq!((&changed["name"], &changed["number"]), (&Value::Null, &created["number"]));
        // There is one default number.
        setup.put(&setup.g, &format!("/phone-numbers/{}", setup.p1), json!({ "isDefault": true })).await.expect(200);
        let listed = setup.get(&setup.g, "/phone-numbers").await.expect(200);
        assert_eq!(field_values(&listed, "isDefault"), [true, false, false]);
        for _ in 0..2 {
            assert_eq!(setup.post(&setup.g, &format!("{path}/archive"), json!({})).await.expect(200)["isArchived"], true);
        }
        assert_eq!(setup.total("/phone-numbers?is_archived=true").await, 1);
        assert_eq!(setup.total("/phone-numbers?is_archived=false").await, 2);
        assert_eq!(setup.total("/phone-numbers").await, 3);
        for bad in [json!({}), json!({ "number": "020 7946 0000" }), json!({ "number": "call me" }), json!({ "number": 15_005_550_006_i64 })] {
            let refusal = setup.post(&setup.g, "/phone-numbers", bad).await.expect(400);
            assert_eq!(refusal["errors"][0]["loc"], json!(["body", "number"]));
        }
        for (reply, scope) in [(setup.get(&setup.u, "/phone-numbers").await, "phones:read"), (setup.post(&setup.u, "/phone-numbers", json!({ "number": "+1500" })).await, "phones:write"), (setup.put(&setup.u, &path, json!({})).await, "phones:write")] {
            assert_eq!(reply.expect(403)["scope"], scope);
        }
        setup.get(&setup.g, "/phone-numbers/900000001").await.expect(404);
    }

    async fn phone_number_options_are_stored(server: TestServer) {
        let mut setup = TestWorkspace::new(server).await;
        let usual = setup.get(&setup.g, &format!("/phone-numbers/{}", setup.p1)).await.expect(200);
        let expected = json!({
            "brandName": null, "defaultWorkflowId": null, "allowSignup": false, "signupMemberRoleId": null, "allowAnonymous": false, "anonymousMemberRoleId": null, "restartDelay": 900,
            "restartPrompt": null, "enableVoice": true, "enableSms": true, "enableWhatsApp": false, "assistantEnabled": true, "voiceGreetingMessage": null, "voiceUnavailableMessage": null,
            "anonymousRejectionMessage": null, "smsUnavailableMessage": null, "voicemailGreeting": null, "voiceWorkMode": null, "smsWorkMode": null, "providerPhoneUuid": null,
            "isMapped": true, "twilioInboundReady": false,
        });
        let shows = |rendered: &Value, expected: &Value| expected.as_object().unwrap().iter().for_each(|(field, value)| assert_eq!(&rendered[field], value, "{field}"));
        shows(&usual, &expected);
        let all = json!({
            "brandName": "Parcels", "defaultWorkflowId": setup.workflow, "allowSignup": true, "signupMemberRoleId": 3, "allowAnonymous": true, "anonymousMemberRoleId": 3, "restartDelay": 60,
            "restartPrompt": "Again?", "enableVoice": false, "enableSms": false, "enableWhatsApp": true, "assistantEnabled": false, "voiceGreetingMessage": "Hello", "voiceUnavailableMessage": "Later",
            "anonymousRejectionMessage": "Who?", "smsUnavailableMessage": "Soon", "voicemailGreeting": "Beep", "voiceWorkMode": "voicemail_off_hours", "smsWorkMode": "always_message", "providerPhoneUuid": "PN1",
        });
        let mut body = all.clone();
        body["number"] = json!("+442079460001");
        let created = setup.post(&setup.g, "/phone-numbers", body).await.expect(200);
        shows(&created, &all);
        let path = format!("/phone-numbers/{}", created["id"]);
        // Absent fields keep their values, also after a restart; null clears.
        shows(&setup.put(&setup.g, &path, json!({ "name": "x" })).await.expect(200), &all);
        setup.server.restart().await;
        shows(&setup.get(&setup.g, &path).await.expect(200), &all);
        let cleared = json!({ "brandName": null, "defaultWorkflowId": null, "signupMemberRoleId": null, "restartPrompt": " ", "voiceWorkMode": null, "providerPhoneUuid": null });
        let cleared = setup.put(&setup.g, &path, cleared).await.expect(200);
        for field in ["brandName", "defaultWorkflowId", "signupMemberRoleId", "restartPrompt", "voiceWorkMode", "providerPhoneUuid"] {
            assert_eq!(cleared[field], Value::Null, "{field}");
        }
        assert_eq!((&cleared["smsWorkMode"], &cleared["allowSignup"]), (&json!("always_message"), &json!(true)));
        for (bad, field) in [
            (json!({ "restartDelay": -1 }), "restartDelay"), (json!({ "restartDelay": 2_592_001 }), "restartDelay"), (json!({ "signupMemberRoleId": 2 }), "signupMemberRoleId"), (json!({ "anonymousMemberRoleId": 9 }), "anonymousMemberRoleId"),
            (json!({ "voiceWorkMode": "sometimes" }), "voiceWorkMode"), (json!({ "smsWorkMode": 1 }), "smsWorkMode"), (json!({ "brandName": "x".repeat(256) }), "brandName"), (json!({ "voicemailGreeting": "x".repeat(10_001) }), "voicemailGreeting"),
            (json!({ "providerPhoneUuid": "x".repeat(513) }), "providerPhoneUuid"), (json!({ "allowSignup": "yes" }), "allowSignup"), (json!({ "enableWhatsApp": 1 }), "enableWhatsApp"), (json!({ "defaultWorkflowId": "x" }), "defaultWorkflowId"),
        ] {
            let mut new = bad.clone();
            new["number"] = json!("+442079460002");
            for refusal in [setup.put(&setup.g, &path, bad.clone()).await, setup.post(&setup.g, "/phone-numbers", new).await] {
                assert_eq!(refusal.expect(400)["errors"][0]["loc"][1], field);
            }
        }
        setup.put(&setup.g, &path, json!({ "defaultWorkflowId": 900_000_001 })).await.expect(404);
        assert_eq!(setup.get(&setup.g, &path).await.expect(200), cleared);
    }

    async fn workflow_permissions_are_stored(server: TestServer) {
        let mut setup = TestWorkspace::new(server).await;
        let access = json!([{ "memberRoleId": 3, "accessMode": 5 }, { "memberRoleId": 2, "accessMode": 4_294_967_295_u32 }]);
        let body = json!({ "name": "Guarded", "permissions": { "run": ["all"] }, "memberRoleAccess": access });
        let created = setup.post(&setup.g, "/workflows", body).await.expect(200);
        assert_eq!((&created["permissions"], &created["memberRoleAccess"], &created["archived"]), (&json!({ "run": ["all"] }), &access, &json!(false)));
        let path = format!("/workflows/{}", created["uuid"].as_str().unwrap());
        setup.server.restart().await;
        assert_eq!(setup.get(&setup.g, &path).await.expect(200), created);
        let changed = setup.put(&setup.g, &path, json!({ "archived": true, "permissions": null, "memberRoleAccess": [] })).await.expect(200);
        assert_eq!((&changed["archived"], &changed["isArchived"], &changed["permissions"], &changed["memberRoleAccess"]), (&json!(true), &json!(true), &Value::Null, &json!([])));
        for (bad, loc) in [
            (json!({ "permissions": "all" }), json!(["body", "permissions"])), (json!({ "permissions": { "x": "x".repeat(16_384) } }), json!(["body", "permissions"])),
            (json!({ "memberRoleAccess": [{ "memberRoleId": 4, "accessMode": 0 }] }), json!(["body", "memberRoleAccess", 0, "memberRoleId"])),
            (json!({ "memberRoleAccess": [{ "memberRoleId": 3, "accessMode": 0 }, { "memberRoleId": 3, "accessMode": 1 }] }), json!(["body", "memberRoleAccess", 1])),
        ] {
            assert_eq!(setup.put(&setup.g, &path, bad).await.expect(400)["errors"][0]["loc"], loc);
        }
        setup.put(&setup.g, &path, json!({ "memberRoleAccess": [{ "memberRoleId": 3, "accessMode": -1 }] })).await.expect(400);
        assert_eq!(setup.get(&setup.g, &path).await.expect(200), changed);
        // Unset fields have their defaults.
        let plain = setup.get(&setup.g, &format!("/workflows/{}", setup.workflow)).await.expect(200);
        assert_eq!((&plain["permissions"], &plain["memberRoleAccess"]), (&Value::Null, &json!([])));
    }

    async fn inbox_is_created_listed_updated_and_deleted(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let path = format!("/inboxes/{}", setup.inbox);
        let desk = setup.get(&setup.g, &path).await.expect(200);
        assert_eq!((&desk["address"], &desk["slug"]), (&json!("desk@example.org"), &json!("desk")));
        let body = json!({ "address": "help@example.org", "name": "Help", "workflowId": setup.workflow_uuid, "isDefault": true });
        let help = setup.post(&setup.g, "/inboxes", body).await.expect(200);
        assert_eq!((&help["workflowId"], &help["isDefault"]), (&json!(setup.workflow), &json!(true)));
        assert_eq!((&help["footer"], &help["rules"]), (&Value::Null, &json!([])));
        for taken in [json!({ "address": "HELP@example.org" }), json!({ "address": "other@example.org", "slug": "help" })] {
            setup.post(&setup.g, "/inboxes", taken).await.expect(409);
        }
        setup.put(&setup.g, &path, json!({ "slug": "help" })).await.expect(409);
        let changed = setup.put(&setup.g, &path, json!({ "slug": "front-desk", "isDefault": true, "name": "Front" })).await.expect(200);
        assert_eq!((&changed["slug"], &changed["name"], &changed["address"]), (&json!("front-desk"), &json!("Front"), &desk["address"]));
        assert_eq!(field_values(&setup.get(&setup.g, "/inboxes").await.expect(200), "isDefault"), [true, false]);
        for (bad, status) in [(json!({}), 400), (json!({ "address": "nobody" }), 400), (json!({ "address": "a@example.org", "slug": "A B" }), 400), (json!({ "address": "a@example.org", "workflowId": 900_000_001 }), 404)] {
            setup.post(&setup.g, "/inboxes", bad).await.expect(status);
        }
        let clerk = setup.server.create_signed_in_member("Clara", None, "inboxes:write").await.1;
        let as_clerk = |request: parlor_testkit::TestRequest| request.bearer(&clerk);
        let all = setup.path("/inboxes");
        assert_eq!(as_clerk(setup.server.post(&all)).json(&json!({ "address": "c@example.org" })).send().await.expect(403)["scope"], "inboxes:admin");
        as_clerk(setup.server.put(&setup.path(&path))).json(&json!({ "name": "Desk" })).send().await.expect(200);
        as_clerk(setup.server.delete(&setup.path(&path))).send().await.expect(403);
        // A draft loses its reference to a deleted inbox; a published version falls back to another inbox.
        let flow = format!("/workflows/{}", setup.workflow);
        setup.put(&setup.g, &flow, json!({ "defaultInboxId": setup.inbox })).await.expect(200);
        let version = setup.publish("by mail").await;
        setup.activate(version).await;
        let mail = json!({ "channel": "email", "workflowId": setup.workflow });
        assert_eq!(setup.create_chat(&setup.g, mail.clone()).await["inboxId"], setup.inbox);
        assert_eq!(setup.delete(&setup.g, &path).await.status, 204);
        setup.get(&setup.g, &path).await.expect(404);
        assert_eq!(setup.get(&setup.g, &flow).await.expect(200)["defaultInboxId"], Value::Null);
        assert_eq!(setup.create_chat(&setup.g, mail).await["inboxId"], help["id"]);
    }

    async fn inbox_footer_and_rules_are_stored(server: TestServer) {
        let mut setup = TestWorkspace::new(server).await;
        let rules = json!([{ "if": { "from": "*@example.org" }, "then": "archive" }, {}]);
        let created = setup.post(&setup.g, "/inboxes", json!({ "address": "help@example.org", "footer": "Kind regards\nHelp", "rules": rules })).await.expect(200);
        assert_eq!((&created["footer"], &created["rules"]), (&json!("Kind regards\nHelp"), &rules));
        setup.server.restart().await;
        let path = format!("/inboxes/{}", created["id"]);
        assert_eq!(setup.get(&setup.g, &path).await.expect(200), created);
        let renamed = setup.put(&setup.g, &path, json!({ "name": "Help" })).await.expect(200);
        assert_eq!((&renamed["footer"], &renamed["rules"]), (&created["footer"], &rules));
        let changed = setup.put(&setup.g, &path, json!({ "footer": "Bye", "rules": [{ "n": 12345678901234567890123456789_u128 }] })).await.expect(200);
        assert_eq!((&changed["footer"], &changed["rules"]), (&json!("Bye"), &json!([{ "n": 12345678901234567890123456789_u128 }])));
        let cleared = setup.put(&setup.g, &path, json!({ "footer": null, "rules": null })).await.expect(200);
        assert_eq!((&cleared["footer"], &cleared["rules"]), (&Value::Null, &json!([])));
        for (body, field) in [
            (json!({ "footer": "x".repeat(10_001) }), "footer"), (json!({ "footer": 1 }), "footer"), (json!({ "rules": {} }), "rules"), (json!({ "rules": [1] }), "rules"),
            (json!({ "rules": vec![json!({}); 101] }), "rules"), (json!({ "rules": [{ "x": "x".repeat(65_536) }] }), "rules"),
        ] {
            let mut new = body.clone();
            new["address"] = json!("other@example.org");
            for refusal in [setup.put(&setup.g, &path, body).await, setup.post(&setup.g, "/inboxes", new).await] {
                assert_eq!(refusal.expect(400)["errors"][0]["loc"][1], field);
            }
        }
        assert_eq!(setup.get(&setup.g, &path).await.expect(200), cleared);
    }

    async fn archive_blockers_prevent_archiving_a_phone_number(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let path = |number: i64| format!("/phone-numbers/{number}");
        assert_eq!(setup.get(&setup.g, &path(setup.p1)).await.expect(200)["isMapped"], true);
        let linkable = async || {
            let rows = setup.get(&setup.g, "/phone-numbers/linkable-phones").await.expect(200);
            rows.as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(linkable().await, [setup.p2]);
        let free = setup.get(&setup.g, &format!("{}/archive-blockers", path(setup.p2))).await.expect(200);
        assert_eq!(free, json!({ "canArchive": true, "blockers": [] }));
        setup.create_chat(&setup.g, json!({ "channel": "phone-sms", "phoneNumberId": setup.p1 })).await;
        setup.put(&setup.g, &path(setup.p1), json!({ "isDefault": true })).await.expect(200);
        let held = setup.get(&setup.g, &format!("{}/archive-blockers", path(setup.p1))).await.expect(200);
        assert_eq!(held, json!({ "canArchive": false, "blockers": [{ "type": "default" }, { "type": "workflow", "id": setup.workflow, "name": "Intake" }, { "type": "chats", "count": 1 }] }));
        let linked = setup.post(&setup.g, &format!("{}/link", path(setup.p2)), json!({ "workflowId": setup.workflow_uuid })).await.expect(200);
        assert_eq!((&linked["id"], &linked["isMapped"]), (&json!(setup.p2), &json!(true)));
        assert_eq!(setup.get(&setup.g, &format!("/workflows/{}", setup.workflow)).await.expect(200)["defaultPhoneNumberId"], setup.p2);
        assert_eq!(linkable().await, [setup.p1]);
        assert_eq!(field_values(&setup.get(&setup.g, "/phone-numbers").await.expect(200), "isMapped"), [false, true]);
        for (bad, status) in [(json!({}), 400), (json!({ "workflowId": "x" }), 400), (json!({ "workflowId": 900_000_001 }), 404)] {
            setup.post(&setup.g, &format!("{}/link", path(setup.p2)), bad).await.expect(status);
        }
        // Each remaining blocker prevents archiving by either endpoint, and nothing is changed in part.
        let open = setup.get(&setup.g, "/chats").await.expect(200)["items"][0]["id"].clone();
        for step in 0..3 {
            let refusal = setup.post(&setup.g, &format!("{}/archive", path(setup.p1)), json!({})).await.expect(if step == 2 { 200 } else { 409 });
            let road = setup.put(&setup.g, &path(setup.p1), json!({ "isArchived": true, "name": "Away" })).await.expect(if step == 2 { 200 } else { 409 });
            if step < 2 {
                assert_eq!([&refusal["code"], &road["code"]], ["conflict", "conflict"]);
                let line = setup.get(&setup.g, &path(setup.p1)).await.expect(200);
                assert_eq!((&line["isArchived"], &line["name"]), (&json!(false), &Value::Null));
            }
            match step {
                0 => drop(setup.put(&setup.g, &path(setup.p1), json!({ "isDefault": false })).await.expect(200)),
                1 => drop(setup.put(&setup.g, &format!("/chats/{open}"), json!({ "archived": true })).await.expect(200)),
                _ => {}
            }
        }
        setup.post(&setup.g, &format!("{}/link", path(setup.p1)), json!({ "workflowId": setup.workflow })).await.expect(404);
        for (reply, scope) in [(setup.get(&setup.u, "/phone-numbers/linkable-phones").await, "phones:read"), (setup.get(&setup.u, &format!("{}/archive-blockers", path(setup.p1))).await, "phones:read"), (setup.post(&setup.u, &format!("{}/link", path(setup.p1)), json!({ "workflowId": 1 })).await, "phones:write")] {
            assert_eq!(reply.expect(403)["scope"], scope);
        }
        let clerk = setup.server.create_signed_in_member("Clara", None, "phones:write").await.1;
        let reply = setup.server.post(&setup.path(&format!("{}/link", path(setup.p2)))).bearer(&clerk).json(&json!({ "workflowId": setup.workflow })).send().await;
        assert_eq!(reply.expect(403)["scope"], "workflows:write");
        setup.get(&setup.g, "/phone-numbers/900000001/archive-blockers").await.expect(404);
    }
}
