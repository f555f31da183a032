//! Statistics and the export.

use std::time::Duration;

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::TestWorkspace;

/// Splits a CSV line without quotes or line breaks in its cells.
fn split_cells(line: &str) -> Vec<String> {
    let inner = line.trim_start_matches('"').trim_end_matches('"');
    inner.split("\",\"").map(str::to_owned).collect()
}

both! {
    async fn chats_are_exported_as_csv(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let first = setup.create_chat(&setup.g, json!({ "channel": "phone-sms", "workflowId": setup.workflow, "memberId": setup.v.number, "title": "=cmd()" })).await;
        setup.create_chat(&setup.u, json!({ "channel": "web-chat", "title": "plain" })).await;
        let away = setup.create_chat(&setup.u, json!({ "channel": "web-chat", "title": "away" })).await;
        setup.put(&setup.u, &format!("/chats/{}", away["id"]), json!({ "archived": true })).await.expect(200);
        setup.post(&setup.g, "/chats/labels", json!({ "name": "urgent" })).await.expect(200);
        setup.post(&setup.g, &format!("/chats/{}/labels", first["id"]), json!({ "labels": ["urgent"] })).await.expect(200);
        // DMs of other members are not exported.
        setup.post(&setup.u, "/chats/dm", json!({ "memberId": setup.agent })).await.expect(200);
        let reply = setup.get(&setup.g, "/chats/export").await;
        assert_eq!((reply.status, reply.header("content-type")), (200, "text/csv; charset=utf-8"));
        let text = reply.text();
        let lines: Vec<&str> = text.lines().collect();
        let head: Vec<&str> = lines[0].split(',').collect();
        assert_eq!((lines.len(), head[0], head.len()), (3, "id", 30), "{text}");
        // Newest first.
        let row = split_cells(lines[2]);
        let of = |name: &str| row[head.iter().position(|column| *column == name).unwrap()].as_str();
        assert_eq!((of("id"), of("uuid")), (first["id"].to_string().as_str(), first["uuid"].as_str().unwrap()));
        assert_eq!((of("title"), of("channel"), of("chatType"), of("labels")), ("'=cmd()", "phone-sms", "assignment", "urgent"));
        assert_eq!((of("memberId"), of("memberName"), of("workflowVersionNumber")), (setup.v.number.to_string().as_str(), "Vera", "2"));
        assert_eq!((of("archived"), of("messageCount"), of("createdAt")), ("false", "0", first["createdAt"].as_str().unwrap()));
        for (query, count) in [("archived=true", 1), ("channel=phone-sms", 1), ("labels=urgent", 1), ("createdAfter=2100-01-01T00:00:00Z", 0), ("search=plain", 1), ("mine=true", 1), ("filters=%7B%22isTest%22%3Atrue%7D", 0)] {
            let text = setup.get(&setup.g, &format!("/chats/export?{query}")).await.text();
            assert_eq!(text.lines().count(), count + 1, "{query}: {text}");
        }
        assert_eq!(setup.get(&setup.u, "/chats/export").await.expect(403)["scope"], "chats:read");
        for bad in ["archived=yes", "sortBy=name", "channel=fax", "filters=%7B"] {
            setup.get(&setup.g, &format!("/chats/export?{bad}")).await.expect(400);
        }
    }

    async fn export_spans_several_batches(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        for count in 0..205 {
            setup.create_chat(&setup.u, json!({ "channel": "web-chat", "title": format!("chat {count}") })).await;
        }
        let text = setup.get(&setup.g, "/chats/export").await.text();
        let ids: std::collections::BTreeSet<&str> = text.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
        assert_eq!((text.lines().count(), ids.len()), (206, 205));
    }

    async fn chats_are_counted_by_day(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let days = async |caller, query: &str| setup.get(caller, &format!("/chats/stats/daily-creation{query}")).await.expect(200);
        assert_eq!(days(&setup.g, "").await, json!([]));
        let first = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        setup.create_chat(&setup.g, json!({ "channel": "web-chat" })).await;
        setup.post(&setup.u, "/chats/dm", json!({ "memberId": setup.agent })).await.expect(200);
        setup.server.clock.advance(Duration::from_secs(24 * 60 * 60));
        // Sessions of yesterday have expired; a key has not.
        let owner = crate::fixture::TestMember::with_credential(setup.server.a.key.clone());
        let second = setup.create_chat(&owner, json!({ "channel": "web-chat" })).await;
        let day = |chat: &Value| chat["createdAt"].as_str().unwrap()[..10].to_owned();
        let (one, two) = (json!({ "date": day(&first), "count": 2 }), json!({ "date": day(&second), "count": 1 }));
        assert_eq!(days(&owner, "").await, json!([one, two]));
        let between = second["createdAt"].as_str().unwrap();
        assert_eq!(days(&owner, &format!("?createdBefore={between}")).await, json!([one]));
        assert_eq!(days(&owner, &format!("?createdAfter={between}")).await, json!([two]));
        setup.server.clock.advance(Duration::from_secs(29 * 24 * 60 * 60 + 1));
        assert_eq!(days(&owner, "").await, json!([two]));
        let u = parlor_engine::member::find(&setup.server.engine, &setup.server.a.ctx(), parlor_model::member::MemberKey::Number(setup.u.number)).await.unwrap();
        let u = crate::fixture::TestMember::with_credential(setup.server.a.sign_in(&u.member.key).await);
        assert_eq!(days(&u, "?createdAfter=2000-01-01T00:00:00Z").await, json!([{ "date": day(&first), "count": 1 }]));
        setup.get(&owner, "/chats/stats/daily-creation?createdAfter=yesterday").await.expect(400);
    }
}
