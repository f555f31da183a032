//! A caller that gives up ends the request.

use std::time::Duration;

use parlor_assistant::provider::{CompletionEvent, Provider, build_provider};
use tokio::time::timeout;

use crate::fixture::{dependencies, provider, request, settings};
use crate::scripted_server::{ScriptedServer, Step, answer, part, stream_head, text_event};

#[tokio::test]
async fn dropped_stream_closes_the_connection() {
    let steps = vec![stream_head(), part(&text_event("hello")), Step::AwaitClose];
    let mut server = ScriptedServer::start(vec![steps]).await;
    let provider = build_provider(&settings(&server.url()), &dependencies()).unwrap();
    let request = request("hi");
    let mut stream = provider.complete(&request).await.unwrap();
    let event = stream.next_event().await.unwrap();
    assert!(matches!(event, Some(CompletionEvent::TextDelta(_))));
    drop(stream);
    server.wait_for_close().await;
}

#[tokio::test]
async fn dropped_request_closes_the_connection() {
    let mut server = ScriptedServer::start(vec![vec![Step::AwaitClose]]).await;
    let provider = provider(&settings(&server.url()));
    let request = request("hi");
    let mut future = provider.complete(&request);
    while server.requests().is_empty() {
        let _ = timeout(Duration::from_millis(1), &mut future).await;
    }
    drop(future);
    server.wait_for_close().await;
}

#[tokio::test]
async fn dropped_wait_loses_no_event() {
    let server = ScriptedServer::start(vec![answer("hello")]).await;
    let provider = provider(&settings(&server.url()));
    let request = request("hi");
    let mut stream = provider.complete(&request).await.unwrap();
    let mut received = String::new();
    loop {
        // A wait of no time is dropped at its first pause.
        let Ok(event) = timeout(Duration::ZERO, stream.next_event()).await else {
            tokio::task::yield_now().await;
            continue;
        };
        match event.unwrap() {
            Some(CompletionEvent::TextDelta(text)) => received.push_str(&text),
            Some(_) => {}
            None => break,
        }
    }
    assert_eq!(received, "hello");
}
