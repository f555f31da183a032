//! Header files and the `curl` lines that read them, so that no secret stands in a terminal or its history.

use std::net::SocketAddr;
use std::path::Path;

use axum::body::{Body, to_bytes};
use http::Request;
use parlor_engine::member;
use parlor_kit::example_request::SetupRequest;
use parlor_kit::{AppState, DialectModule, ids, member_token};
use parlor_model::member::MemberKey;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tower::ServiceExt;

use super::credentials::Credentials;
use super::data_dir::{DataDir, create_private_dir, write_private_file};
use crate::cli_error::{CliError, ExitKind};

/// A request that can be pasted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CurlCommand {
    /// The dialect it speaks.
    pub dialect: String,
    /// The body to send.
    pub body: String,
    /// Where to.
    pub url: String,
}

impl CurlCommand {
    /// The command, for a shell, with the folder's path as it was given.
    pub fn to_shell(&self, data: &Path) -> String {
        let headers = format!("@{}", data.join("curl").join(&self.dialect).display());
        format!(
            "curl -s -H {} -d {} {}",
            quote_shell_word(&headers),
            quote_shell_word(&self.body),
            quote_shell_word(&self.url)
        )
    }
}

/// A line that could not be made.
pub struct CurlError {
    /// The dialect it would have spoken.
    pub dialect: &'static str,
    /// Why.
    pub reason: String,
}

/// A word of a shell's command.
pub(super) fn quote_shell_word(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./-_[]".contains(c);
    if word.chars().all(plain) && !word.is_empty() {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Where a program on this machine reaches a server that listens on an address.
pub fn local_url(address: SocketAddr) -> String {
    let mut local = address;
    if address.ip().is_unspecified() {
        local.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("http://{local}")
}

/// What header files are made of.
pub struct CurlFileWriter {
    /// The running server's handle.
    pub app: AppState,
    /// The data folder.
    pub data_dir: DataDir,
    /// What the first run made.
    pub credentials: Credentials,
    /// Where this machine reaches the server.
    pub url: String,
    /// Dialects that are switched off.
    pub disabled: Vec<String>,
}

impl CurlFileWriter {
    /// Makes the header files of every dialect again. A dialect that does not answer as it should has no line but a
    /// reason.
    pub async fn write_all(&self) -> Result<Vec<Result<CurlCommand, CurlError>>, CliError> {
        create_private_dir(&self.data_dir.file_path("curl"))?;
        let mut lines = Vec::new();
        for module in self.modules() {
            lines.push(self.write(&module).await.map_err(|fault| CurlError {
                dialect: module.name,
                reason: fault.message,
            }));
        }
        Ok(lines)
    }

    /// The same for one dialect.
    pub async fn write_one(&self, dialect: &str) -> Result<CurlCommand, CliError> {
        let modules: Vec<_> = self.modules().collect();
        let found = modules.iter().find(|module| module.name == dialect);
        let module = found.ok_or_else(|| {
            let names: Vec<_> = modules.iter().map(|module| module.name).collect();
            CliError::new(
                ExitKind::NotFound,
                format!("there is no dialect {dialect:?}"),
            )
            .with_hint(format!("choose one of {}", names.join(", ")))
        })?;
        create_private_dir(&self.data_dir.file_path("curl"))?;
        self.write(module).await
    }

    /// In the order they are printed.
    fn modules(&self) -> impl Iterator<Item = DialectModule> {
        crate::dialects::all()
            .into_iter()
            .filter(|module| !self.disabled.iter().any(|name| name == module.name))
    }

    async fn write(&self, module: &DialectModule) -> Result<CurlCommand, CliError> {
        let recipe = module.example_request;
        let mut places = Placeholders::default();
        places.set("key", self.credentials.api_key.clone());
        places.set("workspace", self.credentials.workspace_id.clone());
        places.set("organization", self.credentials.organization_id.clone());
        places.set("owner", self.credentials.owner_member_id.clone());
        if recipe.headers.iter().any(|line| line.contains("{member}")) {
            places.set("member", self.issue_member_token().await?);
        }
        for step in recipe.setup {
            let answer = self.send_request(module, step, &places).await?;
            for (place, field) in step.captures {
                places.set(place, response_field(&answer, field)?);
            }
        }
        let mut headers = places.fill(&recipe.headers.join("\n"));
        headers.push('\n');
        write_private_file(&self.data_dir.file_path("curl").join(module.name), &headers)?;
        Ok(CurlCommand {
            dialect: module.name.to_owned(),
            body: places.fill(recipe.body),
            url: format!("{}{}", self.url, places.fill(recipe.path)),
        })
    }

    /// A token with which the owner acts for itself.
    async fn issue_member_token(&self) -> Result<String, CliError> {
        let engine = &self.app.engine;
        let broken = || CliError::new(ExitKind::Failed, "credentials.json does not name the owner");
        let workspace = ids::parse_uuid(&self.credentials.workspace_id).ok_or_else(broken)?;
        let workspace = parlor_engine::workspace::find(engine, workspace).await?;
        let owner = ids::parse_uuid(&self.credentials.owner_member_id).ok_or_else(broken)?;
        let ctx = parlor_engine::workspace::operator_context(engine, &workspace);
        let owner = member::find(engine, &ctx, MemberKey::Id(owner)).await?;
        let issued = member_token::issue_member_token(
            engine,
            &self.app.settings.issuer,
            workspace.key,
            &owner.member.key.handle,
            None,
            member_token::MEMBER_TOKEN_TTL,
        );
        Ok(issued.await?.0)
    }

    /// A request to a dialect within this process: it passes no edge, so it is neither logged nor counted.
    async fn send_request(
        &self,
        module: &DialectModule,
        step: &SetupRequest,
        places: &Placeholders,
    ) -> Result<Value, CliError> {
        let failed = |what: String| CliError::new(ExitKind::Failed, what);
        let mut request = Request::builder()
            .method(step.method.clone())
            .uri(places.fill(step.path))
            .header("content-type", "application/json");
        for (name, value) in step.headers {
            request = request.header(*name, places.fill(value));
        }
        let request = request
            .body(Body::from(places.fill(step.body)))
            .map_err(|error| failed(error.to_string()))?;
        let service = module.router.clone().with_state(self.app.clone());
        let Ok(response) = service.oneshot(request).await;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 1 << 20)
            .await
            .map_err(|error| failed(error.to_string()))?;
        if !status.is_success() {
            return Err(failed(format!(
                "the first run's key was answered {status}; it may have been revoked"
            )));
        }
        serde_json::from_slice(&bytes).map_err(|error| failed(error.to_string()))
    }
}

/// What stands for the names in braces.
#[derive(Default)]
struct Placeholders(Vec<(String, String)>);

impl Placeholders {
    fn set(&mut self, place: &str, value: String) {
        self.0.push((format!("{{{place}}}"), value));
    }

    fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (place, value)| {
            text.replace(place, value)
        })
    }
}

fn response_field(answer: &Value, field: &str) -> Result<String, CliError> {
    answer[field]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| CliError::new(ExitKind::Failed, format!("the answer has no {field}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shell_words_are_quoted() {
        let line = CurlCommand {
            dialect: "relation".to_owned(),
            body: r#"{"name":"it's"}"#.to_owned(),
            url: "http://127.0.0.1:8080/api/v1/channel/create".to_owned(),
        };
        assert_eq!(
            line.to_shell(Path::new("my data")),
            r#"curl -s -H '@my data/curl/relation' -d '{"name":"it'\''s"}' http://127.0.0.1:8080/api/v1/channel/create"#
        );
    }

    #[test]
    fn unspecified_address_maps_to_loopback() {
        assert_eq!(
            local_url("0.0.0.0:80".parse().unwrap()),
            "http://127.0.0.1:80"
        );
        assert_eq!(local_url("[::]:80".parse().unwrap()), "http://[::1]:80");
    }
}
