//! Wire format of packets: a version, the sending node's id, and messages one after the other. A message that does not
//! fit into a packet is sent in consecutive parts.
//!
//! The format has types of its own, so that a change of the model cannot change what older nodes decode. Fields and
//! variants are only appended, with a new version.

use std::collections::HashMap;
use std::sync::Arc;

use parlor_model::member::{MemberKind, MemberRef};
use parlor_model::realtime::{
    ChannelMessage, EphemeralContent, EphemeralEvent, LogUpdate, PresenceAnnouncement,
    PresenceState,
};
use parlor_model::redacted::Redacted;
use parlor_model::{Error, Id, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::BusMessage;

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

#[derive(Serialize, Deserialize)]
enum WireMessage {
    LogUpdate(i64, i64, i64),
    Typing(ConversationLocation, UuidBytes, WireMember, bool),
    Read(ConversationLocation, UuidBytes, WireMember, i64),
    Online(ConversationLocation, UuidBytes, WireMember),
    Offline(ConversationLocation, UuidBytes, i64),
    PresenceQuery(ConversationLocation, UuidBytes),
    RightsChanged(Option<i64>),
    /// The sender dropped messages.
    Lost,
    /// Part of a message's bytes: index, number of parts, bytes.
    Part(u16, u16, Vec<u8>),
    Channel(i64, String, UuidBytes, String),
}

/// Workspace number and conversation number.
type ConversationLocation = (i64, i64);
type UuidBytes = [u8; 16];

#[derive(Serialize, Deserialize)]
struct WireMember {
    number: i64,
    id: UuidBytes,
    kind: String,
    handle: String,
    external_id: Option<String>,
    name: Option<String>,
}

/// Encodes messages into as few packets as possible, each of at most `max_bytes`.
///
/// # Errors
/// `Internal` for a message that needs more than 65,535 parts.
pub(crate) fn encode_packets(
    node: Uuid,
    notes: &[BusMessage],
    most: usize,
) -> Result<Vec<Vec<u8>>> {
    let mut packets = Vec::new();
    let mut open = packet_header(node);
    for note in notes {
        let bytes = encode_message(&WireMessage::from_message(note))?;
        let forms = match HEADER_BYTES + bytes.len() <= most {
            true => vec![bytes],
            false => split_message(
                &bytes,
                most.saturating_sub(HEADER_BYTES + PART_OVERHEAD_BYTES)
                    .max(1),
            )?,
        };
        for bytes in forms {
            if open.len() + bytes.len() > most {
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

fn split_message(bytes: &[u8], most: usize) -> Result<Vec<Vec<u8>>> {
    let chunks = bytes.chunks(most);
    let count = u16::try_from(chunks.len()).map_err(Error::internal)?;
    let parts = chunks.zip(0..count);
    parts
        .map(|(chunk, index)| encode_message(&WireMessage::Part(index, count, chunk.to_vec())))
        .collect()
}

fn encode_message(form: &WireMessage) -> Result<Vec<u8>> {
    postcard::to_allocvec(form).map_err(Error::internal)
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
    let mut notes = Vec::new();
    while !rest.is_empty() {
        let form: WireMessage;
        (form, rest) = postcard::take_from_bytes(rest).ok()?;
        match form {
            WireMessage::Part(index, count, bytes) => {
                if let Some(whole) = partial.add_part(node, index, count, &bytes) {
                    notes.push(
                        postcard::from_bytes::<WireMessage>(&whole)
                            .ok()?
                            .into_message()?,
                    );
                }
            }
            whole => notes.push(whole.into_message()?),
        }
    }
    Some(Packet {
        node,
        messages: notes,
    })
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

impl WireMessage {
    fn from_message(note: &BusMessage) -> Self {
        match note {
            BusMessage::LogUpdate(growth) => {
                Self::LogUpdate(growth.ws, growth.conversation, growth.seq)
            }
            BusMessage::Ephemeral(signal) => {
                let place = (signal.ws, signal.conversation);
                let (from, who) = (
                    signal.origin.into_bytes(),
                    WireMember::from_member(&signal.member),
                );
                match signal.content {
                    EphemeralContent::Typing(on) => Self::Typing(place, from, who, on),
                    EphemeralContent::Read(seq) => Self::Read(place, from, who, seq),
                }
            }
            BusMessage::Presence(presence) => {
                let place = (presence.ws, presence.conversation);
                let node = presence.node.into_bytes();
                match &presence.state {
                    PresenceState::Online(who) => {
                        Self::Online(place, node, WireMember::from_member(who))
                    }
                    PresenceState::Offline(member) => Self::Offline(place, node, *member),
                    PresenceState::Query => Self::PresenceQuery(place, node),
                }
            }
            BusMessage::RightsChanged(ws) => Self::RightsChanged(*ws),
            BusMessage::MessagesLost => Self::Lost,
            BusMessage::Channel(message) => Self::Channel(
                message.ws,
                message.channel.to_string(),
                message.id.into_bytes(),
                message.message.to_string(),
            ),
        }
    }

    /// Converts to a [`BusMessage`]; `None` if the content is unknown to this version.
    fn into_message(self) -> Option<BusMessage> {
        let signal = |(ws, conversation): ConversationLocation, from, who: WireMember, sign| {
            Some(BusMessage::Ephemeral(EphemeralEvent {
                ws,
                conversation,
                origin: Uuid::from_bytes(from),
                member: who.into_member()?,
                content: sign,
            }))
        };
        let presence = |(ws, conversation): ConversationLocation, node, here| {
            BusMessage::Presence(PresenceAnnouncement {
                ws,
                conversation,
                node: Uuid::from_bytes(node),
                state: here,
            })
        };
        Some(match self {
            Self::LogUpdate(ws, conversation, seq) => BusMessage::LogUpdate(LogUpdate {
                ws,
                conversation,
                seq,
            }),
            Self::Typing(place, from, who, on) => {
                signal(place, from, who, EphemeralContent::Typing(on))?
            }
            Self::Read(place, from, who, seq) => {
                signal(place, from, who, EphemeralContent::Read(seq))?
            }
            Self::Online(place, node, who) => {
                presence(place, node, PresenceState::Online(who.into_member()?))
            }
            Self::Offline(place, node, member) => {
                presence(place, node, PresenceState::Offline(member))
            }
            Self::PresenceQuery(place, node) => presence(place, node, PresenceState::Query),
            Self::RightsChanged(ws) => BusMessage::RightsChanged(ws),
            Self::Lost => BusMessage::MessagesLost,
            Self::Channel(ws, channel, id, message) => BusMessage::Channel(ChannelMessage {
                ws,
                channel: Redacted(Arc::from(channel)),
                id: Uuid::from_bytes(id),
                message: Redacted(Arc::from(message)),
            }),
            // Parts are never nested.
            Self::Part(..) => return None,
        })
    }
}

impl WireMember {
    fn from_member(member: &MemberRef) -> Self {
        Self {
            number: member.number,
            id: member.id.uuid().into_bytes(),
            kind: member.kind.as_str().to_owned(),
            handle: member.handle.clone(),
            external_id: member.external_id.clone(),
            name: member.name.clone(),
        }
    }

    fn into_member(self) -> Option<MemberRef> {
        Some(MemberRef {
            number: self.number,
            id: Id::new(Uuid::from_bytes(self.id)),
            kind: MemberKind::from_name(&self.kind)?,
            handle: self.handle,
            external_id: self.external_id,
            name: self.name,
        })
    }
}

#[cfg(test)]
mod tests {
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

    fn signal(name: &str, sign: EphemeralContent) -> BusMessage {
        BusMessage::Ephemeral(EphemeralEvent {
            ws: 1,
            conversation: -2,
            origin: Uuid::from_u128(9),
            member: member(name),
            content: sign,
        })
    }

    fn presence(here: PresenceState) -> BusMessage {
        BusMessage::Presence(PresenceAnnouncement {
            ws: 1,
            conversation: 2,
            node: NODE,
            state: here,
        })
    }

    fn every_kind() -> Vec<BusMessage> {
        vec![
            BusMessage::LogUpdate(LogUpdate {
                ws: 1,
                conversation: 2,
                seq: LogUpdate::DELETED,
            }),
            signal("Ada", EphemeralContent::Typing(true)),
            signal("Ada", EphemeralContent::Read(i64::MAX)),
            presence(PresenceState::Online(member("Ada"))),
            presence(PresenceState::Offline(3)),
            presence(PresenceState::Query),
            BusMessage::RightsChanged(None),
            BusMessage::RightsChanged(Some(4)),
            BusMessage::MessagesLost,
            channel("{}"),
        ]
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
    fn every_note_arrives_as_it_was_sent() {
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
        let notes =
            packets.flat_map(|packet| decode_packet(packet, &mut partial).unwrap().messages);
        notes.collect()
    }

    #[test]
    fn no_packet_is_longer_than_allowed_and_nothing_is_lost() {
        let long = "x".repeat(300);
        let mut sent: Vec<BusMessage> = (0..20)
            .map(|_| signal(&long, EphemeralContent::Read(1)))
            .collect();
        sent.push(signal(&"y".repeat(9_000), EphemeralContent::Typing(true)));
        sent.push(BusMessage::RightsChanged(None));
        for most in [100, 1_000] {
            let packets = encode_packets(NODE, &sent, most).unwrap();
            assert!(packets.len() > 1 && packets.iter().all(|packet| packet.len() <= most));
            assert_eq!(format!("{:?}", arrived(&packets)), format!("{sent:?}"));
        }
        assert!(encode_packets(NODE, &[], 100).unwrap().is_empty());
    }

    #[test]
    fn a_note_of_which_a_part_is_missing_is_lost_alone() {
        let sent = [
            signal(&"y".repeat(900), EphemeralContent::Typing(true)),
            BusMessage::RightsChanged(None),
            signal(&"z".repeat(900), EphemeralContent::Typing(true)),
        ];
        let mut packets = encode_packets(NODE, &sent, 200).unwrap();
        packets.remove(1);
        let arrived = arrived(&packets);
        assert_eq!(format!("{arrived:?}"), format!("{:?}", &sent[1..]));
    }

    #[test]
    fn what_is_not_understood_is_not_guessed_at() {
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
