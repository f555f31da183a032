//! Fetches files of received text messages.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use parlor_engine::outbound::{AgentServerError, Download};
use reqwest::Url;
use secrecy::ExposeSecret;

use crate::AllowedNetworks;
use crate::carrier_account::CarrierAccountSettings;
use crate::download::{FileResponse, HttpDownloads};
use crate::secret::SecretSource;
use crate::settings_error::ChannelSettingsError;

/// Redirects that are followed: a carrier's API hands out addresses of its store.
const MAX_REDIRECTS: usize = 3;

/// Fetches files that the carrier hands out. The account's credentials are sent to the carrier's own host only, which the
/// operator has named and which may be in any network; every other host must be in an allowed one.
pub(crate) struct MediaClient {
    carrier: Url,
    account_sid: String,
    token: SecretSource,
    own: HttpDownloads,
    others: HttpDownloads,
}

impl MediaClient {
    /// Creates a client.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub(crate) fn new(
        settings: &CarrierAccountSettings,
        networks: AllowedNetworks,
    ) -> Result<Self, ChannelSettingsError> {
        Ok(Self {
            carrier: settings.resource_url("Messages.json")?,
            account_sid: settings.account_sid.clone(),
            token: settings.token_source()?,
            own: HttpDownloads::new(AllowedNetworks::all()),
            others: HttpDownloads::new(networks),
        })
    }

    /// Fetches a file.
    pub(crate) async fn fetch(&self, url: &str, limit: u64) -> Result<Download, AgentServerError> {
        let mut url = Url::parse(url).map_err(|_| AgentServerError::AddressForbidden)?;
        for _ in 0..=MAX_REDIRECTS {
            if !matches!(url.scheme(), "http" | "https") {
                return Err(AgentServerError::AddressForbidden);
            }
            let is_own = url.origin() == self.carrier.origin();
            let response = match is_own {
                true => {
                    let credentials = self.credentials().await?;
                    self.own.get(url.as_str(), limit, Some(credentials)).await?
                }
                false => self.others.get(url.as_str(), limit, None).await?,
            };
            let location = match response {
                FileResponse::File(download) => return Ok(download),
                FileResponse::Redirect(location) => location,
            };
            let next = url.join(&location);
            let next = next.map_err(|_| AgentServerError::AddressForbidden)?;
            if url.scheme() == "https" && next.scheme() != "https" {
                return Err(AgentServerError::AddressForbidden);
            }
            url = next;
        }
        Err(AgentServerError::UnexpectedResponse)
    }

    async fn credentials(&self) -> Result<HeaderValue, AgentServerError> {
        let unreadable = |_| AgentServerError::Unreachable;
        let token = self.token.read().await.map_err(unreadable)?;
        let pair = format!("{}:{}", self.account_sid, token.expose_secret());
        let text = format!("Basic {}", STANDARD.encode(pair));
        let mut value = HeaderValue::from_str(&text).map_err(|_| AgentServerError::Unreachable)?;
        value.set_sensitive(true);
        Ok(value)
    }
}
