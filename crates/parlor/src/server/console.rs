//! Settings of the console.

use std::net::SocketAddr;
use std::sync::Arc;

use parlor_console::{ConsoleSettings, ServerFacts};

use super::ServerOptions;

/// Builds the settings of the console of a server that listens on `address`; `None` if it is switched off.
pub(super) fn build_settings(
    options: &ServerOptions,
    public_url: &str,
    address: SocketAddr,
) -> Option<Arc<ConsoleSettings>> {
    let is_loopback = address.ip().to_canonical().is_loopback();
    options.console.then(|| {
        let settings = ConsoleSettings::new(public_url, is_loopback);
        settings.set_facts(server_facts(options));
        Arc::new(settings)
    })
}

/// Returns what the page about health says of the server.
fn server_facts(options: &ServerOptions) -> ServerFacts {
    let carriers = &options.carriers;
    ServerFacts {
        started_at: options.clock.now(),
        carriers: vec![
            ("text messages", carriers.sms.is_some()),
            ("calls", carriers.voice.is_some()),
            ("sent mail", carriers.smtp.is_some()),
            ("received mail", carriers.mail_in.is_some()),
        ],
        has_model: options.assistant.provider.is_some(),
    }
}
