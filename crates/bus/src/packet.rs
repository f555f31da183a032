//! Notes as bytes: a version, the node that sends, and notes one after the other. A note that fits into no packet is sent
//! in parts, which follow each other.
//!
//! The form is of its own types, so that a change in the product's types cannot change what older nodes read. Fields and
//! variants are only added behind the last one, with a new version.

use std::collections::HashMap;
use std::sync::Arc;

use parlor_model::live::{ChannelMessage, Growth, Here, Presence, Sign, Signal};
use parlor_model::member::{Kind, MemberRef};
use parlor_model::private::Private;
use parlor_model::{Error, Id, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Note;

const VERSION: u8 = 1;
/// The version and the node's id.
const HEAD: usize = 17;
/// What a part's own fields take, at the most.
const PART: usize = 12;
/// Longest note that is put together again.
const LONGEST: usize = 1 << 20;

/// What another node sent.
#[derive(Debug)]
pub(crate) struct Packet {
    pub(crate) node: Uuid,
    pub(crate) notes: Vec<Note>,
}

/// Notes of other nodes that have come in part.
#[derive(Debug, Default)]
pub(crate) struct Partial(HashMap<Uuid, Parts>);

/// What has come of one note.
#[derive(Debug, Default)]
struct Parts {
    count: u16,
    bytes: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
enum Form {
    Grew(i64, i64, i64),
    Typing(Place, Uuid128, Who, bool),
    Read(Place, Uuid128, Who, i64),
    Here(Place, Uuid128, Who),
    Away(Place, Uuid128, i64),
    Asks(Place, Uuid128),
    RightsChanged(Option<i64>),
    /// The sender had to drop notes.
    Lost,
    /// A part of a note's bytes: which, of how many.
    Part(u16, u16, Vec<u8>),
    Channel(i64, String, Uuid128, String),
}

/// A conversation, by workspace and number.
type Place = (i64, i64);
type Uuid128 = [u8; 16];

#[derive(Serialize, Deserialize)]
struct Who {
    number: i64,
    id: Uuid128,
    kind: String,
    handle: String,
    external_id: Option<String>,
    name: Option<String>,
}

/// Notes in as few packets as hold them, each of so many bytes at the most.
///
/// # Errors
/// `Internal` for a note that would need more than 65,535 parts.
pub(crate) fn pack(node: Uuid, notes: &[Note], most: usize) -> Result<Vec<Vec<u8>>> {
    let mut packets = Vec::new();
    let mut open = head(node);
    for note in notes {
        let bytes = written(&Form::of(note))?;
        let forms = match HEAD + bytes.len() <= most {
            true => vec![bytes],
            false => parts(&bytes, most.saturating_sub(HEAD + PART).max(1))?,
        };
        for bytes in forms {
            if open.len() + bytes.len() > most {
                packets.push(std::mem::replace(&mut open, head(node)));
            }
            open.extend(bytes);
        }
    }
    if open.len() > HEAD {
        packets.push(open);
    }
    Ok(packets)
}

fn parts(bytes: &[u8], most: usize) -> Result<Vec<Vec<u8>>> {
    let chunks = bytes.chunks(most);
    let count = u16::try_from(chunks.len()).map_err(Error::internal)?;
    let parts = chunks.zip(0..count);
    parts
        .map(|(chunk, index)| written(&Form::Part(index, count, chunk.to_vec())))
        .collect()
}

fn written(form: &Form) -> Result<Vec<u8>> {
    postcard::to_allocvec(form).map_err(Error::internal)
}

fn head(node: Uuid) -> Vec<u8> {
    let mut bytes = vec![VERSION];
    bytes.extend(node.as_bytes());
    bytes
}

/// Reads a packet; none where a newer version wrote it, or nobody who knows the form. What is there of a note that comes
/// in parts waits for the rest.
pub(crate) fn unpack(bytes: &[u8], partial: &mut Partial) -> Option<Packet> {
    let (head, mut rest) = bytes.split_at_checked(HEAD)?;
    let (VERSION, node) = (*head.first()?, Uuid::from_slice(head.get(1..)?).ok()?) else {
        return None;
    };
    let mut notes = Vec::new();
    while !rest.is_empty() {
        let form: Form;
        (form, rest) = postcard::take_from_bytes(rest).ok()?;
        match form {
            Form::Part(index, count, bytes) => {
                if let Some(whole) = partial.add(node, index, count, &bytes) {
                    notes.push(postcard::from_bytes::<Form>(&whole).ok()?.note()?);
                }
            }
            whole => notes.push(whole.note()?),
        }
    }
    Some(Packet { node, notes })
}

impl Partial {
    /// Adds a part, and gives the note's bytes once all have come. A node sends the parts of one note before anything
    /// else: where one is missing the note is lost, and what comes of it later is passed over.
    fn add(&mut self, node: Uuid, index: u16, count: u16, bytes: &[u8]) -> Option<Vec<u8>> {
        if index == 0 {
            self.0.insert(node, Parts::default());
        }
        let parts = self.0.get_mut(&node)?;
        if parts.count != index || parts.bytes.len() + bytes.len() > LONGEST {
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

impl Form {
    fn of(note: &Note) -> Self {
        match note {
            Note::Grew(growth) => Self::Grew(growth.ws, growth.conversation, growth.seq),
            Note::Signal(signal) => {
                let place = (signal.ws, signal.conversation);
                let (from, who) = (signal.from.into_bytes(), Who::of(&signal.who));
                match signal.sign {
                    Sign::Typing(on) => Self::Typing(place, from, who, on),
                    Sign::Read(seq) => Self::Read(place, from, who, seq),
                }
            }
            Note::Presence(presence) => {
                let place = (presence.ws, presence.conversation);
                let node = presence.node.into_bytes();
                match &presence.here {
                    Here::In(who) => Self::Here(place, node, Who::of(who)),
                    Here::Out(member) => Self::Away(place, node, *member),
                    Here::Who => Self::Asks(place, node),
                }
            }
            Note::RightsChanged(ws) => Self::RightsChanged(*ws),
            Note::Resynced => Self::Lost,
            Note::Channel(message) => Self::Channel(
                message.ws,
                message.channel.to_string(),
                message.id.into_bytes(),
                message.message.to_string(),
            ),
        }
    }

    /// None where it says something that this version does not know.
    fn note(self) -> Option<Note> {
        let signal = |(ws, conversation): Place, from, who: Who, sign| {
            Some(Note::Signal(Signal {
                ws,
                conversation,
                from: Uuid::from_bytes(from),
                who: who.member()?,
                sign,
            }))
        };
        let presence = |(ws, conversation): Place, node, here| {
            Note::Presence(Presence {
                ws,
                conversation,
                node: Uuid::from_bytes(node),
                here,
            })
        };
        Some(match self {
            Self::Grew(ws, conversation, seq) => Note::Grew(Growth {
                ws,
                conversation,
                seq,
            }),
            Self::Typing(place, from, who, on) => signal(place, from, who, Sign::Typing(on))?,
            Self::Read(place, from, who, seq) => signal(place, from, who, Sign::Read(seq))?,
            Self::Here(place, node, who) => presence(place, node, Here::In(who.member()?)),
            Self::Away(place, node, member) => presence(place, node, Here::Out(member)),
            Self::Asks(place, node) => presence(place, node, Here::Who),
            Self::RightsChanged(ws) => Note::RightsChanged(ws),
            Self::Lost => Note::Resynced,
            Self::Channel(ws, channel, id, message) => Note::Channel(ChannelMessage {
                ws,
                channel: Private(Arc::from(channel)),
                id: Uuid::from_bytes(id),
                message: Private(Arc::from(message)),
            }),
            // A part of a part is nothing that is sent.
            Self::Part(..) => return None,
        })
    }
}

impl Who {
    fn of(member: &MemberRef) -> Self {
        Self {
            number: member.number,
            id: member.id.uuid().into_bytes(),
            kind: member.kind.word().to_owned(),
            handle: member.handle.clone(),
            external_id: member.external_id.clone(),
            name: member.name.clone(),
        }
    }

    fn member(self) -> Option<MemberRef> {
        Some(MemberRef {
            number: self.number,
            id: Id::new(Uuid::from_bytes(self.id)),
            kind: Kind::parse(&self.kind)?,
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
            kind: Kind::Person,
            handle: "ada".to_owned(),
            external_id: Some("u1".to_owned()),
            name: Some(name.to_owned()),
        }
    }

    fn signal(name: &str, sign: Sign) -> Note {
        Note::Signal(Signal {
            ws: 1,
            conversation: -2,
            from: Uuid::from_u128(9),
            who: member(name),
            sign,
        })
    }

    fn presence(here: Here) -> Note {
        Note::Presence(Presence {
            ws: 1,
            conversation: 2,
            node: NODE,
            here,
        })
    }

    fn every_kind() -> Vec<Note> {
        vec![
            Note::Grew(Growth {
                ws: 1,
                conversation: 2,
                seq: Growth::GONE,
            }),
            signal("Ada", Sign::Typing(true)),
            signal("Ada", Sign::Read(i64::MAX)),
            presence(Here::In(member("Ada"))),
            presence(Here::Out(3)),
            presence(Here::Who),
            Note::RightsChanged(None),
            Note::RightsChanged(Some(4)),
            Note::Resynced,
            channel("{}"),
        ]
    }

    fn channel(message: &str) -> Note {
        Note::Channel(ChannelMessage {
            ws: 1,
            channel: Private(Arc::from("0123456789abcdef")),
            id: Uuid::from_u128(3),
            message: Private(Arc::from(message)),
        })
    }

    #[test]
    fn every_note_arrives_as_it_was_sent() {
        let sent = every_kind();
        let packets = pack(NODE, &sent, 5_000).unwrap();
        assert_eq!(packets.len(), 1);
        let packet = unpack(&packets[0], &mut Partial::default()).unwrap();
        assert_eq!(packet.node, NODE);
        assert_eq!(format!("{:?}", packet.notes), format!("{sent:?}"));
    }

    fn arrived(packets: &[Vec<u8>]) -> Vec<Note> {
        let mut partial = Partial::default();
        let packets = packets.iter();
        let notes = packets.flat_map(|packet| unpack(packet, &mut partial).unwrap().notes);
        notes.collect()
    }

    #[test]
    fn no_packet_is_longer_than_allowed_and_nothing_is_lost() {
        let long = "x".repeat(300);
        let mut sent: Vec<Note> = (0..20).map(|_| signal(&long, Sign::Read(1))).collect();
        sent.push(signal(&"y".repeat(9_000), Sign::Typing(true)));
        sent.push(Note::RightsChanged(None));
        for most in [100, 1_000] {
            let packets = pack(NODE, &sent, most).unwrap();
            assert!(packets.len() > 1 && packets.iter().all(|packet| packet.len() <= most));
            assert_eq!(format!("{:?}", arrived(&packets)), format!("{sent:?}"));
        }
        assert!(pack(NODE, &[], 100).unwrap().is_empty());
    }

    #[test]
    fn a_note_of_which_a_part_is_missing_is_lost_alone() {
        let sent = [
            signal(&"y".repeat(900), Sign::Typing(true)),
            Note::RightsChanged(None),
            signal(&"z".repeat(900), Sign::Typing(true)),
        ];
        let mut packets = pack(NODE, &sent, 200).unwrap();
        packets.remove(1);
        let arrived = arrived(&packets);
        assert_eq!(format!("{arrived:?}"), format!("{:?}", &sent[1..]));
    }

    #[test]
    fn what_is_not_understood_is_not_guessed_at() {
        let packets = pack(NODE, &every_kind(), 5_000).unwrap();
        let mut newer = packets[0].clone();
        newer[0] = VERSION + 1;
        assert!(unpack(&newer, &mut Partial::default()).is_none());
        let cut = &packets[0][..packets[0].len() - 2];
        for bytes in [&[] as &[u8], b"hello", &[255; 40], cut] {
            assert!(
                unpack(bytes, &mut Partial::default()).is_none(),
                "{bytes:?}"
            );
        }
    }
}
