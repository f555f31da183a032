//! System events of a group: creation, joins and leaves, a new name, a new admin. They are entries of the channel's log, not
//! messages, and do not count as unread.

use parlor_model::log::{LogEntry, LogEntryKind};
use serde::Deserialize;

use crate::public_profiles::PublicProfiles;

/// A change of a group that is displayed among its messages.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SystemEvent {
    Created(Option<String>),
    Joined(Vec<i64>),
    Left(Vec<i64>),
    Removed(Vec<i64>),
    Renamed(String),
    OwnerChanged(i64),
}

/// The fields used of a log entry's payload.
#[derive(Default, Deserialize)]
#[serde(default)]
struct EntryPayload {
    title: Option<String>,
    members: Vec<i64>,
    owner: Option<i64>,
}

impl SystemEvent {
    /// Converts a log entry, or returns `None` if it is not displayed. An announcement has a message of its own.
    pub(super) fn from_entry(entry: &LogEntry) -> Option<Self> {
        let payload: EntryPayload = serde_json::from_str(&entry.payload).unwrap_or_default();
        match entry.kind {
            LogEntryKind::Created => Some(Self::Created(payload.title)),
            LogEntryKind::Joined => Some(Self::Joined(payload.members)),
            LogEntryKind::Left => Some(Self::Left(payload.members)),
            LogEntryKind::Removed => Some(Self::Removed(payload.members)),
            LogEntryKind::Changed => payload
                .owner
                .map(Self::OwnerChanged)
                .or(payload.title.map(Self::Renamed)),
            LogEntryKind::MessageEdited
            | LogEntryKind::MessageDeleted
            | LogEntryKind::MessageRated
            | LogEntryKind::MessageDelivery => None,
        }
    }

    /// Returns the numbers of the members that the event names.
    pub(super) fn members(&self) -> &[i64] {
        match self {
            Self::Created(_) | Self::Renamed(_) => &[],
            Self::Joined(members) | Self::Left(members) | Self::Removed(members) => members,
            Self::OwnerChanged(member) => std::slice::from_ref(member),
        }
    }

    /// Renders the event as a sentence.
    pub(super) fn to_text(&self, actor: Option<i64>, profiles: &PublicProfiles) -> String {
        let actor_name = || {
            actor.map_or_else(
                || "The administrator".to_owned(),
                |number| profiles.display_name(number),
            )
        };
        let names_of = |members: &[i64]| {
            let names: Vec<String> = members
                .iter()
                .map(|number| profiles.display_name(*number))
                .collect();
            names.join(", ")
        };
        match self {
            Self::Created(title) => format!(
                "{} created Group {}",
                actor_name(),
                title.as_deref().unwrap_or_default()
            )
            .trim_end()
            .to_owned(),
            Self::Joined(members) if actor.is_some_and(|actor| *members == [actor]) => {
                format!("{} joined the group", names_of(members))
            }
            Self::Joined(members) => {
                format!("{} added {} to the group", actor_name(), names_of(members))
            }
            Self::Left(members) => format!("{} left the group", names_of(members)),
            Self::Removed(members) => {
                format!(
                    "{} removed {} from the group",
                    actor_name(),
                    names_of(members)
                )
            }
            Self::Renamed(title) => format!("{} renamed the group to {title}", actor_name()),
            Self::OwnerChanged(member) => format!(
                "{} is the admin of the group now",
                profiles.display_name(*member)
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parlor_model::Timestamp;

    #[test]
    fn entries_are_converted_by_kind() {
        let of = |kind, payload: &str| {
            SystemEvent::from_entry(&LogEntry {
                seq: 1,
                kind,
                actor: None,
                at: Timestamp::from_millis(0),
                payload: payload.to_owned(),
            })
        };
        assert_eq!(
            of(LogEntryKind::Created, r#"{"title":"T","participants":[1]}"#),
            Some(SystemEvent::Created(Some("T".to_owned())))
        );
        assert_eq!(
            of(LogEntryKind::Joined, r#"{"members":[1,2]}"#),
            Some(SystemEvent::Joined(vec![1, 2]))
        );
        assert_eq!(
            of(LogEntryKind::Changed, r#"{"owner":3}"#),
            Some(SystemEvent::OwnerChanged(3))
        );
        for quiet in [
            r#"{"state":"closed"}"#,
            r#"{"title":null}"#,
            r#"{"announcement":true}"#,
            "?",
        ] {
            assert_eq!(of(LogEntryKind::Changed, quiet), None, "{quiet}");
        }
        assert_eq!(of(LogEntryKind::MessageDeleted, "{}"), None);
    }
}
