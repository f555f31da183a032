//! The widget's calls after sign-in.

use http::Method;
use parlor_testkit::{Reader, TestRequest, TestServer};
use serde_json::json;

/// Sends a request and returns a reader of the 200 response.
pub(super) async fn read(what: &str, request: TestRequest) -> Reader {
    Reader::new(what, request.send().await.expect(200))
}

/// Widget after sign-in.
pub(super) struct Widget<'b> {
    pub(super) server: &'b TestServer,
    pub(super) token: String,
    pub(super) space: String,
}

/// Checks the fields of a message.
fn check_message(message: &Reader) {
    message.field("id").text();
    message.field("message").text();
    for source in message
        .field("sourcesMetadata")
        .nullable(Reader::items)
        .into_iter()
        .flatten()
    {
        assert!(source.value.is_object());
    }
    message.field("user").nullable(|user| {
        user.field("id").text();
        user.field("name");
        user.field("photo");
    });
    for signal in message.field("thumbSignals").items() {
        signal.field("id").text();
        signal.field("thumbType").text();
        signal.field("feedback").nullable(Reader::text);
        signal.field("temporalUserId").text();
        signal.field("user.id").text();
    }
}

impl Widget<'_> {
    pub(super) fn call(&self, method: Method, path: &str) -> TestRequest {
        let path = format!("/spaces/{}{path}", self.space);
        self.server.request(method, &path).bearer(&self.token)
    }

    /// Lists the groups; the widget opens the first.
    pub(super) async fn groups(&self) -> Vec<Reader> {
        let space = read("space", self.call(Method::GET, "")).await;
        space.field("id").text();
        space.field("name").text();
        let path = format!("/public-spaces/{}", self.space);
        let public = read("public space", self.server.get(&path).bearer(&self.token)).await;
        assert_eq!(public.value, space.value);
        let groups = space.field("spaceGroupConversation").items();
        for group in &groups {
            group.field("id").text();
            group.field("name").text();
            assert_eq!(group.field("type").text(), "SPACE");
            assert!(!group.field("lastMessageAt").text().starts_with("1970"));
            group.field("hasMoreThanOneMessage").flag();
        }
        groups
    }

    /// Reads the greeting and its questions.
    pub(super) async fn get_greeting(&self, query: &str) -> Reader {
        let request = self.call(Method::GET, &format!("/greeting?languageId=en{query}"));
        let greeting = read("greeting", request).await;
        greeting.field("greeting.content").non_empty_text();
        for question in greeting.field("greeting.questions").items() {
            question.field("id").text();
            question.field("content").text();
        }
        greeting
    }

    /// Returns the messages that the widget displays: none if there are fewer than three, and never an oldest message that is
    /// an answer.
    pub(super) async fn displayed_messages(&self, group: &str) -> Vec<String> {
        let path = format!("/messages?groupId={group}&languageId=en");
        let polled = read("messages", self.call(Method::GET, &path)).await;
        let mut messages = polled.field("messages").items();
        messages.reverse();
        for message in &messages {
            check_message(message);
        }
        if messages.len() < 3 {
            return Vec::new();
        }
        let hidden = usize::from(messages[0].field("type").text() == "AI");
        let displayed = messages[hidden..].iter();
        displayed
            .map(|message| message.field("message").text())
            .collect()
    }

    /// Creates a group by its greeting, sends a question and returns the group.
    pub(super) async fn ask(&self, question: &str) -> String {
        let greeting = self.get_greeting("&saveMessage=true").await;
        let group = greeting.field("greeting.group.id").text();
        let body = json!({ "newMessage": question, "groupId": group });
        let answer = self
            .call(Method::POST, "/messages?languageId=en")
            .json(&body)
            .send()
            .await;
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (200, ""),
            "nobody answers yet"
        );
        let request = self.call(Method::PUT, &format!("/groups/{group}"));
        let renamed = read("name", request.json(&json!({ "groupId": group }))).await;
        assert_eq!(renamed.field("groupName").text(), question);
        group
    }
}
