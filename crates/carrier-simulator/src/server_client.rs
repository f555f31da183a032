//! Calls the server: at the URLs that it has given, and at those where it takes what people send.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use thiserror::Error;

use crate::options::{SimulatorCredentials, SimulatorOptions};
use crate::signature::{FormFields, sign_form};

/// Time for which a carrier waits for an answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest answer that is read.
const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// Answer of the server.
pub(crate) struct ServerAnswer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

impl ServerAnswer {
    pub(crate) const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }
}

/// Why the server was not called, or has not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum ServerCallError {
    #[error("the URL is not one of the server")]
    ForeignUrl,
    #[error("the server did not answer")]
    NoAnswer,
}

/// Calls the server, and nothing else.
pub(crate) struct ServerClient {
    http: Client,
    server_urls: Vec<String>,
    connect_url: String,
    credentials: SimulatorCredentials,
}

impl ServerClient {
    /// Creates a client.
    ///
    /// # Errors
    /// If the HTTP client does not start.
    pub(crate) fn new(options: &SimulatorOptions) -> Result<Self, reqwest::Error> {
        let strip = |url: &String| url.trim_end_matches('/').to_owned();
        Ok(Self {
            http: Client::builder()
                .no_proxy()
                .redirect(Policy::none())
                .timeout(ANSWER_TIMEOUT)
                .user_agent("parlor-simulator")
                .build()?,
            server_urls: options.server_urls.iter().map(strip).collect(),
            connect_url: strip(&options.connect_url),
            credentials: options.credentials.clone(),
        })
    }

    /// Returns whether a URL is one of the server.
    pub(crate) fn is_of_server(&self, url: &str) -> bool {
        self.connect_to(url).is_some()
    }

    /// Returns the URL of a path of the server, as the server knows it.
    pub(crate) fn url_of(&self, path: &str) -> String {
        let base = self.server_urls.first().unwrap_or(&self.connect_url);
        format!("{base}{path}")
    }

    /// Posts a form, signed for the URL that the server has given.
    ///
    /// # Errors
    /// If the URL is not the server's, or no answer came.
    pub(crate) async fn post_form(
        &self,
        url: &str,
        form: &FormFields,
    ) -> Result<ServerAnswer, ServerCallError> {
        let target = self.connect_to(url).ok_or(ServerCallError::ForeignUrl)?;
        let body = encode_form(form);
        let signature = sign_form(&self.credentials.auth_token, url, form);
        let request = self
            .http
            .post(target)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-twilio-signature", signature);
        send(request.body(body)).await
    }

    /// Posts a mail for an inbox.
    ///
    /// # Errors
    /// If no answer came.
    pub(crate) async fn post_mail(
        &self,
        workspace: &str,
        envelope_to: &str,
        mail: Vec<u8>,
    ) -> Result<ServerAnswer, ServerCallError> {
        let url = format!("{}/carriers/mail/{workspace}/messages", self.connect_url);
        let request = self
            .http
            .post(url)
            .bearer_auth(&self.credentials.mail_token)
            .header("content-type", "message/rfc822")
            .header("x-envelope-to", envelope_to);
        send(request.body(mail)).await
    }

    /// Returns where to connect for a URL of the server.
    fn connect_to(&self, url: &str) -> Option<String> {
        let mut rests = self
            .server_urls
            .iter()
            .chain([&self.connect_url])
            .filter_map(|base| url.strip_prefix(base.as_str()));
        let rest = rests.find(|rest| rest.starts_with('/'))?;
        Some(format!("{}{rest}", self.connect_url))
    }
}

fn encode_form(form: &FormFields) -> String {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(form);
    body.finish()
}

async fn send(request: RequestBuilder) -> Result<ServerAnswer, ServerCallError> {
    let no_answer = |_| ServerCallError::NoAnswer;
    let mut response = request.send().await.map_err(no_answer)?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(no_answer)? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_ANSWER_BYTES {
            return Err(ServerCallError::NoAnswer);
        }
    }
    Ok(ServerAnswer {
        status,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}
