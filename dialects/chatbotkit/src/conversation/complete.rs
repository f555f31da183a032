//! `POST /conversation/complete`, after the vendor's reference on completing conversations. In a conversation the same is
//! asked of [`super::receive`].

use parlor_kit::Payload;
use parlor_model::Error;
use parlor_model::scope::{Resource, Scope};

use super::receive::ANSWERING;
use crate::auth::Caller;
use crate::{Outcome, body};

/// Saying something without a conversation and being answered: nothing would be stored in any case.
pub(crate) async fn stateless(caller: Caller, payload: Payload) -> Outcome {
    caller.ctx.require(Scope::write(Resource::Messages))?;
    body::ignore(payload).await?;
    Err(Error::new(ANSWERING).into())
}
