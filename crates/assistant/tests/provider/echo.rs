//! The provider `echo`.

use std::time::Duration;

use parlor_assistant::provider::{
    CompletionEvent, CompletionRequest, EchoProvider, FinishReason, PromptMessage, Provider,
    ProviderErrorKind, ProviderKind, ProviderSettings, TokenUsage, build_provider,
};
use parlor_model::redacted::Redacted;
use tokio::time::Instant;

use crate::fixture::{complete, dependencies, request};

const ECHO: EchoProvider = EchoProvider::new(Duration::ZERO);

#[tokio::test]
async fn last_message_of_the_user_is_repeated_word_by_word() {
    let request = CompletionRequest {
        messages: vec![
            PromptMessage::system("be brief"),
            PromptMessage::user("first"),
            PromptMessage::assistant("You said: first"),
            PromptMessage::user("second  one"),
        ],
        ..CompletionRequest::default()
    };
    let provider = build_provider(&ProviderSettings::new(ProviderKind::Echo), &dependencies());
    let provider = provider.unwrap();
    let mut stream = provider.complete(&request).await.unwrap();
    let mut events = Vec::new();
    while let Some(event) = stream.next_event().await.unwrap() {
        events.push(event);
    }
    let word = |text: &str| CompletionEvent::TextDelta(Redacted(text.to_owned()));
    let usage = TokenUsage {
        input_tokens: 8,
        output_tokens: 4,
    };
    assert_eq!(
        events,
        [
            word("You "),
            word("said: "),
            word("second  "),
            word("one"),
            CompletionEvent::Usage(usage),
            CompletionEvent::End(FinishReason::Stop),
        ]
    );
}

#[tokio::test]
async fn tool_is_called_and_its_result_repeated() {
    let mut request = request("/tool search {\"query\": \"rust\"}");
    let response = complete(&ECHO, &request).await.unwrap();
    assert_eq!(response.finish_reason, FinishReason::ToolCalls);
    assert_eq!(response.text.0, "");
    let call = response.tool_calls[0].clone();
    assert_eq!(
        (call.name.as_str(), call.arguments.as_str()),
        ("search", "{\"query\": \"rust\"}")
    );
    let result = PromptMessage::tool(call.id.clone(), "found 3");
    request.messages.push(PromptMessage::Assistant {
        text: Redacted::default(),
        tool_calls: vec![call],
    });
    request.messages.push(result);
    let response = complete(&ECHO, &request).await.unwrap();
    assert_eq!(response.text.0, "The tool returned: found 3");
    assert_eq!(response.finish_reason, FinishReason::Stop);
}

#[tokio::test]
async fn every_error_can_be_caused() {
    for kind in ProviderErrorKind::ALL {
        let request = request(&format!("/fail {}", kind.as_str()));
        assert_eq!(complete(&ECHO, &request).await.unwrap_err().kind, *kind);
    }
}

#[tokio::test]
async fn error_comes_after_its_words_and_before_the_end() {
    for (words, expected) in [(2, 2), (99, 4)] {
        let request = request(&format!("one two\n/fail interrupted {words}"));
        let mut stream = ECHO.complete(&request).await.unwrap();
        for _ in 0..expected {
            let event = stream.next_event().await.unwrap();
            assert!(matches!(event, Some(CompletionEvent::TextDelta(_))));
        }
        let error = stream.next_event().await.unwrap_err();
        assert_eq!(error.kind, ProviderErrorKind::Interrupted);
        assert_eq!(stream.next_event().await, Ok(None));
    }
}

#[tokio::test]
async fn token_limit_cuts_the_answer() {
    let mut request = request("one two three");
    request.max_tokens = Some(3);
    let response = complete(&ECHO, &request).await.unwrap();
    assert_eq!(response.text.0, "You said: one ");
    assert_eq!(response.finish_reason, FinishReason::Length);
}

#[tokio::test(start_paused = true)]
async fn each_word_takes_its_time() {
    let start = Instant::now();
    complete(&ECHO, &request("/slow 20 one two")).await.unwrap();
    assert_eq!(start.elapsed().as_millis() / 20, 4);
    let start = Instant::now();
    let slow = EchoProvider::new(Duration::from_secs(1));
    complete(&slow, &request("one")).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 3);
}
