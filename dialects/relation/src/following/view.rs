//! Renders members in lists.

use parlor_kit::QueryParams;
use parlor_model::Result;
use parlor_model::following::DiscoveredMember;
use parlor_model::member::MemberRef;
use serde::Serialize;
use utoipa::ToSchema;

use super::cursor;
use crate::public_profiles::display_name;

/// Page size unless the request sets one.
const DEFAULT_PAGE_SIZE: i64 = 20;
/// Maximum page size; larger values are reduced to it.
const MAX_PAGE_SIZE: i64 = 100;

/// Reads the query parameter `limit`.
///
/// # Errors
/// `Invalid` unless it is a positive integer.
pub(crate) fn page_size_from_query(query: &QueryParams) -> Result<i64> {
    let limit = query.get_int("limit", DEFAULT_PAGE_SIZE, 1, i64::MAX)?;
    Ok(limit.min(MAX_PAGE_SIZE))
}

/// A member in short.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserBrief {
    relation_id: String,
    /// For somebody who never signed in, the beginning of the relationId.
    name: String,
    /// Address of a picture, or empty.
    avatar: String,
}

impl UserBrief {
    pub(crate) fn new(member: MemberRef, photo: Option<String>) -> Self {
        Self {
            name: display_name(&member),
            relation_id: member.handle,
            avatar: photo.unwrap_or_default(),
        }
    }
}

/// A member that is recommended or was found.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DiscoveredUser {
    relation_id: String,
    /// For somebody who never signed in, the beginning of the relationId.
    name: String,
    /// Address of a picture, or empty.
    avatar: String,
    /// Whether the caller follows it.
    following: bool,
}

/// A page of members that are recommended or were found.
#[derive(Serialize, ToSchema)]
pub(crate) struct DiscoveredPage {
    /// What to ask for the next page with; empty when this one is.
    cursor: String,
    list: Vec<DiscoveredUser>,
}

impl DiscoveredPage {
    pub(crate) fn new(rows: Vec<DiscoveredMember>) -> Self {
        let cursor = rows
            .last()
            .map(|row| cursor::encode_member_cursor(row.member.id));
        let list = rows.into_iter().map(|row| DiscoveredUser {
            name: display_name(&row.member),
            relation_id: row.member.handle,
            avatar: row.photo.unwrap_or_default(),
            following: row.is_followed,
        });
        Self {
            cursor: cursor.unwrap_or_default(),
            list: list.collect(),
        }
    }
}
