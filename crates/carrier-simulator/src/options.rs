//! Options of a simulator. Time and randomness are passed in.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Microseconds since 1970.
pub type SimulatorClock = Arc<dyn Fn() -> i64 + Send + Sync>;
/// Source of ids and tokens, which must not be guessable. Faults come from the seed.
pub type SimulatorRandom = Arc<dyn Fn() -> u128 + Send + Sync>;

/// Account at the simulator, and the token with which it posts mails.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SimulatorCredentials {
    /// Id of the account.
    pub account_sid: String,
    /// Token of the account, which also signs what the simulator posts.
    pub auth_token: String,
    /// Token of posted mails.
    pub mail_token: String,
}

impl SimulatorCredentials {
    /// Draws an account and its tokens.
    pub fn generate(random: &SimulatorRandom) -> Self {
        let hexadecimal = || format!("{:032x}", random());
        Self {
            account_sid: format!("AC{}", hexadecimal()),
            auth_token: hexadecimal(),
            mail_token: hexadecimal(),
        }
    }
}

impl fmt::Debug for SimulatorCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SimulatorCredentials")
    }
}

/// Options of a simulator.
#[derive(Clone)]
pub struct SimulatorOptions {
    /// URLs under which the server may ask to be called. Nothing else is ever called.
    pub server_urls: Vec<String>,
    /// URL at which the server is really called.
    pub connect_url: String,
    /// Workspace that gets what simulated people send, where a command names none.
    pub workspace: Option<String>,
    /// Account and tokens.
    pub credentials: SimulatorCredentials,
    /// Seed of the faults.
    pub seed: u64,
    /// Share of requests, reports and people that are faulty, from 0 to 1.
    pub fault_rate: f64,
    /// Time between two states of a message or a call.
    pub delay: Duration,
    /// Time for which a caller listens to a silence, if the server does not say how long.
    pub silence: Duration,
    /// Whether requests may name any host, and not only this machine.
    pub allow_remote: bool,
    /// Clock.
    pub clock: SimulatorClock,
    /// Source of ids.
    pub random: SimulatorRandom,
}
