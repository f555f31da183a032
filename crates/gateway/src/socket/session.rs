//! Start of a one-conversation socket.
//!
//! Keeps INV-45 (`docs/invariants.md`).

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::Arc;

use parlor_model::Ctx;
use parlor_model::member::MemberRef;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use uuid::Uuid;

use super::WebSocket;
use super::connection::{OptionalTimer, SocketConnection};
use super::protocol::SocketProtocol;
use super::task::SocketTask;
use crate::heartbeat::HeartbeatHandle;
use crate::hub::EphemeralPublisher;
use crate::{ConnectionPermit, Gateway};

/// Everything needed to serve a socket.
pub struct SocketSession<T> {
    /// Live part of the server.
    pub gateway: Arc<Gateway>,
    /// Context of the caller.
    pub ctx: Ctx,
    /// Context of the key behind it, which is validated once for all its connections.
    pub key_ctx: Ctx,
    /// Conversation number.
    pub conversation: i64,
    /// Subscriber.
    pub member: MemberRef,
    /// Connection id.
    pub connection_id: Uuid,
    /// Counted connection.
    pub permit: ConnectionPermit,
    /// Last seq the client has.
    pub after_seq: i64,
    /// Frames to send first.
    pub initial_frames: Vec<Utf8Bytes>,
    /// Dialect side.
    pub protocol: T,
}

impl<T: SocketProtocol> SocketSession<T> {
    /// Serves the socket until it closes. Most sockets are idle most of the time, so the future is kept small: rarely
    /// awaited futures are boxed.
    #[allow(
        clippy::boxed_local,
        reason = "a connection that waits for its upgrade holds a pointer and no more"
    )]
    pub fn run(self: Box<Self>, socket: WebSocket) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let Self {
            gateway,
            ctx,
            key_ctx,
            conversation,
            member,
            connection_id,
            permit,
            after_seq,
            initial_frames,
            protocol,
        } = *self;
        let task = SocketTask {
            connection: SocketConnection::new(socket, gateway.timeouts.write_timeout),
            pending_acks: HashMap::new(),
            member: member.number,
            connection_id,
            deadline_timer: OptionalTimer::default(),
            is_client_first: false,
            protocol,
        };
        let publisher = EphemeralPublisher {
            ws: ctx.ws(),
            conversation,
            origin: connection_id,
            member,
        };
        let heartbeat = HeartbeatHandle::new(&gateway, &key_ctx);
        let subscription = gateway
            .hub
            .subscribe(&ctx, conversation, task.protocol.encoder(), after_seq)
            .with_direct_sink(task.connection.direct_sink());
        Box::pin(task.run_session(
            gateway,
            subscription,
            heartbeat,
            publisher,
            permit,
            initial_frames,
        ))
    }
}
