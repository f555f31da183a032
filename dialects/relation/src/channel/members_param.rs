//! The members a body names.

use std::collections::HashSet;

use parlor_model::member::MemberKey;
use parlor_model::participant::{NewParticipant, ParticipantRole};
use parlor_model::{Error, Result};

use crate::ids;

/// Members that one body names, at the most.
const MAX_MEMBERS: usize = 500;

/// The relationId that one of `members` is.
pub(super) fn parse_handle(text: &str, strict: bool) -> Result<String> {
    ids::parse_handle(text, strict).ok_or_else(|| Error::invalid("members", "must be relationIds"))
}

/// Their relationIds, each once.
fn parse_handles(members: &[String], strict: bool) -> Result<Vec<String>> {
    let mut known = HashSet::new();
    let mut handles = Vec::new();
    for text in members {
        let handle = parse_handle(text, strict)?;
        if known.insert(handle.clone()) {
            handles.push(handle);
        }
    }
    if handles.len() > MAX_MEMBERS {
        return Err(Error::invalid("members", "must be at most 500"));
    }
    Ok(handles)
}

/// Those to be in a channel; naming somebody twice does not matter.
pub(super) fn parse_participants(members: &[String], strict: bool) -> Result<Vec<NewParticipant>> {
    let handles = parse_handles(members, strict)?.into_iter();
    Ok(handles
        .map(|handle| NewParticipant {
            member: MemberKey::Handle(handle),
            role: ParticipantRole::Member,
        })
        .collect())
}

/// At least one member.
pub(super) fn parse_members(members: &[String], strict: bool) -> Result<Vec<MemberKey>> {
    if members.is_empty() {
        return Err(Error::invalid("members", "must name somebody"));
    }
    let handles = parse_handles(members, strict)?.into_iter();
    Ok(handles.map(MemberKey::Handle).collect())
}
