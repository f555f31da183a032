//! Members come, go, and change what they may do.

use http::Method;
use parlor_testkit::Rng;
use serde_json::{Value, json};

use super::{Done, about, draw};
use crate::listener::Listeners;
use crate::model::{
    Credential, Held, Kind, Level, Member, Model, OWNER, Part, Presence, Resource, Role, Scopes,
    Who,
};
use crate::probe::Focus;
use crate::road::change::contact;
use crate::stage::Stage;

/// Everything a member has a part in.
fn around(model: &Model, who: Who) -> Focus {
    let talks: Vec<_> = model
        .talks()
        .filter(|talk| model.conversations[*talk].parts.contains_key(&who))
        .collect();
    about(&talks, &[who])
}

async fn newcomer(stage: &mut Stage<'_>, model: &mut Model) -> Who {
    let name = format!("Newcomer {}", stage.members.len());
    stage
        .members
        .push(stage.tenant.person(&name, None, "").await);
    model.members.push(Member {
        role: None,
        own: Scopes::default(),
        presence: Presence::Here,
    });
    let who = model.members.len() - 1;
    stage.make_token(model, who, None).await;
    who
}

/// By tenant chats or ChatBotKit. Every dialect: the member's parts end as by leaving, groups are handed over, what
/// others said stays; refused with 409 while its own sockets of tenant chats are open, by that dialect.
pub(super) async fn delete(
    stage: &mut Stage<'_>,
    model: &mut Model,
    listeners: &mut Listeners,
    rng: &mut Rng,
) -> Done {
    let plain: Vec<Who> = model
        .here()
        .filter(|who| model.members[*who].role.is_none())
        .collect();
    let Some(who) = draw(rng, &plain) else {
        return Ok(Focus::default());
    };
    let by_tenant = rng.below(2) == 0;
    let path = format!("users/{}", stage.user(who));
    if by_tenant && listeners.are_of(model, who) {
        let answer = stage.chats(Method::DELETE, &path, None).await;
        if answer.status != 409 {
            for one in &mut model.conversations {
                one.is_spoiled |= one.parts.contains_key(&who);
            }
            model.members[who].presence = Presence::Deleted;
            let answer = format!("{} {:.80}", answer.status, answer.text);
            return Err(format!(
                "a user whose sockets are open is deleted (409 is due): {answer}"
            ));
        }
        return Ok(around(model, who));
    }
    let answer = if by_tenant {
        stage.chats(Method::DELETE, &path, None).await
    } else {
        let path = format!("contact/{}/delete", contact(stage, who));
        stage.chatbotkit(&path, json!({})).await
    };
    answer.granted("a member is deleted")?;
    let mut focus = around(model, who);
    model.members[who].presence = Presence::Deleted;
    for one in &mut model.conversations {
        if one.part(who) == Some(Part::Joined) {
            one.parts.insert(who, Part::Left);
        }
        if by_tenant && one.subject == Some(who) {
            // Tenant chats: deletes the user's chats too.
            one.is_gone = true;
        }
        if by_tenant && (one.kind == Kind::Direct || one.owner == Some(who)) {
            // Whether what the user made for nobody in particular is one of its chats is not written.
            one.is_spoiled |= one.parts.contains_key(&who);
        }
        if one.owner == Some(who) {
            one.owner = None;
        }
        // The last who goes disbands it.
        one.is_spoiled |= !one.parts.values().any(|part| *part == Part::Joined);
    }
    focus.members.insert(newcomer(stage, model).await);
    Ok(focus)
}

async fn update(stage: &Stage<'_>, who: Who, body: Value) -> Result<(), String> {
    let path = format!("members/{}", stage.members[who].number);
    let answer = stage.rail(Method::PUT, &path, Some(body)).await;
    answer.granted("a member is changed").map(drop)
}

pub(super) async fn archive(
    stage: &mut Stage<'_>,
    model: &mut Model,
    rng: &mut Rng,
    archives: bool,
) -> Done {
    let now = if archives {
        Presence::Here
    } else {
        Presence::Archived
    };
    let fit: Vec<Who> = (0..model.members.len())
        .filter(|who| *who != OWNER && model.members[*who].presence == now)
        .collect();
    let Some(who) = draw(rng, &fit) else {
        return Ok(Focus::default());
    };
    update(stage, who, json!({ "isArchived": archives })).await?;
    if archives {
        model.members[who].presence = Presence::Archived;
    } else {
        model.members[who].presence = Presence::Here;
        // Its keys open again; no token that was signed for it before does.
        let tokens = (0..model.credentials.len()).filter(|held| is_token_of(model, *held, who));
        let tokens: Vec<_> = tokens.collect();
        model.revoked.extend(tokens);
        stage.make_token(model, who, None).await;
    }
    Ok(around(model, who))
}

fn is_token_of(model: &Model, held: Held, who: Who) -> bool {
    match &model.credentials[held] {
        Credential::MemberToken { member, .. } | Credential::SpaceToken { member, .. } => {
            *member == who
        }
        Credential::ChatToken { user, .. } | Credential::UserToken { user, .. } => *user == who,
        Credential::Key { .. } | Credential::Session { .. } => false,
    }
}

pub(super) async fn role(stage: &mut Stage<'_>, model: &mut Model, rng: &mut Rng) -> Done {
    let fit: Vec<Who> = model.here().filter(|who| *who != OWNER).collect();
    let Some(who) = draw(rng, &fit) else {
        return Ok(Focus::default());
    };
    // Down as often as up.
    let (role, number) = match (model.members[who].role, rng.below(2)) {
        (Some(_), 0) => (None, Value::Null),
        (Some(Role::Manager), _) => (Some(Role::User), json!(3)),
        (_, 0) => (Some(Role::User), json!(3)),
        _ => (Some(Role::Manager), json!(2)),
    };
    update(stage, who, json!({ "memberRoleId": number })).await?;
    model.members[who].role = role;
    Ok(around(model, who))
}

pub(super) async fn scopes(stage: &mut Stage<'_>, model: &mut Model, rng: &mut Rng) -> Done {
    let fit: Vec<Who> = model
        .here()
        .filter(|who| model.members[*who].role.is_none())
        .collect();
    let Some(who) = draw(rng, &fit) else {
        return Ok(Focus::default());
    };
    let scopes = if model.members[who].own == Scopes::default() {
        some_scopes(rng)
    } else {
        Scopes::default()
    };
    update(stage, who, json!({ "scopes": scopes.names() })).await?;
    model.members[who].own = scopes;
    Ok(around(model, who))
}

/// A few scopes, of which each has holes of its own.
pub(super) fn some_scopes(rng: &mut Rng) -> Scopes {
    use Level::{Admin, Read, Write};
    use Resource::{Conversations, Dm, Members, Messages, Spaces};
    match rng.below(8) {
        0 => Scopes::all(),
        1 => Scopes::of(&[(Conversations, Read), (Messages, Read)]),
        2 => Scopes::of(&[(Messages, Write)]),
        3 => Scopes::of(&[(Conversations, Write), (Messages, Write), (Spaces, Write)]),
        4 => Scopes::of(&[(Members, Write), (Conversations, Read)]),
        5 => Scopes::of(&[(Dm, Read), (Messages, Write), (Conversations, Write)]),
        6 => Scopes::of(&[(Dm, Write), (Messages, Read), (Conversations, Read)]),
        _ => Scopes::of(&[
            (Conversations, Admin),
            (Messages, Admin),
            (Members, Admin),
            (Spaces, Admin),
        ]),
    }
}
