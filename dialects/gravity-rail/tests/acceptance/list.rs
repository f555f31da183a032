//! `GET /chats`, and who sees what.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn case_22_whose_chats_are_seen(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let own = world.create_chat(&world.u, json!({ "channel": "web-chat" })).await;
        let other = world.create_chat(&world.g, json!({ "channel": "web-chat" })).await;
        let for_u = world.create_chat(&world.g, json!({ "channel": "web-chat", "memberId": world.u.number })).await;
        let listed = world.get(&world.u, "/chats?sortBy=createdAt&sortOrder=asc").await.expect(200);
        assert_eq!(field_values(&listed, "id"), [own["id"].clone(), for_u["id"].clone()]);
        let path = |chat: &Value| format!("/chats/{}", chat["id"]);
        world.get(&world.u, &path(&other)).await.expect(403);
        world.get(&world.u, &path(&for_u)).await.expect(200);
        assert_eq!(world.total("/chats").await, 3);
        assert_eq!(world.total("/chats?mine=true").await, 2);
        world.get(&world.g, &path(&own)).await.expect(200);
        for unknown in ["900000001", "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001", "stats", "export-all", "0", "-1", "x"] {
            world.get(&world.g, &format!("/chats/{unknown}")).await.expect(404);
        }
        // Another's chats are asked for by who may see them.
        let path = format!("/chats?memberId={}", world.g.number);
        assert_eq!(world.get(&world.u, &path).await.expect(403)["scope"], "chats:read");
        assert_eq!(field_values(&world.get(&world.g, &path).await.expect(200), "id"), [other["id"].clone()]);
        let path = format!("/chats?memberId={}", world.u.uuid);
        assert_eq!(world.get(&world.u, &path).await.expect(200)["total"], 2);
    }

    async fn short_words_find_titles_names_and_recent_messages(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let titled = world.create_chat(&world.g, json!({ "channel": "web-chat", "title": "About AI" })).await;
        let said = world.create_chat(&world.g, json!({ "channel": "web-chat", "title": "Other" })).await;
        world.post(&world.g, &format!("/chats/{}/messages", said["id"]), json!("What can ai do?")).await.expect(200);
        let named = world.create_chat(&world.g, json!({ "channel": "web-chat", "memberId": world.o.number, "title": "Third" })).await;
        let foreign = world.create_chat(&world.u, json!({ "channel": "web-chat" })).await;
        world.post(&world.u, &format!("/chats/{}/messages", foreign["id"]), json!("my AI")).await.expect(200);
        let found = async |who, search: &str| {
            let page = world.get(who, &format!("/chats?search={search}&sortBy=createdAt&sortOrder=asc")).await.expect(200);
            field_values(&page, "id")
        };
        let (titled, said, named, foreign) = (titled["id"].clone(), said["id"].clone(), named["id"].clone(), foreign["id"].clone());
        assert_eq!(found(&world.g, "ai").await, [titled.clone(), said.clone(), foreign.clone()]);
        assert_eq!(found(&world.g, "ot").await, [said.clone(), named], "a title, and Otto's name");
        assert_eq!(found(&world.g, "w%20a").await.iter().collect::<Vec<_>>(), [&said], "every word of one text");
        assert_eq!(found(&world.g, "zq").await, [] as [Value; 0]);
        assert_eq!(found(&world.g, "%25%25").await, [] as [Value; 0], "signs are letters");
        // Who may not read the workspace's finds its own.
        assert_eq!(found(&world.u, "ai").await, [foreign]);
        // A thousand messages later it is too old for a short word, and found by a longer one.
        let key = parlor_model::conversation::ConversationKey::Number(titled.as_i64().unwrap());
        let (ctx, words) = (world.server.a.ctx(), |text: &str| parlor_model::message::CreateMessage::new(key, None, parlor_model::message::MessageRole::User, text));
        let many = (0..1_000).map(|_| words("so it goes")).collect();
        for made in parlor_engine::message::create_many(&world.server.engine, &ctx, key, many).await.unwrap() {
            made.unwrap();
        }
        assert_eq!(found(&world.g, "ai").await, [titled]);
        assert_eq!(found(&world.g, "what").await, [said]);
    }

    async fn every_filter(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let start = parlor_kit::time::format_iso(world.server.engine.now());
        let web = world.create_chat(&world.g, json!({ "channel": "web-chat", "title": "Über alles", "isTest": true })).await;
        world.server.clock.advance(std::time::Duration::from_secs(60));
        let between = parlor_kit::time::format_iso(world.server.engine.now());
        world.server.clock.advance(std::time::Duration::from_secs(60));
        let sms = world.create_chat(&world.g, json!({ "channel": "phone-sms", "workflowId": world.workflow, "memberId": world.v.number })).await;
        let mail = world.create_chat(&world.g, json!({ "channel": "email", "chatType": "letter", "memberId": world.n.number })).await;
        let path = format!("/chats/{}", mail["id"]);
        world.put(&world.g, &path, json!({ "paused": true, "needsResponse": true })).await.expect(200);
        world.put(&world.g, &format!("/chats/{}", web["id"]), json!({ "archived": true })).await.expect(200);
        let (web, sms, mail) = (&web["id"], &sms["id"], &mail["id"]);
        let table: Vec<(String, Vec<&Value>)> = vec![
            (String::new(), vec![sms, mail]),
            ("archived=true".into(), vec![web]),
            ("archived=false".into(), vec![sms, mail]),
            ("channel=email".into(), vec![mail]),
            ("channel=web-chat&archived=true".into(), vec![web]),
            ("chatType=assignment".into(), vec![sms]),
            ("chatType=letter".into(), vec![mail]),
            ("chatType=simple".into(), vec![]),
            ("chatType=simple&archived=true".into(), vec![web]),
            ("needsResponse=true".into(), vec![mail]),
            ("paused=false".into(), vec![sms]),
            ("isTest=true&archived=true".into(), vec![web]),
            ("isTest=true".into(), vec![]),
            ("isAnonymous=true".into(), vec![]),
            (format!("memberId={}", world.v.uuid), vec![sms]),
            ("memberId=900000001".into(), vec![]),
            ("memberId=0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001".into(), vec![]),
            (format!("assistantMemberId={}", world.agent), vec![sms]),
            ("search=%C3%BCber&archived=true".into(), vec![web]),
            ("search=VERA".into(), vec![sms]),
            ("search=nothing".into(), vec![]),
            (format!("createdAfter={start}&createdBefore={between}&archived=true"), vec![web]),
            (format!("createdAfter={between}"), vec![sms, mail]),
            ("createdAfter=2020-01-01T00:00:00+02:00&mine=true".into(), vec![sms, mail]),
            ("filters=%7B%22channel%22%3A%22email%22%2C%22paused%22%3Atrue%7D".into(), vec![mail]),
            ("filters=%5B%7B%22field%22%3A%22archived%22%2C%22operator%22%3A%22eq%22%2C%22value%22%3Atrue%7D%5D".into(), vec![web]),
        ];
        for (query, expected) in table {
            let page = world.get(&world.g, &format!("/chats?sortBy=createdAt&sortOrder=asc&{query}")).await.expect(200);
            let found = field_values(&page, "id");
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{query}");
            assert_eq!(page["total"], expected.len(), "{query}");
        }
    }

    async fn pages_and_orders(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        for title in ["b", "c", "a"] {
            world.create_chat(&world.u, json!({ "channel": "web-chat", "title": title })).await;
        }
        let titles = async |query: &str| field_values(&world.get(&world.u, &format!("/chats?{query}")).await.expect(200), "title");
        assert_eq!(titles("sortBy=title&sortOrder=asc").await, ["a", "b", "c"]);
        assert_eq!(titles("sortBy=title").await, ["c", "b", "a"]);
        assert_eq!(titles("sortBy=createdAt").await, ["a", "c", "b"]);
        assert_eq!(titles("").await, ["a", "c", "b"]);
        assert_eq!(titles("sortBy=title&pageSize=2&page=2&sortOrder=asc").await, ["c"]);
        let page = world.get(&world.u, "/chats/?pageSize=2&page=2").await.expect(200);
        let shape = ["total", "page", "pageSize", "totalPages"].map(|field| page[field].clone());
        assert_eq!(shape, [3, 2, 2, 2].map(Value::from));
        assert_eq!(world.get(&world.u, "/chats?page=9").await.expect(200)["items"], json!([]));
    }

    async fn questions_that_do_not_fit(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        for (query, field) in [
            ("page=0", "page"), ("page=x", "page"), ("pageSize=0", "pageSize"), ("pageSize=101", "pageSize"), ("sortBy=name", "sortBy"),
            ("sortOrder=up", "sortOrder"), ("channel=fax", "channel"), ("archived=yes", "archived"), ("memberId=x", "memberId"), ("memberId=0", "memberId"),
            ("createdAfter=yesterday", "createdAfter"), ("search=%00", "search"), ("filters=%7B", "filters"), ("filters=5", "filters"),
            ("filters=%7B%22color%22%3A1%7D", "filters"), ("filters=%7B%22channel%22%3A%5B%5D%7D", "filters"), ("filters=%7B%22paused%22%3A3%7D", "paused"),
        ] {
            let refusal = world.get(&world.g, &format!("/chats?{query}")).await.expect(400);
            assert_eq!(refusal["errors"][0]["loc"], json!(["query", field]), "{query}");
        }
        assert_eq!(world.get(&world.u, "/chats?isAnonymous=true").await.expect(403)["scope"], "chats:admin");
    }
}
