//! Retries: over HTTP, and with a provider that fails by script in virtual time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use parlor_assistant::provider::{
    CompletionFuture, CompletionRequest, EchoProvider, Provider, ProviderError, ProviderErrorKind,
    RetrySettings, RetryingProvider, build_provider,
};
use tokio::time::Instant;

use crate::fixture::{FakeRandom, complete, dependencies, request, settings};
use crate::scripted_server::{ScriptedServer, Step, answer, cut_stream, reply, stream, text_event};

async fn retry(replies: Vec<Vec<Step>>) -> (Result<String, ProviderErrorKind>, usize) {
    let server = ScriptedServer::start(replies).await;
    let provider = build_provider(&settings(&server.url()), &dependencies()).unwrap();
    let response = complete(provider.as_ref(), &request("hi")).await;
    let text = response
        .map(|response| response.text.0)
        .map_err(|error| error.kind);
    (text, server.requests().len())
}

#[tokio::test]
async fn transient_errors_before_the_first_event_are_retried() {
    let replies = vec![
        reply(429, "retry-after-ms: 1\r\n", ""),
        reply(503, "", ""),
        stream(": ping\n\n"),
        answer("hello"),
    ];
    assert_eq!(retry(replies).await, (Ok("hello".to_owned()), 4));
    let replies = vec![stream("data: {rubbish\n\n"), vec![], answer("hello")];
    assert_eq!(retry(replies).await, (Ok("hello".to_owned()), 3));
}

#[tokio::test]
async fn attempts_are_bounded() {
    let replies = vec![reply(500, "", ""); 9];
    assert_eq!(
        retry(replies).await,
        (Err(ProviderErrorKind::ServerError), 4)
    );
}

#[tokio::test]
async fn permanent_errors_are_not_retried() {
    for (status, kind) in [
        (400, ProviderErrorKind::BadRequest),
        (401, ProviderErrorKind::Unauthorized),
        (403, ProviderErrorKind::Forbidden),
        (404, ProviderErrorKind::NotFound),
        (422, ProviderErrorKind::BadRequest),
    ] {
        let replies = vec![reply(status, "", ""), answer("hello")];
        assert_eq!(retry(replies).await, (Err(kind), 1), "{status}");
    }
}

#[tokio::test]
async fn nothing_is_retried_after_the_first_event() {
    let replies = vec![cut_stream(&text_event("hel")), answer("hello")];
    assert_eq!(
        retry(replies).await,
        (Err(ProviderErrorKind::Interrupted), 1)
    );
}

/// Fails by script, then answers; records when it was called.
struct FailingProvider {
    errors: Mutex<VecDeque<ProviderError>>,
    attempts: Arc<Mutex<Vec<Instant>>>,
}

impl Provider for FailingProvider {
    fn complete<'a>(&'a self, request: &'a CompletionRequest) -> CompletionFuture<'a> {
        self.attempts.lock().unwrap().push(Instant::now());
        match self.errors.lock().unwrap().pop_front() {
            Some(error) => Box::pin(std::future::ready(Err(error))),
            None => Box::pin(async { EchoProvider::new(Duration::ZERO).complete(request).await }),
        }
    }
}

/// Returns the delays between the attempts, and the error if there is one.
async fn delays(errors: Vec<ProviderError>) -> (Vec<Duration>, Option<ProviderError>) {
    let attempts = Arc::new(Mutex::new(Vec::new()));
    let provider = FailingProvider {
        errors: Mutex::new(errors.into()),
        attempts: Arc::clone(&attempts),
    };
    let settings = RetrySettings {
        max_attempts: 4,
        min_delay: Duration::from_secs(1),
        max_delay: Duration::from_secs(3),
        deadline: Duration::from_secs(60),
    };
    let provider = RetryingProvider::new(provider, settings, Arc::new(FakeRandom));
    let error = complete(&provider, &request("hi")).await.err();
    let attempts = attempts.lock().unwrap();
    let delays = attempts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    (delays, error)
}

fn error(retry_after: Option<u64>) -> ProviderError {
    ProviderError {
        retry_after: retry_after.map(Duration::from_secs),
        ..ProviderError::new(ProviderErrorKind::RateLimited)
    }
}

#[tokio::test(start_paused = true)]
async fn delay_doubles_with_a_random_part() {
    let (delays, failure) = delays(vec![error(None); 3]).await;
    assert_eq!(failure, None);
    for (delay, base) in delays.iter().zip([1, 2, 3]) {
        let base = Duration::from_secs(base);
        assert!(
            (base..=base * 2 + Duration::from_millis(1)).contains(delay),
            "{delays:?}"
        );
    }
    assert_eq!(delays.len(), 3);
    assert!(
        delays[0] > Duration::from_secs(1),
        "there is no random part: {delays:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn no_attempt_comes_before_the_requested_time() {
    let (delays, failure) = delays(vec![error(Some(10)), error(Some(20))]).await;
    assert_eq!(failure, None);
    assert!(delays[0] >= Duration::from_secs(10), "{delays:?}");
    assert!(delays[1] >= Duration::from_secs(20), "{delays:?}");
}

#[tokio::test(start_paused = true)]
async fn wait_beyond_the_deadline_is_an_error_at_once() {
    let start = Instant::now();
    let (delays, failure) = delays(vec![error(Some(60))]).await;
    assert_eq!(delays, []);
    assert_eq!(failure.unwrap().retry_after, Some(Duration::from_secs(60)));
    assert_eq!(start.elapsed(), Duration::ZERO);
}
