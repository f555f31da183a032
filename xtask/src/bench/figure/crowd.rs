//! Servers with a room in them, and how one comes in.

use anyhow::{Context, Result};
use serde_json::json;

use crate::bench::Bench;
use crate::bench::fan::{Door, Mode, Order, Post, Step};
use crate::bench::load::{self, Mode as Requests};
use crate::bench::server::{Disk, Server};

/// Sockets a user of ours may hold.
const SOCKETS: usize = 20;
/// Bytes of a frame before one of ours was seen.
pub(super) const FRAME: usize = 400;
/// Bytes of what is said.
const SAID: usize = 120;

/// A server with a room in it.
pub(super) enum House {
    Ours { server: Server },
    Floor { name: &'static str, server: Server },
    SocketIo { server: Server },
    Nats { server: Server },
}

impl House {
    /// Ours, the same with nothing around it, and bare sockets, in this order.
    pub(super) fn all(bench: &Bench) -> Result<Vec<Self>> {
        let mut houses = Vec::new();
        if !bench.floors_only {
            houses.push(Self::ours(bench, "fan")?);
        }
        houses.push(Self::floor(bench, "room")?);
        houses.push(Self::floor(bench, "raw")?);
        Ok(houses)
    }

    pub(super) fn ours(bench: &Bench, folder: &str) -> Result<Self> {
        let server = Server::ours(bench, &bench.dir.join(folder), Disk::AsItIs)?;
        Ok(Self::Ours { server })
    }

    pub(super) fn floor(bench: &Bench, name: &'static str) -> Result<Self> {
        let server = Server::floor(bench, name, None, Disk::AsItIs)?;
        Ok(Self::Floor { name, server })
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Ours { .. } => "ours",
            Self::Floor { name, .. } => name,
            Self::SocketIo { .. } => "socket.io",
            Self::Nats { .. } => "NATS",
        }
    }

    pub(super) fn server(&self) -> &Server {
        match self {
            Self::Ours { server }
            | Self::Floor { server, .. }
            | Self::SocketIo { server }
            | Self::Nats { server } => server,
        }
    }

    pub(super) fn stop(self) -> Result<()> {
        match self {
            Self::Ours { server } => server.stop(),
            // The others know no graceful end, or not this one.
            Self::Floor { server, .. } | Self::SocketIo { server } | Self::Nats { server } => {
                drop(server);
                Ok(())
            }
        }
    }

    /// So many readers of one room, and one who says what becomes a frame of so many bytes.
    pub(super) fn order(
        &self,
        _bench: &Bench,
        readers: usize,
        frame: usize,
        mode: Mode,
    ) -> Result<Order> {
        let server = self.server();
        let (reader, publisher, say) = match self {
            Self::Floor { .. } => {
                let door = Door::socket("/room", None);
                (door.clone(), door, padded(frame))
            }
            Self::SocketIo { .. } => {
                let mut door = Door::socket("/socket.io/?EIO=4&transport=websocket", None);
                door.steps = vec![Step::Say("40".into()), Step::Await("40{".into())];
                door.reply = Some(("2".to_owned(), "3".to_owned()));
                let say = format!(r#"42["said","{}"]"#, padded(frame.saturating_sub(13)));
                (door.clone(), door, say)
            }
            Self::Nats { .. } => {
                let enter = |words: &str| Door {
                    path: None,
                    steps: vec![Step::Say(words.to_owned()), Step::Await("PONG".into())],
                    reply: None,
                };
                let reader = "CONNECT {\"verbose\":false}\r\nSUB room 1\r\nPING\r\n";
                let publisher = "CONNECT {\"verbose\":false,\"echo\":false}\r\nPING\r\n";
                let say = format!("PUB room {frame}\r\n{}\r\n", padded(frame));
                (enter(reader), enter(publisher), say)
            }
            Self::Ours { .. } => {
                let chat = chat(server)?;
                let say = json!({ "content": padded(SAID) }).to_string();
                (
                    door(server, &chat, "reader-{user}")?,
                    door(server, &chat, "publisher")?,
                    say,
                )
            }
        };
        Ok(Order {
            address: server.address.clone(),
            reader,
            publisher,
            readers,
            users: readers.div_ceil(SOCKETS),
            say,
            mode,
            pid: server.pid(),
        })
    }
}

/// A mark and what makes it so many bytes.
fn padded(bytes: usize) -> String {
    // A mark is 19 bytes long.
    format!("{{mark}}{}", "x".repeat(bytes.saturating_sub(19)))
}

/// A new chat of ours.
pub(in crate::bench) fn chat(server: &Server) -> Result<String> {
    let mode = Requests::Stream { seconds: 0.0 };
    let mut order = server.order("POST", "/api/v1/chats/", "X-API-Key", mode);
    order.body = Some(r#"{"user_id":"publisher","title":"Crowd"}"#.to_owned());
    let made = load::ask(&order)?;
    Ok(made["id"].as_str().context("no chat was made")?.to_owned())
}

/// A way into a chat of ours.
pub(in crate::bench) fn door(server: &Server, chat: &str, user: &str) -> Result<Door> {
    let key = key(server)?;
    let path = format!("/ws/chat?v=2&api_key={key}&user_id={user}&chat_id={chat}");
    Ok(Door::socket(path, None))
}

/// Messages into a chat of ours.
pub(super) fn post(server: &Server, chat: &str, connections: usize, messages: u64) -> Result<Post> {
    Ok(Post {
        path: format!("/api/v1/chats/{chat}/messages"),
        header: ("X-API-Key".to_owned(), key(server)?.to_owned()),
        body: json!({ "content": "x".repeat(SAID) }).to_string(),
        connections,
        messages,
    })
}

fn key(server: &Server) -> Result<&str> {
    let credentials = server.credentials.as_ref().context("no key")?;
    Ok(&credentials.api_key)
}
