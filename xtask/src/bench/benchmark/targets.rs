//! Servers with a room in them, and how one comes in.

use anyhow::{Context, Result};
use serde_json::json;

use crate::bench::BenchContext;
use crate::bench::fanout::{FanoutMode, FanoutPlan, LoginScript, LoginStep, PostPlan};
use crate::bench::load::{self, LoadMode};
use crate::bench::server::{BenchServer, DiskSpeed};

/// Sockets a user of ours may hold.
const SOCKETS_PER_USER: usize = 20;
/// Bytes of a frame before one of ours was seen.
pub(super) const INITIAL_FRAME_BYTES: usize = 400;
/// Bytes of what is said.
const MESSAGE_BYTES: usize = 120;

/// A server with a room in it.
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
    /// Ours, the same with nothing around it, and bare sockets, in this order.
    pub(super) fn all(bench: &BenchContext) -> Result<Vec<Self>> {
        let mut houses = Vec::new();
        if !bench.floors_only {
            houses.push(Self::start_parlor(bench, "fan")?);
        }
        houses.push(Self::start_baseline(bench, "room")?);
        houses.push(Self::start_baseline(bench, "raw")?);
        Ok(houses)
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
            // The others know no graceful end, or not this one.
            Self::Baseline { server, .. } | Self::SocketIo { server } | Self::Nats { server } => {
                drop(server);
                Ok(())
            }
        }
    }

    /// So many readers of one room, and one who says what becomes a frame of so many bytes.
    pub(super) fn plan(
        &self,
        _bench: &BenchContext,
        readers: usize,
        frame: usize,
        mode: FanoutMode,
    ) -> Result<FanoutPlan> {
        let server = self.server();
        let (reader, publisher, say) = match self {
            Self::Baseline { .. } => {
                let door = LoginScript::websocket("/room", None);
                (door.clone(), door, pad_to(frame))
            }
            Self::SocketIo { .. } => {
                let mut door =
                    LoginScript::websocket("/socket.io/?EIO=4&transport=websocket", None);
                door.steps = vec![
                    LoginStep::Send("40".into()),
                    LoginStep::Expect("40{".into()),
                ];
                door.auto_reply = Some(("2".to_owned(), "3".to_owned()));
                let say = format!(r#"42["said","{}"]"#, pad_to(frame.saturating_sub(13)));
                (door.clone(), door, say)
            }
            Self::Nats { .. } => {
                let enter = |words: &str| LoginScript {
                    path: None,
                    steps: vec![
                        LoginStep::Send(words.to_owned()),
                        LoginStep::Expect("PONG".into()),
                    ],
                    auto_reply: None,
                };
                let reader = "CONNECT {\"verbose\":false}\r\nSUB room 1\r\nPING\r\n";
                let publisher = "CONNECT {\"verbose\":false,\"echo\":false}\r\nPING\r\n";
                let say = format!("PUB room {frame}\r\n{}\r\n", pad_to(frame));
                (enter(reader), enter(publisher), say)
            }
            Self::Parlor { .. } => {
                let chat = create_chat(server)?;
                let say = json!({ "content": pad_to(MESSAGE_BYTES) }).to_string();
                (
                    login_script(server, &chat, "reader-{user}")?,
                    login_script(server, &chat, "publisher")?,
                    say,
                )
            }
        };
        Ok(FanoutPlan {
            address: server.address.clone(),
            reader_login: reader,
            publisher_login: publisher,
            readers,
            users: readers.div_ceil(SOCKETS_PER_USER),
            message: say,
            mode,
            pid: server.pid(),
        })
    }
}

/// A mark and what makes it so many bytes.
fn pad_to(bytes: usize) -> String {
    // A mark is 19 bytes long.
    format!("{{mark}}{}", "x".repeat(bytes.saturating_sub(19)))
}

/// A new chat of ours.
pub(in crate::bench) fn create_chat(server: &BenchServer) -> Result<String> {
    let mode = LoadMode::Download { seconds: 0.0 };
    let mut order = server.load_plan("POST", "/api/v1/chats/", "X-API-Key", mode);
    order.body = Some(r#"{"user_id":"publisher","title":"Crowd"}"#.to_owned());
    let made = load::request_json(&order)?;
    Ok(made["id"].as_str().context("no chat was made")?.to_owned())
}

/// A way into a chat of ours.
pub(in crate::bench) fn login_script(
    server: &BenchServer,
    chat: &str,
    user: &str,
) -> Result<LoginScript> {
    let key = api_key(server)?;
    let path = format!("/ws/chat?v=2&api_key={key}&user_id={user}&chat_id={chat}");
    Ok(LoginScript::websocket(path, None))
}

/// Messages into a chat of ours.
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
