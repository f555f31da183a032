//! `GET /chats`, and the visibility of chats.

use parlor_testkit::both;
use serde_json::{Value, json};

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn case_22_chat_list_is_limited_to_visible_chats(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let own = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        let other = setup.create_chat(&setup.g, json!({ "channel": "web-chat" })).await;
        let for_u = setup.create_chat(&setup.g, json!({ "channel": "web-chat", "memberId": setup.u.number })).await;
        let listed = setup.get(&setup.u, "/chats?sortBy=createdAt&sortOrder=asc").await.expect(200);
        assert_eq!(field_values(&listed, "id"), [own["id"].clone(), for_u["id"].clone()]);
        let path = |chat: &Value| format!("/chats/{}", chat["id"]);
        setup.get(&setup.u, &path(&other)).await.expect(403);
        setup.get(&setup.u, &path(&for_u)).await.expect(200);
        assert_eq!(setup.total("/chats").await, 3);
        assert_eq!(setup.total("/chats?mine=true").await, 2);
        setup.get(&setup.g, &path(&own)).await.expect(200);
        for unknown in ["900000001", "0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001", "stats", "export-all", "0", "-1", "x"] {
            setup.get(&setup.g, &format!("/chats/{unknown}")).await.expect(404);
        }
        // Another member's chats require `chats:read`.
        let path = format!("/chats?memberId={}", setup.g.number);
        assert_eq!(setup.get(&setup.u, &path).await.expect(403)["scope"], "chats:read");
        assert_eq!(field_values(&setup.get(&setup.g, &path).await.expect(200), "id"), [other["id"].clone()]);
        let path = format!("/chats?memberId={}", setup.u.uuid);
        assert_eq!(setup.get(&setup.u, &path).await.expect(200)["total"], 2);
    }

    async fn short_search_word_matches_titles_names_and_recent_messages(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let titled = setup.create_chat(&setup.g, json!({ "channel": "web-chat", "title": "About AI" })).await;
        let sent = setup.create_chat(&setup.g, json!({ "channel": "web-chat", "title": "Other" })).await;
        setup.post(&setup.g, &format!("/chats/{}/messages", sent["id"]), json!("What can ai do?")).await.expect(200);
        let named = setup.create_chat(&setup.g, json!({ "channel": "web-chat", "memberId": setup.o.number, "title": "Third" })).await;
        let foreign = setup.create_chat(&setup.u, json!({ "channel": "web-chat" })).await;
        setup.post(&setup.u, &format!("/chats/{}/messages", foreign["id"]), json!("my AI")).await.expect(200);
        let found = async |caller, search: &str| {
            let page = setup.get(caller, &format!("/chats?search={search}&sortBy=createdAt&sortOrder=asc")).await.expect(200);
            field_values(&page, "id")
        };
        let (titled, sent, named, foreign) = (titled["id"].clone(), sent["id"].clone(), named["id"].clone(), foreign["id"].clone());
        assert_eq!(found(&setup.g, "ai").await, [titled.clone(), sent.clone(), foreign.clone()]);
        assert_eq!(found(&setup.g, "ot").await, [sent.clone(), named], "a title, and Otto's name");
        assert_eq!(found(&setup.g, "w%20a").await.iter().collect::<Vec<_>>(), [&sent], "every word of one text");
        assert_eq!(found(&setup.g, "zq").await, [] as [Value; 0]);
        assert_eq!(found(&setup.g, "%25%25").await, [] as [Value; 0], "signs are letters");
        // Callers without `chats:read` find their own chats.
        assert_eq!(found(&setup.u, "ai").await, [foreign]);
        // After 1,000 newer messages a short word does not match, a longer one does.
        let key = parlor_model::conversation::ConversationKey::Number(titled.as_i64().unwrap());
        let (ctx, words) = (setup.server.a.ctx(), |text: &str| parlor_model::message::CreateMessage::new(key, None, parlor_model::message::MessageRole::User, text));
        let many = (0..1_000).map(|_| words("so it goes")).collect();
        for created in parlor_engine::message::create_many(&setup.server.engine, &ctx, key, many).await.unwrap() {
            created.unwrap();
        }
        // A longer word is found through the index, which is filled in the background.
        parlor_engine::search::index_pending(&setup.server.engine).await.unwrap();
        assert_eq!(found(&setup.g, "ai").await, [titled]);
        assert_eq!(found(&setup.g, "what").await, [sent]);
    }

    async fn every_list_filter_applies(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let start = parlor_kit::time::format_iso(setup.server.engine.now());
        let web = setup.create_chat(&setup.g, json!({ "channel": "web-chat", "title": "Über alles", "isTest": true })).await;
        setup.server.clock.advance(std::time::Duration::from_secs(60));
        let between = parlor_kit::time::format_iso(setup.server.engine.now());
        setup.server.clock.advance(std::time::Duration::from_secs(60));
        let sms = setup.create_chat(&setup.g, json!({ "channel": "phone-sms", "workflowId": setup.workflow, "memberId": setup.v.number })).await;
        let mail = setup.create_chat(&setup.g, json!({ "channel": "email", "chatType": "letter", "memberId": setup.n.number })).await;
        let path = format!("/chats/{}", mail["id"]);
        setup.put(&setup.g, &path, json!({ "paused": true, "needsResponse": true })).await.expect(200);
        setup.put(&setup.g, &format!("/chats/{}", web["id"]), json!({ "archived": true })).await.expect(200);
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
            (format!("memberId={}", setup.v.uuid), vec![sms]),
            ("memberId=900000001".into(), vec![]),
            ("memberId=0192aaaa-bbbb-7ccc-8ddd-eeeeffff0001".into(), vec![]),
            (format!("assistantMemberId={}", setup.agent), vec![sms]),
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
            let page = setup.get(&setup.g, &format!("/chats?sortBy=createdAt&sortOrder=asc&{query}")).await.expect(200);
            let found = field_values(&page, "id");
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{query}");
            assert_eq!(page["total"], expected.len(), "{query}");
        }
    }

    async fn chat_list_is_paged_and_sorted(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        for title in ["b", "c", "a"] {
            setup.create_chat(&setup.u, json!({ "channel": "web-chat", "title": title })).await;
        }
        let titles = async |query: &str| field_values(&setup.get(&setup.u, &format!("/chats?{query}")).await.expect(200), "title");
        assert_eq!(titles("sortBy=title&sortOrder=asc").await, ["a", "b", "c"]);
        assert_eq!(titles("sortBy=title").await, ["c", "b", "a"]);
        assert_eq!(titles("sortBy=createdAt").await, ["a", "c", "b"]);
        assert_eq!(titles("").await, ["a", "c", "b"]);
        assert_eq!(titles("sortBy=title&pageSize=2&page=2&sortOrder=asc").await, ["c"]);
        let page = setup.get(&setup.u, "/chats/?pageSize=2&page=2").await.expect(200);
        let shape = ["total", "page", "pageSize", "totalPages"].map(|field| page[field].clone());
        assert_eq!(shape, [3, 2, 2, 2].map(Value::from));
        assert_eq!(setup.get(&setup.u, "/chats?page=9").await.expect(200)["items"], json!([]));
    }

    async fn invalid_list_query_is_refused(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        for (query, field) in [
            ("page=0", "page"), ("page=x", "page"), ("pageSize=0", "pageSize"), ("pageSize=101", "pageSize"), ("sortBy=name", "sortBy"),
            ("sortOrder=up", "sortOrder"), ("channel=fax", "channel"), ("archived=yes", "archived"), ("memberId=x", "memberId"), ("memberId=0", "memberId"),
            ("createdAfter=yesterday", "createdAfter"), ("search=%00", "search"), ("filters=%7B", "filters"), ("filters=5", "filters"),
            ("filters=%7B%22color%22%3A1%7D", "filters"), ("filters=%7B%22channel%22%3A%5B%5D%7D", "filters"), ("filters=%7B%22paused%22%3A3%7D", "paused"),
        ] {
            let refusal = setup.get(&setup.g, &format!("/chats?{query}")).await.expect(400);
            assert_eq!(refusal["errors"][0]["loc"], json!(["query", field]), "{query}");
        }
        assert_eq!(setup.get(&setup.u, "/chats?isAnonymous=true").await.expect(403)["scope"], "chats:admin");
    }
}
