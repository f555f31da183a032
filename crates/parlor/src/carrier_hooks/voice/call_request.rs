//! The call that a request is about.

use http::Uri;
use parlor_channels::{CallHookUrl, CarrierForm};
use parlor_engine::chat::call::CallReference;
use parlor_engine::workspace;
use parlor_model::error::EntityKind;
use parlor_model::id::VoiceCallId;
use parlor_model::{Ctx, Error, Result};
use uuid::Uuid;

use super::script::{Script, Speech};
use crate::carrier_hooks::signed_form::SignedFormReader;

/// A call, as the carrier names it.
pub(super) struct CallRequest {
    /// The server's operator in the workspace of the call.
    pub(super) ctx: Ctx,
    pub(super) reference: CallReference,
    /// Language of the workspace's calls.
    pub(super) speech: Speech,
    /// Where the call goes on.
    pub(super) hook: CallHookUrl,
}

impl CallRequest {
    pub(super) async fn new(
        reader: &SignedFormReader,
        ctx: Ctx,
        id: VoiceCallId,
        carrier_id: String,
    ) -> Result<Self> {
        let public_url = &reader.app().settings.public_url;
        Ok(Self {
            speech: find_speech(reader, &ctx).await?,
            hook: CallHookUrl::new(public_url, ctx.workspace.id, id),
            ctx,
            reference: CallReference {
                id: Some(id),
                carrier_id,
            },
        })
    }

    /// Returns what writes how the call goes on. `position` is that of what is said next.
    pub(super) const fn script(&self, position: u32) -> Script<'_> {
        Script::new(&self.speech, &self.hook, position)
    }

    /// Reads the workspace and the call of a path, and the carrier's id of the call.
    pub(super) async fn parse(
        reader: &SignedFormReader,
        (workspace, call): (&str, &str),
        form: &CarrierForm,
    ) -> Result<Self> {
        let ctx = reader.operator_context(workspace).await?;
        let id = parse_id(call)?;
        let carrier_id = parse_reference(None, form)?.carrier_id;
        Self::new(reader, ctx, id, carrier_id).await
    }
}

/// Finds the language of a workspace's calls.
pub(super) async fn find_speech(reader: &SignedFormReader, ctx: &Ctx) -> Result<Speech> {
    let found = workspace::find(&reader.app().engine, ctx.workspace.id).await?;
    Ok(Speech::new(found.policy.call_language.as_ref()))
}

/// Reads what names a call: its id, if the path has one, and that of the carrier.
pub(super) fn parse_reference(call: Option<&str>, form: &CarrierForm) -> Result<CallReference> {
    let carrier_id = form.call_id().map(str::to_owned);
    Ok(CallReference {
        id: call.map(parse_id).transpose()?,
        carrier_id: carrier_id
            .ok_or_else(|| Error::invalid("CallSid", "must be that of a call"))?,
    })
}

fn parse_id(text: &str) -> Result<VoiceCallId> {
    let unknown = |_| Error::not_found(EntityKind::Conversation);
    Uuid::parse_str(text).map(VoiceCallId::new).map_err(unknown)
}

/// Returns a number of the query, which the server has written itself; 0 without it.
pub(super) fn query_number(uri: &Uri, name: &str) -> u32 {
    let pairs = uri.query().unwrap_or_default().split('&');
    let mut values = pairs.filter_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let value = values.next().and_then(|value| value.parse().ok());
    value.unwrap_or_default()
}
