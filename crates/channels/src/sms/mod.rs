//! Text messages over a carrier with Twilio's REST API.

use parlor_engine::outbound::{DeliveryError, OutboundMessage};
use parlor_model::outbox::DeliveryFailureReason;

use crate::carrier_account::{CarrierAccountClient, CarrierAccountSettings};
use crate::settings_error::ChannelSettingsError;

/// Longest text in characters, which is the carrier's own limit. A longer one is refused here rather than sent in parts
/// of which some may be lost.
const MAX_CHARS: usize = 1_600;

/// Sends text messages.
pub(crate) struct SmsClient {
    account: CarrierAccountClient,
    public_url: Option<String>,
}

impl SmsClient {
    /// Creates a client. With the URL by which others reach this server, the carrier is asked to report there what becomes
    /// of messages.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub(crate) fn new(
        settings: &CarrierAccountSettings,
        public_url: Option<String>,
    ) -> Result<Self, ChannelSettingsError> {
        Ok(Self {
            account: CarrierAccountClient::new(settings, "Messages.json", "a text message")?,
            public_url,
        })
    }

    /// Sends a text.
    pub(crate) async fn send(
        &self,
        message: &OutboundMessage,
        text: &str,
    ) -> Result<(), DeliveryError> {
        if text.chars().count() > MAX_CHARS {
            tracing::warn!("a text message is too long for the carrier");
            return Err(DeliveryError::Permanent(DeliveryFailureReason::TooLong));
        }
        let callback = self.status_callback(message);
        let mut form = vec![
            ("From", message.from.as_str()),
            ("To", message.to.as_str()),
            ("Body", text),
        ];
        form.extend(callback.as_deref().map(|url| ("StatusCallback", url)));
        self.account.create(&form).await.map(drop)
    }

    /// Returns where the carrier reports what becomes of a message, if somebody waits for that.
    fn status_callback(&self, message: &OutboundMessage) -> Option<String> {
        let public_url = self.public_url.as_ref().filter(|_| message.is_tracked)?;
        let (workspace, id) = (message.workspace.uuid(), message.id);
        Some(format!(
            "{public_url}/carriers/sms/{workspace}/deliveries/{id}"
        ))
    }
}
