//! Signed addresses: whoever has one may send or read one file, with the rights of the key that it was made with and as
//! long as these last.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use parlor_engine::file::{self, StoreFile, Target, Upload};
use parlor_engine::signing::Purpose;
use parlor_kit::{AppState, PathParams, RequestBody, RequestMeta, body_stream, ids as core};
use parlor_model::conversation::ConversationKey;
use parlor_model::error::{CredentialReason, EntityKind};
use parlor_model::file::{File, FilePath};
use parlor_model::id::{FileId, SpaceId};
use parlor_model::{Ctx, Error, Result};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::receive::copy_body;
use crate::{HandlerResult, delegation, id_response, ids, routes};

/// How long an address is good for.
const UPLOAD_LIFETIME: Duration = Duration::from_secs(15 * 60);
const DOWNLOAD_LIFETIME: Duration = Duration::from_secs(60 * 60);

const UPLOAD: &str = "upload";
const DOWNLOAD: &str = "download";

/// What an address is for.
#[derive(Serialize, Deserialize)]
pub(crate) struct Grant {
    /// Sending or reading.
    verb: String,
    /// The space, or
    #[serde(default, skip_serializing_if = "Option::is_none")]
    space: Option<String>,
    /// the conversation: a UUID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    conversation: Option<String>,
    /// The path, or the name in the conversation.
    path: String,
    /// The file: a UUID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// Its media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    media_type: Option<String>,
    /// Its bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<String>,
}

/// The request that brings the bytes of a file.
#[derive(Serialize, ToSchema)]
pub(crate) struct UploadRequest {
    /// Its method.
    method: &'static str,
    /// Its address, good for 15 minutes.
    url: String,
    /// Its headers.
    headers: BTreeMap<&'static str, String>,
}

impl Grant {
    /// To send a file of a type and size.
    pub(crate) fn upload(target: &Target, id: FileId, media_type: &str, size: u64) -> Result<Self> {
        parlor_model::limit::REFERENCE.validate(media_type, "type")?;
        let (space, conversation, path) = match target {
            Target::Space(space, path) => (Some(core::format_uuid(*space)), None, path),
            Target::Conversation(ConversationKey::Id(id), name) => {
                (None, Some(core::format_uuid(*id)), name)
            }
            Target::Conversation(ConversationKey::Number(_), _) => {
                return Err(Error::internal("a conversation of an address has an id"));
            }
        };
        Ok(Self {
            verb: UPLOAD.to_owned(),
            space,
            conversation,
            path: path.as_str().to_owned(),
            file: Some(core::format_uuid(id)),
            media_type: Some(media_type.to_owned()),
            size: Some(size.to_string()),
        })
    }

    /// To read what is at a path of a space.
    pub(crate) fn download_of_space(space: SpaceId, path: &FilePath) -> Self {
        Self {
            space: Some(core::format_uuid(space)),
            ..Self::download(path.as_str())
        }
    }

    /// To read a file of a conversation.
    pub(crate) fn download_of_conversation(
        conversation: parlor_model::id::ConversationId,
        file: &File,
    ) -> Self {
        Self {
            conversation: Some(core::format_uuid(conversation)),
            file: Some(core::format_uuid(file.id)),
            ..Self::download(&file.path)
        }
    }

    fn download(path: &str) -> Self {
        Self {
            verb: DOWNLOAD.to_owned(),
            space: None,
            conversation: None,
            path: path.to_owned(),
            file: None,
            media_type: None,
            size: None,
        }
    }

    fn id(&self) -> Option<FileId> {
        core::parse_uuid(self.file.as_deref()?)
    }

    fn target(&self) -> Result<Target> {
        let path = FilePath::parse(&self.path, "path")?;
        let space = self.space.as_deref().and_then(core::parse_uuid);
        let conversation = self.conversation.as_deref().and_then(core::parse_uuid);
        match (space, conversation) {
            (Some(space), None) => Ok(Target::Space(space, path)),
            (None, Some(id)) => Ok(Target::Conversation(ConversationKey::Id(id), path)),
            _ => Err(Error::unauthenticated(CredentialReason::TokenInvalid)),
        }
    }
}

/// The address that gives a file.
pub(crate) async fn download_url(app: &AppState, ctx: &Ctx, grant: Grant) -> Result<String> {
    let (token, _) = delegation::issue(app, ctx, (Purpose::File, grant), DOWNLOAD_LIFETIME).await?;
    Ok(url(app, DOWNLOAD, &token))
}

/// The request that brings a file.
pub(crate) async fn upload_request(
    app: &AppState,
    ctx: &Ctx,
    grant: Grant,
    media_type: &str,
) -> Result<UploadRequest> {
    let (token, _) = delegation::issue(app, ctx, (Purpose::File, grant), UPLOAD_LIFETIME).await?;
    let headers = [("content-type", media_type.to_owned())];
    Ok(UploadRequest {
        method: "PUT",
        url: url(app, UPLOAD, &token),
        headers: headers.into(),
    })
}

fn url(app: &AppState, verb: &str, token: &str) -> String {
    format!("{}/api/v1/storage/{verb}/{token}", app.settings.public_url)
}

/// Whom an address acts as, and for what.
async fn open(
    app: &AppState,
    meta: &RequestMeta,
    params: &PathParams,
    verb: &str,
) -> Result<(Ctx, Grant)> {
    let token = params.get("token");
    let (ctx, grant): (Ctx, Grant) =
        delegation::authenticate(app, token, Purpose::File, meta.request_id).await?;
    if grant.verb != verb {
        return Err(Error::unauthenticated(CredentialReason::TokenInvalid));
    }
    if let Some(limiter) = &app.limiter {
        let path = format!("/v1/storage/{verb}/token");
        limiter.check_request(&ctx, routes::endpoint(&path), meta)?;
    }
    Ok((ctx, grant))
}

/// `PUT /storage/upload/{token}`: stores the file that the address was made for.
pub(crate) async fn upload(
    State(app): State<AppState>,
    params: PathParams,
    meta: RequestMeta,
    payload: RequestBody,
) -> HandlerResult {
    let (ctx, grant) = open(&app, &meta, &params, UPLOAD).await?;
    let (target, id) = (grant.target()?, grant.id());
    let size: Option<u64> = grant.size.as_deref().and_then(|size| size.parse().ok());
    let (Some(id), Some(size)) = (id, size) else {
        return Err(Error::unauthenticated(CredentialReason::TokenInvalid).into());
    };
    file::check_target(&app.engine, &ctx, &target).await?;
    let mut upload = Upload::begin(&app.engine, &ctx, size);
    copy_body(payload.parts(size)?, &mut upload).await?;
    if upload.size() != size {
        return Err(Error::invalid("size", "must be the one that was announced").into());
    }
    let command = StoreFile {
        id,
        target,
        media_type: grant.media_type,
    };
    upload.store(&app.engine, &ctx, command).await?;
    Ok(id_response::id_response(ids::of_file(id)))
}

/// `GET /storage/download/{token}`: the bytes of the file that the address was made for.
pub(crate) async fn download(
    State(app): State<AppState>,
    params: PathParams,
    meta: RequestMeta,
) -> HandlerResult {
    let (ctx, grant) = open(&app, &meta, &params, DOWNLOAD).await?;
    let found = match grant.target()? {
        Target::Space(space, path) => file::find(&app.engine, &ctx, space, &path).await?,
        Target::Conversation(key, _) => {
            let id = grant
                .id()
                .ok_or_else(|| Error::not_found(EntityKind::File))?;
            file::attachment(&app.engine, &ctx, key, id).await?
        }
    };
    let first = file::read_piece(&app.engine, &found.content, 0).await?;
    let (chunks, body) = body_stream::channel();
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::OK;
    describe(&mut response, &found);
    tokio::spawn(async move {
        let (mut piece, mut place) = (Ok(first), 0);
        loop {
            match piece {
                Ok(Some(bytes)) => {
                    if chunks.send(bytes).await.is_err() {
                        return;
                    }
                }
                Ok(None) => return,
                Err(error) => {
                    tracing::error!(?error, "a file could not be read to its end");
                    return chunks.abort().await;
                }
            }
            place += 1;
            piece = file::read_piece(&app.engine, &found.content, place).await;
        }
    });
    Ok(response)
}

/// What came from a customer is no page of this server's: browsers save it, and run nothing of it.
fn describe(response: &mut Response, file: &File) {
    let headers = response.headers_mut();
    let given = file.media_type.as_deref();
    let media_type = given.and_then(|text| HeaderValue::from_str(text).ok());
    let unknown = HeaderValue::from_static("application/octet-stream");
    headers.insert(CONTENT_TYPE, media_type.unwrap_or(unknown));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(file.content.size));
    let name = file.path.rsplit('/').next().unwrap_or_default();
    let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
    let disposition = format!("attachment; filename*=UTF-8''{name}");
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("sandbox; default-src 'none'"),
    );
}
