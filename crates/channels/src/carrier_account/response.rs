//! What a carrier has answered.

use std::fmt;
use std::time::Duration;

use parlor_engine::outbound::DeliveryError;
use parlor_model::outbox::DeliveryFailureReason;
use reqwest::{Response, StatusCode, header};
use serde::Deserialize;

use super::webhook::is_carrier_id;

/// Longest response that is read.
const MAX_RESPONSE_BYTES: usize = 64 * 1024;

/// Why a message or a call was not accepted. `Display` has no word of the carrier, of the message or of the addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// The token cannot be read.
    NoToken,
    /// No connection.
    Unreachable,
    /// The request was sent, and no response came: it may have been accepted.
    NoResponse,
    /// The carrier asks for a pause.
    Busy(Duration),
    /// The carrier has refused it, with its own code.
    Refused { status: u16, code: Option<u32> },
}

impl Failure {
    /// Returns the pause after which another attempt may be made; `None` if none may.
    pub(super) const fn pause(&self) -> Option<Duration> {
        match self {
            Self::Unreachable => Some(Duration::ZERO),
            Self::Busy(pause) => Some(*pause),
            Self::NoToken | Self::NoResponse | Self::Refused { .. } => None,
        }
    }
}

/// Twilio's code for a recipient who has opted out at the carrier.
const OPTED_OUT: u32 = 21_610;
/// Twilio's codes for a recipient that is no number, or none that text messages can be sent to.
const UNKNOWN_NUMBERS: [u32; 2] = [21_211, 21_614];

impl From<Failure> for DeliveryError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NoToken | Failure::Unreachable => Self::Transient {
                reason: DeliveryFailureReason::Unreachable,
                retry_after: None,
            },
            Failure::Busy(pause) => Self::Transient {
                reason: DeliveryFailureReason::ReceiverFailed,
                retry_after: Some(pause),
            },
            Failure::NoResponse => Self::Unknown(DeliveryFailureReason::ConnectionLost),
            Failure::Refused { status, .. } if status >= 500 => {
                Self::Unknown(DeliveryFailureReason::ReceiverFailed)
            }
            Failure::Refused {
                code: Some(OPTED_OUT),
                ..
            } => Self::Permanent(DeliveryFailureReason::OptedOut),
            Failure::Refused {
                code: Some(code), ..
            } if UNKNOWN_NUMBERS.contains(&code) => {
                Self::Permanent(DeliveryFailureReason::AddressBounced)
            }
            Failure::Refused { .. } => Self::Permanent(DeliveryFailureReason::Rejected),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoToken => f.write_str("auth_token_file cannot be read"),
            Self::Unreachable => f.write_str("the carrier cannot be reached"),
            Self::NoResponse => f.write_str("the carrier did not answer, or not in time"),
            Self::Busy(_) => f.write_str("the carrier limits the rate of requests"),
            Self::Refused { status, code } => {
                write!(f, "the carrier refused it (HTTP {status}")?;
                match code {
                    Some(code) => write!(f, ", code {code})"),
                    None => f.write_str(")"),
                }
            }
        }
    }
}

/// An error in the body of a response. The carrier's words are not read, since they quote numbers.
#[derive(Deserialize)]
struct ErrorBody {
    code: Option<u32>,
}

/// What a carrier says of a message or a call that it has accepted.
#[derive(Deserialize)]
struct AcceptedBody {
    sid: Option<String>,
}

/// Reads whether the message or the call was accepted, and the id that the carrier has given it, if it has.
pub(super) async fn read_response(response: Response) -> Result<Option<String>, Failure> {
    let status = response.status();
    if status.is_success() {
        let body = read_body(response).await.unwrap_or_default();
        let accepted: Option<AcceptedBody> = serde_json::from_slice(&body).ok();
        let id = accepted.and_then(|accepted| accepted.sid);
        return Ok(id.filter(|id| is_carrier_id(id)));
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        let seconds = response.headers().get(header::RETRY_AFTER);
        let seconds = seconds.and_then(|text| text.to_str().ok()?.parse().ok());
        return Err(Failure::Busy(Duration::from_secs(seconds.unwrap_or(1))));
    }
    let body = read_body(response).await.unwrap_or_default();
    let error: Option<ErrorBody> = serde_json::from_slice(&body).ok();
    Err(Failure::Refused {
        status: status.as_u16(),
        code: error.and_then(|error| error.code),
    })
}

async fn read_body(mut response: Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_RESPONSE_BYTES {
            return None;
        }
    }
    Some(body)
}
