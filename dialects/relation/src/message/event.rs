//! What the system tells of a group: its making, who came and went, a new name, a new admin. Kept as entries of the
//! channel's log, which are no messages and count nowhere.

use parlor_model::log::{Entry, EntryKind};
use serde::Deserialize;

use crate::people::Faces;

/// A change that is told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Created(Option<String>),
    Joined(Vec<i64>),
    Left(Vec<i64>),
    Removed(Vec<i64>),
    Renamed(String),
    Owned(i64),
}

/// What is read of an entry's payload.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Payload {
    title: Option<String>,
    members: Vec<i64>,
    owner: Option<i64>,
}

impl Event {
    /// What an entry tells; most changes are not told, an announcement by its own message.
    pub(super) fn of(entry: &Entry) -> Option<Self> {
        let payload: Payload = serde_json::from_str(&entry.payload).unwrap_or_default();
        match entry.kind {
            EntryKind::Created => Some(Self::Created(payload.title)),
            EntryKind::Joined => Some(Self::Joined(payload.members)),
            EntryKind::Left => Some(Self::Left(payload.members)),
            EntryKind::Removed => Some(Self::Removed(payload.members)),
            EntryKind::Changed => payload
                .owner
                .map(Self::Owned)
                .or(payload.title.map(Self::Renamed)),
            EntryKind::MessageEdited | EntryKind::MessageDeleted | EntryKind::MessageRated => None,
        }
    }

    /// The members it names.
    pub(super) fn members(&self) -> &[i64] {
        match self {
            Self::Created(_) | Self::Renamed(_) => &[],
            Self::Joined(members) | Self::Left(members) | Self::Removed(members) => members,
            Self::Owned(member) => std::slice::from_ref(member),
        }
    }

    /// The sentence.
    pub(super) fn tell(&self, actor: Option<i64>, faces: &Faces) -> String {
        let who = || {
            actor.map_or_else(
                || "The administrator".to_owned(),
                |number| faces.name(number),
            )
        };
        let all = |members: &[i64]| {
            let names: Vec<String> = members.iter().map(|number| faces.name(*number)).collect();
            names.join(", ")
        };
        match self {
            Self::Created(title) => format!(
                "{} created Group {}",
                who(),
                title.as_deref().unwrap_or_default()
            )
            .trim_end()
            .to_owned(),
            Self::Joined(members) if actor.is_some_and(|actor| *members == [actor]) => {
                format!("{} joined the group", all(members))
            }
            Self::Joined(members) => format!("{} added {} to the group", who(), all(members)),
            Self::Left(members) => format!("{} left the group", all(members)),
            Self::Removed(members) => {
                format!("{} removed {} from the group", who(), all(members))
            }
            Self::Renamed(title) => format!("{} renamed the group to {title}", who()),
            Self::Owned(member) => format!("{} is the admin of the group now", faces.name(*member)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parlor_model::Timestamp;

    #[test]
    fn entries_are_read_by_kind_and_the_rest_is_not_told() {
        let of = |kind, payload: &str| {
            Event::of(&Entry {
                seq: 1,
                kind,
                actor: None,
                at: Timestamp::from_millis(0),
                payload: payload.to_owned(),
            })
        };
        assert_eq!(
            of(EntryKind::Created, r#"{"title":"T","participants":[1]}"#),
            Some(Event::Created(Some("T".to_owned())))
        );
        assert_eq!(
            of(EntryKind::Joined, r#"{"members":[1,2]}"#),
            Some(Event::Joined(vec![1, 2]))
        );
        assert_eq!(
            of(EntryKind::Changed, r#"{"owner":3}"#),
            Some(Event::Owned(3))
        );
        for quiet in [
            r#"{"state":"closed"}"#,
            r#"{"title":null}"#,
            r#"{"announcement":true}"#,
            "?",
        ] {
            assert_eq!(of(EntryKind::Changed, quiet), None, "{quiet}");
        }
        assert_eq!(of(EntryKind::MessageDeleted, "{}"), None);
    }
}
