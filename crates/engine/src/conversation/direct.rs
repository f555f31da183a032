//! The one direct conversation of a pair of members.

use parlor_model::conversation::{
    ConversationKey, ConversationKind, ConversationState, GroupProfile, Medium, ServiceConfig,
};
use parlor_model::error::{EntityKind, ForbiddenReason};
use parlor_model::id::ConversationId;
use parlor_model::member::{MemberKey, MemberKind, MemberRef};
use parlor_model::participant::ParticipantRole;
use parlor_model::scope::{Resource, Scope};
use parlor_model::{Ctx, Error, Result};
use parlor_store::Tx;
use parlor_store::repo::member::{self as members, MemberLookup};
use parlor_store::repo::{conversation as repo, direct_pair, log, participant};
use serde_json::json;

use crate::log::write_change;
use crate::{Engine, authority, member};

/// A direct conversation.
#[derive(Debug, Clone)]
pub struct DirectConversation {
    /// Its number.
    pub number: i64,
    /// Its id.
    pub id: ConversationId,
    /// The peer.
    pub peer: MemberRef,
    /// Whether this call created it.
    pub is_new: bool,
}

/// Returns the direct conversation of the acting member and another, and creates it on first use. Concurrent first
/// calls from both sides create one. An archived one becomes active again.
///
/// With `scoped`, creating one with a person requires `dm:write`; an existing one, or one with an assistant, does not.
/// Without `scoped`, the credential requires `dm:write` to create one or to make an archived one active, as it does to
/// send a message there, so that no empty conversation is left by a caller that cannot write in it.
///
/// # Errors
/// `NotFound` if a new one would be with an archived member.
pub async fn find_or_create_direct(
    engine: &Engine,
    ctx: &Ctx,
    peer: MemberKey,
    scoped: bool,
) -> Result<DirectConversation> {
    let actor = ctx.member()?;
    let ctx = *ctx;
    engine
        .store
        .write(move |tx| {
            let ws = ctx.ws();
            let peer = member::resolve_or_create(tx, ws, &peer)?;
            if peer.number == actor.number {
                return Err(Error::invalid("member", "must be somebody else"));
            }
            if let Some(number) = direct_pair::find(tx, ws, actor.number, peer.number)? {
                return reopen(tx, &ctx, number, peer, scoped);
            }
            if !scoped {
                authority::authorize_open_direct(&ctx)?;
            }
            require_not_archived(tx, ws, &peer)?;
            let is_served = [peer.kind, actor.kind].contains(&MemberKind::Assistant);
            if scoped
                && peer.kind != MemberKind::Assistant
                && !ctx.allows(Scope::write(Resource::Dm))
            {
                return Err(Error::forbidden(ForbiddenReason::MissingScope(
                    Scope::write(Resource::Dm),
                )));
            }
            let assistant = match (peer.kind, actor.kind) {
                (MemberKind::Assistant, _) => Some(peer.number),
                (_, MemberKind::Assistant) => Some(actor.number),
                _ => None,
            };
            let service = ServiceConfig {
                medium: Medium::Web,
                assistant_enabled: is_served,
                assistant,
                ..ServiceConfig::default()
            };
            let new = repo::NewConversationRow {
                kind: ConversationKind::Direct,
                space: None,
                title: None,
                title_is_automatic: false,
                owner: Some(actor.number),
                subject: Some(actor.number),
                service: &service,
                group_profile: &GroupProfile::default(),
                description: None,
                responder: "{}",
                metadata: "{}",
            };
            let made = repo::insert(tx, ws, &new)?;
            direct_pair::insert(tx, ws, actor.number, peer.number, made.number)?;
            for (member, role) in [
                (actor.number, ParticipantRole::Owner),
                (peer.number, ParticipantRole::Member),
            ] {
                participant::insert(tx, ws, made.number, member, role, made.at, 1)?;
            }
            let payload = json!({ "participants": [actor.number, peer.number] }).to_string();
            log::insert_first_entry(tx, ws, made.number, Some(actor.number), made.at, &payload)?;
            Ok(DirectConversation {
                number: made.number,
                id: made.id,
                peer,
                is_new: true,
            })
        })
        .await
}

/// Returns the pair's direct conversation, if any. Creates neither a conversation nor a member.
pub async fn find_direct(
    engine: &Engine,
    ctx: &Ctx,
    peer: MemberKey,
) -> Result<Option<ConversationKey>> {
    let actor = ctx.member()?;
    let ws = ctx.ws();
    engine
        .store
        .read(move |tx| match member::find_ref(tx, ws, &peer)? {
            Some(peer) => {
                let found = direct_pair::find(tx, ws, actor.number, peer.number)?;
                Ok(found.map(ConversationKey::Number))
            }
            None => Ok(None),
        })
        .await
}

/// Refuses an archived peer.
fn require_not_archived(tx: &mut dyn Tx, ws: i64, peer: &MemberRef) -> Result<()> {
    let found = members::find(tx, ws, MemberLookup::Number(peer.number))?;
    if found.is_some_and(|found| found.member.archived_at.is_none()) {
        return Ok(());
    }
    Err(Error::not_found(match peer.kind {
        MemberKind::Assistant => EntityKind::Assistant,
        MemberKind::Person | MemberKind::Contact => EntityKind::Member,
    }))
}

fn reopen(
    tx: &mut dyn Tx,
    ctx: &Ctx,
    number: i64,
    peer: MemberRef,
    scoped: bool,
) -> Result<DirectConversation> {
    let mut found = repo::find(tx, ctx.ws(), ConversationKey::Number(number))?
        .ok_or_else(|| Error::internal("a pair without its conversation"))?;
    if found.state != ConversationState::Active {
        if !scoped {
            authority::authorize_open_direct(ctx)?;
        }
        found.state = ConversationState::Active;
        write_change(
            tx,
            ctx,
            &found,
            &json!({ "state": ConversationState::Active.as_str() }),
        )?;
    }
    Ok(DirectConversation {
        number,
        id: found.id,
        peer,
        is_new: false,
    })
}
