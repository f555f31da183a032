//! Who hears a conversation.

use super::{By, user};
use crate::model::{Dialect, Kind, Level, Model, Resource, Standing, Talk, Verdict, Who};
use crate::probe::{key_of, whose};

/// Whether a listener hears a conversation, or is let in to hear it. Every dialect: a socket acts as its user,
/// narrowed by its key.
pub(super) fn hears(model: &Model, by: By, talk: Talk) -> Verdict {
    let held = by.held();
    match by {
        By::Channels(_) => model.reads(held, Dialect::Relation, Resource::Messages, talk),
        By::ChatEvents(_) => model.reads(held, Dialect::GravityRail, Resource::Conversations, talk),
        By::GroupEvents(_) => model.reads(held, Dialect::Sharely, Resource::Conversations, talk),
        By::ChatKey { .. } | By::ChatToken(_) | By::LiveKey { .. } | By::LiveToken(_) => {
            let standing = match model.standing(held) {
                Err(why) => return Verdict::No(why),
                Ok(standing) => standing,
            };
            let Some(user) = user(by).or_else(|| whose(model, held)) else {
                return Verdict::Open;
            };
            let of_key = match key_of(model, held).map(|key| model.standing(key)) {
                Some(Err(why)) => return Verdict::No(why),
                Some(Ok(of_key)) => of_key,
                None => standing,
            };
            as_user(model, &of_key, by, user, talk)
        }
    }
}

/// Whether a listener may stay open: one that is about a conversation while it hears it, a member's while the member
/// may have it.
pub(super) fn holds(model: &Model, by: By, talk: Talk) -> Verdict {
    match (by, model.standing(by.held())) {
        (By::Channels(_), Err(why)) => Verdict::No(why),
        (By::Channels(_), Ok(_)) => Verdict::Yes,
        _ => hears(model, by, talk),
    }
}

fn as_user(model: &Model, key: &Standing, by: By, user: Who, talk: Talk) -> Verdict {
    let one = &model.conversations[talk];
    if one.is_gone {
        return Verdict::No("it is deleted");
    }
    if let Verdict::No(why) = model.acts_as(key, user) {
        return Verdict::No(why);
    }
    if let Some(verdict) = model.gate(key, one) {
        return verdict;
    }
    if !key.granted.has(Resource::Messages, Level::Read) {
        return Verdict::No("the key may not read messages");
    }
    let is_other = key.actor != Some(user);
    let is_live = matches!(by, By::LiveKey { .. } | By::LiveToken(_));
    // What the key's member may not do, its key may not do for others.
    if is_other && !key.has(Resource::Messages, Level::Read) {
        return Verdict::No("the key's member may not read messages of others");
    }
    if is_other && is_live && !key.has(Resource::Messages, Level::Write) {
        return Verdict::No("acting for another, without messages:write");
    }
    if one.kind == Kind::Direct && is_other && !key.has(Resource::Dm, Level::Read) {
        return Verdict::No("a direct conversation, without dm:*");
    }
    let is_out = one.part(user).is_some() && !one.joined(Some(user));
    let is_token = matches!(by, By::ChatToken(_) | By::LiveToken(_));
    if is_out && is_token && !model.rights(user).has(Resource::Conversations, Level::Read) {
        return Verdict::No("its user was removed, or left");
    }
    let may = match model.acts_in(key, user, talk) {
        // Whether somebody new may join by that, the pages leave to the key.
        Verdict::Open if one.part(user).is_none() => Verdict::Open,
        verdict => verdict,
    };
    match may {
        Verdict::Yes if !one.is_open || one.kind == Kind::Direct || !is_other => Verdict::Open,
        Verdict::Yes if !key.has(Resource::Messages, Level::Write) => Verdict::Open,
        verdict => verdict,
    }
}
