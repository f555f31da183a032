//! Connects and authenticates a socket, and receives its first frame.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderValue;
use tokio::time::timeout;
use tokio_tungstenite::connect_async_with_config;
use tokio_tungstenite::tungstenite::Error as WebSocketError;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use super::connection::{ClientConnection, IncomingFrame};
use super::event::StreamPosition;
use super::frame::{EstablishedFrame, ServerFrame};
use crate::Error;
use crate::close::{ConnectionError, close_code_for};

/// Timeout of the connection and its first frame.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// Initial bytes of the read buffer.
const INITIAL_BUFFER_BYTES: usize = 8 * 1024;

type TokenFuture = Pin<Box<dyn Future<Output = Option<String>> + Send>>;

/// Server URL and credential.
#[derive(Debug, Clone)]
pub(super) struct Connector {
    pub(super) base_url: Url,
    pub(super) credential: ConnectCredential,
}

#[derive(Clone)]
pub(super) enum ConnectCredential {
    Key {
        key: HeaderValue,
        chat: String,
        user: String,
    },
    Token(String),
    TokenProvider(Arc<dyn Fn() -> TokenFuture + Send + Sync>),
}

impl std::fmt::Debug for ConnectCredential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Key { .. } => "a key",
            Self::Token(_) => "a token",
            Self::TokenProvider(_) => "tokens",
        })
    }
}

impl ConnectCredential {
    pub(super) fn from_provider<F, Fut, E>(provider: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<String, E>> + Send + 'static,
    {
        Self::TokenProvider(Arc::new(move || {
            let token = provider();
            Box::pin(async move { token.await.ok() })
        }))
    }
}

impl Connector {
    /// Checks that a request can be built.
    pub(super) fn validate(&self) -> Result<(), Error> {
        self.build_request(None, Some("token")).map(|_| ())
    }

    /// Connects, resuming after a position, and receives the first frame.
    pub(super) async fn connect(
        self,
        position: Option<StreamPosition>,
    ) -> Result<(ClientConnection, EstablishedFrame), ConnectionError> {
        let connecting = async {
            let token = match &self.credential {
                ConnectCredential::Key { .. } => None,
                ConnectCredential::Token(token) => Some(token.clone()),
                ConnectCredential::TokenProvider(provider) => {
                    Some(provider().await.ok_or(ConnectionError::Unreachable)?)
                }
            };
            let request = self.build_request(position.as_ref(), token.as_deref());
            let request = request.map_err(|_| ConnectionError::Unreachable)?;
            let config = WebSocketConfig::default()
                .read_buffer_size(INITIAL_BUFFER_BYTES)
                .write_buffer_size(0);
            // Small frames are sent without delay (`TCP_NODELAY`).
            let connected = connect_async_with_config(request, Some(config), true).await;
            let (stream, _) = connected.map_err(|error| handshake_error(&error))?;
            let mut connection = ClientConnection::new(stream);
            let established = recv_established(&mut connection).await?;
            Ok((connection, established))
        };
        timeout(CONNECT_TIMEOUT, connecting)
            .await
            .unwrap_or(Err(ConnectionError::Unreachable))
    }

    fn build_request(
        &self,
        position: Option<&StreamPosition>,
        token: Option<&str>,
    ) -> Result<Request, Error> {
        let mut url = self.base_url.clone();
        let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
        url.set_scheme(scheme).map_err(|()| Error::InvalidUrl)?;
        let mut path = url.path_segments_mut().map_err(|()| Error::InvalidUrl)?;
        path.pop_if_empty().extend(["ws", "chat"]);
        drop(path);
        let mut query = url.query_pairs_mut();
        query.append_pair("v", "2");
        match &self.credential {
            ConnectCredential::Key { chat, user, .. } => {
                query
                    .append_pair("chat_id", chat)
                    .append_pair("user_id", user);
            }
            ConnectCredential::Token(_) | ConnectCredential::TokenProvider(_) => {
                query.append_pair("token", token.unwrap_or_default());
            }
        }
        if let Some(StreamPosition { seq, epoch }) = position {
            query.append_pair("last_seq", &seq.to_string());
            query.append_pair("epoch", epoch);
        }
        drop(query);
        let request = url.as_str().into_client_request();
        let mut request = request.map_err(|_| Error::InvalidUrl)?;
        if let ConnectCredential::Key { key, .. } = &self.credential {
            request.headers_mut().insert("x-api-key", key.clone());
        }
        Ok(request)
    }
}

fn handshake_error(error: &WebSocketError) -> ConnectionError {
    match error {
        WebSocketError::Http(response) => ConnectionError::UnexpectedStatus {
            status: response.status().as_u16(),
        },
        _ => ConnectionError::Unreachable,
    }
}

/// Receives the first frame, or the error of a rejected connection.
async fn recv_established(
    connection: &mut ClientConnection,
) -> Result<EstablishedFrame, ConnectionError> {
    let mut error_code = None;
    loop {
        match connection.next().await {
            IncomingFrame::Text(text) => match ServerFrame::decode(&text) {
                Some(ServerFrame::Established(established)) => return Ok(established),
                Some(ServerFrame::FatalError(code)) => error_code = Some(code),
                _ => {}
            },
            IncomingFrame::Control => {}
            IncomingFrame::Closed(code) => {
                connection.close().await;
                return Err(close_error(code, error_code));
            }
        }
    }
}

/// Returns how a connection ended: by its close code, or else by the error frame before it.
pub(super) fn close_error(code: Option<u16>, error_code: Option<String>) -> ConnectionError {
    match code.or_else(|| error_code.as_deref().and_then(close_code_for)) {
        Some(code) => ConnectionError::Server { code, error_code },
        None => ConnectionError::Interrupted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connector(base: &str, credential: ConnectCredential) -> Connector {
        Connector {
            base_url: base.parse().unwrap(),
            credential,
        }
    }

    #[test]
    fn api_key_is_not_in_url() {
        let credential = ConnectCredential::Key {
            key: HeaderValue::from_static("secret"),
            chat: "c".to_owned(),
            user: "a&b=ü/..".to_owned(),
        };
        let position = StreamPosition {
            seq: 41,
            epoch: "e".to_owned(),
        };
        let request = connector("https://host/below/", credential)
            .build_request(Some(&position), None)
            .unwrap();
        assert_eq!(
            request.uri().to_string(),
            "wss://host/below/ws/chat?v=2&chat_id=c&user_id=a%26b%3D%C3%BC%2F..&last_seq=41&epoch=e"
        );
        assert_eq!(request.headers()["x-api-key"], "secret");
        let token = connector("http://host:1", ConnectCredential::Token(String::new()))
            .build_request(None, Some("t"));
        assert_eq!(
            token.unwrap().uri().to_string(),
            "ws://host:1/ws/chat?v=2&token=t"
        );
    }

    #[test]
    fn error_frame_replaces_missing_close_frame() {
        let ended =
            |code, error_code: Option<&str>| close_error(code, error_code.map(str::to_owned));
        assert_eq!(ended(None, None), ConnectionError::Interrupted);
        let deleted = ended(None, Some("CHAT_DELETED"));
        assert!(matches!(
            deleted,
            ConnectionError::Server { code: 4410, .. }
        ));
        assert!(matches!(
            ended(Some(4408), None),
            ConnectionError::Server { code: 4408, .. }
        ));
    }
}
