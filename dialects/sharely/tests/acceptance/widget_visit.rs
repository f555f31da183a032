//! A visit as the browser widget makes it, call by call and in its order: it boots, signs in, is greeted, asks, is answered,
//! and is loaded again. Only the fields that the widget reads are read, by a reader to which a missing one is a failure.

use http::Method;
use parlor_testkit::backend::block_on;
use parlor_testkit::{Reader, TestBackend, TestRequest, TestServer};
use serde_json::{Value, json};

use crate::fixtures::{activate_space, get_token, text};

/// An answer of status 200, read.
async fn read(what: &str, request: TestRequest) -> Reader {
    Reader::new(what, request.send().await.expect(200))
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
    async fn boot(&self) -> Reader {
        let path = format!("/workspaces/{}", self.server.a.workspace);
        let workspace = read("workspace", self.server.get(&path)).await;
        for name in [
            "id",
            "name",
            "organizationId",
            "organizationName",
            "webControlStartMode",
            "rbacStatus",
        ] {
            workspace.field(name).text();
        }
        for name in [
            "photo",
            "defaultSpaceName",
            "description",
            "spaceStyling",
            "verificationSpace",
        ] {
            workspace.field(name);
        }
        assert_eq!(
            workspace.field("rbacStatus").text(),
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

    async fn create_space(&self, request: TestRequest, body: Value) -> (String, String) {
        let created = read("space", request.json(&body)).await;
        created.field("temporalUserId").text();
        (created.field("token").text(), created.field("id").text())
    }

    /// The space that a token opens, if it is one space's.
    async fn validated_space(&self, token: &str) -> Option<String> {
        let request = self.server.post("/spaces/validate-temporal-token");
        let valid = read("validation", request.bearer(token)).await;
        assert!(
            !valid.has("error"),
            "the widget takes this key for a failure"
        );
        valid.field("temporalUserId");
        valid.field("spaceId").nullable(Reader::text)
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

/// The fields of a message.
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
    fn call(&self, method: Method, path: &str) -> TestRequest {
        let path = format!("/spaces/{}{path}", self.space);
        self.server.request(method, &path).bearer(&self.token)
    }

    /// The groups as they are listed: the widget opens the first.
    async fn groups(&self) -> Vec<Reader> {
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

    /// The opening text and the questions beside it.
    async fn get_greeting(&self, query: &str) -> Reader {
        let request = self.call(Method::GET, &format!("/greeting?languageId=en{query}"));
        let greeted = read("greeting", request).await;
        greeted.field("greeting.content").non_empty_text();
        for question in greeted.field("greeting.questions").items() {
            question.field("id").text();
            question.field("content").text();
        }
        greeted
    }

    /// What the widget draws of a group: nothing while it hears of fewer than three messages, and never an oldest one that
    /// is an answer.
    async fn displayed_messages(&self, group: &str) -> Vec<String> {
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
        let drawn = messages[hidden..].iter();
        drawn
            .map(|message| message.field("message").text())
            .collect()
    }

    /// Asks: greeted into a new group first, where there is none yet.
    async fn ask(&self, question: &str) -> String {
        let greeted = self.get_greeting("&saveMessage=true").await;
        let group = greeted.field("greeting.group.id").text();
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
        let named = read("name", request.json(&json!({ "groupId": group }))).await;
        assert_eq!(named.field("groupName").text(), question);
        group
    }
}

async fn run_visit(backend: TestBackend, flow: Flow) {
    let mut browser = Browser::create(backend, flow).await;
    browser.boot().await;
    let widget = browser.sign_in().await;
    assert!(
        widget.groups().await.is_empty(),
        "a group that is there keeps the widget from greeting"
    );
    let greeted = widget.get_greeting("").await;
    assert!(greeted.field("greeting.group").value.is_null());
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
            groups[0].field("id").text(),
            groups[0].field("name").text()
        ),
        (1, group.clone(), "Where is my parcel?".to_owned())
    );
    assert!(groups[0].field("hasMoreThanOneMessage").flag());
    assert_eq!(
        widget.displayed_messages(&group).await,
        ["Where is my parcel?", "On its way"]
    );
    // A thumb for the answer, and why.
    let thumb =
        json!({ "spaceConversationId": answer["id"], "thumbType": "THUMB_UP", "groupId": group });
    let rated = read(
        "signals",
        widget.call(Method::POST, "/thumb-signal").json(&thumb),
    )
    .await;
    let signals = rated.field("thumbSignals").items();
    let signal = signals.last().unwrap().field("id").text();
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
        .map(|group| group.field("id").text())
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
