//! The field `members` of request bodies.

use std::collections::HashSet;

use parlor_model::member::MemberKey;
use parlor_model::participant::{NewParticipant, ParticipantRole};
use parlor_model::{Error, Result};

use crate::ids;

/// Maximum number of members in one body.
const MAX_MEMBERS: usize = 500;

/// Parses one item of `members`.
///
/// # Errors
/// `Invalid` if it is no relationId.
pub(super) fn parse_handle(text: &str, strict: bool) -> Result<String> {
    ids::parse_handle(text, strict).ok_or_else(|| Error::invalid("members", "must be relationIds"))
}

/// Parses the relationIds and removes duplicates.
fn parse_handles(members: &[String], strict: bool) -> Result<Vec<String>> {
    let mut seen = HashSet::new();
    let mut handles = Vec::new();
    for text in members {
        let handle = parse_handle(text, strict)?;
        if seen.insert(handle.clone()) {
            handles.push(handle);
        }
    }
    if handles.len() > MAX_MEMBERS {
        return Err(Error::invalid("members", "must be at most 500"));
    }
    Ok(handles)
}

/// Parses the members to add to a channel, without duplicates.
///
/// # Errors
/// `Invalid` for a text that is no relationId, and for more than 500 members.
pub(super) fn parse_participants(members: &[String], strict: bool) -> Result<Vec<NewParticipant>> {
    let handles = parse_handles(members, strict)?.into_iter();
    Ok(handles
        .map(|handle| NewParticipant {
            member: MemberKey::Handle(handle),
            role: ParticipantRole::Member,
        })
        .collect())
}

/// Parses members, at least one, without duplicates.
///
/// # Errors
/// `Invalid` without members, for a text that is no relationId, and for more than 500 members.
pub(super) fn parse_members(members: &[String], strict: bool) -> Result<Vec<MemberKey>> {
    if members.is_empty() {
        return Err(Error::invalid("members", "must name somebody"));
    }
    let handles = parse_handles(members, strict)?.into_iter();
    Ok(handles.map(MemberKey::Handle).collect())
}
