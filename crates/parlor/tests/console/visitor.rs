//! A browser without script, as far as a test needs one: it keeps the cookie of its session, and posts forms as a page of
//! the server does.

use parlor_engine::api_key;
use parlor_model::api_key::CreateApiKey;
use parlor_model::scope::Scopes;
use parlor_testkit::TestServer;
use secrecy::ExposeSecret;

use crate::program::client;

pub struct Visitor {
    client: reqwest::Client,
    pub url: String,
    pub cookie: String,
    pub form_token: String,
}

/// What a page answers.
pub struct Answer {
    pub status: u16,
    pub location: String,
    pub text: String,
    pub headers: reqwest::header::HeaderMap,
}

impl Answer {
    async fn read(response: reqwest::Response) -> Self {
        let headers = response.headers().clone();
        let text = |name| {
            headers
                .get(name)
                .map(|value: &reqwest::header::HeaderValue| value.to_str().unwrap())
        };
        Self {
            status: response.status().as_u16(),
            location: text("location").unwrap_or_default().to_owned(),
            headers: headers.clone(),
            text: response.text().await.unwrap(),
        }
    }
}

impl Visitor {
    /// Nobody, with no session.
    pub fn new(server: &TestServer) -> Self {
        Self {
            client: client(),
            url: server.url.clone(),
            cookie: String::new(),
            form_token: String::new(),
        }
    }

    /// Signs in with a key.
    pub async fn sign_in(server: &TestServer, key: &str) -> Self {
        let mut visitor = Self::new(server);
        let answer = visitor.post("/console/sign-in", &[("key", key)]).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        visitor.take_session(&answer).await;
        visitor
    }

    /// Keeps the cookie of an answer, and the token of the session's forms.
    pub async fn take_session(&mut self, answer: &Answer) {
        let cookie = answer.headers["set-cookie"].to_str().unwrap();
        self.cookie = cookie.split(';').next().unwrap().to_owned();
        let page = self.get("/console/start").await;
        assert_eq!(page.status, 200, "{}", page.text);
        let (_, rest) = page
            .text
            .split_once("name=\"form_token\" value=\"")
            .unwrap();
        self.form_token = rest.split('"').next().unwrap().to_owned();
    }

    pub async fn get(&self, path: &str) -> Answer {
        let request = self.client.get(format!("{}{path}", self.url));
        Answer::read(request.header("cookie", &self.cookie).send().await.unwrap()).await
    }

    /// Posts a form of the session.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let own = [("form_token", self.form_token.as_str())];
        let fields = [&own, fields].concat();
        self.post_as(path, &fields, &[("sec-fetch-site", "same-origin")])
            .await
    }

    /// Posts fields with these headers, and no others that browsers add.
    pub async fn post_as(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let mut request = self.client.post(format!("{}{path}", self.url)).body(body);
        request = request.header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::read(request.header("cookie", &self.cookie).send().await.unwrap()).await
    }
}

/// Creates a key of the first workspace's owner with these scopes.
pub async fn create_key(
    server: &TestServer,
    scopes: Scopes,
) -> (api_key::CreateApiKeyResult, String) {
    let command = CreateApiKey {
        name: Some("console".to_owned()),
        member: Some(server.a.owner.id),
        scopes,
        expires_at: None,
    };
    let ctx = server.a.ctx();
    let created = api_key::create(&server.engine, &ctx, command)
        .await
        .unwrap();
    let secret = created.secret.expose_secret().to_owned();
    (created, secret)
}

/// Returns what stands between two texts, wherever it does.
pub fn between<'t>(text: &'t str, begin: &str, end: &str) -> Vec<&'t str> {
    let parts = text.split(begin).skip(1);
    parts.map(|part| part.split(end).next().unwrap()).collect()
}
