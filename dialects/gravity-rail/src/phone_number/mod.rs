//! Phone numbers of the workspace, after developer/api/workspace/phone_numbers.

pub(crate) mod archive;
pub(crate) mod blockers;
pub(crate) mod create;
pub(crate) mod get;
pub(crate) mod link;
pub(crate) mod list;
pub(crate) mod list_linkable;
mod options;
pub(crate) mod update;

use parlor_engine::sender::phone_number;
use parlor_kit::{AppState, time};
use parlor_model::error::EntityKind;
use parlor_model::phone_number::{PhoneNumber, PhoneNumberKey};
use parlor_model::{Ctx, Result};
use serde::Serialize;
use utoipa::ToSchema;

use self::options::PhoneOptionsResponse;
use crate::ids::{self, EntityRef};

/// The vendor's page about these endpoints.
const VENDOR_PAGE: &str = "developer/api/workspace/phone_numbers";

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
    /// A workflow in use names it as its default.
    is_mapped: bool,
    /// The same as `smsEnabled`.
    enable_sms: bool,
    /// The same as `voiceEnabled`.
    enable_voice: bool,
    /// Whether a carrier brings what comes in: this server has none.
    twilio_inbound_ready: bool,
    #[serde(flatten)]
    options: PhoneOptionsResponse,
    created_at: String,
}

impl PhoneNumberResponse {
    /// Builds the object of a phone number. `is_mapped`: whether a workflow names it.
    pub(crate) fn from_phone_number(line: PhoneNumber, is_mapped: bool) -> Self {
        Self {
            id: line.number,
            uuid: ids::format_uuid(line.id),
            number: line.e164,
            name: line.name,
            sms_enabled: line.sms,
            voice_enabled: line.voice,
            is_default: line.is_default,
            is_archived: line.archived_at.is_some(),
            is_mapped,
            enable_sms: line.sms,
            enable_voice: line.voice,
            twilio_inbound_ready: false,
            options: PhoneOptionsResponse::from_options(line.options, line.default_workflow),
            created_at: time::format_iso(line.created_at),
        }
    }
}

/// Renders phone numbers that the caller may see.
async fn render_phone_numbers(
    app: &AppState,
    ctx: &Ctx,
    lines: Vec<PhoneNumber>,
) -> Result<Vec<PhoneNumberResponse>> {
    let numbers = lines.iter().map(|line| line.number).collect();
    let mapped = phone_number::used_by_workflows(&app.engine, ctx, numbers).await?;
    let shown = lines.into_iter().map(|line| {
        let is_mapped = mapped.contains(&line.number);
        PhoneNumberResponse::from_phone_number(line, is_mapped)
    });
    Ok(shown.collect())
}

/// Parses the reference to a phone number in a path.
fn parse_key(text: &str) -> Result<PhoneNumberKey> {
    EntityRef::from_path(text, EntityKind::PhoneNumber).map(EntityRef::to_id_or_number)
}
