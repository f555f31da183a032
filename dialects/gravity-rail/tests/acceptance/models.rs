//! `GET /api/v2/ai-models`, and references to models in chats.

use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestServer, both};
use serde_json::{Value, json};

use crate::fixture::TestWorkspace;

both! {
    async fn any_model_name_is_accepted_without_configured_models(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let listed = setup.server.get("/api/v2/ai-models").bearer(&setup.u.token).send().await;
        assert_eq!(listed.expect(200), json!([]));
        setup.server.get("/api/v2/ai-models").send().await.expect(401);
        let chat = setup.create_chat(&setup.u, json!({ "channel": "web-chat", "assistantChatModelId": "anything at all" })).await;
        assert_eq!(chat["assistantChatModelId"], "anything at all");
    }
}

#[test]
fn unknown_model_is_refused_with_configured_models() {
    block_on(async {
        let section =
            json!({ "models": [{ "name": "writer" }, { "name": "speaker", "realtime": true }] });
        let server = TestServer::start_with(TestBackend::Sqlite, |options| {
            options
                .dialect_settings
                .insert("gravity-rail".into(), section);
        });
        let setup = TestWorkspace::new(server.await).await;
        let listed = setup.server.get("/api/v2/ai-models");
        let listed = listed.bearer(&setup.u.token).send().await.expect(200);
        let rows = [("writer", false), ("speaker", true)];
        for (index, (name, realtime)) in rows.into_iter().enumerate() {
            let expected = json!({ "id": index + 1, "name": name, "isRealtime": realtime });
            assert_eq!(listed[index], expected);
        }
        let chat = |text: Value, voice: Value| {
            let body = json!({ "channel": "web-chat", "assistantChatModelId": text, "assistantRealtimeModelId": voice });
            setup.post(&setup.u, "/chats", body)
        };
        let created = chat(json!(1), json!("speaker")).await.expect(200);
        assert_eq!(
            (
                &created["assistantChatModelId"],
                &created["assistantRealtimeModelId"]
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
            let before = setup.entity_counts().await;
            chat(text, voice).await.expect(400);
            assert_eq!(setup.entity_counts().await, before);
        }
        let path = format!("/chats/{}", created["id"]);
        let refused = json!({ "assistantChatModelId": "other" });
        setup.put(&setup.g, &path, refused).await.expect(400);
    });
}
