//! `/phone-numbers` and `/inboxes`.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn phone_numbers(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let body = json!({ "number": "+44 20 7946 0000", "name": "London", "voiceEnabled": false, "isDefault": true });
        let made = world.post(&world.g, "/phone-numbers", body.clone()).await.expect(200);
        assert_eq!(["number", "name"].map(|field| made[field].clone()), ["+442079460000", "London"].map(Value::from));
        assert_eq!(["smsEnabled", "voiceEnabled", "isDefault", "isArchived"].map(|field| made[field].clone()), [true, false, true, false].map(Value::from));
        world.post(&world.g, "/phone-numbers", body).await.expect(409);
        let path = format!("/phone-numbers/{}", made["uuid"].as_str().unwrap());
        assert_eq!(world.get(&world.g, &path).await.expect(200), made);
        let changed = world.put(&world.g, &path, json!({ "name": null, "number": "+15005559999" })).await.expect(200);
        assert_eq!((&changed["name"], &changed["number"]), (&Value::Null, &made["number"]));
        // There is one default.
        world.put(&world.g, &format!("/phone-numbers/{}", world.p1), json!({ "isDefault": true })).await.expect(200);
        let listed = world.get(&world.g, "/phone-numbers").await.expect(200);
        assert_eq!(field_values(&listed, "isDefault"), [true, false, false]);
        for _ in 0..2 {
            assert_eq!(world.post(&world.g, &format!("{path}/archive"), json!({})).await.expect(200)["isArchived"], true);
        }
        assert_eq!(world.total("/phone-numbers?is_archived=true").await, 1);
        assert_eq!(world.total("/phone-numbers?is_archived=false").await, 2);
        assert_eq!(world.total("/phone-numbers").await, 3);
        for bad in [json!({}), json!({ "number": "020 7946 0000" }), json!({ "number": "call me" }), json!({ "number": 15_005_550_006_i64 })] {
            let refusal = world.post(&world.g, "/phone-numbers", bad).await.expect(400);
            assert_eq!(refusal["errors"][0]["loc"], json!(["body", "number"]));
        }
        for (reply, scope) in [(world.get(&world.u, "/phone-numbers").await, "phones:read"), (world.post(&world.u, "/phone-numbers", json!({ "number": "+1500" })).await, "phones:write"), (world.put(&world.u, &path, json!({})).await, "phones:write")] {
            assert_eq!(reply.expect(403)["scope"], scope);
        }
        world.get(&world.g, "/phone-numbers/900000001").await.expect(404);
    }

    async fn phone_number_keeps_how_it_answers(server: TestServer) {
        let mut world = TestWorkspace::new(server).await;
        let usual = world.get(&world.g, &format!("/phone-numbers/{}", world.p1)).await.expect(200);
        let expected = json!({
            "brandName": null, "defaultWorkflowId": null, "allowSignup": false, "signupMemberRoleId": null, "allowAnonymous": false, "anonymousMemberRoleId": null, "restartDelay": 900,
            "restartPrompt": null, "enableVoice": true, "enableSms": true, "enableWhatsApp": false, "assistantEnabled": true, "voiceGreetingMessage": null, "voiceUnavailableMessage": null,
            "anonymousRejectionMessage": null, "smsUnavailableMessage": null, "voicemailGreeting": null, "voiceWorkMode": null, "smsWorkMode": null, "providerPhoneUuid": null,
            "isMapped": true, "twilioInboundReady": false,
        });
        let shows = |shown: &Value, expected: &Value| expected.as_object().unwrap().iter().for_each(|(field, value)| assert_eq!(&shown[field], value, "{field}"));
        shows(&usual, &expected);
        let all = json!({
            "brandName": "Parcels", "defaultWorkflowId": world.workflow, "allowSignup": true, "signupMemberRoleId": 3, "allowAnonymous": true, "anonymousMemberRoleId": 3, "restartDelay": 60,
            "restartPrompt": "Again?", "enableVoice": false, "enableSms": false, "enableWhatsApp": true, "assistantEnabled": false, "voiceGreetingMessage": "Hello", "voiceUnavailableMessage": "Later",
            "anonymousRejectionMessage": "Who?", "smsUnavailableMessage": "Soon", "voicemailGreeting": "Beep", "voiceWorkMode": "voicemail_off_hours", "smsWorkMode": "always_message", "providerPhoneUuid": "PN1",
        });
        let mut body = all.clone();
        body["number"] = json!("+442079460001");
        let made = world.post(&world.g, "/phone-numbers", body).await.expect(200);
        shows(&made, &all);
        let path = format!("/phone-numbers/{}", made["id"]);
        // What is left out stays, also over a restart; null clears.
        shows(&world.put(&world.g, &path, json!({ "name": "x" })).await.expect(200), &all);
        world.server.restart().await;
        shows(&world.get(&world.g, &path).await.expect(200), &all);
        let cleared = json!({ "brandName": null, "defaultWorkflowId": null, "signupMemberRoleId": null, "restartPrompt": " ", "voiceWorkMode": null, "providerPhoneUuid": null });
        let cleared = world.put(&world.g, &path, cleared).await.expect(200);
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
            for refusal in [world.put(&world.g, &path, bad.clone()).await, world.post(&world.g, "/phone-numbers", new).await] {
                assert_eq!(refusal.expect(400)["errors"][0]["loc"][1], field);
            }
        }
        world.put(&world.g, &path, json!({ "defaultWorkflowId": 900_000_001 })).await.expect(404);
        assert_eq!(world.get(&world.g, &path).await.expect(200), cleared);
    }

    async fn workflow_keeps_who_may_do_what(server: TestServer) {
        let mut world = TestWorkspace::new(server).await;
        let access = json!([{ "memberRoleId": 3, "accessMode": 5 }, { "memberRoleId": 2, "accessMode": 4_294_967_295_u32 }]);
        let body = json!({ "name": "Guarded", "permissions": { "run": ["all"] }, "memberRoleAccess": access });
        let made = world.post(&world.g, "/workflows", body).await.expect(200);
        assert_eq!((&made["permissions"], &made["memberRoleAccess"], &made["archived"]), (&json!({ "run": ["all"] }), &access, &json!(false)));
        let path = format!("/workflows/{}", made["uuid"].as_str().unwrap());
        world.server.restart().await;
        assert_eq!(world.get(&world.g, &path).await.expect(200), made);
        let changed = world.put(&world.g, &path, json!({ "archived": true, "permissions": null, "memberRoleAccess": [] })).await.expect(200);
        assert_eq!((&changed["archived"], &changed["isArchived"], &changed["permissions"], &changed["memberRoleAccess"]), (&json!(true), &json!(true), &Value::Null, &json!([])));
        for (bad, loc) in [
            (json!({ "permissions": "all" }), json!(["body", "permissions"])), (json!({ "permissions": { "x": "x".repeat(16_384) } }), json!(["body", "permissions"])),
            (json!({ "memberRoleAccess": [{ "memberRoleId": 4, "accessMode": 0 }] }), json!(["body", "memberRoleAccess", 0, "memberRoleId"])),
            (json!({ "memberRoleAccess": [{ "memberRoleId": 3, "accessMode": 0 }, { "memberRoleId": 3, "accessMode": 1 }] }), json!(["body", "memberRoleAccess", 1])),
        ] {
            assert_eq!(world.put(&world.g, &path, bad).await.expect(400)["errors"][0]["loc"], loc);
        }
        world.put(&world.g, &path, json!({ "memberRoleAccess": [{ "memberRoleId": 3, "accessMode": -1 }] })).await.expect(400);
        assert_eq!(world.get(&world.g, &path).await.expect(200), changed);
        // What nobody named is as before.
        let plain = world.get(&world.g, &format!("/workflows/{}", world.workflow)).await.expect(200);
        assert_eq!((&plain["permissions"], &plain["memberRoleAccess"]), (&Value::Null, &json!([])));
    }

    async fn inboxes(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let path = format!("/inboxes/{}", world.inbox);
        let desk = world.get(&world.g, &path).await.expect(200);
        assert_eq!((&desk["address"], &desk["slug"]), (&json!("desk@example.org"), &json!("desk")));
        let body = json!({ "address": "help@example.org", "name": "Help", "workflowId": world.workflow_uuid, "isDefault": true });
        let help = world.post(&world.g, "/inboxes", body).await.expect(200);
        assert_eq!((&help["workflowId"], &help["isDefault"]), (&json!(world.workflow), &json!(true)));
        assert_eq!((&help["footer"], &help["rules"]), (&Value::Null, &json!([])));
        for taken in [json!({ "address": "HELP@example.org" }), json!({ "address": "other@example.org", "slug": "help" })] {
            world.post(&world.g, "/inboxes", taken).await.expect(409);
        }
        world.put(&world.g, &path, json!({ "slug": "help" })).await.expect(409);
        let changed = world.put(&world.g, &path, json!({ "slug": "front-desk", "isDefault": true, "name": "Front" })).await.expect(200);
        assert_eq!((&changed["slug"], &changed["name"], &changed["address"]), (&json!("front-desk"), &json!("Front"), &desk["address"]));
        assert_eq!(field_values(&world.get(&world.g, "/inboxes").await.expect(200), "isDefault"), [true, false]);
        for (bad, status) in [(json!({}), 400), (json!({ "address": "nobody" }), 400), (json!({ "address": "a@example.org", "slug": "A B" }), 400), (json!({ "address": "a@example.org", "workflowId": 900_000_001 }), 404)] {
            world.post(&world.g, "/inboxes", bad).await.expect(status);
        }
        let clerk = world.server.create_signed_in_member("Clara", None, "inboxes:write").await.1;
        let as_clerk = |request: parlor_testkit::TestRequest| request.bearer(&clerk);
        let all = world.path("/inboxes");
        assert_eq!(as_clerk(world.server.post(&all)).json(&json!({ "address": "c@example.org" })).send().await.expect(403)["scope"], "inboxes:admin");
        as_clerk(world.server.put(&world.path(&path))).json(&json!({ "name": "Desk" })).send().await.expect(200);
        as_clerk(world.server.delete(&world.path(&path))).send().await.expect(403);
        // A deleted inbox is forgotten by the draft that named it; a version that did is served by another one.
        let flow = format!("/workflows/{}", world.workflow);
        world.put(&world.g, &flow, json!({ "defaultInboxId": world.inbox })).await.expect(200);
        let version = world.publish("by mail").await;
        world.activate(version).await;
        let mail = json!({ "channel": "email", "workflowId": world.workflow });
        assert_eq!(world.create_chat(&world.g, mail.clone()).await["inboxId"], world.inbox);
        assert_eq!(world.delete(&world.g, &path).await.status, 204);
        world.get(&world.g, &path).await.expect(404);
        assert_eq!(world.get(&world.g, &flow).await.expect(200)["defaultInboxId"], Value::Null);
        assert_eq!(world.create_chat(&world.g, mail).await["inboxId"], help["id"]);
    }

    async fn inboxes_keep_footers_and_rules(server: TestServer) {
        let mut world = TestWorkspace::new(server).await;
        let rules = json!([{ "if": { "from": "*@example.org" }, "then": "archive" }, {}]);
        let made = world.post(&world.g, "/inboxes", json!({ "address": "help@example.org", "footer": "Kind regards\nHelp", "rules": rules })).await.expect(200);
        assert_eq!((&made["footer"], &made["rules"]), (&json!("Kind regards\nHelp"), &rules));
        world.server.restart().await;
        let path = format!("/inboxes/{}", made["id"]);
        assert_eq!(world.get(&world.g, &path).await.expect(200), made);
        let renamed = world.put(&world.g, &path, json!({ "name": "Help" })).await.expect(200);
        assert_eq!((&renamed["footer"], &renamed["rules"]), (&made["footer"], &rules));
        let changed = world.put(&world.g, &path, json!({ "footer": "Bye", "rules": [{ "n": 12345678901234567890123456789_u128 }] })).await.expect(200);
        assert_eq!((&changed["footer"], &changed["rules"]), (&json!("Bye"), &json!([{ "n": 12345678901234567890123456789_u128 }])));
        let cleared = world.put(&world.g, &path, json!({ "footer": null, "rules": null })).await.expect(200);
        assert_eq!((&cleared["footer"], &cleared["rules"]), (&Value::Null, &json!([])));
        for (body, field) in [
            (json!({ "footer": "x".repeat(10_001) }), "footer"), (json!({ "footer": 1 }), "footer"), (json!({ "rules": {} }), "rules"), (json!({ "rules": [1] }), "rules"),
            (json!({ "rules": vec![json!({}); 101] }), "rules"), (json!({ "rules": [{ "x": "x".repeat(65_536) }] }), "rules"),
        ] {
            let mut new = body.clone();
            new["address"] = json!("other@example.org");
            for refusal in [world.put(&world.g, &path, body).await, world.post(&world.g, "/inboxes", new).await] {
                assert_eq!(refusal.expect(400)["errors"][0]["loc"][1], field);
            }
        }
        assert_eq!(world.get(&world.g, &path).await.expect(200), cleared);
    }

    async fn what_rests_on_a_phone_number(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let path = |number: i64| format!("/phone-numbers/{number}");
        assert_eq!(world.get(&world.g, &path(world.p1)).await.expect(200)["isMapped"], true);
        let linkable = async || {
            let rows = world.get(&world.g, "/phone-numbers/linkable-phones").await.expect(200);
            rows.as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(linkable().await, [world.p2]);
        let free = world.get(&world.g, &format!("{}/archive-blockers", path(world.p2))).await.expect(200);
        assert_eq!(free, json!({ "canArchive": true, "blockers": [] }));
        world.create_chat(&world.g, json!({ "channel": "phone-sms", "phoneNumberId": world.p1 })).await;
        world.put(&world.g, &path(world.p1), json!({ "isDefault": true })).await.expect(200);
        let held = world.get(&world.g, &format!("{}/archive-blockers", path(world.p1))).await.expect(200);
        assert_eq!(held, json!({ "canArchive": false, "blockers": [{ "type": "default" }, { "type": "workflow", "id": world.workflow, "name": "Intake" }, { "type": "chats", "count": 1 }] }));
        let linked = world.post(&world.g, &format!("{}/link", path(world.p2)), json!({ "workflowId": world.workflow_uuid })).await.expect(200);
        assert_eq!((&linked["id"], &linked["isMapped"]), (&json!(world.p2), &json!(true)));
        assert_eq!(world.get(&world.g, &format!("/workflows/{}", world.workflow)).await.expect(200)["defaultPhoneNumberId"], world.p2);
        assert_eq!(linkable().await, [world.p1]);
        assert_eq!(field_values(&world.get(&world.g, "/phone-numbers").await.expect(200), "isMapped"), [false, true]);
        for (bad, status) in [(json!({}), 400), (json!({ "workflowId": "x" }), 400), (json!({ "workflowId": 900_000_001 }), 404)] {
            world.post(&world.g, &format!("{}/link", path(world.p2)), bad).await.expect(status);
        }
        // Each of what is left holds it back, on both roads, and nothing is changed by halves.
        let open = world.get(&world.g, "/chats").await.expect(200)["items"][0]["id"].clone();
        for step in 0..3 {
            let refusal = world.post(&world.g, &format!("{}/archive", path(world.p1)), json!({})).await.expect(if step == 2 { 200 } else { 409 });
            let road = world.put(&world.g, &path(world.p1), json!({ "isArchived": true, "name": "Away" })).await.expect(if step == 2 { 200 } else { 409 });
            if step < 2 {
                assert_eq!([&refusal["code"], &road["code"]], ["conflict", "conflict"]);
                let line = world.get(&world.g, &path(world.p1)).await.expect(200);
                assert_eq!((&line["isArchived"], &line["name"]), (&json!(false), &Value::Null));
            }
            match step {
                0 => drop(world.put(&world.g, &path(world.p1), json!({ "isDefault": false })).await.expect(200)),
                1 => drop(world.put(&world.g, &format!("/chats/{open}"), json!({ "archived": true })).await.expect(200)),
                _ => {}
            }
        }
        world.post(&world.g, &format!("{}/link", path(world.p1)), json!({ "workflowId": world.workflow })).await.expect(404);
        for (reply, scope) in [(world.get(&world.u, "/phone-numbers/linkable-phones").await, "phones:read"), (world.get(&world.u, &format!("{}/archive-blockers", path(world.p1))).await, "phones:read"), (world.post(&world.u, &format!("{}/link", path(world.p1)), json!({ "workflowId": 1 })).await, "phones:write")] {
            assert_eq!(reply.expect(403)["scope"], scope);
        }
        let clerk = world.server.create_signed_in_member("Clara", None, "phones:write").await.1;
        let reply = world.server.post(&world.path(&format!("{}/link", path(world.p2)))).bearer(&clerk).json(&json!({ "workflowId": world.workflow })).send().await;
        assert_eq!(reply.expect(403)["scope"], "workflows:write");
        world.get(&world.g, "/phone-numbers/900000001/archive-blockers").await.expect(404);
    }
}
