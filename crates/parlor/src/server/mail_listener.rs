//! Listener for mail servers.

use std::sync::Arc;

use parlor_channels::{ChannelSettingsError, MailListener, MailListenerError};
use parlor_engine::Engine;
use parlor_model::{Error, Result};
use tokio::sync::watch;

use super::options::ServerOptions;

/// Binds the listener for mail servers, if there is one.
pub(super) async fn bind_mail_listener(
    options: &ServerOptions,
    engine: Arc<Engine>,
) -> Result<Option<MailListener>> {
    let Some(mail_in) = &options.carriers.mail_in else {
        return Ok(None);
    };
    let invalid = |error: ChannelSettingsError| Error::invalid("mail_in", error.to_string());
    let Some(settings) = mail_in.listener().map_err(invalid)? else {
        return Ok(None);
    };
    match MailListener::bind(settings, engine).await {
        Ok(listener) => Ok(Some(listener)),
        Err(MailListenerError::Settings(error)) => Err(invalid(error)),
        Err(error @ MailListenerError::Bind(..)) => Err(Error::unavailable(error)),
    }
}

/// Runs the listener until shutdown, if there is one.
pub(super) async fn run_mail_listener(
    listener: Option<MailListener>,
    stopped: watch::Receiver<bool>,
) {
    let Some(listener) = listener else {
        return;
    };
    if let Ok(address) = listener.address() {
        tracing::info!(%address, "listening for mail");
    }
    listener.run(stopped).await;
}
