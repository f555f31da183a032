//! Providers of workspaces.

use std::sync::Arc;

use parlor_assistant::TurnLimits;
use parlor_assistant::provider::{ProviderErrorKind, ProviderKind, ProviderSettings};
use parlor_assistant::registry::{
    ProviderRegistry, ProviderRegistryDependencies, ProviderSource, ServerAssistantSettings,
};
use parlor_channels::AllowedNetworks;
use parlor_model::assistant_settings::{AssistantLimits, AssistantSettings};
use parlor_model::redacted::Redacted;

use crate::fixture::{FakeClock, FakeRandom, complete, request, settings};
use crate::scripted_server::{ScriptedServer, answer, reply};

fn registry(provider: Option<ProviderSettings>, networks: &[&str]) -> ProviderRegistry {
    let networks = networks.iter().map(|network| network.parse().unwrap());
    let server = ServerAssistantSettings {
        provider,
        turns: TurnLimits {
            requests_per_day: Some(100),
            ..TurnLimits::default()
        },
    };
    let dependencies = ProviderRegistryDependencies {
        clock: Arc::new(FakeClock::default()),
        random: Arc::new(FakeRandom),
        workspace_networks: AllowedNetworks::with_allowed(networks.collect()),
    };
    ProviderRegistry::new(server, dependencies).unwrap()
}

fn own(base_url: &str) -> AssistantSettings {
    AssistantSettings {
        kind: Some(ProviderKind::Openai),
        base_url: Some(Redacted(base_url.to_owned())),
        api_key: Some(Redacted("sk-own".to_owned())),
        model: Some("own-model".to_owned()),
        ..AssistantSettings::default()
    }
}

#[tokio::test]
async fn server_provider_is_used_until_a_workspace_has_its_own() {
    let server = ScriptedServer::start(vec![answer("hello"), answer("hello")]).await;
    let mut provider = settings(&server.url());
    provider.api_key = Some("sk-server".into());
    let registry = registry(Some(provider), &["127.0.0.0/8"]);
    let found = registry.resolve(None).unwrap().unwrap();
    assert_eq!(found.source, ProviderSource::Server);
    assert_eq!(found.model.as_deref(), Some("small"));
    complete(&found.provider, &request("hi")).await.unwrap();
    let found = registry
        .resolve(Some(&own(&server.url())))
        .unwrap()
        .unwrap();
    assert_eq!(found.source, ProviderSource::Workspace);
    assert_eq!(found.model.as_deref(), Some("own-model"));
    complete(&found.provider, &request("hi")).await.unwrap();
    let requests = server.requests();
    assert!(requests[0].head.contains("bearer sk-server"));
    assert!(requests[1].head.contains("bearer sk-own"));
    assert_eq!(requests[1].body["model"], "own-model");
}

#[tokio::test]
async fn model_of_a_workspace_keeps_the_server_provider() {
    let registry = registry(Some(settings("http://127.0.0.1:9/v1")), &[]);
    let workspace = AssistantSettings {
        model: Some("large".to_owned()),
        ..AssistantSettings::default()
    };
    let found = registry.resolve(Some(&workspace)).unwrap().unwrap();
    assert_eq!(found.model.as_deref(), Some("large"));
    let shared = registry.resolve(None).unwrap().unwrap();
    assert!(Arc::ptr_eq(&found.provider, &shared.provider));
}

#[tokio::test]
async fn same_settings_share_a_circuit_breaker_and_others_do_not() {
    let failures = vec![reply(500, "", ""); 2];
    let server = ScriptedServer::start([failures, vec![answer("hello")]].concat()).await;
    let mut provider = settings(&server.url());
    provider.retry.max_attempts = 1;
    provider.circuit_breaker.max_failures = 2;
    let registry = registry(Some(provider), &["127.0.0.0/8"]);
    for expected in [
        ProviderErrorKind::ServerError,
        ProviderErrorKind::ServerError,
        ProviderErrorKind::CircuitOpen,
    ] {
        let found = registry.resolve(None).unwrap().unwrap();
        let error = complete(&found.provider, &request("hi")).await.unwrap_err();
        assert_eq!(error.kind, expected);
    }
    let found = registry
        .resolve(Some(&own(&server.url())))
        .unwrap()
        .unwrap();
    complete(&found.provider, &request("hi")).await.unwrap();
}

#[tokio::test]
async fn private_address_of_a_workspace_is_refused_and_that_of_the_server_is_not() {
    let server = ScriptedServer::start(vec![answer("hello")]).await;
    let registry = registry(Some(settings(&server.url())), &[]);
    let found = registry.resolve(None).unwrap().unwrap();
    complete(&found.provider, &request("hi")).await.unwrap();
    let workspace = own(&server.url());
    assert_eq!(registry.verify(&workspace).unwrap_err().field, "base_url");
    let found = registry.resolve(Some(&workspace)).unwrap().unwrap();
    let error = complete(&found.provider, &request("hi")).await.unwrap_err();
    assert_eq!(error.kind, ProviderErrorKind::AddressForbidden);
}

#[test]
fn workspace_lowers_limits_of_the_server_and_raises_none() {
    let registry = registry(Some(ProviderSettings::new(ProviderKind::Echo)), &[]);
    let limits = AssistantLimits {
        max_concurrent_turns: Some(99),
        requests_per_day: Some(1_000),
        tokens_per_day: Some(5),
        max_tool_rounds: Some(2),
        history_tokens: Some(32_000),
        max_output_tokens: Some(100),
    };
    let workspace = AssistantSettings {
        limits,
        ..AssistantSettings::default()
    };
    let found = registry.resolve(Some(&workspace)).unwrap().unwrap();
    let expected = TurnLimits {
        requests_per_day: Some(100),
        tokens_per_day: Some(5),
        max_tool_rounds: 2,
        history_tokens: 32_000,
        max_output_tokens: Some(100),
        ..TurnLimits::default()
    };
    assert_eq!(found.limits, expected);
}

#[test]
fn without_any_provider_there_is_none() {
    let registry = registry(None, &[]);
    assert!(registry.resolve(None).unwrap().is_none());
    assert!(
        registry
            .resolve(Some(&AssistantSettings::default()))
            .unwrap()
            .is_none()
    );
}
