//! Wire format of packets: a version, the sending node's id, and messages one after the other. A message that does not
//! fit into a packet is sent in consecutive parts.

use std::collections::HashMap;

use parlor_model::{Error, Result};
use uuid::Uuid;

use self::wire_message::WireMessage;
use crate::BusMessage;

mod wire_message;

const VERSION: u8 = 1;
/// Size of the version and the node's id.
const HEADER_BYTES: usize = 17;
/// Maximum encoded size of a part's own fields.
const PART_OVERHEAD_BYTES: usize = 12;
/// Maximum size of a message reassembled from parts.
const MAX_MESSAGE_BYTES: usize = 1 << 20;

/// Decoded packet.
#[derive(Debug)]
pub(crate) struct Packet {
    pub(crate) node: Uuid,
    pub(crate) messages: Vec<BusMessage>,
}

/// Incomplete messages, by sending node.
#[derive(Debug, Default)]
pub(crate) struct PartialMessages(HashMap<Uuid, PartialMessage>);

/// Received parts of one message.
#[derive(Debug, Default)]
struct PartialMessage {
    count: u16,
    bytes: Vec<u8>,
}

/// Encodes messages into as few packets as possible, each of at most `max_bytes`.
///
/// # Errors
/// `Internal` for a message that needs more than 65,535 parts.
pub(crate) fn encode_packets(
    node: Uuid,
    messages: &[BusMessage],
    max_bytes: usize,
) -> Result<Vec<Vec<u8>>> {
    let mut packets = Vec::new();
    let mut open = packet_header(node);
    for message in messages {
        let bytes = encode_message(&WireMessage::from_message(message))?;
        let encoded = match HEADER_BYTES + bytes.len() <= max_bytes {
            true => vec![bytes],
            false => split_message(
                &bytes,
                max_bytes
                    .saturating_sub(HEADER_BYTES + PART_OVERHEAD_BYTES)
                    .max(1),
            )?,
        };
        for bytes in encoded {
            if open.len() + bytes.len() > max_bytes {
                packets.push(std::mem::replace(&mut open, packet_header(node)));
            }
            open.extend(bytes);
        }
    }
    if open.len() > HEADER_BYTES {
        packets.push(open);
    }
    Ok(packets)
}

fn split_message(bytes: &[u8], max_bytes: usize) -> Result<Vec<Vec<u8>>> {
    let chunks = bytes.chunks(max_bytes);
    let count = u16::try_from(chunks.len()).map_err(Error::internal)?;
    let parts = chunks.zip(0..count);
    parts
        .map(|(chunk, index)| encode_message(&WireMessage::Part(index, count, chunk.to_vec())))
        .collect()
}

fn encode_message(wire: &WireMessage) -> Result<Vec<u8>> {
    postcard::to_allocvec(wire).map_err(Error::internal)
}

/// Encodes a packet without messages.
pub(crate) fn empty_packet(node: Uuid) -> Vec<u8> {
    packet_header(node)
}

fn packet_header(node: Uuid) -> Vec<u8> {
    let mut bytes = vec![VERSION];
    bytes.extend(node.as_bytes());
    bytes
}

/// Decodes a packet; `None` if its version or format is unknown. Parts of an incomplete message are kept in `partial`.
pub(crate) fn decode_packet(bytes: &[u8], partial: &mut PartialMessages) -> Option<Packet> {
    let (head, mut rest) = bytes.split_at_checked(HEADER_BYTES)?;
    let (VERSION, node) = (*head.first()?, Uuid::from_slice(head.get(1..)?).ok()?) else {
        return None;
    };
    let mut messages = Vec::new();
    while !rest.is_empty() {
        let wire: WireMessage;
        (wire, rest) = postcard::take_from_bytes(rest).ok()?;
        match wire {
            WireMessage::Part(index, count, bytes) => {
                if let Some(complete) = partial.add_part(node, index, count, &bytes) {
                    messages.push(
                        postcard::from_bytes::<WireMessage>(&complete)
                            .ok()?
                            .into_message()?,
                    );
                }
            }
            complete => messages.push(complete.into_message()?),
        }
    }
    Some(Packet { node, messages })
}

impl PartialMessages {
    /// Adds a part and returns the message's bytes once it is complete. A node sends the parts of a message
    /// consecutively: if one is missing, the message is lost and its later parts are ignored.
    fn add_part(&mut self, node: Uuid, index: u16, count: u16, bytes: &[u8]) -> Option<Vec<u8>> {
        if index == 0 {
            self.0.insert(node, PartialMessage::default());
        }
        let parts = self.0.get_mut(&node)?;
        if parts.count != index || parts.bytes.len() + bytes.len() > MAX_MESSAGE_BYTES {
            self.0.remove(&node);
            return None;
        }
        parts.count += 1;
        parts.bytes.extend(bytes);
        match parts.count == count {
            true => self.0.remove(&node).map(|parts| parts.bytes),
            false => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parlor_model::Id;
    use parlor_model::member::{MemberKind, MemberRef};
    use parlor_model::realtime::{
        ChannelMessage, EphemeralContent, EphemeralEvent, LogUpdate, PresenceAnnouncement,
        PresenceState,
    };
    use parlor_model::redacted::Redacted;
    use parlor_model::turn::{TurnChange, TurnDelta, TurnError, TurnEvent, TurnFinish};

    use super::*;

    const NODE: Uuid = Uuid::from_u128(7);

    fn member(name: &str) -> MemberRef {
        MemberRef {
            number: 5,
            id: Id::new(Uuid::from_u128(55)),
            kind: MemberKind::Person,
            handle: "ada".to_owned(),
            external_id: Some("u1".to_owned()),
            name: Some(name.to_owned()),
        }
    }

    fn event(name: &str, content: EphemeralContent) -> BusMessage {
        BusMessage::Ephemeral(EphemeralEvent {
            ws: 1,
            conversation: -2,
            origin: Uuid::from_u128(9),
            member: member(name),
            content,
        })
    }

    fn presence(state: PresenceState) -> BusMessage {
        BusMessage::Presence(PresenceAnnouncement {
            ws: 1,
            conversation: 2,
            node: NODE,
            state,
        })
    }

    fn every_kind() -> Vec<BusMessage> {
        vec![
            BusMessage::LogUpdate(LogUpdate {
                ws: 1,
                conversation: 2,
                seq: LogUpdate::DELETED,
            }),
            event("Ada", EphemeralContent::Typing(true)),
            event("Ada", EphemeralContent::Read(i64::MAX)),
            presence(PresenceState::Online(member("Ada"))),
            presence(PresenceState::Offline(3)),
            presence(PresenceState::Query),
            BusMessage::RightsChanged(None),
            BusMessage::RightsChanged(Some(4)),
            BusMessage::MessagesLost,
            channel("{}"),
            turn(TurnChange::Started {
                answered_seq: 7,
                author: Some(member("Bot")),
                reply_to: Some(Id::new(Uuid::from_u128(8))),
            }),
            turn(TurnChange::Delta(TurnDelta {
                index: 2,
                offset: 12,
                text: Redacted(Arc::from("so")),
            })),
            turn(TurnChange::Ended {
                finish: TurnFinish::Error,
                error: Some(TurnError::TimedOut),
                seq: None,
            }),
            turn(TurnChange::CancelRequested),
            turn(TurnChange::RoundRecorded {
                first_seq: 8,
                last_seq: 9,
                next: Id::new(Uuid::from_u128(5)),
                author: None,
                reply_to: None,
            }),
        ]
    }

    fn turn(change: TurnChange) -> BusMessage {
        BusMessage::Turn(TurnEvent {
            ws: 1,
            conversation: 2,
            message: Id::new(Uuid::from_u128(4)),
            change,
        })
    }

    fn channel(message: &str) -> BusMessage {
        BusMessage::Channel(ChannelMessage {
            ws: 1,
            channel: Redacted(Arc::from("0123456789abcdef")),
            id: Uuid::from_u128(3),
            message: Redacted(Arc::from(message)),
        })
    }

    #[test]
    fn every_message_round_trips() {
        let sent = every_kind();
        let packets = encode_packets(NODE, &sent, 5_000).unwrap();
        assert_eq!(packets.len(), 1);
        let packet = decode_packet(&packets[0], &mut PartialMessages::default()).unwrap();
        assert_eq!(packet.node, NODE);
        assert_eq!(format!("{:?}", packet.messages), format!("{sent:?}"));
    }

    fn arrived(packets: &[Vec<u8>]) -> Vec<BusMessage> {
        let mut partial = PartialMessages::default();
        let packets = packets.iter();
        let messages =
            packets.flat_map(|packet| decode_packet(packet, &mut partial).unwrap().messages);
        messages.collect()
    }

    #[test]
    fn packets_stay_within_limit_and_lose_nothing() {
        let long = "x".repeat(300);
        let mut sent: Vec<BusMessage> = (0..20)
            .map(|_| event(&long, EphemeralContent::Read(1)))
            .collect();
        sent.push(event(&"y".repeat(9_000), EphemeralContent::Typing(true)));
        sent.push(BusMessage::RightsChanged(None));
        for max_bytes in [100, 1_000] {
            let packets = encode_packets(NODE, &sent, max_bytes).unwrap();
            assert!(packets.len() > 1 && packets.iter().all(|packet| packet.len() <= max_bytes));
            assert_eq!(format!("{:?}", arrived(&packets)), format!("{sent:?}"));
        }
        assert!(encode_packets(NODE, &[], 100).unwrap().is_empty());
    }

    #[test]
    fn missing_part_loses_only_its_message() {
        let sent = [
            event(&"y".repeat(900), EphemeralContent::Typing(true)),
            BusMessage::RightsChanged(None),
            event(&"z".repeat(900), EphemeralContent::Typing(true)),
        ];
        let mut packets = encode_packets(NODE, &sent, 200).unwrap();
        packets.remove(1);
        let arrived = arrived(&packets);
        assert_eq!(format!("{arrived:?}"), format!("{:?}", &sent[1..]));
    }

    #[test]
    fn unknown_or_damaged_packet_is_refused() {
        let packets = encode_packets(NODE, &every_kind(), 5_000).unwrap();
        let mut newer = packets[0].clone();
        newer[0] = VERSION + 1;
        assert!(decode_packet(&newer, &mut PartialMessages::default()).is_none());
        let cut = &packets[0][..packets[0].len() - 2];
        for bytes in [&[] as &[u8], b"hello", &[255; 40], cut] {
            assert!(
                decode_packet(bytes, &mut PartialMessages::default()).is_none(),
                "{bytes:?}"
            );
        }
    }
}
