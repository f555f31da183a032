//! Connection to a NATS cluster. The client library reconnects; this part finds out what may have been lost.

use std::sync::Arc;
use std::time::Duration;

use async_nats::{Client, ConnectOptions, Event, Subscriber};
use futures_util::StreamExt;
use tokio::sync::watch;
use tokio::time::sleep;
use uuid::Uuid;

use super::options::NatsOptions;
use crate::packet::{PartialMessages, decode_packet, empty_packet, encode_packets};
use crate::pending::PendingMessages;
use crate::{Bus, BusMessage, LocalBus};

/// Maximum size of a packet. A server takes a mebibyte, unless it is configured otherwise.
const MAX_PACKET_BYTES: usize = 60_000;
/// Delay before the second attempt to connect; it doubles with each further attempt.
const MIN_RETRY_DELAY: Duration = Duration::from_millis(100);
const MAX_RETRY_DELAY: Duration = Duration::from_secs(5);
/// Interval of pings. Two without an answer end the connection.
const PING_INTERVAL: Duration = Duration::from_secs(5);
/// Received packets that wait to be read. If there are more, some are lost, which is reported.
const MAX_RECEIVED: usize = 65_536;

/// Parameters and shared state of the connection.
pub(super) struct NatsConnection {
    pub(super) options: NatsOptions,
    pub(super) node: Uuid,
    pub(super) local: Arc<LocalBus>,
    pub(super) pending: Arc<PendingMessages>,
}

/// State of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct ConnectionState {
    /// Number of connections so far.
    connections: u64,
    is_connected: bool,
    /// A problem was logged since the last connection.
    has_warned: bool,
}

type ConnectionFailure = Box<dyn std::error::Error + Send + Sync>;

impl NatsConnection {
    /// Connects, sends and receives until the bus is closed and no messages are pending.
    pub(super) async fn run(&self) {
        let state = watch::Sender::new(ConnectionState::default());
        loop {
            let run = async {
                let client = self.connect(&state).await?;
                self.exchange(&client, &state).await
            };
            match run.await {
                Ok(()) => return,
                Err(error) => warn_disconnected(&state, &error.to_string()),
            }
            tokio::select! {
                () = sleep(MAX_RETRY_DELAY) => {}
                () = self.pending.wait_closed() => return,
            }
        }
    }

    /// Starts the client, which connects in the background.
    async fn connect(
        &self,
        state: &watch::Sender<ConnectionState>,
    ) -> Result<Client, ConnectionFailure> {
        let mut options = match &self.options.credentials_file {
            Some(file) => ConnectOptions::with_credentials_file(file).await?,
            None => ConnectOptions::new(),
        };
        // The library does not take them from the addresses.
        options = match self.options.user() {
            Some((user, Some(password))) => options.user_and_password(user, password),
            Some((token, None)) => options.token(token),
            None => options,
        };
        if let Some(file) = &self.options.certificates_file {
            options = options.add_root_certificates(file.clone());
        }
        let (state, local) = (state.clone(), self.local.clone());
        options = options
            .name("parlor")
            .require_tls(self.options.requires_tls())
            .retry_on_initial_connect()
            .ping_interval(PING_INTERVAL)
            .subscription_capacity(MAX_RECEIVED)
            .reconnect_delay_callback(retry_delay)
            .event_callback(move |event| {
                record_event(&event, &state, &local);
                std::future::ready(())
            });
        Ok(options.connect(self.options.servers()).await?)
    }

    /// Sends and receives until the bus is closed and everything is sent.
    async fn exchange(
        &self,
        client: &Client,
        state: &watch::Sender<ConnectionState>,
    ) -> Result<(), ConnectionFailure> {
        let subscriber = client.subscribe(self.options.subject.clone()).await?;
        tokio::select! {
            () = self.receive(subscriber) => Err("the subscription has ended".into()),
            ended = self.announce(client, state.subscribe()) => ended,
            ended = self.send(client, state.subscribe()) => ended,
        }
    }

    /// Publishes an empty packet after each connection. When it comes back, the subscription is known to work.
    async fn announce(
        &self,
        client: &Client,
        mut state: watch::Receiver<ConnectionState>,
    ) -> Result<(), ConnectionFailure> {
        let mut announced = 0;
        loop {
            let connections = state
                .wait_for(|state| state.is_connected && state.connections > announced)
                .await?
                .connections;
            if announced > 0 {
                // What was under way to the other nodes when the connection broke may be lost.
                self.pending.add(&[BusMessage::MessagesLost]);
            }
            announced = connections;
            self.publish(client, empty_packet(self.node)).await?;
        }
    }

    async fn send(
        &self,
        client: &Client,
        mut state: watch::Receiver<ConnectionState>,
    ) -> Result<(), ConnectionFailure> {
        loop {
            self.pending.wait().await;
            tokio::select! {
                connected = state.wait_for(|state| state.is_connected) => drop(connected?),
                () = self.pending.wait_closed_and_empty() => return Ok(()),
            }
            let messages = self.pending.drain();
            if messages.is_empty() {
                return Ok(());
            }
            let max_bytes = MAX_PACKET_BYTES.min(client.server_info().max_payload);
            for packet in encode_packets(self.node, &messages, max_bytes)? {
                self.publish(client, packet).await?;
            }
        }
    }

    async fn publish(&self, client: &Client, packet: Vec<u8>) -> Result<(), ConnectionFailure> {
        let subject = self.options.subject.clone();
        client.publish(subject, packet.into()).await?;
        client.flush().await?;
        Ok(())
    }

    async fn receive(&self, mut subscriber: Subscriber) {
        let mut partial = PartialMessages::default();
        while let Some(message) = subscriber.next().await {
            match decode_packet(&message.payload, &mut partial) {
                // Its own packets have been delivered, except the empty one: from now on nothing is missed.
                Some(packet) if packet.node == self.node => {
                    if packet.messages.is_empty() {
                        self.local.publish(&[BusMessage::MessagesLost]);
                    }
                }
                Some(packet) => self.local.publish(&packet.messages),
                // A newer node sent a message unknown to this version.
                None => self.local.publish(&[BusMessage::MessagesLost]),
            }
        }
    }
}

/// Delay before an attempt to connect, by the number of failed ones.
fn retry_delay(attempts: usize) -> Duration {
    let doublings = u32::try_from(attempts).unwrap_or(u32::MAX).min(10);
    (MIN_RETRY_DELAY * 2_u32.pow(doublings)).min(MAX_RETRY_DELAY)
}

fn record_event(event: &Event, state: &watch::Sender<ConnectionState>, local: &LocalBus) {
    match event {
        Event::Connected => state.send_modify(|state| {
            state.connections += 1;
            state.is_connected = true;
            state.has_warned = false;
        }),
        Event::Disconnected => {
            state.send_modify(|state| state.is_connected = false);
            warn_disconnected(state, "disconnected");
        }
        Event::SlowConsumer(_) => local.publish(&[BusMessage::MessagesLost]),
        Event::ServerError(error) => warn_disconnected(state, &error.to_string()),
        Event::ClientError(error) => warn_disconnected(state, &error.to_string()),
        Event::LameDuckMode | Event::Draining | Event::Closed => {}
    }
}

/// Logs the first problem since the last connection.
fn warn_disconnected(state: &watch::Sender<ConnectionState>, error: &str) {
    let is_first = state.send_if_modified(|state| !std::mem::replace(&mut state.has_warned, true));
    if is_first {
        tracing::warn!(
            error,
            "nodes learn late of each other: the bus has lost its connection"
        );
    }
}
