//! Page of a visitor with the widget, and the workspace of the widget.

use http::Method;
use parlor::middleware::AllowedOrigins;
use parlor::server::ServerOptions;
use parlor_testkit::{Reader, TestBackend, TestRequest, TestServer};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::host::serve_page;
use crate::chromium::Page;

pub(crate) const GREETING: &str = "Good day! What can we do for you?";
pub(crate) const QUESTION: &str = "Where is my parcel?";

/// Credentials that the page passes to the widget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignIn {
    /// Token and space of a user.
    TokenAndSpace,
    /// Token of a user.
    Token,
    /// Access token and the customer's id of the user.
    AccessToken,
    /// No credential.
    Anonymous,
}

/// Server, and a page of another origin with its widget.
pub(crate) struct Visit {
    pub(crate) server: TestServer,
    pub(crate) page: Page,
    origin: String,
    access_token: String,
}

impl Visit {
    /// Starts a server with CORS for the origin of the widget's page only.
    pub(crate) async fn prepare(
        backend: TestBackend,
        is_anonymous: bool,
        change: impl FnOnce(&mut ServerOptions),
    ) -> Self {
        let origin = serve_page().await;
        let server = TestServer::start_with(backend, |options| {
            options.allowed_origins = AllowedOrigins::Listed(vec![origin.parse().unwrap()]);
            let section = json!({ "anonymous_spaces": is_anonymous });
            options
                .dialect_settings
                .insert("sharely".to_owned(), section);
            change(options);
        })
        .await;
        let path = format!(
            "/workspaces/{}/generate-access-key-token",
            server.a.workspace
        );
        let exchange = server.post(&path).header("x-api-key", &server.a.key);
        let exchanged = exchange.json(&json!({})).send().await.expect(200);
        let visit = Self {
            access_token: Reader::new("exchange", exchanged).field("token").text(),
            page: Page::start().await,
            server,
            origin,
        };
        let shown =
            json!({ "name": "Parcels", "greeting": GREETING, "greetingQuestions": [QUESTION] });
        visit.update_workspace(&shown).await;
        visit
    }

    /// Builds a request to the documented API with the workspace owner's credential.
    pub(crate) fn owner_call(&self, method: Method, path: &str) -> TestRequest {
        let path = format!("/v1/workspaces/{}{path}", self.server.a.workspace);
        let request = self
            .server
            .request(method, &path)
            .bearer(&self.access_token);
        request.header("organizationid", &self.server.a.organization)
    }

    pub(crate) async fn update_workspace(&self, change: &Value) {
        let request = self.owner_call(Method::PUT, "");
        request.json(change).send().await.expect(200);
    }

    /// Returns the page's settings for this sign-in.
    pub(crate) async fn sign_in(&self, sign_in: SignIn) -> Value {
        match sign_in {
            SignIn::TokenAndSpace | SignIn::Token => {
                let path = format!(
                    "/workspaces/{}/activate-or-retrieve-user-space",
                    self.server.a.workspace
                );
                let request = self.server.put(&path).bearer(&self.access_token);
                let request = request.header("organizationid", &self.server.a.organization);
                let body = json!({ "customerIdString": "ada" });
                let user = request.json(&body).send().await.expect(200);
                match sign_in {
                    SignIn::TokenAndSpace => {
                        json!({ "token": user["token"], "space": user["spaceId"] })
                    }
                    _ => json!({ "token": user["token"] }),
                }
            }
            SignIn::AccessToken => json!({ "token": self.access_token, "user": "ada" }),
            SignIn::Anonymous => json!({}),
        }
    }

    /// Returns the URL of the page with its settings.
    pub(crate) fn address(&self, origin: &str, given: &Value) -> String {
        let mut settings =
            json!({ "api": self.server.url, "workspace": self.server.a.workspace, "poll": 50 });
        for (name, value) in given.as_object().unwrap() {
            settings[name] = value.clone();
        }
        let settings = settings.to_string();
        let settings = utf8_percent_encode(&settings, NON_ALPHANUMERIC);
        format!("{origin}/index.html#{settings}")
    }

    /// Opens the page and waits until the widget has finished loading.
    pub(crate) async fn open(&mut self, given: &Value) {
        let address = self.address(&self.origin.clone(), given);
        self.page.open(&address).await;
        self.wait_for_state("ready").await;
    }

    /// Reloads the page.
    pub(crate) async fn reload(&mut self) {
        self.page.reload().await;
        self.wait_for_state("ready").await;
    }

    pub(crate) async fn wait_for_state(&mut self, state: &str) {
        let condition = "document.body.dataset.state !== 'loading'";
        self.page.wait_for(condition).await;
        let condition = format!(
            "document.body.dataset.state === '{state}' || document.querySelector('#failure').textContent"
        );
        self.page.wait_for(&condition).await;
        assert_eq!(
            self.attribute("state").await,
            state,
            "{}",
            self.text("#failure").await
        );
    }

    /// Returns an attribute that holds the page's state.
    pub(crate) async fn attribute(&mut self, name: &str) -> String {
        let value = self
            .page
            .evaluate(&format!("document.body.dataset.{name}"))
            .await;
        value.as_str().unwrap_or_default().to_owned()
    }

    pub(crate) async fn text(&mut self, selector: &str) -> String {
        let value = self
            .page
            .evaluate(&format!("document.querySelector('{selector}').textContent"))
            .await;
        value.as_str().unwrap().to_owned()
    }

    /// Returns the texts of all elements that match a selector.
    pub(crate) async fn texts(&mut self, selector: &str) -> Vec<String> {
        let value = self
            .page
            .evaluate(&format!(
                "[...document.querySelectorAll('{selector}')].map((found) => found.textContent)"
            ))
            .await;
        serde_json::from_value(value).unwrap()
    }

    /// Waits until the elements that match a selector have these texts.
    pub(crate) async fn wait_for_texts(&mut self, selector: &str, texts: &[&str]) {
        let condition = format!(
            "JSON.stringify([...document.querySelectorAll('{selector}')].map((found) => found.textContent)) === {}",
            json!(json!(texts).to_string())
        );
        self.page.wait_for(&condition).await;
    }

    /// Waits until the page shows these messages and the visitor can write again.
    pub(crate) async fn wait_for_messages(&mut self, texts: &[&str]) {
        self.wait_for_texts("#messages li span", texts).await;
        let condition = "!document.querySelector('#ask').text.disabled";
        self.page.wait_for(condition).await;
    }

    pub(crate) async fn click(&mut self, selector: &str) {
        self.page
            .evaluate(&format!("document.querySelector('{selector}').click()"))
            .await;
    }

    /// Enters a text into a form.
    pub(crate) async fn type_into(&mut self, form: &str, text: &str) {
        let expression = format!(
            "document.querySelector('{form}').text.value = {}",
            json!(text)
        );
        self.page.evaluate(&expression).await;
    }

    /// Types a text into a form and submits it.
    pub(crate) async fn submit(&mut self, form: &str, text: &str) {
        self.type_into(form, text).await;
        self.page
            .evaluate(&format!("document.querySelector('{form}').requestSubmit()"))
            .await;
    }

    /// Waits for the next poll of the open conversation.
    pub(crate) async fn wait_for_poll(&mut self) {
        let polls: u64 = self.attribute("polls").await.parse().unwrap_or_default();
        self.page
            .wait_for(&format!("document.body.dataset.polls > {}", polls + 1))
            .await;
    }

    /// Returns the requests since the page load or the previous call, without ids.
    pub(crate) async fn calls(&mut self) -> Vec<String> {
        let expression = "calls.splice(0).map((call) => call.replaceAll(/[0-9a-f-]{36}/g, 'ID'))";
        serde_json::from_value(self.page.evaluate(expression).await).unwrap()
    }

    /// Asserts that nothing in the page has failed.
    pub(crate) async fn check(&mut self) {
        assert_eq!(self.text("#failure").await, "");
        assert!(
            self.page.exceptions.is_empty(),
            "{:?}",
            self.page.exceptions
        );
    }
}
