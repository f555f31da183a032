//! Receiving a file: its bytes as the body or in a form, an address to fetch them from, or an announced type and size.

use std::sync::atomic::Ordering;

use parlor_engine::file::{self, StoreFile, Target, Upload};
use parlor_engine::outbound::AgentServerError;
use parlor_kit::route::Route;
use parlor_kit::{AppState, BodyParts, RequestBody, RequestMeta};
use parlor_model::error::ErrorKind;
use parlor_model::id::FileId;
use parlor_model::{Ctx, Error, Id, Result};
use serde::Deserialize;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use super::grant::Grant;
use super::signed_url::{self, UploadRequest};
use super::source::data_url;
use super::source::multipart::Multipart;
use crate::body;

/// A file by an address, or by what it will be.
#[derive(Deserialize, ToSchema)]
struct FileUploadRequest {
    /// The file.
    file: FileSource,
}

/// An address of `http:`, `https:` or `data:`, or a description of a file that will be sent to the address of the answer.
#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "must be an address or an object with `type` and `size`"
)]
enum FileSource {
    /// What is fetched comes from public networks alone.
    Address(String),
    /// What will be sent.
    Description(FileDescription),
}

impl PartialSchema for FileSource {
    fn schema() -> RefOr<Schema> {
        let address = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^(https?|data):"))
            .description(Some(
                "An address of `http:`, `https:` or `data:`. What is fetched comes from public networks alone.",
            ));
        let choice = OneOfBuilder::new()
            .item(address)
            .item(Ref::from_schema_name(FileDescription::name()));
        choice.into()
    }
}

impl ToSchema for FileSource {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((FileDescription::name().into(), FileDescription::schema()));
        FileDescription::schemas(schemas);
    }
}

/// A file that will be sent.
#[derive(Deserialize, ToSchema)]
struct FileDescription {
    /// Its media type.
    #[schema(max_length = 512)]
    r#type: String,
    /// Its bytes.
    #[schema(minimum = 0)]
    size: u64,
    /// What it is called; read where a conversation gets it.
    #[serde(default)]
    name: Option<String>,
}

/// A file that was stored or announced.
pub(crate) struct Received {
    pub(crate) id: FileId,
    pub(crate) target: Target,
    /// For an announced file: the request by which the client must send its bytes.
    pub(crate) request: Option<UploadRequest>,
}

/// Documents the body of an upload.
pub(crate) fn uploads(route: Route) -> Route {
    route
        .body::<FileUploadRequest>()
        .body_media_type("multipart/form-data")
        .body_media_type("application/octet-stream")
        .optional()
}

/// Receives a file. `target` returns its destination, given the file name if the request has one; the caller's right to
/// write there is checked before any byte is read.
pub(crate) async fn receive(
    app: &AppState,
    ctx: &Ctx,
    meta: &RequestMeta,
    target: impl Fn(Option<&str>) -> Result<Target>,
    payload: RequestBody,
) -> Result<Received> {
    payload.check_encoding()?;
    file::check_target(&app.engine, ctx, &target(None)?).await?;
    let id: FileId = Id::new(app.engine.scan_upper_bound());
    if payload.has_media_type("application/json") {
        let FileUploadRequest { file } = body::parse(payload).await?;
        return match file {
            FileSource::Description(description) => {
                let target = target(description.name.as_deref())?;
                announce(app, ctx, id, target, description).await
            }
            FileSource::Address(address) => {
                let target = target(None)?;
                let (upload, media_type) = fetch(app, ctx, meta, &address).await?;
                store(app, ctx, upload, (id, target, media_type)).await
            }
        };
    }
    let is_form = payload.has_media_type("multipart/form-data");
    let media_type = payload.media_type().map(str::to_owned);
    let limit = app.settings.file_limit;
    let mut upload = Upload::begin(&app.engine, ctx, limit);
    if is_form {
        // The limit is on the file: delimiters and headers of the form come on top.
        let parts = payload.parts(limit.saturating_add(64 * 1024))?;
        let mut form = Multipart::new(parts, media_type.as_deref().unwrap_or_default())?;
        let part = form.find_file().await?;
        while let Some(bytes) = form.next_bytes().await? {
            upload.write(&bytes).await?;
        }
        let target = target(part.name.as_deref())?;
        return store(app, ctx, upload, (id, target, part.media_type)).await;
    }
    copy_body(payload.parts(limit)?, &mut upload).await?;
    store(app, ctx, upload, (id, target(None)?, media_type)).await
}

/// Writes a whole body into an upload.
pub(super) async fn copy_body(mut parts: BodyParts, upload: &mut Upload) -> Result<()> {
    while let Some(bytes) = parts.next().await? {
        upload.write(&bytes).await?;
    }
    Ok(())
}

async fn store(
    app: &AppState,
    ctx: &Ctx,
    upload: Upload,
    (id, target, media_type): (FileId, Target, Option<String>),
) -> Result<Received> {
    let command = StoreFile {
        id,
        target: target.clone(),
        media_type,
    };
    upload.store(&app.engine, ctx, command).await?;
    Ok(Received {
        id,
        target,
        request: None,
    })
}

/// Signs the address to which an announced file is to be sent. Nothing is stored until then.
async fn announce(
    app: &AppState,
    ctx: &Ctx,
    id: FileId,
    target: Target,
    description: FileDescription,
) -> Result<Received> {
    let limit = app.settings.file_limit;
    if description.size > limit {
        return Err(Error::new(ErrorKind::TooLarge { limit }));
    }
    let grant = Grant::upload(&target, id, &description.r#type, description.size)?;
    let request = signed_url::upload_request(app, ctx, grant, &description.r#type).await?;
    Ok(Received {
        id,
        target,
        request: Some(request),
    })
}

/// Fetches a `data:`, `http:` or `https:` address. Returns its bytes and media type.
async fn fetch(
    app: &AppState,
    ctx: &Ctx,
    meta: &RequestMeta,
    address: &str,
) -> Result<(Upload, Option<String>)> {
    let limit = app.settings.file_limit;
    let mut upload = Upload::begin(&app.engine, ctx, limit);
    if let Some(data) = data_url::parse(address)? {
        upload.write(&data.bytes).await?;
        return Ok((upload, data.media_type));
    }
    let is_http = ["http://", "https://"].iter().any(|scheme| {
        let start = address.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    if !is_http {
        let rule = "must be an address of http:, https: or data:";
        return Err(Error::invalid("file", rule));
    }
    let to_error = |failure| download_error(failure, limit);
    let downloads = app.engine.downloads();
    let mut download = downloads
        .fetch(address.to_owned(), limit)
        .await
        .map_err(to_error)?;
    while let Some(bytes) = download.body.next_chunk().await.map_err(to_error)? {
        upload.write(&bytes).await?;
        meta.progress.store(true, Ordering::Relaxed);
    }
    Ok((upload, download.media_type))
}

/// Returns the error of a failed download. It reveals nothing of private networks.
fn download_error(failure: AgentServerError, limit: u64) -> Error {
    let rule = match failure {
        AgentServerError::TooLarge => return Error::new(ErrorKind::TooLarge { limit }),
        AgentServerError::AddressForbidden => "must be an address in a public network",
        AgentServerError::UnexpectedResponse => "must be an address that answers with status 200",
        AgentServerError::Unreachable
        | AgentServerError::TimedOut
        | AgentServerError::ConnectionLost => "could not be fetched",
    };
    Error::invalid("file", rule)
}
