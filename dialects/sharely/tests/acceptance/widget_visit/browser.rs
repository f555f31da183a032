//! A browser that loads a page with the widget.

use parlor_testkit::{Reader, TestBackend, TestRequest, TestServer};
use serde_json::{Value, json};

use super::widget::{Widget, read};
use crate::fixtures::{activate_space, get_token, text};

/// Way in which the page with the widget signs visitors in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// With a user's token and space.
    TokenAndSpace,
    /// With a user's token.
    Token,
    /// With an access token and a user name.
    AccessToken,
    /// Without a credential.
    Nothing,
}

/// Browser with its stored state and the page's configuration.
pub(super) struct Browser {
    pub(super) server: TestServer,
    flow: Flow,
    /// Token configured by the page.
    external: Option<String>,
    /// Space configured by the page.
    space: Option<String>,
    /// Token stored by the browser.
    stored_token: Option<String>,
}

impl Browser {
    pub(super) async fn create(backend: TestBackend, flow: Flow) -> Self {
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
            stored_token: None,
        }
    }

    /// Sends the first request, without a credential.
    pub(super) async fn boot(&self) -> Reader {
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

    /// Signs in: obtains a space and a token for it.
    pub(super) async fn sign_in(&mut self) -> Widget<'_> {
        let (token, space) = match (self.flow, self.stored_token.clone()) {
            (Flow::TokenAndSpace, _) => {
                (self.external.clone().unwrap(), self.space.clone().unwrap())
            }
            (Flow::Token, _) => {
                let token = self.external.clone().unwrap();
                let space = self.validated_space(&token).await.unwrap();
                (token, space)
            }
            (Flow::AccessToken, _) => self.space_by_access_token().await,
            (Flow::Nothing, Some(token)) => {
                let space = self.validated_space(&token).await.unwrap();
                (token, space)
            }
            (Flow::Nothing, None) => {
                self.create_space(
                    self.server.post(&self.spaces()),
                    json!({ "customSource": "WEB_CONTROL" }),
                )
                .await
            }
        };
        self.stored_token = Some(token.clone());
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

    /// Returns the space to which a token is bound, if any.
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
