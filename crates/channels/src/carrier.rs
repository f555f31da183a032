//! The carriers of a server: which of them a delivery goes over.

use parlor_engine::outbound::{
    CallFuture, Carrier, DeliveryError, DeliveryFuture, OutboundCall, OutboundContent,
    OutboundMessage,
};

use serde::Deserialize;

use crate::carrier_account::CarrierAccountSettings;
use crate::email::{Mail, SmtpMailer, SmtpSettings};
use crate::settings_error::ChannelSettingsError;
use crate::sms::SmsClient;
use crate::voice::VoiceClient;

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
}

/// Carriers as configured. Without one, deliveries over its medium fail.
pub struct ConfiguredCarriers {
    sms: Option<SmsClient>,
    voice: Option<VoiceClient>,
    smtp: Option<SmtpMailer>,
}

impl ConfiguredCarriers {
    /// Creates the carriers.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub fn new(settings: &CarrierSettings) -> Result<Self, ChannelSettingsError> {
        Ok(Self {
            sms: settings.sms.as_ref().map(SmsClient::new).transpose()?,
            voice: settings.voice.as_ref().map(VoiceClient::new).transpose()?,
            smtp: settings.smtp.as_ref().map(SmtpMailer::new).transpose()?,
        })
    }

    async fn deliver_over(&self, message: OutboundMessage) -> Result<(), DeliveryError> {
        let (from, to) = (message.from.as_str(), message.to.as_str());
        match &message.content {
            OutboundContent::Text(text) => {
                let sms = self.sms.as_ref().ok_or(DeliveryError)?;
                sms.send(from, to, text).await
            }
            OutboundContent::Email { subject, text } => {
                let smtp = self.smtp.as_ref().ok_or(DeliveryError)?;
                let mail = Mail {
                    id: message.id,
                    from,
                    to,
                    subject: subject.as_ref().map(|subject| subject.as_str()),
                    text,
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
            let voice = self.voice.as_ref().ok_or(DeliveryError)?;
            voice.place(&call).await
        })
    }
}
