//! Sends requests to a carrier with Twilio's REST API.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use parlor_engine::outbound::DeliveryError;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use secrecy::ExposeSecret;
use tokio::time::{Instant, sleep, timeout};

use super::CarrierAccountSettings;
use super::response::{Failure, read_response};
use crate::secret::SecretSource;
use crate::settings_error::{ChannelSettingsError, settings_error};
use crate::tls_client_config;

/// Attempts for one message or call.
const MAX_ATTEMPTS: usize = 3;
/// Delay before the second attempt, unless the carrier asks for another one.
const MIN_DELAY: Duration = Duration::from_millis(300);

/// Creates the messages or the calls of an account.
pub(crate) struct CarrierAccountClient {
    client: Client,
    url: Url,
    account_sid: String,
    token: SecretSource,
    timeout: Duration,
    /// What is created, for the log.
    noun: &'static str,
}

impl CarrierAccountClient {
    /// Creates a client of a resource of the account, such as `Messages.json`.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub(crate) fn new(
        settings: &CarrierAccountSettings,
        resource: &str,
        noun: &'static str,
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
            url: settings.resource_url(resource)?,
            account_sid: settings.account_sid.clone(),
            token: settings.token_source()?,
            timeout: settings.timeout,
            noun,
        })
    }

    /// Posts a form, and returns the id that the carrier has given what it has accepted. The request is repeated only if the
    /// carrier has surely not accepted it: when it was not reached, or asks for a pause.
    pub(crate) async fn create(
        &self,
        form: &[(&str, &str)],
    ) -> Result<Option<String>, DeliveryError> {
        let deadline = Instant::now() + self.timeout;
        let delays = ExponentialBuilder::new()
            .with_min_delay(MIN_DELAY)
            .with_max_times(MAX_ATTEMPTS - 1)
            .build();
        let mut delays = delays.map(Some).chain([None]);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let sent = timeout(left, self.attempt(form)).await;
            let failure = match sent.unwrap_or(Err(Failure::NoResponse)) {
                Ok(id) => return Ok(id),
                Err(failure) => failure,
            };
            let delay = delays.next().flatten();
            let wait = delay
                .zip(failure.pause())
                .map(|(own, theirs)| own.max(theirs));
            match wait {
                Some(wait) if Instant::now() + wait < deadline => sleep(wait).await,
                _ => {
                    tracing::warn!(reason = %failure, "{} was not accepted", self.noun);
                    return Err(failure.into());
                }
            }
        }
    }

    async fn attempt(&self, form: &[(&str, &str)]) -> Result<Option<String>, Failure> {
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
