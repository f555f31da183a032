//! The simulator inside of the server: a carrier on loopback ports of its own, to which the channels of the configuration
//! lead.

use std::sync::Arc;
use std::time::Duration;

use parlor_carrier_simulator::{
    BoundSimulator, Simulator, SimulatorClock, SimulatorCredentials, SimulatorOptions,
    SimulatorRandom,
};
use parlor_channels::{
    CarrierAccountSettings, CarrierApi, MailInSettings, SmtpKind, SmtpSettings, SmtpTls,
};
use parlor_engine::workspace;
use parlor_kit::AppState;
use parlor_model::time::{Clock, RandomSource};
use secrecy::SecretString;

use crate::cli_error::{CliError, ExitKind};
use crate::config::{ServerConfig, SimulatedChannels, SimulatorSection};
use crate::server::ServerOptions;
use crate::system::{SystemClock, SystemRandom};

/// Time for handing a message or a call over.
const CARRIER_TIMEOUT: Duration = Duration::from_secs(10);

/// Returns the clock of the operating system.
pub(crate) fn system_clock() -> SimulatorClock {
    Arc::new(|| SystemClock.now().micros())
}

/// Returns the randomness of the operating system.
pub(crate) fn system_random() -> SimulatorRandom {
    Arc::new(|| {
        let mut bytes = [0; 16];
        SystemRandom.fill(&mut bytes);
        u128::from_le_bytes(bytes)
    })
}

/// Binds the ports of a simulator.
///
/// # Errors
/// `Failed` if a port is taken.
pub(crate) async fn bind(section: &SimulatorSection) -> Result<BoundSimulator, CliError> {
    let bound = BoundSimulator::bind(section.listen, section.smtp_listen).await;
    bound.map_err(|error| {
        let message = format!(
            "the simulator cannot listen on {} and {}: {error}",
            section.listen, section.smtp_listen
        );
        CliError::new(ExitKind::Failed, message)
            .with_hint("choose other ports, or 127.0.0.1:0 for any free one")
    })
}

/// A simulator of the server that does not run yet.
pub(crate) struct ServerSimulator {
    bound: BoundSimulator,
    section: SimulatorSection,
    channels: SimulatedChannels,
    credentials: SimulatorCredentials,
    public_url: Option<String>,
}

impl ServerSimulator {
    /// Binds the ports if a channel is simulated.
    ///
    /// # Errors
    /// `Failed` if a port is taken.
    pub(crate) async fn bind(settings: &ServerConfig) -> Result<Option<Self>, CliError> {
        let channels = settings.simulated_channels();
        if !channels.is_any() {
            return Ok(None);
        }
        Ok(Some(Self {
            bound: bind(&settings.simulator).await?,
            section: settings.simulator.clone(),
            channels,
            credentials: SimulatorCredentials::generate(&system_random()),
            public_url: settings.public_url.clone(),
        }))
    }

    /// Returns the URL of the API and of the commands.
    pub(crate) fn url(&self) -> String {
        self.bound.url()
    }

    /// Leads the simulated channels to the simulator. `url` is the server's own, at which reports are asked for.
    pub(crate) fn configure(&self, options: &mut ServerOptions, url: &str) {
        options.public_url.get_or_insert_with(|| url.to_owned());
        let carriers = &mut options.carriers;
        if self.channels.sms {
            carriers.sms = Some(self.account());
        }
        if self.channels.voice {
            carriers.voice = Some(self.account());
        }
        if self.channels.smtp {
            let address = self.bound.smtp_address();
            carriers.smtp = Some(SmtpSettings {
                kind: SmtpKind::Smtp,
                host: address.ip().to_string(),
                port: Some(address.port()),
                tls: SmtpTls::None,
                ca_file: None,
                username: None,
                password: None,
                password_file: None,
                dkim: Vec::new(),
                timeout: CARRIER_TIMEOUT,
            });
        }
        if self.channels.mail_in {
            let token = SecretString::from(self.credentials.mail_token.clone());
            carriers.mail_in = Some(MailInSettings::from_token(token));
        }
    }

    fn account(&self) -> CarrierAccountSettings {
        CarrierAccountSettings {
            kind: CarrierApi::Twilio,
            base_url: self.bound.url(),
            account_sid: self.credentials.account_sid.clone(),
            auth_token: Some(SecretString::from(self.credentials.auth_token.clone())),
            auth_token_file: None,
            timeout: CARRIER_TIMEOUT,
        }
    }

    /// Starts the simulator. Its people write to the first workspace, unless a command names another one.
    ///
    /// # Errors
    /// If the workspace cannot be read, or the simulator does not start.
    pub(crate) async fn start(
        self,
        app: &AppState,
        local_url: &str,
    ) -> Result<Simulator, CliError> {
        let workspaces = workspace::list(&app.engine).await?;
        let first = workspaces
            .first()
            .map(|first| first.key.id.uuid().to_string());
        let urls = self
            .public_url
            .into_iter()
            .chain([app.settings.public_url.clone()]);
        let options = SimulatorOptions {
            server_urls: urls.collect(),
            connect_url: local_url.to_owned(),
            workspace: first,
            credentials: self.credentials,
            seed: self.section.seed,
            fault_rate: self.section.fault_rate,
            delay: self.section.delay,
            silence: self.section.silence,
            allow_remote: false,
            clock: system_clock(),
            random: system_random(),
        };
        let started = self.bound.start(options);
        started.map_err(|error| CliError::new(ExitKind::Failed, error.to_string()))
    }
}
