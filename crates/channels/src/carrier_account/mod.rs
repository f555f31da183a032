//! An account at a carrier with Twilio's REST API, which sends text messages or places calls, and posts what it receives.

mod client;
mod response;
mod settings;
mod webhook;

pub(crate) use self::client::CarrierAccountClient;
pub use self::settings::{CarrierAccountSettings, CarrierApi};
pub use self::webhook::{CarrierForm, CarrierWebhookVerifier};
