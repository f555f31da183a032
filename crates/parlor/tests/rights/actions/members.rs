//! Events that create, delete and change members.

use http::Method;
use parlor_testkit::TestRng;
use serde_json::{Value, json};

use super::{ActionResult, draw_one, focus_on};
use crate::listener::ListenerSet;
use crate::model::{
    Credential, CredentialIndex, Kind, Level, Member, MemberIndex, MemberStatus, Model, OWNER,
    Participation, Resource, Role, Scopes,
};
use crate::operation::change::contact_path;
use crate::probe::ProbeFocus;
use crate::stage::TestStage;

/// Ends every participation of a member.
fn focus_on_member(model: &Model, who: MemberIndex) -> ProbeFocus {
    let conversations: Vec<_> = model
        .known_conversations()
        .filter(|conversation| {
            model.conversations[*conversation]
                .participations
                .contains_key(&who)
        })
        .collect();
    focus_on(&conversations, &[who])
}

async fn create_person(stage: &mut TestStage<'_>, model: &mut Model) -> MemberIndex {
    let name = format!("Newcomer {}", stage.members.len());
    stage
        .members
        .push(stage.tenant.create_person(&name, None, "").await);
    model.members.push(Member {
        role: None,
        own: Scopes::default(),
        presence: MemberStatus::Active,
    });
    let who = model.members.len() - 1;
    stage.make_token(model, who, None).await;
    who
}

/// Deletes a member by tenant chats or ChatBotKit. Every dialect: participations end as by leaving, groups get another
/// owner, messages stay; tenant chats refuse with 409 while the member's tenant-chats sockets are open.
pub(super) async fn delete_member(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    listeners: &mut ListenerSet,
    rng: &mut TestRng,
) -> ActionResult {
    let plain: Vec<MemberIndex> = model
        .active_members()
        .filter(|who| model.members[*who].role.is_none())
        .collect();
    let Some(who) = draw_one(rng, &plain) else {
        return Ok(ProbeFocus::default());
    };
    let by_tenant = rng.below(2) == 0;
    let path = format!("users/{}", stage.user_id(who));
    if by_tenant && listeners.has_sockets_of(model, who) {
        let answer = stage.tenant_chats(Method::DELETE, &path, None).await;
        if answer.status != 409 {
            for one in &mut model.conversations {
                one.is_unreliable |= one.participations.contains_key(&who);
            }
            model.members[who].presence = MemberStatus::Deleted;
            let answer = format!("{} {:.80}", answer.status, answer.text);
            return Err(format!(
                "a user whose sockets are open is deleted (409 is due): {answer}"
            ));
        }
        return Ok(focus_on_member(model, who));
    }
    let answer = if by_tenant {
        stage.tenant_chats(Method::DELETE, &path, None).await
    } else {
        let path = format!("contact/{}/delete", contact_path(stage, who));
        stage.chatbotkit(&path, json!({})).await
    };
    answer.require_granted("a member is deleted")?;
    let mut focus = focus_on_member(model, who);
    model.members[who].presence = MemberStatus::Deleted;
    for one in &mut model.conversations {
        if one.participation(who) == Some(Participation::Joined) {
            one.participations.insert(who, Participation::Left);
        }
        if by_tenant && one.subject == Some(who) {
            // Tenant chats: deletes the user's chats too.
            one.is_deleted = true;
        }
        if by_tenant && (one.kind == Kind::Direct || one.owner == Some(who)) {
            // Whether a chat without a subject that the user created is one of its chats is unspecified.
            one.is_unreliable |= one.participations.contains_key(&who);
        }
        if one.owner == Some(who) {
            one.owner = None;
        }
        // The last departure disbands it.
        one.is_unreliable |= !one
            .participations
            .values()
            .any(|part| *part == Participation::Joined);
    }
    focus.members.insert(create_person(stage, model).await);
    Ok(focus)
}

async fn update_member(stage: &TestStage<'_>, who: MemberIndex, body: Value) -> Result<(), String> {
    let path = format!("members/{}", stage.members[who].number);
    let answer = stage.gravity_rail(Method::PUT, &path, Some(body)).await;
    answer.require_granted("a member is changed").map(drop)
}

pub(super) async fn archive_member(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
    archives: bool,
) -> ActionResult {
    let now = if archives {
        MemberStatus::Active
    } else {
        MemberStatus::Archived
    };
    let fit: Vec<MemberIndex> = (0..model.members.len())
        .filter(|who| *who != OWNER && model.members[*who].presence == now)
        .collect();
    let Some(who) = draw_one(rng, &fit) else {
        return Ok(ProbeFocus::default());
    };
    update_member(stage, who, json!({ "isArchived": archives })).await?;
    if archives {
        model.members[who].presence = MemberStatus::Archived;
    } else {
        model.members[who].presence = MemberStatus::Active;
        // Its keys are valid again; tokens issued before are not.
        let tokens = (0..model.credentials.len()).filter(|held| is_token_of(model, *held, who));
        let tokens: Vec<_> = tokens.collect();
        model.revoked.extend(tokens);
        stage.make_token(model, who, None).await;
    }
    Ok(focus_on_member(model, who))
}

fn is_token_of(model: &Model, held: CredentialIndex, who: MemberIndex) -> bool {
    match &model.credentials[held] {
        Credential::MemberToken { member, .. } | Credential::SpaceToken { member, .. } => {
            *member == who
        }
        Credential::ChatToken { user, .. } | Credential::UserToken { user, .. } => *user == who,
        Credential::Key { .. } | Credential::Session { .. } => false,
    }
}

pub(super) async fn change_role(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
) -> ActionResult {
    let fit: Vec<MemberIndex> = model.active_members().filter(|who| *who != OWNER).collect();
    let Some(who) = draw_one(rng, &fit) else {
        return Ok(ProbeFocus::default());
    };
    // Rights are reduced as often as extended.
    let (role, number) = match (model.members[who].role, rng.below(2)) {
        (Some(_), 0) => (None, Value::Null),
        (Some(Role::Manager), _) => (Some(Role::User), json!(3)),
        (_, 0) => (Some(Role::User), json!(3)),
        _ => (Some(Role::Manager), json!(2)),
    };
    update_member(stage, who, json!({ "memberRoleId": number })).await?;
    model.members[who].role = role;
    Ok(focus_on_member(model, who))
}

pub(super) async fn change_scopes(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
) -> ActionResult {
    let fit: Vec<MemberIndex> = model
        .active_members()
        .filter(|who| model.members[*who].role.is_none())
        .collect();
    let Some(who) = draw_one(rng, &fit) else {
        return Ok(ProbeFocus::default());
    };
    let scopes = if model.members[who].own == Scopes::default() {
        draw_scopes(rng)
    } else {
        Scopes::default()
    };
    update_member(stage, who, json!({ "scopes": scopes.names() })).await?;
    model.members[who].own = scopes;
    Ok(focus_on_member(model, who))
}

/// Sets of scopes that each lack something different.
pub(super) fn draw_scopes(rng: &mut TestRng) -> Scopes {
    use Level::{Admin, Read, Write};
    use Resource::{Conversations, Dm, Members, Messages, Spaces};
    match rng.below(8) {
        0 => Scopes::all(),
        1 => Scopes::from_pairs(&[(Conversations, Read), (Messages, Read)]),
        2 => Scopes::from_pairs(&[(Messages, Write)]),
        3 => Scopes::from_pairs(&[(Conversations, Write), (Messages, Write), (Spaces, Write)]),
        4 => Scopes::from_pairs(&[(Members, Write), (Conversations, Read)]),
        5 => Scopes::from_pairs(&[(Dm, Read), (Messages, Write), (Conversations, Write)]),
        6 => Scopes::from_pairs(&[(Dm, Write), (Messages, Read), (Conversations, Read)]),
        _ => Scopes::from_pairs(&[
            (Conversations, Admin),
            (Messages, Admin),
            (Members, Admin),
            (Spaces, Admin),
        ]),
    }
}
