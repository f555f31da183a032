//! The list shape of a workspace.

use parlor_engine::workspace;
use parlor_model::workspace::{ListShape, UpdateWorkspace};
use parlor_testkit::{TestServer, both};
use serde_json::{Value, json};

use crate::fixture::TestWorkspace;

/// Every paged list.
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

/// Sets the list shape of the workspace.
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
    async fn every_list_has_the_configured_shape(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, json!({ "channel": "web-chat" })).await;
        setup.post(&setup.g, &format!("/chats/{}/messages", chat["id"]), json!("Hello")).await.expect(200);
        let messages = format!("/chats/{}/messages", chat["id"]);
        let versions = format!("/workflows/{}/versions", setup.workflow_uuid);
        for (wanted, pages, others) in [(ListShape::Documented, true, false), (ListShape::Envelope, true, true), (ListShape::Array, false, false)] {
            set_list_shape(&setup.server, wanted).await;
            for path in PAGED_LISTS.iter().copied().chain([versions.as_str()]) {
                let reply = setup.get(&setup.g, path).await;
                let total: i64 = reply.header("x-total-count").parse().unwrap_or_else(|_| panic!("{path} has no total"));
                let list = reply.expect(200);
                assert_eq!((is_page(&list), list.is_array()), (pages, !pages), "{wanted:?} {path}: {list:.300}");
                if pages {
                    assert_eq!(list["total"], total, "{path}");
                }
            }
            let listed = setup.server.get("/api/v2/w").bearer(&setup.g.token).send().await.expect(200);
            assert_eq!((is_page(&listed), listed.is_array()), (others, !others), "{wanted:?}");
            let plain = setup.get(&setup.g, &messages).await.expect(200);
            assert_eq!((is_page(&plain), plain.is_array()), (others, !others), "{wanted:?}");
            let paged = setup.get(&setup.g, &format!("{messages}?page=1")).await.expect(200);
            assert_eq!(is_page(&paged), pages, "{wanted:?}");
        }
        // Other workspaces keep their shape.
        let other = setup.server.get(&format!("/api/v2/w/{}/members", setup.server.b.workspace)).bearer(&setup.server.b.key).send().await;
        assert!(is_page(&other.expect(200)));
    }

    async fn list_rows_are_equal_in_every_shape(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, json!({ "channel": "web-chat" })).await;
        let messages = format!("/chats/{}/messages", chat["id"]);
        for n in 0..5 {
            setup.post(&setup.g, &messages, json!(n.to_string())).await.expect(200);
        }
        let page = setup.get(&setup.g, "/members?page=2&pageSize=2").await.expect(200);
        let rows = setup.get(&setup.g, &format!("{messages}?limit=2&offset=2")).await.expect(200);
        set_list_shape(&setup.server, ListShape::Array).await;
        let array = setup.get(&setup.g, "/members?page=2&pageSize=2").await;
        assert_eq!((array.header("x-total-count"), array.expect(200)), (page["total"].to_string().as_str(), page["items"].clone()));
        assert_eq!(setup.get(&setup.g, &format!("{messages}?page=2&pageSize=2")).await.expect(200), rows);
        set_list_shape(&setup.server, ListShape::Envelope).await;
        let enveloped = setup.get(&setup.g, &format!("{messages}?limit=2&offset=2")).await.expect(200);
        assert_eq!((&enveloped["items"], &enveloped["total"], &enveloped["page"], &enveloped["pageSize"]), (&rows, &json!(5), &json!(2), &json!(2)));
    }

    async fn list_shape_survives_restart(server: TestServer) {
        let mut setup = TestWorkspace::new(server).await;
        set_list_shape(&setup.server, ListShape::Array).await;
        setup.server.restart().await;
        assert!(setup.get(&setup.g, "/members").await.expect(200).is_array());
    }
}
