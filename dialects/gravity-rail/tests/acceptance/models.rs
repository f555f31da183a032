//! `GET /api/v2/ai-models`, and what chats may name.

use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestServer, both};
use serde_json::{Value, json};

use crate::fixture::TestWorkspace;

both! {
    async fn without_a_list_any_name_is_taken(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let listed = world.server.get("/api/v2/ai-models").bearer(&world.u.token).send().await;
        assert_eq!(listed.expect(200), json!([]));
        world.server.get("/api/v2/ai-models").send().await.expect(401);
        let chat = world.create_chat(&world.u, json!({ "channel": "web-chat", "assistantChatModelId": "anything at all" })).await;
        assert_eq!(chat["assistantChatModelId"], "anything at all");
    }
}

#[test]
fn with_a_list_only_its_models_are() {
    block_on(async {
        let section =
            json!({ "models": [{ "name": "writer" }, { "name": "speaker", "realtime": true }] });
        let server = TestServer::start_with(TestBackend::Sqlite, |options| {
            options
                .dialect_settings
                .insert("gravity-rail".into(), section);
        });
        let world = TestWorkspace::new(server.await).await;
        let listed = world.server.get("/api/v2/ai-models");
        let listed = listed.bearer(&world.u.token).send().await.expect(200);
        let rows = [("writer", false), ("speaker", true)];
        for (index, (name, realtime)) in rows.into_iter().enumerate() {
            let expected = json!({ "id": index + 1, "name": name, "isRealtime": realtime });
            assert_eq!(listed[index], expected);
        }
        let chat = |text: Value, voice: Value| {
            let body = json!({ "channel": "web-chat", "assistantChatModelId": text, "assistantRealtimeModelId": voice });
            world.post(&world.u, "/chats", body)
        };
        let made = chat(json!(1), json!("speaker")).await.expect(200);
        assert_eq!(
            (
                &made["assistantChatModelId"],
                &made["assistantRealtimeModelId"]
            ),
            (&json!("writer"), &json!("speaker"))
        );
        for (text, voice) in [
            (json!("speaker"), Value::Null),
            (json!(2), Value::Null),
            (json!("other"), Value::Null),
            (json!(3), Value::Null),
            (Value::Null, json!("writer")),
        ] {
            let before = world.entity_counts().await;
            chat(text, voice).await.expect(400);
            assert_eq!(world.entity_counts().await, before);
        }
        let path = format!("/chats/{}", made["id"]);
        let refused = json!({ "assistantChatModelId": "other" });
        world.put(&world.g, &path, refused).await.expect(400);
    });
}
