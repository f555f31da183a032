//! Text messages over a carrier with Twilio's REST API.

mod media;
mod media_client;

pub(crate) use self::media_client::MediaClient;

use parlor_engine::outbound::{DeliveryError, OutboundFileSource, OutboundMessage};
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

    /// Sends a text, with its files.
    pub(crate) async fn send(
        &self,
        message: &OutboundMessage,
        text: &str,
    ) -> Result<(), DeliveryError> {
        if text.chars().count() > MAX_CHARS {
            tracing::warn!("a text message is too long for the carrier");
            return Err(DeliveryError::Permanent(DeliveryFailureReason::TooLong));
        }
        let media = self.media_urls(message).map_err(DeliveryError::Permanent)?;
        let callback = self.status_callback(message);
        let mut form = vec![
            ("From", message.from.as_str()),
            ("To", message.to.as_str()),
            ("Body", text),
        ];
        form.extend(media.iter().map(|url| ("MediaUrl", url.as_str())));
        form.extend(callback.as_deref().map(|url| ("StatusCallback", url)));
        self.account.create(&form).await.map(drop)
    }

    /// Returns the addresses from which the carrier fetches the files of a message.
    ///
    /// # Errors
    /// Why the carrier would not take them.
    fn media_urls(&self, message: &OutboundMessage) -> Result<Vec<String>, DeliveryFailureReason> {
        if message.files.is_empty() {
            return Ok(Vec::new());
        }
        media::check(&message.files)?;
        let public_url = self.public_url.as_ref();
        let public_url = public_url.ok_or_else(|| {
            tracing::warn!("a text message has files, and the server has no public_url");
            DeliveryFailureReason::NoPublicUrl
        })?;
        let links = message.files.iter().filter_map(|file| match &file.source {
            OutboundFileSource::Link(path) => Some(format!("{public_url}{}", path.as_str())),
            OutboundFileSource::Bytes(_) => None,
        });
        Ok(links.collect())
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
