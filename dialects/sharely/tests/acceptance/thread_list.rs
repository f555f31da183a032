//! Listing agent threads: order, cursors and filters.

use std::time::Duration;

use http::Method;
use parlor_testkit::both;
use serde_json::json;

use crate::fixtures::{TestSpace, UNKNOWN_ID, text, text_fields};
use crate::threads::{agent_request, create_thread, list_threads};

both! {
    async fn pages_are_ordered_by_last_change(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let mut ids = Vec::new();
        for number in 0..5 {
            test_space.server.clock.advance(Duration::from_secs(1));
            let thread = create_thread(&test_space, &test_space.token, &json!({ "title": number.to_string() })).await;
            ids.push(text(&thread, "id").to_owned());
        }
        test_space.create_group("No thread").await;
        test_space.server.clock.advance(Duration::from_secs(1));
        let message = json!({ "id": UNKNOWN_ID, "role": "user", "content": "hi" });
        agent_request(&test_space, &test_space.token, Method::POST, &format!("/threads/{}/messages", ids[1])).json(&message).send().await.expect(200);
        let mut seen = Vec::new();
        let mut query = "?limit=2".to_owned();
        loop {
            let page = list_threads(&test_space, &test_space.token, &query).await;
            seen.extend(text_fields(&page["items"], "title").into_iter().map(str::to_owned));
            if page["hasMore"] == false {
                assert!(page["nextCursor"].is_null());
                break;
            }
            query = format!("?limit=2&cursor={}", text(&page, "nextCursor"));
        }
        assert_eq!(seen, ["1", "4", "3", "2", "0"]);
    }

    async fn cursor_survives_change_and_deletion_of_last_thread(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        let mut ids = Vec::new();
        for number in 0..6 {
            // Pairs of equal times.
            test_space.server.clock.advance(Duration::from_secs(number % 2));
            let thread = create_thread(&test_space, &test_space.token, &json!({ "title": number.to_string() })).await;
            ids.push(text(&thread, "id").to_owned());
        }
        let details = text_fields(&list_threads(&test_space, &test_space.token, "?limit=50").await["items"], "title").join(" ");
        let first = list_threads(&test_space, &test_space.token, "?limit=2").await;
        let mut seen: Vec<String> = text_fields(&first["items"], "title").into_iter().map(str::to_owned).collect();
        test_space.server.clock.advance(Duration::from_secs(1));
        // The last thread of the page changes and becomes the first of the list.
        let changed = &ids[seen[1].parse::<usize>().unwrap()];
        let message = json!({ "id": UNKNOWN_ID, "role": "user", "content": "hi" });
        agent_request(&test_space, &test_space.token, Method::POST, &format!("/threads/{changed}/messages")).json(&message).send().await.expect(200);
        let second = list_threads(&test_space, &test_space.token, &format!("?limit=2&cursor={}", text(&first, "nextCursor"))).await;
        let titles = text_fields(&second["items"], "title");
        seen.extend(titles.iter().map(|title| (*title).to_owned()));
        // The last thread of this page is deleted.
        let gone = &ids[titles[1].parse::<usize>().unwrap()];
        let deleted = agent_request(&test_space, &test_space.token, Method::DELETE, &format!("/threads/{gone}")).send().await;
        assert!(deleted.status < 300);
        let third = list_threads(&test_space, &test_space.token, &format!("?limit=2&cursor={}", text(&second, "nextCursor"))).await;
        seen.extend(text_fields(&third["items"], "title").into_iter().map(str::to_owned));
        assert_eq!((seen.join(" "), &third["hasMore"]), (details, &json!(false)));
    }

    async fn filters_select_by_space_and_subject(server: TestServer) {
        let test_space = TestSpace::create(server).await;
        create_thread(&test_space, &test_space.token, &json!({ "title": "a", "spaceId": test_space.space })).await;
        let eve = create_thread(&test_space, &test_space.token, &json!({ "title": "b", "userId": "eve" })).await;
        create_thread(&test_space, &test_space.token, &json!({ "title": "c", "temporalUserId": "visitor", "spaceId": test_space.space })).await;
        let eve = text(&eve, "temporalUserId");
        for (query, titles) in [
            (String::new(), vec!["c", "b", "a"]),
            (format!("?spaceId={}", test_space.space), vec!["c", "a"]),
            ("?userId=eve".to_owned(), vec!["b"]),
            (format!("?userId={eve}"), vec!["b"]),
            (format!("?userId=eve&temporalUserId={eve}"), vec!["b"]),
            ("?temporalUserId=visitor".to_owned(), vec!["c"]),
            (format!("?temporalUserId=visitor&spaceId={}", test_space.space), vec!["c"]),
            ("?userId=eve&temporalUserId=visitor".to_owned(), vec![]),
            ("?userId=nobody".to_owned(), vec![]),
            (format!("?spaceId={UNKNOWN_ID}"), vec![]),
        ] {
            let page = list_threads(&test_space, &test_space.token, &query).await;
            assert_eq!(text_fields(&page["items"], "title"), titles, "{query}");
        }
        // Filtering created no member.
        let (ctx, nobody) = (test_space.server.a.ctx(), parlor_model::member::MemberKey::External("nobody".into()));
        let found = parlor_engine::member::find_number(&test_space.server.engine, &ctx, nobody).await;
        assert_eq!(found.unwrap(), None);
    }
}
