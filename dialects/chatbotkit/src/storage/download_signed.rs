//! `GET /storage/download/{token}`: the address that a `download` endpoint returns.

use axum::extract::State;
use axum::response::Response;
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use parlor_engine::file::{self, Target};
use parlor_kit::body_stream::{self, BodySender};
use parlor_kit::route::{self, MatchedRoute, Route};
use parlor_kit::{AppState, PathParams, RequestMeta};
use parlor_model::Error;
use parlor_model::error::EntityKind;
use parlor_model::file::File;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::grant::DOWNLOAD;
use super::signed_url;
use crate::HandlerResult;
use crate::prefix::Prefix;

/// Declares the route. The token in the path is its only credential.
pub(crate) fn route(prefix: Prefix) -> Route {
    route::get(prefix.path("/api/v1/storage/download/{token}"), handle)
        .doc(
            "The bytes of a file, for whoever has the address of a download",
            super::MANUAL,
        )
        .responds_media_type(
            200,
            "application/octet-stream",
            "The file, under the media type that it was uploaded with",
        )
}

/// Streams the file. The first piece is read before the status is sent, so that an unreadable file is an error response.
async fn handle(
    State(app): State<AppState>,
    route: MatchedRoute,
    params: PathParams,
    meta: RequestMeta,
) -> HandlerResult {
    let (ctx, grant) = signed_url::authenticate(&app, &route, &meta, &params, DOWNLOAD).await?;
    let found = match grant.target()? {
        Target::Space(space, path) => file::find(&app.engine, &ctx, space, &path).await?,
        Target::Conversation(key, _) => {
            let id = grant
                .file_id()
                .ok_or_else(|| Error::not_found(EntityKind::File))?;
            file::attachment(&app.engine, &ctx, key, id).await?
        }
    };
    let first = file::read_piece(&app.engine, &found.content, 0).await?;
    let (chunks, body) = body_stream::channel();
    let mut response = Response::new(body);
    insert_headers(&mut response, &found);
    tokio::spawn(send_pieces(app, found, first, chunks));
    Ok(response)
}

/// Sends the pieces of a file, and aborts the body if one cannot be read. Ends when the client is gone.
async fn send_pieces(app: AppState, file: File, first: Option<Vec<u8>>, chunks: BodySender) {
    let (mut piece, mut index) = (Ok(first), 0);
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
        index += 1;
        piece = file::read_piece(&app.engine, &file.content, index).await;
    }
}

/// Inserts headers by which browsers save the file and run no script of it: uploaded content must not act as a page of
/// this server's origin.
fn insert_headers(response: &mut Response, file: &File) {
    let headers = response.headers_mut();
    let media_type = file
        .media_type
        .as_deref()
        .and_then(|text| HeaderValue::from_str(text).ok());
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
