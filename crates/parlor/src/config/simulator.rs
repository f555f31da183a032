//! The section `simulator`, and which channels go over the simulator.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use parlor_channels::{CarrierApi, MailInKind, SmtpKind};
use serde::Deserialize;

use super::parse::deserialize_duration;
use super::{ServerConfig, section_error};
use crate::cli_error::{CliError, ExitKind};

/// Longest delay and silence.
const MAX_TIME: Duration = Duration::from_secs(600);

/// The section `simulator`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SimulatorSection {
    /// Whether all channels go over the simulator.
    pub(crate) enabled: bool,
    /// Address of the API and of the commands.
    pub(crate) listen: SocketAddr,
    /// Address at which mails are taken.
    pub(crate) smtp_listen: SocketAddr,
    /// Seed of the faults.
    pub(crate) seed: u64,
    /// Share of requests, reports and people that are faulty.
    pub(crate) fault_rate: f64,
    /// Time between two states of a message or a call.
    #[serde(deserialize_with = "deserialize_duration")]
    pub(crate) delay: Duration,
    /// Time for which a caller listens to a silence.
    #[serde(deserialize_with = "deserialize_duration")]
    pub(crate) silence: Duration,
}

impl Default for SimulatorSection {
    fn default() -> Self {
        Self {
            enabled: false,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8090)),
            smtp_listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: 1,
            fault_rate: 0.0,
            delay: Duration::from_millis(200),
            silence: Duration::from_secs(10),
        }
    }
}

impl SimulatorSection {
    /// Returns the first key that cannot be used, with the rule that it breaks.
    pub(crate) fn invalid_key(&self) -> Option<(&'static str, &'static str)> {
        if !(0.0..=1.0).contains(&self.fault_rate) {
            return Some(("fault_rate", "must be from 0 to 1"));
        }
        if self.delay > MAX_TIME {
            return Some(("delay", "must be up to 10m"));
        }
        if self.silence.is_zero() || self.silence > MAX_TIME {
            return Some(("silence", "must be up to 10m, and not 0"));
        }
        None
    }
}

/// Channels that go over the simulator of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SimulatedChannels {
    pub(crate) sms: bool,
    pub(crate) voice: bool,
    pub(crate) smtp: bool,
    pub(crate) mail_in: bool,
}

impl SimulatedChannels {
    /// Returns whether a simulator is needed.
    pub(crate) const fn is_any(self) -> bool {
        self.sms || self.voice || self.smtp || self.mail_in
    }
}

impl ServerConfig {
    /// Returns the channels that go over the simulator: all if it is enabled, otherwise those of this kind.
    pub(crate) fn simulated_channels(&self) -> SimulatedChannels {
        let all = self.simulator.enabled;
        let is_simulated = |kind: CarrierApi| kind == CarrierApi::Simulator;
        let (sms, voice) = (self.sms.as_ref(), self.voice.as_ref());
        let (smtp, mail_in) = (self.smtp.as_ref(), self.mail_in.as_ref());
        SimulatedChannels {
            sms: all || sms.is_some_and(|sms| is_simulated(sms.kind)),
            voice: all || voice.is_some_and(|voice| is_simulated(voice.kind)),
            smtp: all || smtp.is_some_and(|smtp| smtp.kind == SmtpKind::Simulator),
            mail_in: all || mail_in.is_some_and(|mail| mail.kind == MailInKind::Simulator),
        }
    }

    /// Checks the section. If all channels are simulated, none may have a carrier: it is not obvious which one would be
    /// used.
    pub(super) fn validate_simulator(&self) -> Result<(), CliError> {
        if let Some((key, rule)) = self.simulator.invalid_key() {
            return Err(section_error("simulator", key, rule));
        }
        let (listen, smtp_listen) = (self.simulator.listen, self.simulator.smtp_listen);
        for (key, address) in [("listen", listen), ("smtp_listen", smtp_listen)] {
            if !address.ip().is_loopback() {
                let rule = "must be a loopback address, such as 127.0.0.1:8090";
                return Err(section_error("simulator", key, rule));
            }
        }
        if !self.simulator.enabled {
            return Ok(());
        }
        let is_real = |kind: CarrierApi| kind != CarrierApi::Simulator;
        let (smtp, mail_in) = (self.smtp.as_ref(), self.mail_in.as_ref());
        let real = [
            (
                "sms",
                self.sms.as_ref().is_some_and(|sms| is_real(sms.kind)),
            ),
            (
                "voice",
                self.voice.as_ref().is_some_and(|voice| is_real(voice.kind)),
            ),
            (
                "smtp",
                smtp.is_some_and(|smtp| smtp.kind != SmtpKind::Simulator),
            ),
            (
                "mail_in",
                mail_in.is_some_and(|mail| mail.kind != MailInKind::Simulator),
            ),
        ];
        match real.iter().find(|(_, is_real)| *is_real) {
            None => Ok(()),
            Some((section, _)) => Err(CliError::new(
                ExitKind::Usage,
                format!(
                    "both `simulator.enabled` and the section `{section}` say where its messages go"
                ),
            )
            .with_hint(
                "keep one of them, or give only the sections to be simulated kind = \"simulator\"",
            )),
        }
    }
}
