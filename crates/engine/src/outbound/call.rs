//! Calls that a carrier places.

use std::future::Future;
use std::pin::Pin;

use parlor_model::id::{VoiceCallId, WorkspaceId};
use parlor_model::redacted::Redacted;

use super::DeliveryError;

/// A call to place.
#[derive(Debug, Clone)]
pub struct OutboundCall {
    /// Its id, which the carrier's requests about it name.
    pub id: VoiceCallId,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The number that calls.
    pub from: Redacted<String>,
    /// The number that is called.
    pub to: Redacted<String>,
    /// URL at which the carrier reaches this server, without a trailing slash.
    pub public_url: String,
}

/// Future of [`super::Carrier::place_call`], boxed for dynamic dispatch: the id that the carrier has given the call, if
/// it has.
pub type CallFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Option<String>, DeliveryError>> + Send + 'a>>;
