//! Servers that the fan-out benchmarks measure, with the login of their clients.

use anyhow::{Context, Result};
use serde_json::json;

use crate::bench::BenchContext;
use crate::bench::fanout::{FanoutMode, FanoutPlan, LoginScript, LoginStep, PostPlan};
use crate::bench::load::{self, LoadMode};
use crate::bench::server::{BenchServer, DiskSpeed};

/// Sockets per user that the server allows.
pub(super) const SOCKETS_PER_USER: usize = 20;
/// Frame length used before a frame of the server has been measured.
pub(super) const INITIAL_FRAME_BYTES: usize = 400;
/// Length of a message's text.
const MESSAGE_BYTES: usize = 120;

/// Server with a conversation or room.
pub(super) enum FanoutTarget {
    Parlor {
        server: BenchServer,
    },
    Baseline {
        name: &'static str,
        server: BenchServer,
    },
    SocketIo {
        server: BenchServer,
    },
    Nats {
        server: BenchServer,
    },
}

impl FanoutTarget {
    /// Starts the server (if measured), the WebSocket baseline and the raw socket baseline, in this order.
    pub(super) fn all(bench: &BenchContext) -> Result<Vec<Self>> {
        let mut targets = Vec::new();
        if !bench.floors_only {
            targets.push(Self::start_parlor(bench, "fan")?);
        }
        targets.push(Self::start_baseline(bench, "room")?);
        targets.push(Self::start_baseline(bench, "raw")?);
        Ok(targets)
    }

    pub(super) fn start_parlor(bench: &BenchContext, folder: &str) -> Result<Self> {
        let server =
            BenchServer::start_parlor(bench, &bench.run_dir.join(folder), DiskSpeed::Normal)?;
        Ok(Self::Parlor { server })
    }

    pub(super) fn start_baseline(bench: &BenchContext, name: &'static str) -> Result<Self> {
        let server = BenchServer::start_baseline(bench, name, None, DiskSpeed::Normal)?;
        Ok(Self::Baseline { name, server })
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Parlor { .. } => "ours",
            Self::Baseline { name, .. } => name,
            Self::SocketIo { .. } => "socket.io",
            Self::Nats { .. } => "NATS",
        }
    }

    pub(super) fn server(&self) -> &BenchServer {
        match self {
            Self::Parlor { server }
            | Self::Baseline { server, .. }
            | Self::SocketIo { server }
            | Self::Nats { server } => server,
        }
    }

    pub(super) fn stop(self) -> Result<()> {
        match self {
            Self::Parlor { server } => server.stop(),
            // The others have no graceful shutdown, or a different one.
            Self::Baseline { server, .. } | Self::SocketIo { server } | Self::Nats { server } => {
                drop(server);
                Ok(())
            }
        }
    }

    /// Plans a fan-out to `readers` of one room, with messages that become frames of `frame` bytes.
    pub(super) fn plan(
        &self,
        _bench: &BenchContext,
        readers: usize,
        frame: usize,
        mode: FanoutMode,
    ) -> Result<FanoutPlan> {
        let server = self.server();
        let (reader, publisher, message) = match self {
            Self::Baseline { .. } => {
                let login = LoginScript::websocket("/room", None);
                (login.clone(), login, pad_to(frame))
            }
            Self::SocketIo { .. } => {
                let mut login =
                    LoginScript::websocket("/socket.io/?EIO=4&transport=websocket", None);
                login.steps = vec![
                    LoginStep::Send("40".into()),
                    LoginStep::Expect("40{".into()),
                ];
                login.auto_reply = Some(("2".to_owned(), "3".to_owned()));
                let message = format!(r#"42["said","{}"]"#, pad_to(frame.saturating_sub(13)));
                (login.clone(), login, message)
            }
            Self::Nats { .. } => {
                let nats_login = |commands: &str| LoginScript {
                    path: None,
                    steps: vec![
                        LoginStep::Send(commands.to_owned()),
                        LoginStep::Expect("PONG".into()),
                    ],
                    auto_reply: None,
                };
                let reader = "CONNECT {\"verbose\":false}\r\nSUB room 1\r\nPING\r\n";
                let publisher = "CONNECT {\"verbose\":false,\"echo\":false}\r\nPING\r\n";
                let message = format!("PUB room {frame}\r\n{}\r\n", pad_to(frame));
                (nats_login(reader), nats_login(publisher), message)
            }
            Self::Parlor { .. } => {
                let chat = create_chat(server)?;
                let message = json!({ "content": pad_to(MESSAGE_BYTES) }).to_string();
                (
                    login_script(server, &chat, "reader-{user}")?,
                    login_script(server, &chat, "publisher")?,
                    message,
                )
            }
        };
        Ok(FanoutPlan {
            address: server.address.clone(),
            publisher_address: server.address.clone(),
            reader_login: reader,
            publisher_login: publisher,
            readers,
            users: readers.div_ceil(SOCKETS_PER_USER),
            message,
            mode,
            pid: server.pid(),
        })
    }
}

/// Returns a message text of this length that contains a timestamp mark.
pub(super) fn pad_to(bytes: usize) -> String {
    // A mark is 19 bytes long.
    format!("{{mark}}{}", "x".repeat(bytes.saturating_sub(19)))
}

/// Creates a chat on the server.
pub(in crate::bench) fn create_chat(server: &BenchServer) -> Result<String> {
    let mode = LoadMode::Download { seconds: 0.0 };
    let mut plan = server.load_plan("POST", "/api/v1/chats/", "X-API-Key", mode);
    plan.body = Some(r#"{"user_id":"publisher","title":"Crowd"}"#.to_owned());
    let chat = load::request_json(&plan)?;
    Ok(chat["id"].as_str().context("no chat was made")?.to_owned())
}

/// Builds the login of a user in a chat of the server.
pub(in crate::bench) fn login_script(
    server: &BenchServer,
    chat: &str,
    user: &str,
) -> Result<LoginScript> {
    let key = api_key(server)?;
    let path = format!("/ws/chat?v=2&api_key={key}&user_id={user}&chat_id={chat}");
    Ok(LoginScript::websocket(path, None))
}

/// Plans messages to a chat of the server.
pub(super) fn post_plan(
    server: &BenchServer,
    chat: &str,
    connections: usize,
    messages: u64,
) -> Result<PostPlan> {
    Ok(PostPlan {
        path: format!("/api/v1/chats/{chat}/messages"),
        header: ("X-API-Key".to_owned(), api_key(server)?.to_owned()),
        body: json!({ "content": "x".repeat(MESSAGE_BYTES) }).to_string(),
        connections,
        messages,
    })
}

fn api_key(server: &BenchServer) -> Result<&str> {
    let credentials = server.credentials.as_ref().context("no key")?;
    Ok(&credentials.api_key)
}
