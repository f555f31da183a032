//! Text messages over a carrier with Twilio's REST API.

mod response;
mod settings;
mod webhook;

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use parlor_engine::outbound::{DeliveryError, OutboundMessage};
use parlor_model::outbox::DeliveryFailureReason;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use secrecy::ExposeSecret;
use tokio::time::{Instant, sleep, timeout};

use self::response::{Failure, read_response};
pub use self::settings::{SmsCarrierKind, SmsSettings};
pub use self::webhook::{SmsForm, SmsWebhookVerifier};
use crate::secret::SecretSource;
use crate::settings_error::{ChannelSettingsError, settings_error};
use crate::tls_client_config;

/// Attempts for one message.
const MAX_ATTEMPTS: usize = 3;
/// Delay before the second attempt, unless the carrier asks for another one.
const MIN_DELAY: Duration = Duration::from_millis(300);
/// Longest text in characters, which is the carrier's own limit. A longer one is refused here rather than sent in parts
/// of which some may be lost.
const MAX_CHARS: usize = 1_600;

/// Sends text messages.
pub(crate) struct SmsClient {
    client: Client,
    url: Url,
    account_sid: String,
    token: SecretSource,
    timeout: Duration,
    public_url: Option<String>,
}

impl SmsClient {
    /// Creates a client. With the URL by which others reach this server, the carrier is asked to report there what becomes
    /// of messages.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub(crate) fn new(
        settings: &SmsSettings,
        public_url: Option<String>,
    ) -> Result<Self, ChannelSettingsError> {
        settings.validate()?;
        let error = || settings_error("base_url", "cannot be used: the HTTP client does not start");
        let client = Client::builder()
            .user_agent(concat!("parlor/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .no_proxy()
            .tls_backend_preconfigured(tls_client_config().ok_or_else(error)?)
            .build()
            .map_err(|_| error())?;
        Ok(Self {
            client,
            url: settings.messages_url()?,
            account_sid: settings.account_sid.clone(),
            token: settings.token_source()?,
            timeout: settings.timeout,
            public_url,
        })
    }

    /// Sends a text. It is repeated only if the carrier has surely not accepted it: when it was not reached, or asks for
    /// a pause.
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
        let deadline = Instant::now() + self.timeout;
        let delays = ExponentialBuilder::new()
            .with_min_delay(MIN_DELAY)
            .with_max_times(MAX_ATTEMPTS - 1)
            .build();
        let mut delays = delays.map(Some).chain([None]);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let sent = timeout(left, self.attempt(&form)).await;
            let failure = match sent.unwrap_or(Err(Failure::NoResponse)) {
                Ok(()) => return Ok(()),
                Err(failure) => failure,
            };
            let delay = delays.next().flatten();
            let wait = delay
                .zip(failure.pause())
                .map(|(own, theirs)| own.max(theirs));
            match wait {
                Some(wait) if Instant::now() + wait < deadline => sleep(wait).await,
                _ => {
                    tracing::warn!(reason = %failure, "a text message was not sent");
                    return Err(failure.into());
                }
            }
        }
    }

    /// Returns where the carrier reports what becomes of a message, if somebody waits for that.
    fn status_callback(&self, message: &OutboundMessage) -> Option<String> {
        let public_url = self.public_url.as_ref().filter(|_| message.is_tracked)?;
        let (workspace, id) = (message.workspace.uuid(), message.id);
        Some(format!(
            "{public_url}/carriers/sms/{workspace}/deliveries/{id}"
        ))
    }

    async fn attempt(&self, form: &[(&str, &str)]) -> Result<(), Failure> {
        let token = self.token.read().await.map_err(|_| Failure::NoToken)?;
        let request = self
            .client
            .post(self.url.clone())
            .basic_auth(&self.account_sid, Some(token.expose_secret()))
            .form(form);
        match request.send().await {
            Ok(response) => read_response(response).await,
            Err(error) if error.is_connect() => Err(Failure::Unreachable),
            Err(_) => Err(Failure::NoResponse),
        }
    }
}
