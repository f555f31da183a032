//! Example `curl` commands. Their headers are read from files, so that no secret appears in a terminal or its history.

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
use super::data_dir::DataDir;
use super::private_file::{create_private_dir, write_private_file};
use super::shell_word::quote_shell_word;
use crate::cli_error::{CliError, ExitKind};

/// Example request of one dialect.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CurlCommand {
    /// Name of the dialect.
    pub(crate) dialect: String,
    /// Request body.
    pub(crate) body: String,
    /// Request URL.
    pub(crate) url: String,
}

impl CurlCommand {
    /// Formats the shell command. `data` is the data folder's path as configured.
    pub(crate) fn to_shell(&self, data: &Path) -> String {
        let headers = format!("@{}", data.join("curl").join(&self.dialect).display());
        format!(
            "curl -s -H {} -d {} {}",
            quote_shell_word(&headers),
            quote_shell_word(&self.body),
            quote_shell_word(&self.url)
        )
    }
}

/// Failure to build an example command.
pub(crate) struct CurlError {
    /// Name of the dialect.
    pub(crate) dialect: &'static str,
    /// Error message.
    pub(crate) reason: String,
}

/// Writer of the header files and builder of the commands that use them.
pub(crate) struct CurlFileWriter {
    /// State of the running server.
    pub(crate) app: AppState,
    /// Data folder; header files are in its subfolder `curl`.
    pub(crate) data_dir: DataDir,
    /// Credentials of the first workspace.
    pub(crate) credentials: Credentials,
    /// URL of the server for local programs.
    pub(crate) url: String,
    /// Names of the dialects that are not served.
    pub(crate) disabled: Vec<String>,
}

impl CurlFileWriter {
    /// Rewrites the header files of all served dialects. A dialect whose setup requests fail gets a [`CurlError`].
    ///
    /// # Errors
    /// If the folder cannot be created.
    pub(crate) async fn write_all(&self) -> Result<Vec<Result<CurlCommand, CurlError>>, CliError> {
        create_private_dir(&self.data_dir.file_path("curl"))?;
        let mut commands = Vec::new();
        for module in self.modules() {
            commands.push(self.write(&module).await.map_err(|error| CurlError {
                dialect: module.name,
                reason: error.message,
            }));
        }
        Ok(commands)
    }

    /// Rewrites the header file of one dialect.
    ///
    /// # Errors
    /// `NotFound` for an unknown or disabled dialect, `Failed` if a setup request fails.
    pub(crate) async fn write_one(&self, dialect: &str) -> Result<CurlCommand, CliError> {
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

    /// Iterates over the served dialects in display order.
    fn modules(&self) -> impl Iterator<Item = DialectModule> {
        crate::dialects::all()
            .into_iter()
            .filter(|module| !self.disabled.iter().any(|name| name == module.name))
    }

    async fn write(&self, module: &DialectModule) -> Result<CurlCommand, CliError> {
        let example = module.example_request;
        let mut placeholders = Placeholders::default();
        placeholders.set("key", self.credentials.api_key.clone());
        placeholders.set("workspace", self.credentials.workspace_id.clone());
        placeholders.set("organization", self.credentials.organization_id.clone());
        placeholders.set("owner", self.credentials.owner_member_id.clone());
        if example.headers.iter().any(|line| line.contains("{member}")) {
            placeholders.set("member", self.issue_member_token().await?);
        }
        for step in example.setup {
            let response = self.send_request(module, step, &placeholders).await?;
            for (name, field) in step.captures {
                placeholders.set(name, response_field(&response, field)?);
            }
        }
        let mut headers = placeholders.fill(&example.headers.join("\n"));
        headers.push('\n');
        write_private_file(&self.data_dir.file_path("curl").join(module.name), &headers)?;
        Ok(CurlCommand {
            dialect: module.name.to_owned(),
            body: placeholders.fill(example.body),
            url: format!("{}{}", self.url, placeholders.fill(example.path)),
        })
    }

    /// Issues a member token for the owner.
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

    /// Sends a setup request to a dialect's router in this process. It bypasses the middleware, so it is neither logged
    /// nor rate limited.
    async fn send_request(
        &self,
        module: &DialectModule,
        step: &SetupRequest,
        placeholders: &Placeholders,
    ) -> Result<Value, CliError> {
        let failed = |what: String| CliError::new(ExitKind::Failed, what);
        let mut request = Request::builder()
            .method(step.method.clone())
            .uri(placeholders.fill(step.path))
            .header("content-type", "application/json");
        for (name, value) in step.headers {
            request = request.header(*name, placeholders.fill(value));
        }
        let request = request
            .body(Body::from(placeholders.fill(step.body)))
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

/// Values of `{name}` placeholders in the example's texts.
#[derive(Default)]
struct Placeholders(Vec<(String, String)>);

impl Placeholders {
    fn set(&mut self, name: &str, value: String) {
        self.0.push((format!("{{{name}}}"), value));
    }

    fn fill(&self, text: &str) -> String {
        self.0
            .iter()
            .fold(text.to_owned(), |text, (placeholder, value)| {
                text.replace(placeholder, value)
            })
    }
}

fn response_field(response: &Value, field: &str) -> Result<String, CliError> {
    response[field]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| CliError::new(ExitKind::Failed, format!("the answer has no {field}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shell_words_are_quoted() {
        let command = CurlCommand {
            dialect: "relation".to_owned(),
            body: r#"{"name":"it's"}"#.to_owned(),
            url: "http://127.0.0.1:8080/api/v1/channel/create".to_owned(),
        };
        assert_eq!(
            command.to_shell(Path::new("my data")),
            r#"curl -s -H '@my data/curl/relation' -d '{"name":"it'\''s"}' http://127.0.0.1:8080/api/v1/channel/create"#
        );
    }
}
