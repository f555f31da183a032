//! Notes as bytes: a version, the node that sends, and notes one after the other.
//!
//! The form is of its own types, so that a change in the product's types cannot change what older nodes read. Fields and
//! variants are only added behind the last one, with a new version.

use parlor_model::live::{Growth, Here, Presence, Sign, Signal};
use parlor_model::member::{Kind, MemberRef};
use parlor_model::{Error, Id, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Note;

const VERSION: u8 = 1;
/// The version and the node's id.
const HEAD: usize = 17;

/// What another node sent.
#[derive(Debug)]
pub(crate) struct Packet {
    pub(crate) node: Uuid,
    pub(crate) notes: Vec<Note>,
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

/// Notes in as few packets as hold them, each of so many bytes at the most. A note that is larger by itself is left out:
/// only a signal can be, and whoever is not told of one has missed nothing that lasts.
pub(crate) fn pack(node: Uuid, notes: &[Note], most: usize) -> Result<Vec<Vec<u8>>> {
    let mut packets = Vec::new();
    let mut open = head(node);
    for note in notes {
        let bytes = postcard::to_allocvec(&Form::of(note)).map_err(Error::internal)?;
        if HEAD + bytes.len() > most {
            tracing::debug!("a note was too long for the bus");
            continue;
        }
        if open.len() + bytes.len() > most {
            packets.push(std::mem::replace(&mut open, head(node)));
        }
        open.extend(bytes);
    }
    if open.len() > HEAD {
        packets.push(open);
    }
    Ok(packets)
}

fn head(node: Uuid) -> Vec<u8> {
    let mut bytes = vec![VERSION];
    bytes.extend(node.as_bytes());
    bytes
}

/// Reads a packet; none where a newer version wrote it, or nobody who knows the form.
pub(crate) fn unpack(bytes: &[u8]) -> Option<Packet> {
    let (head, mut rest) = bytes.split_at_checked(HEAD)?;
    let (VERSION, node) = (*head.first()?, Uuid::from_slice(head.get(1..)?).ok()?) else {
        return None;
    };
    let mut notes = Vec::new();
    while !rest.is_empty() {
        let form: Form;
        (form, rest) = postcard::take_from_bytes(rest).ok()?;
        notes.push(form.note()?);
    }
    Some(Packet { node, notes })
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
        ]
    }

    #[test]
    fn every_note_arrives_as_it_was_sent() {
        let sent = every_kind();
        let packets = pack(NODE, &sent, 5_000).unwrap();
        assert_eq!(packets.len(), 1);
        let packet = unpack(&packets[0]).unwrap();
        assert_eq!(packet.node, NODE);
        assert_eq!(format!("{:?}", packet.notes), format!("{sent:?}"));
    }

    #[test]
    fn no_packet_is_longer_than_allowed_and_nothing_that_fits_is_lost() {
        let long = "x".repeat(300);
        let sent: Vec<Note> = (0..20).map(|_| signal(&long, Sign::Read(1))).collect();
        let packets = pack(NODE, &sent, 1_000).unwrap();
        assert!(packets.len() > 1 && packets.iter().all(|packet| packet.len() <= 1_000));
        let arrived = packets
            .iter()
            .map(|packet| unpack(packet).unwrap().notes.len());
        assert_eq!(arrived.sum::<usize>(), 20);
        let sent = [signal(&long, Sign::Read(1)), Note::RightsChanged(None)];
        let packets = pack(NODE, &sent, 100).unwrap();
        assert_eq!(unpack(&packets[0]).unwrap().notes.len(), 1);
        assert!(pack(NODE, &[], 100).unwrap().is_empty());
    }

    #[test]
    fn what_is_not_understood_is_not_guessed_at() {
        let packets = pack(NODE, &every_kind(), 5_000).unwrap();
        let mut newer = packets[0].clone();
        newer[0] = VERSION + 1;
        assert!(unpack(&newer).is_none());
        let cut = &packets[0][..packets[0].len() - 2];
        for bytes in [&[] as &[u8], b"hello", &[255; 40], cut] {
            assert!(unpack(bytes).is_none(), "{bytes:?}");
        }
    }
}
