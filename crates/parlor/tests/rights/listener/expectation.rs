//! Rights to receive a conversation's messages.

use super::credential::ListenCredential;
use crate::model::{
    ConversationIndex, Dialect, EffectiveRights, Kind, Level, MemberIndex, Model, Resource, Verdict,
};
use crate::probe::{key_of, member_of};

/// Whether a listener may open and receives a conversation's messages. Every dialect: a socket acts as its user,
/// narrowed by its key.
pub(super) fn may_receive(
    model: &Model,
    by: ListenCredential,
    conversation: ConversationIndex,
) -> Verdict {
    let held = by.credential();
    match by {
        ListenCredential::Channels(_) => {
            model.may_read(held, Dialect::Relation, Resource::Messages, conversation)
        }
        ListenCredential::ChatEvents(_) => model.may_read(
            held,
            Dialect::GravityRail,
            Resource::Conversations,
            conversation,
        ),
        ListenCredential::GroupEvents(_) => model.may_read(
            held,
            Dialect::Sharely,
            Resource::Conversations,
            conversation,
        ),
        ListenCredential::ChatKey { .. }
        | ListenCredential::ChatToken(_)
        | ListenCredential::LiveKey { .. }
        | ListenCredential::LiveToken(_) => {
            let standing = match model.effective_rights(held) {
                Err(why) => return Verdict::No(why),
                Ok(standing) => standing,
            };
            let Some(user) = by.user().or_else(|| member_of(model, held)) else {
                return Verdict::Open;
            };
            let of_key = match key_of(model, held).map(|key| model.effective_rights(key)) {
                Some(Err(why)) => return Verdict::No(why),
                Some(Ok(of_key)) => of_key,
                None => standing,
            };
            may_receive_as_user(model, &of_key, by, user, conversation)
        }
    }
}

/// Whether a listener may stay open: one of a single conversation while it may receive it, a member's while the member
/// may open it.
pub(super) fn may_stay_open(
    model: &Model,
    by: ListenCredential,
    conversation: ConversationIndex,
) -> Verdict {
    match (by, model.effective_rights(by.credential())) {
        (ListenCredential::Channels(_), Err(why)) => Verdict::No(why),
        (ListenCredential::Channels(_), Ok(_)) => Verdict::Yes,
        _ => may_receive(model, by, conversation),
    }
}

fn may_receive_as_user(
    model: &Model,
    key: &EffectiveRights,
    by: ListenCredential,
    user: MemberIndex,
    conversation: ConversationIndex,
) -> Verdict {
    let one = &model.conversations[conversation];
    if one.is_deleted {
        return Verdict::No("it is deleted");
    }
    if let Verdict::No(why) = model.may_act_as(key, user) {
        return Verdict::No(why);
    }
    if let Some(verdict) = model.role_gate_verdict(key, one) {
        return verdict;
    }
    if !key.granted.has(Resource::Messages, Level::Read) {
        return Verdict::No("the key may not read messages");
    }
    let is_other = key.actor != Some(user);
    let is_live = matches!(
        by,
        ListenCredential::LiveKey { .. } | ListenCredential::LiveToken(_)
    );
    // A key cannot do for others what its member may not do.
    if is_other && !key.has(Resource::Messages, Level::Read) {
        return Verdict::No("the key's member may not read messages of others");
    }
    if is_other && is_live && !key.has(Resource::Messages, Level::Write) {
        return Verdict::No("acting for another, without messages:write");
    }
    if one.kind == Kind::Direct && is_other && !key.has(Resource::Dm, Level::Read) {
        return Verdict::No("a direct conversation, without dm:*");
    }
    let is_out = one.participation(user).is_some() && !one.has_joined(Some(user));
    let is_token = matches!(
        by,
        ListenCredential::ChatToken(_) | ListenCredential::LiveToken(_)
    );
    if is_out
        && is_token
        && !model
            .member_scopes(user)
            .has(Resource::Conversations, Level::Read)
    {
        return Verdict::No("its user was removed, or left");
    }
    let may = match model.may_act_in(key, user, conversation) {
        // Whether a new user may join by this is unspecified.
        Verdict::Open if one.participation(user).is_none() => Verdict::Open,
        verdict => verdict,
    };
    match may {
        Verdict::Yes if !one.is_open || one.kind == Kind::Direct || !is_other => Verdict::Open,
        Verdict::Yes if !key.has(Resource::Messages, Level::Write) => Verdict::Open,
        verdict => verdict,
    }
}
