//! Calls over a carrier with Twilio's REST API, which is told with TwiML what to say.

mod hook_url;
mod spoken_text;
mod status;
mod twiml;

use parlor_engine::outbound::{DeliveryError, OutboundCall};

pub use self::hook_url::CallHookUrl;
pub use self::status::{is_answered_by_machine, parse_call_status};
pub use self::twiml::VoiceResponse;
use crate::carrier_account::{CarrierAccountClient, CarrierAccountSettings};
use crate::settings_error::ChannelSettingsError;

/// Events of a call that the carrier reports.
const STATUS_EVENTS: [&str; 4] = ["initiated", "ringing", "answered", "completed"];

/// Places calls.
pub(crate) struct VoiceClient(CarrierAccountClient);

impl VoiceClient {
    /// Creates a client.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub(crate) fn new(settings: &CarrierAccountSettings) -> Result<Self, ChannelSettingsError> {
        CarrierAccountClient::new(settings, "Calls.json", "a call").map(Self)
    }

    /// Places a call, and returns the id that the carrier has given it.
    pub(crate) async fn place(&self, call: &OutboundCall) -> Result<Option<String>, DeliveryError> {
        let hook = CallHookUrl::new(&call.public_url, call.workspace, call.id);
        let (start, status) = (hook.start(), hook.status());
        let mut form = vec![
            ("From", call.from.as_str()),
            ("To", call.to.as_str()),
            ("Url", start.as_str()),
            ("Method", "POST"),
            ("StatusCallback", status.as_str()),
            ("StatusCallbackMethod", "POST"),
        ];
        form.extend(STATUS_EVENTS.map(|event| ("StatusCallbackEvent", event)));
        self.0.create(&form).await
    }
}
