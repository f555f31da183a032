//! Which addresses may be called on behalf of a workspace.

use parlor_assistant::provider::{
    NetworkPolicy, OpenAiProvider, ProviderErrorKind, ProviderSettings,
};
use parlor_channels::AllowedNetworks;

use crate::fixture::{complete, dependencies, request, settings};
use crate::scripted_server::{ScriptedServer, answer};

fn restricted(settings: &ProviderSettings, allowed: &[&str]) -> OpenAiProvider {
    let allowed = allowed.iter().map(|network| network.parse().unwrap());
    let networks = AllowedNetworks::with_allowed(allowed.collect());
    let mut dependencies = dependencies();
    dependencies.networks = NetworkPolicy::Restricted(networks);
    OpenAiProvider::new(settings, &dependencies).unwrap()
}

#[tokio::test]
async fn private_address_is_refused_by_number_and_by_name() {
    let server = ScriptedServer::start(vec![]).await;
    let port = server.port();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f.1",
    ] {
        let settings = settings(&format!("http://{host}:{port}/v1"));
        let error = complete(&restricted(&settings, &[]), &request("hi"))
            .await
            .unwrap_err();
        assert_eq!(error.kind, ProviderErrorKind::AddressForbidden, "{host}");
    }
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn allowed_network_is_called_by_number_and_by_name() {
    for host in ["127.0.0.1", "localhost"] {
        let server = ScriptedServer::start(vec![answer("hello")]).await;
        let settings = settings(&format!("http://{host}:{}/v1", server.port()));
        let provider = restricted(&settings, &["127.0.0.0/8"]);
        let response = complete(&provider, &request("hi")).await.unwrap();
        assert_eq!(response.text.0, "hello", "{host}");
    }
}
