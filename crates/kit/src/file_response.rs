//! Responses with the bytes of a file.

use axum::response::Response;
use http::HeaderValue;
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    X_CONTENT_TYPE_OPTIONS,
};
use parlor_engine::file;
use parlor_model::Result;
use parlor_model::file::{File, FileDisposition};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::AppState;
use crate::body_stream::{self, BodySender};

/// Responds with a file that browsers save, with the media type that it was uploaded with.
pub async fn download_response(app: &AppState, found: File) -> Result<Response> {
    let media_type = found.media_type.clone();
    let (first, chunks, response) = begin(app, &found, "attachment").await?;
    let response = with_media_type(response, media_type.as_deref());
    tokio::spawn(send_pieces(app.clone(), found, first, chunks));
    Ok(response)
}

/// Responds with a file that anybody may have sent. Its media type is that of its bytes where that matters, and browsers save it
/// unless it is to be shown and is a picture.
pub async fn checked_response(
    app: &AppState,
    found: File,
    disposition: FileDisposition,
) -> Result<Response> {
    let (first, chunks, mut response) = begin(app, &found, "attachment").await?;
    // A link that has not expired may be followed again; other downloads are not kept.
    let private = HeaderValue::from_static("private");
    response.headers_mut().insert(CACHE_CONTROL, private);
    let start = first.as_deref().unwrap_or_default();
    let media_type = file::safe_media_type(found.media_type.as_deref(), start);
    if disposition == FileDisposition::Inline && file::is_safe_picture(&media_type) {
        set_disposition(&mut response, &found, "inline");
    }
    let text_type = format!("{media_type}; charset=utf-8");
    // The texts of mails are stored in this encoding.
    let media_type = match media_type.starts_with("text/") {
        true => text_type.as_str(),
        false => media_type.as_str(),
    };
    let response = with_media_type(response, Some(media_type));
    tokio::spawn(send_pieces(app.clone(), found, first, chunks));
    Ok(response)
}

/// Reads the first piece before the status is sent, so that an unreadable file is an error response. The headers keep browsers
/// from running a script of it: uploaded content must not act as a page of this server's origin.
async fn begin(
    app: &AppState,
    found: &File,
    disposition: &str,
) -> Result<(Option<Vec<u8>>, BodySender, Response)> {
    let first = file::read_piece(&app.engine, &found.content, 0).await?;
    let (chunks, body) = body_stream::channel();
    let mut response = Response::new(body);
    set_disposition(&mut response, found, disposition);
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from(found.content.size));
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok((first, chunks, response))
}

fn set_disposition(response: &mut Response, found: &File, disposition: &str) {
    let name = found.path.rsplit('/').next().unwrap_or_default();
    let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
    let text = format!("{disposition}; filename*=UTF-8''{name}");
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().insert(CONTENT_DISPOSITION, value);
    }
}

fn with_media_type(mut response: Response, media_type: Option<&str>) -> Response {
    let given = media_type.and_then(|text| HeaderValue::from_str(text).ok());
    let unknown = HeaderValue::from_static(file::UNKNOWN_MEDIA_TYPE);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, given.unwrap_or(unknown));
    response
}

/// Sends the pieces of a file, and aborts the body if one cannot be read. Ends when the client is gone.
async fn send_pieces(app: AppState, found: File, first: Option<Vec<u8>>, chunks: BodySender) {
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
        piece = file::read_piece(&app.engine, &found.content, index).await;
    }
}
