use std::collections::BTreeSet;

use parlor_testkit::both;
use parlor_testkit::tokio::task::JoinSet;
use serde_json::json;

use crate::requests::{AsTenantA, CHATS_PATH, get_json};

both! {
    async fn case_26_fifty_first_chats_of_one_user(server: TestServer) {
        let mut calls = JoinSet::new();
        for index in 0..50 {
            let request = server.post(CHATS_PATH).by_a(&server).json(&json!({ "user_id": "new", "title": format!("{index}") }));
            calls.spawn(request.send());
        }
        let mut ids = BTreeSet::new();
        while let Some(reply) = calls.join_next().await {
            ids.insert(reply.unwrap().expect(201)["id"].as_str().unwrap().to_owned());
        }
        assert_eq!(ids.len(), 50);
        let page = get_json(&server, "/api/v1/chats/user/new?limit=100").await;
        let listed: BTreeSet<_> =
            page["chats"].as_array().unwrap().iter().map(|chat| chat["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!((listed, &page["total"]), (ids, &json!(50)));
        let members = parlor_engine::member::page(&server.engine, &server.a.ctx(), None, 10, 0).await;
        assert_eq!(members.unwrap().1, 2, "the owner and the new user");
    }

    async fn fifty_repeats_under_one_key(server: TestServer) {
        let mut calls = JoinSet::new();
        for _ in 0..50 {
            let request = server.post(CHATS_PATH).by_a(&server).header("Idempotency-Key", "k").json(&json!({ "user_id": "new" }));
            calls.spawn(request.send());
        }
        let (mut bodies, mut firsts) = (BTreeSet::new(), 0);
        while let Some(reply) = calls.join_next().await {
            let reply = reply.unwrap();
            assert_eq!(reply.status, 201, "{}", reply.text());
            firsts += usize::from(reply.header("idempotent-replayed").is_empty());
            bodies.insert(reply.bytes);
        }
        assert_eq!((bodies.len(), firsts), (1, 1));
        assert_eq!(get_json(&server, "/api/v1/chats/user/new").await["total"], 1);
    }
}
