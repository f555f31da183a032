//! The carriers of a server: which of them a delivery goes over.

use std::time::Duration;

use parlor_engine::chat::MailId;
use parlor_engine::outbound::{
    AgentServerError, CallFuture, Carrier, DeliveryError, DeliveryFuture, Downloading,
    OutboundCall, OutboundContent, OutboundMessage,
};

use parlor_model::outbox::DeliveryFailureReason;
use parlor_model::redacted::Redacted;
use serde::Deserialize;

use crate::AllowedNetworks;
use crate::carrier_account::CarrierAccountSettings;
use crate::email::{Mail, MailInSettings, SmtpMailer, SmtpSettings};
use crate::settings_error::ChannelSettingsError;
use crate::sms::{MediaClient, SmsClient};
use crate::voice::VoiceClient;

/// Time by which a delivery may exceed the time-out of its carrier.
const MARGIN: Duration = Duration::from_secs(1);

/// Settings of the carriers in the configuration of the server.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CarrierSettings {
    /// The carrier of text messages.
    pub sms: Option<CarrierAccountSettings>,
    /// The carrier of calls.
    pub voice: Option<CarrierAccountSettings>,
    /// The mail server that sends.
    pub smtp: Option<SmtpSettings>,
    /// The address to which a mail server posts what it has received.
    pub mail_in: Option<MailInSettings>,
}

/// Carriers as configured. Without one, deliveries over its medium fail.
pub struct ConfiguredCarriers {
    sms: Option<SmsClient>,
    media: Option<MediaClient>,
    voice: Option<VoiceClient>,
    smtp: Option<SmtpMailer>,
    max_duration: Duration,
}

impl ConfiguredCarriers {
    /// Creates the carriers. `public_url` is where others reach this server, if that is known; files of messages are fetched from
    /// `networks`, and from the carrier itself.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn new(
        settings: &CarrierSettings,
        public_url: Option<&str>,
        networks: AllowedNetworks,
    ) -> Result<Self, ChannelSettingsError> {
        let sms = settings.sms.as_ref();
        let sms = sms.map(|settings| SmsClient::new(settings, public_url.map(str::to_owned)));
        let media = settings.sms.as_ref();
        let media = media.map(|settings| MediaClient::new(settings, networks));
        let timeouts = [
            settings.sms.as_ref().map(|sms| sms.timeout),
            settings.smtp.as_ref().map(|smtp| smtp.timeout),
        ];
        Ok(Self {
            max_duration: timeouts.into_iter().flatten().max().unwrap_or_default() + MARGIN,
            sms: sms.transpose()?,
            media: media.transpose()?,
            voice: settings.voice.as_ref().map(VoiceClient::new).transpose()?,
            smtp: settings.smtp.as_ref().map(SmtpMailer::new).transpose()?,
        })
    }

    async fn deliver_over(&self, message: OutboundMessage) -> Result<(), DeliveryError> {
        let none = DeliveryError::Permanent(DeliveryFailureReason::NoCarrier);
        match &message.content {
            OutboundContent::Text(text) => {
                let sms = self.sms.as_ref().ok_or(none)?;
                sms.send(&message, text).await
            }
            OutboundContent::Email {
                subject,
                text,
                conversation,
                in_reply_to,
            } => {
                let smtp = self.smtp.as_ref().ok_or(none)?;
                let mail = Mail {
                    id: MailId {
                        conversation: *conversation,
                        mail: message.id,
                    },
                    from: message.from.as_str(),
                    to: message.to.as_str(),
                    subject: subject.as_ref().map(|subject| subject.as_str()),
                    text,
                    in_reply_to: in_reply_to.as_ref().map(|id| id.as_str()),
                    is_automatic: message.is_tracked,
                    files: &message.files,
                };
                smtp.send(&mail).await
            }
        }
    }
}

impl Carrier for ConfiguredCarriers {
    fn deliver(&self, message: OutboundMessage) -> DeliveryFuture<'_> {
        Box::pin(self.deliver_over(message))
    }

    fn place_call(&self, call: OutboundCall) -> CallFuture<'_> {
        Box::pin(async move {
            let none = DeliveryError::Permanent(DeliveryFailureReason::NoCarrier);
            let voice = self.voice.as_ref().ok_or(none)?;
            voice.place(&call).await
        })
    }

    fn fetch_file(&self, url: Redacted<String>, limit: u64) -> Downloading<'_> {
        Box::pin(async move {
            let media = self.media.as_ref().ok_or(AgentServerError::Unreachable)?;
            media.fetch(&url, limit).await
        })
    }

    fn max_duration(&self) -> Duration {
        self.max_duration
    }
}
