//! The circuit breaker of a provider that was built from settings.

use std::sync::Arc;
use std::time::Duration;

use parlor_assistant::provider::{ProviderErrorKind, build_provider};

use crate::fixture::{FakeClock, complete, dependencies, request, settings};
use crate::scripted_server::{ScriptedServer, answer, reply};

#[tokio::test]
async fn open_circuit_sends_no_request_until_its_time_has_passed() {
    let mut replies = vec![reply(503, "", ""); 4];
    replies.extend([answer("hello"), answer("again")]);
    let server = ScriptedServer::start(replies).await;
    let mut settings = settings(&server.url());
    settings.retry.max_attempts = 3;
    settings.circuit_breaker.max_failures = 4;
    settings.circuit_breaker.open_time = Duration::from_secs(20);
    let clock = Arc::new(FakeClock::default());
    let mut dependencies = dependencies();
    dependencies.clock = clock.clone();
    let provider = build_provider(&settings, &dependencies).unwrap();

    let first = complete(provider.as_ref(), &request("hi"))
        .await
        .unwrap_err();
    assert_eq!(first.kind, ProviderErrorKind::Overloaded);
    // The fourth failure opens the circuit within the second request, which ends its retries.
    let second = complete(provider.as_ref(), &request("hi"))
        .await
        .unwrap_err();
    assert_eq!(second.kind, ProviderErrorKind::CircuitOpen);
    assert_eq!(second.retry_after, Some(Duration::from_secs(20)));
    assert_eq!(server.requests().len(), 4);

    clock.advance(Duration::from_secs(20));
    for text in ["hello", "again"] {
        let response = complete(provider.as_ref(), &request("hi")).await.unwrap();
        assert_eq!(response.text.0, text);
    }
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn refusals_do_not_open_the_circuit() {
    let mut replies = vec![reply(400, "", ""); 9];
    replies.push(answer("hello"));
    let server = ScriptedServer::start(replies).await;
    let mut settings = settings(&server.url());
    settings.circuit_breaker.max_failures = 2;
    let provider = build_provider(&settings, &dependencies()).unwrap();
    for _ in 0..9 {
        let error = complete(provider.as_ref(), &request("hi"))
            .await
            .unwrap_err();
        assert_eq!(error.kind, ProviderErrorKind::BadRequest);
    }
    let response = complete(provider.as_ref(), &request("hi")).await.unwrap();
    assert_eq!(response.text.0, "hello");
}
