//! How a connection is made: where to, as whom, and what the server says first.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;
use reqwest::header::HeaderValue;
use tokio::time::timeout;
use tokio_tungstenite::connect_async_with_config;
use tokio_tungstenite::tungstenite::Error as Fault;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::Request;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use super::closing::{Lost, code_of};
use super::event::Position;
use super::frame::{Established, Said};
use super::wire::{Heard, Wire};
use crate::Error;

/// For a connection and its first frame.
const PATIENCE: Duration = Duration::from_secs(15);
/// Bytes a buffer has at first.
const BUFFER: usize = 8 * 1024;

type Finding = Pin<Box<dyn Future<Output = Option<String>> + Send>>;

/// A server's address, and what opens it.
#[derive(Debug, Clone)]
pub(super) struct Door {
    pub(super) base: Url,
    pub(super) way: Way,
}

#[derive(Clone)]
pub(super) enum Way {
    Key {
        key: HeaderValue,
        chat: String,
        user: String,
    },
    Token(String),
    Tokens(Arc<dyn Fn() -> Finding + Send + Sync>),
}

impl std::fmt::Debug for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Key { .. } => "a key",
            Self::Token(_) => "a token",
            Self::Tokens(_) => "tokens",
        })
    }
}

impl Way {
    pub(super) fn tokens<F, Fut, E>(find: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<String, E>> + Send + 'static,
    {
        Self::Tokens(Arc::new(move || {
            let finding = find();
            Box::pin(async move { finding.await.ok() })
        }))
    }
}

impl Door {
    /// Whether a request can be made at all.
    pub(super) fn check(&self) -> Result<(), Error> {
        self.request(None, Some("token")).map(|_| ())
    }

    /// Makes a connection that goes on after a position, and hears the server's first word.
    pub(super) async fn open(
        self,
        position: Option<Position>,
    ) -> Result<(Wire, Established), Lost> {
        let opening = async {
            let token = match &self.way {
                Way::Key { .. } => None,
                Way::Token(token) => Some(token.clone()),
                Way::Tokens(find) => Some(find().await.ok_or(Lost::Unreached)?),
            };
            let request = self.request(position.as_ref(), token.as_deref());
            let request = request.map_err(|_| Lost::Unreached)?;
            let config = WebSocketConfig::default()
                .read_buffer_size(BUFFER)
                .write_buffer_size(0);
            // Small frames are not to wait for each other.
            let connected = connect_async_with_config(request, Some(config), true).await;
            let (stream, _) = connected.map_err(|fault| lost(&fault))?;
            let mut wire = Wire::new(stream);
            let established = greeted(&mut wire).await?;
            Ok((wire, established))
        };
        timeout(PATIENCE, opening)
            .await
            .unwrap_or(Err(Lost::Unreached))
    }

    fn request(&self, position: Option<&Position>, token: Option<&str>) -> Result<Request, Error> {
        let mut url = self.base.clone();
        let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
        url.set_scheme(scheme).map_err(|()| Error::Address)?;
        let mut path = url.path_segments_mut().map_err(|()| Error::Address)?;
        path.pop_if_empty().extend(["ws", "chat"]);
        drop(path);
        let mut query = url.query_pairs_mut();
        query.append_pair("v", "2");
        match &self.way {
            Way::Key { chat, user, .. } => {
                query
                    .append_pair("chat_id", chat)
                    .append_pair("user_id", user);
            }
            Way::Token(_) | Way::Tokens(_) => {
                query.append_pair("token", token.unwrap_or_default());
            }
        }
        if let Some(Position { seq, epoch }) = position {
            query.append_pair("last_seq", &seq.to_string());
            query.append_pair("epoch", epoch);
        }
        drop(query);
        let request = url.as_str().into_client_request();
        let mut request = request.map_err(|_| Error::Address)?;
        if let Way::Key { key, .. } = &self.way {
            request.headers_mut().insert("x-api-key", key.clone());
        }
        Ok(request)
    }
}

fn lost(fault: &Fault) -> Lost {
    match fault {
        Fault::Http(response) => Lost::Refused {
            status: response.status().as_u16(),
        },
        _ => Lost::Unreached,
    }
}

/// The first frame, or the last word of a server that refuses.
async fn greeted(wire: &mut Wire) -> Result<Established, Lost> {
    let mut word = None;
    loop {
        match wire.next().await {
            Heard::Text(text) => match Said::read(&text) {
                Some(Said::Established(established)) => return Ok(established),
                Some(Said::Fatal(code)) => word = Some(code),
                _ => {}
            },
            Heard::Noise => {}
            Heard::End(code) => {
                wire.leave().await;
                return Err(ended(code, word));
            }
        }
    }
}

/// How a connection ended, by its close frame, or else by the last word before it.
pub(super) fn ended(code: Option<u16>, word: Option<String>) -> Lost {
    match code.or_else(|| word.as_deref().and_then(code_of)) {
        Some(code) => Lost::Server {
            code,
            error_code: word,
        },
        None => Lost::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door(base: &str, way: Way) -> Door {
        Door {
            base: base.parse().unwrap(),
            way,
        }
    }

    #[test]
    fn a_key_stands_in_no_address() {
        let way = Way::Key {
            key: HeaderValue::from_static("secret"),
            chat: "c".to_owned(),
            user: "a&b=ü/..".to_owned(),
        };
        let position = Position {
            seq: 41,
            epoch: "e".to_owned(),
        };
        let request = door("https://host/below/", way)
            .request(Some(&position), None)
            .unwrap();
        assert_eq!(
            request.uri().to_string(),
            "wss://host/below/ws/chat?v=2&chat_id=c&user_id=a%26b%3D%C3%BC%2F..&last_seq=41&epoch=e"
        );
        assert_eq!(request.headers()["x-api-key"], "secret");
        let token = door("http://host:1", Way::Token(String::new())).request(None, Some("t"));
        assert_eq!(
            token.unwrap().uri().to_string(),
            "ws://host:1/ws/chat?v=2&token=t"
        );
    }

    #[test]
    fn the_last_word_stands_for_a_close_frame_that_did_not_come() {
        let ended = |code, word: Option<&str>| ended(code, word.map(str::to_owned));
        assert_eq!(ended(None, None), Lost::Broken);
        let deleted = ended(None, Some("CHAT_DELETED"));
        assert!(matches!(deleted, Lost::Server { code: 4410, .. }));
        assert!(matches!(
            ended(Some(4408), None),
            Lost::Server { code: 4408, .. }
        ));
    }
}
