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
use parlor_model::phone_number::PhoneNumber;
use parlor_model::{Ctx, Result};
use serde::Serialize;
use utoipa::ToSchema;

use self::options::PhoneOptionsResponse;
use crate::ids;

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
    pub(crate) fn from_phone_number(found: PhoneNumber, is_mapped: bool) -> Self {
        Self {
            id: found.number,
            uuid: ids::format_uuid(found.id),
            number: found.e164,
            name: found.name,
            sms_enabled: found.sms,
            voice_enabled: found.voice,
            is_default: found.is_default,
            is_archived: found.archived_at.is_some(),
            is_mapped,
            enable_sms: found.sms,
            enable_voice: found.voice,
            twilio_inbound_ready: false,
            options: PhoneOptionsResponse::from_options(found.options, found.default_workflow),
            created_at: time::format_iso(found.created_at),
        }
    }
}

/// Renders phone numbers that the caller may see.
async fn render_phone_numbers(
    app: &AppState,
    ctx: &Ctx,
    found: Vec<PhoneNumber>,
) -> Result<Vec<PhoneNumberResponse>> {
    let numbers = found.iter().map(|number| number.number).collect();
    let mapped = phone_number::used_by_workflows(&app.engine, ctx, numbers).await?;
    let rendered = found.into_iter().map(|number| {
        let is_mapped = mapped.contains(&number.number);
        PhoneNumberResponse::from_phone_number(number, is_mapped)
    });
    Ok(rendered.collect())
}

/// Renders a phone number that the caller may see.
async fn render_phone_number(
    app: &AppState,
    ctx: &Ctx,
    found: PhoneNumber,
) -> Result<PhoneNumberResponse> {
    Ok(render_phone_numbers(app, ctx, vec![found])
        .await?
        .swap_remove(0))
}
