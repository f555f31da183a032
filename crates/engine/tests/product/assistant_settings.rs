//! Settings of workspaces' assistants.
//!
//! Proves INV-33 (`docs/invariants.md`).

use parlor_engine::assistant_settings;
use parlor_model::Ctx;
use parlor_model::assistant_settings::{AssistantSettings, ProviderKind, UpdateAssistantSettings};
use parlor_model::error::ErrorKind;
use parlor_model::redacted::Redacted;
use parlor_model::scope::Scopes;
use parlor_testkit::{TestServer, both};

fn provider(base_url: &str, key: Option<&str>) -> UpdateAssistantSettings {
    UpdateAssistantSettings {
        kind: Some(Some(ProviderKind::Openai)),
        base_url: Some(Some(Redacted(base_url.to_owned()))),
        api_key: key.map(|key| Some(Redacted(key.to_owned()))),
        model: Some(Some("small".to_owned())),
        ..UpdateAssistantSettings::default()
    }
}

async fn update(
    server: &TestServer,
    ctx: &Ctx,
    command: UpdateAssistantSettings,
) -> parlor_model::Result<parlor_model::assistant_settings::AssistantSettingsDetails> {
    assistant_settings::update(&server.engine, ctx, command, |_| Ok(())).await
}

async fn stored(server: &TestServer, ctx: &Ctx) -> Option<AssistantSettings> {
    assistant_settings::find_with_secrets(&server.engine, ctx.ws())
        .await
        .unwrap()
}

both! {
    async fn settings_are_kept_for_one_workspace_and_survive_a_restart(server: TestServer) {
        let mut server = server;
        let command = provider("http://example.com/v1?key=hidden", Some("sk-1"));
        let details = update(&server, &server.a.ctx(), command).await.unwrap();
        assert!(details.has_api_key);
        assert_eq!(details.settings.api_key, None);
        assert_eq!(details.settings.base_url.as_ref().unwrap().0, "http://example.com/v1?");
        server.restart().await;
        let (a, b) = (server.a.ctx(), server.b.ctx());
        let found = assistant_settings::find(&server.engine, &a).await.unwrap();
        assert_eq!(found, Some(details));
        let found = stored(&server, &a).await.unwrap();
        assert_eq!(found.api_key, Some(Redacted("sk-1".to_owned())));
        assert_eq!(stored(&server, &b).await, None);
        assert!(!assistant_settings::clear(&server.engine, &b).await.unwrap());
        assert!(assistant_settings::clear(&server.engine, &a).await.unwrap());
        assert_eq!(stored(&server, &a).await, None);
    }

    async fn stored_key_is_not_sent_to_another_url(server: TestServer) {
        let ctx = server.a.ctx();
        update(&server, &ctx, provider("http://example.com/v1", Some("sk-1"))).await.unwrap();
        let moved = update(&server, &ctx, provider("http://evil.example/v1", None)).await;
        assert!(matches!(moved.unwrap_err().kind(), ErrorKind::Invalid { .. }));
        let same = update(&server, &ctx, provider("http://example.com/v1", None)).await.unwrap();
        assert!(same.has_api_key);
        update(&server, &ctx, provider("http://other.example/v1", Some("sk-2"))).await.unwrap();
        let removed = UpdateAssistantSettings {
            kind: Some(None),
            ..UpdateAssistantSettings::default()
        };
        let removed = update(&server, &ctx, removed).await.unwrap();
        assert!(!removed.has_api_key && removed.settings.base_url.is_none());
        assert_eq!(removed.settings.model.as_deref(), Some("small"));
        let again = update(&server, &ctx, provider("http://evil.example/v1", None)).await.unwrap();
        assert!(!again.has_api_key);
    }

    async fn settings_need_the_right_to_manage_the_workspace(server: TestServer) {
        let workspace = server.a.workspace_ref;
        let ctx_with = |scopes: &str| {
            let scopes: Scopes = scopes.parse().unwrap();
            Ctx::unbound(workspace, scopes, server.engine.random_uuid())
        };
        let (reader, nobody) = (ctx_with("admin:read"), ctx_with("members:write"));
        let command = provider("http://example.com/v1", None);
        for ctx in [&reader, &nobody] {
            let refused = update(&server, ctx, command.clone()).await.unwrap_err();
            assert!(matches!(refused.kind(), ErrorKind::Forbidden(_)));
            let refused = assistant_settings::clear(&server.engine, ctx).await.unwrap_err();
            assert!(matches!(refused.kind(), ErrorKind::Forbidden(_)));
        }
        assert_eq!(assistant_settings::find(&server.engine, &reader).await.unwrap(), None);
        assert!(assistant_settings::find(&server.engine, &nobody).await.is_err());
    }

    async fn concurrent_changes_are_all_kept(server: TestServer) {
        let ctx = server.a.ctx();
        let model = UpdateAssistantSettings {
            model: Some(Some("large".to_owned())),
            ..UpdateAssistantSettings::default()
        };
        let requests = UpdateAssistantSettings {
            requests_per_day: Some(Some(10)),
            ..UpdateAssistantSettings::default()
        };
        let rounds = UpdateAssistantSettings {
            max_tool_rounds: Some(Some(1)),
            ..UpdateAssistantSettings::default()
        };
        let (one, other, third) = parlor_testkit::tokio::join!(
            update(&server, &ctx, model),
            update(&server, &ctx, requests),
            update(&server, &ctx, rounds)
        );
        one.unwrap();
        other.unwrap();
        third.unwrap();
        let found = stored(&server, &ctx).await.unwrap();
        assert_eq!(found.model.as_deref(), Some("large"));
        assert_eq!(found.limits.requests_per_day, Some(10));
        assert_eq!(found.limits.max_tool_rounds, Some(1));
    }
}
