//! The trial request.

use std::time::Duration;

use parlor_assistant::provider::{
    FinishReason, NetworkPolicy, ProbeOptions, ProviderErrorKind, ProviderKind, ProviderSettings,
    build_provider, probe,
};
use parlor_channels::AllowedNetworks;

use crate::fixture::{dependencies, settings};
use crate::scripted_server::{ScriptedServer, reply};

#[tokio::test(start_paused = true)]
async fn probe_measures_the_time_to_the_first_token() {
    let mut settings = ProviderSettings::new(ProviderKind::Echo);
    settings.echo_delay = Duration::from_secs(1);
    let provider = build_provider(&settings, &dependencies()).unwrap();
    let report = probe(provider.as_ref(), &ProbeOptions::default())
        .await
        .unwrap();
    assert_eq!(report.time_to_first_token.as_secs(), 1);
    assert_eq!(report.total_time.as_secs(), 7);
    assert_eq!(report.finish_reason, FinishReason::Stop);
    assert!(report.usage.is_some());
}

#[tokio::test]
async fn probe_failure_has_a_remedy() {
    let server = ScriptedServer::start(vec![reply(401, "", "")]).await;
    let provider = build_provider(&settings(&server.url()), &dependencies()).unwrap();
    let failure = probe(provider.as_ref(), &ProbeOptions::default())
        .await
        .unwrap_err();
    assert_eq!(failure.error.kind, ProviderErrorKind::Unauthorized);
    assert_eq!(
        failure.to_string(),
        "the provider refused the key (unauthorized, HTTP 401). \
         Check api_key or api_key_file: the provider did not accept the key."
    );
}

#[tokio::test]
async fn probe_of_a_private_address_names_the_operator() {
    let mut dependencies = dependencies();
    dependencies.networks = NetworkPolicy::Restricted(AllowedNetworks::default());
    let provider = build_provider(&settings("http://10.0.0.1/v1"), &dependencies).unwrap();
    let failure = probe(provider.as_ref(), &ProbeOptions::default())
        .await
        .unwrap_err();
    assert!(failure.remedy.contains("operator"), "{failure}");
}
