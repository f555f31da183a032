//! The carriers of a server: which of them a delivery goes over.

use parlor_engine::chat::MailId;
use parlor_engine::outbound::{
    Carrier, DeliveryError, DeliveryFuture, OutboundContent, OutboundMessage,
};

use serde::Deserialize;

use crate::email::{Mail, MailInSettings, SmtpMailer, SmtpSettings};
use crate::settings_error::ChannelSettingsError;
use crate::sms::{SmsClient, SmsSettings};

/// Settings of the carriers in the configuration of the server.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CarrierSettings {
    /// The carrier of text messages.
    pub sms: Option<SmsSettings>,
    /// The mail server that sends.
    pub smtp: Option<SmtpSettings>,
    /// The address to which a mail server posts what it has received.
    pub mail_in: Option<MailInSettings>,
}

/// Carriers as configured. Without one, deliveries over its medium fail.
pub struct ConfiguredCarriers {
    sms: Option<SmsClient>,
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
            OutboundContent::Email {
                subject,
                text,
                conversation,
            } => {
                let smtp = self.smtp.as_ref().ok_or(DeliveryError)?;
                let mail = Mail {
                    id: MailId {
                        conversation: *conversation,
                        mail: message.id,
                    },
                    from,
                    to,
                    subject: subject.as_ref().map(|subject| subject.as_str()),
                    text,
                };
                smtp.send(&mail).await
            }
            OutboundContent::Call(_) => Err(DeliveryError),
        }
    }
}

impl Carrier for ConfiguredCarriers {
    fn deliver(&self, message: OutboundMessage) -> DeliveryFuture<'_> {
        Box::pin(self.deliver_over(message))
    }
}
