//! The shape of lists, as the workspace's operator decides it.

use parlor_engine::workspace;
use parlor_model::workspace::{ListShape, UpdateWorkspace};
use parlor_testkit::{TestServer, both};
use serde_json::{Value, json};

use crate::fixture::TestWorkspace;

/// Every numbered list.
const PAGED_LISTS: &[&str] = &[
    "/chats",
    "/dms",
    "/members",
    "/agents",
    "/workflows",
    "/assignments",
    "/phone-numbers",
    "/inboxes",
    "/sites",
    "/chats/labels",
    "/chats/filters",
    "/roles",
    "/api-keys",
    "/event-rules",
];

/// Lists in this workspace have a shape from now on.
pub(crate) async fn set_list_shape(server: &TestServer, shape: ListShape) {
    let command = UpdateWorkspace {
        list_shape: Some(shape),
        ..UpdateWorkspace::default()
    };
    workspace::update(&server.engine, &server.a.ctx(), command)
        .await
        .unwrap();
}

fn is_page(list: &Value) -> bool {
    ["items", "total", "page", "pageSize", "totalPages"]
        .iter()
        .all(|field| !list[field].is_null())
}

both! {
    async fn every_list_has_the_shape_that_was_decided(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, json!({ "channel": "web-chat" })).await;
        world.post(&world.g, &format!("/chats/{}/messages", chat["id"]), json!("Hello")).await.expect(200);
        let messages = format!("/chats/{}/messages", chat["id"]);
        let versions = format!("/workflows/{}/versions", world.workflow_uuid);
        for (wanted, pages, others) in [(ListShape::Documented, true, false), (ListShape::Envelope, true, true), (ListShape::Array, false, false)] {
            set_list_shape(&world.server, wanted).await;
            for path in PAGED_LISTS.iter().copied().chain([versions.as_str()]) {
                let reply = world.get(&world.g, path).await;
                let total: i64 = reply.header("x-total-count").parse().unwrap_or_else(|_| panic!("{path} has no total"));
                let list = reply.expect(200);
                assert_eq!((is_page(&list), list.is_array()), (pages, !pages), "{wanted:?} {path}: {list:.300}");
                if pages {
                    assert_eq!(list["total"], total, "{path}");
                }
            }
            let listed = world.server.get("/api/v2/w").bearer(&world.g.token).send().await.expect(200);
            assert_eq!((is_page(&listed), listed.is_array()), (others, !others), "{wanted:?}");
            let plain = world.get(&world.g, &messages).await.expect(200);
            assert_eq!((is_page(&plain), plain.is_array()), (others, !others), "{wanted:?}");
            let paged = world.get(&world.g, &format!("{messages}?page=1")).await.expect(200);
            assert_eq!(is_page(&paged), pages, "{wanted:?}");
        }
        // Another workspace's lists are its own matter.
        let other = world.server.get(&format!("/api/v2/w/{}/members", world.server.b.workspace)).bearer(&world.server.b.key).send().await;
        assert!(is_page(&other.expect(200)));
    }

    async fn rows_are_the_same_in_every_shape(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, json!({ "channel": "web-chat" })).await;
        let messages = format!("/chats/{}/messages", chat["id"]);
        for n in 0..5 {
            world.post(&world.g, &messages, json!(n.to_string())).await.expect(200);
        }
        let page = world.get(&world.g, "/members?page=2&pageSize=2").await.expect(200);
        let rows = world.get(&world.g, &format!("{messages}?limit=2&offset=2")).await.expect(200);
        set_list_shape(&world.server, ListShape::Array).await;
        let array = world.get(&world.g, "/members?page=2&pageSize=2").await;
        assert_eq!((array.header("x-total-count"), array.expect(200)), (page["total"].to_string().as_str(), page["items"].clone()));
        assert_eq!(world.get(&world.g, &format!("{messages}?page=2&pageSize=2")).await.expect(200), rows);
        set_list_shape(&world.server, ListShape::Envelope).await;
        let enveloped = world.get(&world.g, &format!("{messages}?limit=2&offset=2")).await.expect(200);
        assert_eq!((&enveloped["items"], &enveloped["total"], &enveloped["page"], &enveloped["pageSize"]), (&rows, &json!(5), &json!(2), &json!(2)));
    }

    async fn shape_outlives_a_restart(server: TestServer) {
        let mut world = TestWorkspace::new(server).await;
        set_list_shape(&world.server, ListShape::Array).await;
        world.server.restart().await;
        assert!(world.get(&world.g, "/members").await.expect(200).is_array());
    }
}
