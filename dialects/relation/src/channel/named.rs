//! The members a body names.

use std::collections::HashSet;

use parlor_model::member::MemberKey;
use parlor_model::participant::{NewParticipant, Role};
use parlor_model::{Error, Result};

use crate::ids;

/// Members that one body names, at the most.
const MAX: usize = 500;

/// The relationId that one of `members` is.
pub(super) fn member(text: &str, strict: bool) -> Result<String> {
    ids::member(text, strict).ok_or_else(|| Error::invalid("members", "must be relationIds"))
}

/// Their relationIds, each once.
fn handles(members: &[String], strict: bool) -> Result<Vec<String>> {
    let mut known = HashSet::new();
    let mut handles = Vec::new();
    for text in members {
        let handle = member(text, strict)?;
        if known.insert(handle.clone()) {
            handles.push(handle);
        }
    }
    if handles.len() > MAX {
        return Err(Error::invalid("members", "must be at most 500"));
    }
    Ok(handles)
}

/// Those to be in a channel; naming somebody twice does not matter.
pub(super) fn participants(members: &[String], strict: bool) -> Result<Vec<NewParticipant>> {
    let handles = handles(members, strict)?.into_iter();
    Ok(handles
        .map(|handle| NewParticipant {
            who: MemberKey::Handle(handle),
            role: Role::Member,
        })
        .collect())
}

/// At least one member.
pub(super) fn some(members: &[String], strict: bool) -> Result<Vec<MemberKey>> {
    if members.is_empty() {
        return Err(Error::invalid("members", "must name somebody"));
    }
    let handles = handles(members, strict)?.into_iter();
    Ok(handles.map(MemberKey::Handle).collect())
}
