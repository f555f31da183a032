//! Phone numbers of the workspace, after developer/api/workspace/phone_numbers.

pub(crate) mod archive;
pub(crate) mod create;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod update;

use parlor_kit::time;
use parlor_model::Result;
use parlor_model::error::Noun;
use parlor_model::line::{PhoneNumber, PhoneNumberKey};
use serde::Serialize;
use utoipa::ToSchema;

use crate::ids::{self, Reference};

/// A phone number.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhoneNumberResponse {
    id: i64,
    uuid: String,
    /// E.164.
    number: String,
    name: Option<String>,
    sms_enabled: bool,
    voice_enabled: bool,
    /// Used where neither a chat nor its workflow names one.
    is_default: bool,
    is_archived: bool,
    created_at: String,
}

impl PhoneNumberResponse {
    pub(crate) fn of(line: PhoneNumber) -> Self {
        Self {
            id: line.number,
            uuid: ids::uuid(line.id),
            number: line.e164,
            name: line.name,
            sms_enabled: line.sms,
            voice_enabled: line.voice,
            is_default: line.is_default,
            is_archived: line.archived_at.is_some(),
            created_at: time::iso(line.created_at),
        }
    }
}

/// A phone number's name in a path.
fn key(text: &str) -> Result<PhoneNumberKey> {
    Reference::of_path(text, Noun::PhoneNumber).map(Reference::locator)
}
