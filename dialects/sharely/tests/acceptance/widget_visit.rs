//! A visit as the browser widget makes it, call by call and in its order: it boots, signs in, is greeted, asks, is answered,
//! and is loaded again. Only the fields that the widget reads are read, by a reader to which a missing one is a failure.
#![allow(clippy::panic, reason = "a missing field is a failure")]

use http::Method;
use parlor_testkit::backend::block_on;
use parlor_testkit::{TestBackend, TestServer};
use serde_json::{Value, json};

use crate::fixtures::{activate_space, get_token, text};

/// A field that the widget reads: it must be there, be it null.
#[track_caller]
fn field<'v>(value: &'v Value, path: &str) -> &'v Value {
    path.split('.').fold(value, |value, key| {
        let object = value
            .as_object()
            .unwrap_or_else(|| panic!("{path} of {value}"));
        object
            .get(key)
            .unwrap_or_else(|| panic!("{path} is missing in {value}"))
    })
}

/// The same where it must be a text.
#[track_caller]
fn text_field<'v>(value: &'v Value, path: &str) -> &'v str {
    field(value, path)
        .as_str()
        .unwrap_or_else(|| panic!("{path} is no text in {value}"))
}

#[track_caller]
fn list_field<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    field(value, path)
        .as_array()
        .unwrap_or_else(|| panic!("{path} is no list in {value}"))
}

/// How the page that holds the widget signs its visitors in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    /// It has a user's token and space.
    TokenAndSpace,
    /// It has a user's token.
    Token,
    /// It has an access token and a name for the user.
    AccessToken,
    /// It has nothing.
    Nothing,
}

/// What a browser keeps between two visits, and what the page gives it.
struct Browser {
    server: TestServer,
    flow: Flow,
    /// The page's own token.
    external: Option<String>,
    /// The page's own space.
    space: Option<String>,
    /// Kept by the browser.
    kept: Option<String>,
}

/// The widget, signed in.
struct Widget<'b> {
    server: &'b TestServer,
    token: String,
    space: String,
}

impl Browser {
    async fn create(backend: TestBackend, flow: Flow) -> Self {
        let server = TestServer::start_with(backend, |options| {
            let section = json!({ "anonymous_spaces": flow == Flow::Nothing });
            options
                .dialect_settings
                .insert("sharely".to_owned(), section);
        })
        .await;
        let access = get_token(&server, &server.a).await;
        let (external, space) = match flow {
            Flow::TokenAndSpace | Flow::Token => {
                let user = activate_space(&server, &server.a, &access, "ada").await;
                let space = text(&user, "spaceId").to_owned();
                (
                    Some(text(&user, "token").to_owned()),
                    Some(space).filter(|_| flow == Flow::TokenAndSpace),
                )
            }
            Flow::AccessToken => (Some(access), None),
            Flow::Nothing => (None, None),
        };
        Self {
            server,
            flow,
            external,
            space,
            kept: None,
        }
    }

    /// The first call of all, without any credential.
    async fn boot(&self) -> Value {
        let path = format!("/workspaces/{}", self.server.a.workspace);
        let workspace = self.server.get(&path).send().await.expect(200);
        for name in [
            "id",
            "name",
            "organizationId",
            "organizationName",
            "webControlStartMode",
            "rbacStatus",
        ] {
            text_field(&workspace, name);
        }
        for name in [
            "photo",
            "defaultSpaceName",
            "description",
            "spaceStyling",
            "verificationSpace",
        ] {
            field(&workspace, name);
        }
        assert_eq!(
            text_field(&workspace, "rbacStatus"),
            "INACTIVE",
            "nobody is kept out"
        );
        workspace
    }

    /// What follows it, until there is a space and a token for it.
    async fn sign_in(&mut self) -> Widget<'_> {
        let (token, space) = match (self.flow, self.kept.clone()) {
            (Flow::TokenAndSpace, _) => {
                (self.external.clone().unwrap(), self.space.clone().unwrap())
            }
            (Flow::Token, _) => {
                let token = self.external.clone().unwrap();
                let space = self.validated_space(&token).await.unwrap();
                (token, space)
            }
            (Flow::AccessToken, _) => self.space_by_access_token().await,
            (Flow::Nothing, Some(kept)) => {
                let space = self.validated_space(&kept).await.unwrap();
                (kept, space)
            }
            (Flow::Nothing, None) => {
                self.create_space(
                    self.server.post(&self.spaces()),
                    json!({ "customSource": "WEB_CONTROL" }),
                )
                .await
            }
        };
        self.kept = Some(token.clone());
        Widget {
            server: &self.server,
            token,
            space,
        }
    }

    fn spaces(&self) -> String {
        format!("/workspaces/{}/spaces", self.server.a.workspace)
    }

    async fn create_space(
        &self,
        request: parlor_testkit::TestRequest,
        body: Value,
    ) -> (String, String) {
        let made = request.json(&body).send().await.expect(200);
        text_field(&made, "temporalUserId");
        (
            text_field(&made, "token").to_owned(),
            text_field(&made, "id").to_owned(),
        )
    }

    /// The space that a token opens, if it is one space's.
    async fn validated_space(&self, token: &str) -> Option<String> {
        let valid = self
            .server
            .post("/spaces/validate-temporal-token")
            .bearer(token)
            .send()
            .await
            .expect(200);
        assert!(
            valid.get("error").is_none(),
            "the widget takes this key for a failure"
        );
        field(&valid, "temporalUserId");
        field(&valid, "spaceId").as_str().map(str::to_owned)
    }

    async fn space_by_access_token(&self) -> (String, String) {
        let access = self.external.clone().unwrap();
        assert_eq!(self.validated_space(&access).await, None);
        let query = format!(
            "/spaces?roles=[%22GUEST%22]&sortBy=desc&lastMessageSortBy=true&workspaces=[%22{}%22]",
            self.server.a.workspace
        );
        let own = self
            .server
            .get(&query)
            .bearer(&access)
            .send()
            .await
            .expect(200);
        assert_eq!(own, json!([]), "a bare list, and never another's space");
        let body = json!({ "customSource": "WEB_CONTROL", "externalUserId": "ada" });
        self.create_space(self.server.post(&self.spaces()).bearer(&access), body)
            .await
    }
}

impl Widget<'_> {
    fn call(&self, method: Method, path: &str) -> parlor_testkit::TestRequest {
        let path = format!("/spaces/{}{path}", self.space);
        self.server.request(method, &path).bearer(&self.token)
    }

    /// The groups as they are listed: the widget opens the first.
    async fn groups(&self) -> Vec<Value> {
        let space = self.call(Method::GET, "").send().await.expect(200);
        text_field(&space, "id");
        text_field(&space, "name");
        let public = self
            .server
            .get(&format!("/public-spaces/{}", self.space))
            .bearer(&self.token)
            .send()
            .await
            .expect(200);
        assert_eq!(public, space);
        let groups = list_field(&space, "spaceGroupConversation").to_vec();
        for group in &groups {
            text_field(group, "id");
            text_field(group, "name");
            assert_eq!(text_field(group, "type"), "SPACE");
            assert!(!text_field(group, "lastMessageAt").starts_with("1970"));
            assert!(field(group, "hasMoreThanOneMessage").is_boolean());
        }
        groups
    }

    /// The opening text and the questions beside it.
    async fn get_greeting(&self, query: &str) -> Value {
        let greeted = self
            .call(Method::GET, &format!("/greeting?languageId=en{query}"))
            .send()
            .await
            .expect(200);
        assert!(!text_field(&greeted, "greeting.content").is_empty());
        for question in list_field(&greeted, "greeting.questions") {
            text_field(question, "id");
            text_field(question, "content");
        }
        greeted
    }

    /// What the widget draws of a group: nothing while it hears of fewer than three messages, and never an oldest one that
    /// is an answer.
    async fn displayed_messages(&self, group: &str) -> Vec<String> {
        let polled = self
            .call(
                Method::GET,
                &format!("/messages?groupId={group}&languageId=en"),
            )
            .send()
            .await
            .expect(200);
        let mut messages = list_field(&polled, "messages").to_vec();
        messages.reverse();
        for message in &messages {
            text_field(message, "id");
            text_field(message, "message");
            field(message, "sourcesMetadata");
            if !field(message, "user").is_null() {
                text_field(message, "user.id");
                field(message, "user.name");
                field(message, "user.photo");
            }
            for signal in list_field(message, "thumbSignals") {
                text_field(signal, "id");
                text_field(signal, "thumbType");
                field(signal, "feedback");
                text_field(signal, "temporalUserId");
                text_field(signal, "user.id");
            }
        }
        if messages.len() < 3 {
            return Vec::new();
        }
        let hidden = usize::from(text_field(&messages[0], "type") == "AI");
        messages[hidden..]
            .iter()
            .map(|message| text_field(message, "message").to_owned())
            .collect()
    }

    /// Asks: greeted into a new group first, where there is none yet.
    async fn ask(&self, question: &str) -> String {
        let greeted = self.get_greeting("&saveMessage=true").await;
        let group = text_field(&greeted, "greeting.group.id").to_owned();
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
        let named = self
            .call(Method::PUT, &format!("/groups/{group}"))
            .json(&json!({ "groupId": group }))
            .send()
            .await
            .expect(200);
        assert_eq!(text_field(&named, "groupName"), question);
        group
    }
}

async fn run_visit(backend: TestBackend, flow: Flow) {
    let mut browser = Browser::create(backend, flow).await;
    browser.boot().await;
    let widget = browser.sign_in().await;
    assert_eq!(
        widget.groups().await,
        Vec::<Value>::new(),
        "a group that is there keeps the widget from greeting"
    );
    assert!(field(&widget.get_greeting("").await, "greeting.group").is_null());
    let group = widget.ask("Where is my parcel?").await;
    let space = widget.space.clone();
    // Somebody answers through the documented API.
    let access = get_token(&browser.server, &browser.server.a).await;
    let path = format!(
        "/v1/workspaces/{}/spaces/{space}/message",
        browser.server.a.workspace
    );
    let answer = json!({ "message": "On its way", "type": "AI", "groupId": group });
    let answer = browser
        .server
        .post(&path)
        .bearer(&access)
        .header("organizationid", &browser.server.a.organization)
        .json(&answer);
    let answer = answer.send().await.expect(200);

    // The page is loaded again, on a server that was started anew.
    browser.server.restart().await;
    browser.boot().await;
    let widget = browser.sign_in().await;
    assert_eq!(
        widget.space, space,
        "the visitor comes back to the same space"
    );
    let groups = widget.groups().await;
    assert_eq!(
        (
            groups.len(),
            text_field(&groups[0], "id"),
            text_field(&groups[0], "name")
        ),
        (1, group.as_str(), "Where is my parcel?")
    );
    assert_eq!(field(&groups[0], "hasMoreThanOneMessage"), &json!(true));
    assert_eq!(
        widget.displayed_messages(&group).await,
        ["Where is my parcel?", "On its way"]
    );
    // A thumb for the answer, and why.
    let thumb =
        json!({ "spaceConversationId": answer["id"], "thumbType": "THUMB_UP", "groupId": group });
    let rated = widget
        .call(Method::POST, "/thumb-signal")
        .json(&thumb)
        .send()
        .await
        .expect(200);
    let signal = text_field(list_field(&rated, "thumbSignals").last().unwrap(), "id").to_owned();
    let why = json!({ "feedback": "Quick", "spaceConversationId": answer["id"], "groupId": group });
    widget
        .call(Method::POST, &format!("/thumb-signal/{signal}/feedback"))
        .json(&why)
        .send()
        .await
        .expect(200);
    assert_eq!(widget.displayed_messages(&group).await.len(), 2);
    let seen = json!({ "type": "SEARCH_TERM", "metadata": { "term": "parcel" } });
    widget
        .call(Method::POST, "/event")
        .json(&seen)
        .send()
        .await
        .expect(200);
    // A second talk stands before the first one, until it is deleted.
    let second = widget.ask("And the other one?").await;
    let order: Vec<String> = widget
        .groups()
        .await
        .iter()
        .map(|group| text_field(group, "id").to_owned())
        .collect();
    assert_eq!(order, [second.as_str(), group.as_str()]);
    let deleted = widget
        .call(Method::DELETE, &format!("/groups/{second}"))
        .send()
        .await;
    assert_eq!(deleted.status, 204);
    assert_eq!(widget.groups().await.len(), 1);
}

macro_rules! visit_tests {
    ($($name:ident $flow:ident)*) => {$(
        mod $name {
            use super::*;

            #[test]
            fn sqlite() {
                block_on(run_visit(TestBackend::Sqlite, Flow::$flow));
            }

            #[test]
            fn postgres() {
                block_on(run_visit(TestBackend::Postgres, Flow::$flow));
            }
        }
    )*};
}

visit_tests! {
    a_page_that_has_a_token_and_its_space TokenAndSpace
    a_page_that_has_a_token Token
    a_page_that_has_an_access_token_and_a_name AccessToken
    a_page_that_has_nothing Nothing
}
