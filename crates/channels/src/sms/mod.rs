//! Text messages over a carrier with Twilio's REST API.

use parlor_engine::outbound::DeliveryError;

use crate::carrier_account::{CarrierAccountClient, CarrierAccountSettings};
use crate::settings_error::ChannelSettingsError;

/// Longest text in characters, which is the carrier's own limit. A longer one is refused here rather than sent in parts
/// of which some may be lost.
const MAX_CHARS: usize = 1_600;

/// Sends text messages.
pub(crate) struct SmsClient(CarrierAccountClient);

impl SmsClient {
    /// Creates a client.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub(crate) fn new(settings: &CarrierAccountSettings) -> Result<Self, ChannelSettingsError> {
        CarrierAccountClient::new(settings, "Messages.json", "a text message").map(Self)
    }

    /// Sends a text.
    pub(crate) async fn send(&self, from: &str, to: &str, text: &str) -> Result<(), DeliveryError> {
        if text.chars().count() > MAX_CHARS {
            tracing::warn!("a text message is too long for the carrier");
            return Err(DeliveryError);
        }
        let form = [("From", from), ("To", to), ("Body", text)];
        self.0.create(&form).await.map(drop)
    }
}
