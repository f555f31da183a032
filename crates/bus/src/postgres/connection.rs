//! Connection to the other nodes, reconnected whenever it breaks.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use tokio::time::{sleep, timeout};
use tokio_postgres::{AsyncMessage, Client, Config, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;
use uuid::Uuid;

use crate::packet::{PartialMessages, decode_packet, encode_packets};
use crate::pending::PendingMessages;
use crate::{Bus, BusMessage, LocalBus};

/// Maximum size of a packet: a notification payload is shorter than 8,000 bytes, and base64 encodes three bytes in four
/// characters.
const MAX_PACKET_BYTES: usize = 5_900;
/// Delay before the second attempt to connect; it doubles with each further attempt.
const MIN_RETRY_DELAY: Duration = Duration::from_millis(100);
const MAX_RETRY_DELAY: Duration = Duration::from_secs(5);
/// Failed attempts at the start that are not logged: an unreachable server is reported by the store, and a starting one
/// is soon available.
const SILENT_ATTEMPTS: u32 = 2;
/// Timeout of sending a notification; beyond it the connection is considered lost.
const SEND_TIMEOUT: Duration = Duration::from_secs(10);

/// Selects the notification channel, one per schema, so that servers in several schemas of one database are separate.
const CHANNEL_NAME_QUERY: &str = "select 'parlor_' || md5(current_schema())";
const NOTIFY: &str = "select pg_notify($1, packet) from unnest($2::text[]) packet";

/// Parameters and shared state of the connection.
pub(super) struct PostgresConnection {
    pub(super) config: Config,
    pub(super) tls: MakeRustlsConnect,
    pub(super) node: Uuid,
    pub(super) local: Arc<LocalBus>,
    pub(super) pending: Arc<PendingMessages>,
}

type ConnectionFailure = Box<dyn std::error::Error + Send + Sync>;

impl PostgresConnection {
    /// Connects and reconnects until the bus is closed and no messages are pending.
    pub(super) async fn run(&self) {
        let (mut retry_delay, mut failures) = (MIN_RETRY_DELAY, Some(0));
        loop {
            match self.run_connection(&mut retry_delay, &mut failures).await {
                Ok(()) => return,
                Err(error) => {
                    failures = failures.map(|count| count + 1);
                    if failures.is_none_or(|count| count > SILENT_ATTEMPTS) {
                        tracing::warn!(
                            error = error.to_string(),
                            "nodes learn late of each other: the bus has lost its connection"
                        );
                    }
                }
            }
            tokio::select! {
                () = sleep(retry_delay) => retry_delay = (retry_delay * 2).min(MAX_RETRY_DELAY),
                () = self.pending.wait_closed_and_empty() => return,
            }
        }
    }

    /// Runs one connection. Returns `Ok` if the bus was closed and everything is sent. Failures are counted until the
    /// first successful `LISTEN`.
    async fn run_connection(
        &self,
        retry_delay: &mut Duration,
        failures: &mut Option<u32>,
    ) -> Result<(), ConnectionFailure> {
        let (client, mut connection) = tokio::select! {
            connected = self.config.connect(self.tls.clone()) => connected?,
            () = self.pending.wait_closed_and_empty() => return Ok(()),
        };
        let receive = async {
            let mut partial = PartialMessages::default();
            loop {
                match poll_fn(|cx| connection.poll_message(cx)).await {
                    Some(Ok(AsyncMessage::Notification(packet))) => {
                        self.receive(packet.payload(), &mut partial);
                    }
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(error.into()),
                    None => return Err("the connection was closed".into()),
                }
            }
        };
        let send = async {
            let channel = listen_on_channel(&client).await?;
            (*retry_delay, *failures) = (MIN_RETRY_DELAY, None);
            // Messages published by other nodes before the `LISTEN` were not received.
            self.local.publish(&[BusMessage::MessagesLost]);
            let notify = client.prepare(NOTIFY).await?;
            loop {
                self.pending.wait().await;
                let messages = self.pending.drain();
                if messages.is_empty() {
                    return Ok(());
                }
                if let Err(error) = self.send(&client, &notify, &channel, &messages).await {
                    self.pending.add(&messages);
                    return Err(error);
                }
            }
        };
        tokio::select! {
            ended = receive => ended,
            ended = send => ended,
        }
    }

    async fn send(
        &self,
        client: &Client,
        notify: &Statement,
        channel: &str,
        messages: &[BusMessage],
    ) -> Result<(), ConnectionFailure> {
        let packets = encode_packets(self.node, messages, MAX_PACKET_BYTES)?;
        let texts: Vec<String> = packets.iter().map(|packet| BASE64.encode(packet)).collect();
        timeout(SEND_TIMEOUT, client.query(notify, &[&channel, &texts])).await??;
        Ok(())
    }

    fn receive(&self, text: &str, partial: &mut PartialMessages) {
        let bytes = BASE64.decode(text).ok();
        let packet = bytes.and_then(|bytes| decode_packet(&bytes, partial));
        match packet {
            Some(packet) if packet.node == self.node => {}
            Some(packet) => self.local.publish(&packet.messages),
            // A newer node sent a message unknown to this version.
            None => self.local.publish(&[BusMessage::MessagesLost]),
        }
    }
}

/// Listens on the channel of this database and schema and returns its name.
async fn listen_on_channel(client: &Client) -> Result<String, ConnectionFailure> {
    let channel: String = client
        .query_one(CHANNEL_NAME_QUERY, &[])
        .await?
        .try_get(0)?;
    client.batch_execute(&format!("listen {channel}")).await?;
    Ok(channel)
}
