//! Events that join, leave, close and delete conversations.

use http::Method;
use parlor_kit::ids::format_prefixed;
use parlor_model::id::ConversationId;
use parlor_testkit::TestRng;
use serde_json::json;

use super::conversations::{member_token, relation_id, signed_in_members};
use super::{ActionResult, draw_one, draw_open_conversation, focus_on, joined_members};
use crate::model::{ConversationIndex, Credential, Kind, MemberIndex, Model, Participation};
use crate::probe::ProbeFocus;
use crate::stage::TestStage;

pub(super) async fn join(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
) -> ActionResult {
    let Some(conversation) = draw_open_conversation(model, rng, &[Kind::Group]) else {
        return Ok(ProbeFocus::default());
    };
    let strangers: Vec<MemberIndex> = signed_in_members(stage, model)
        .into_iter()
        .filter(|who| {
            model.conversations[conversation]
                .participation(*who)
                .is_none()
        })
        .collect();
    let Some(who) = draw_one(rng, &strangers) else {
        return Ok(ProbeFocus::default());
    };
    let token = member_token(stage, model, who).unwrap();
    let body = json!({ "channelUuid": relation_id(stage, conversation) });
    stage
        .relation_as(&token, "channel/join", body)
        .await
        .require_granted("somebody joins")?;
    model.conversations[conversation]
        .participations
        .insert(who, Participation::Joined);
    Ok(focus_on(&[conversation], &[who]))
}

/// Adds a member with the workspace owner's rights, which also allow a removed member.
pub(super) async fn add(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
) -> ActionResult {
    let Some(conversation) = draw_open_conversation(model, rng, &[Kind::Group]) else {
        return Ok(ProbeFocus::default());
    };
    let absent: Vec<MemberIndex> = model
        .active_members()
        .filter(|who| !model.conversations[conversation].has_joined(Some(*who)))
        .collect();
    let Some(who) = draw_one(rng, &absent) else {
        return Ok(ProbeFocus::default());
    };
    let path = format!("chats/{}/participants", stage.conversations[conversation]);
    let body = json!({ "memberId": stage.members[who].number });
    stage
        .gravity_rail(Method::POST, &path, Some(body))
        .await
        .require_granted("somebody is added")?;
    if model.conversations[conversation]
        .participations
        .insert(who, Participation::Joined)
        .is_some()
    {
        let old = model.credentials.iter().enumerate().filter(|(_, credential)| {
            matches!(credential, Credential::ChatToken { user, conversation: of, .. } if *user == who && *of == conversation)
        });
        let old: Vec<_> = old.map(|(held, _)| held).collect();
        model.undecided.extend(old);
    }
    Ok(focus_on(&[conversation], &[who]))
}

/// Removes a member as the workspace's owner or as the channel's admin.
pub(super) async fn remove(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
) -> ActionResult {
    let Some(conversation) = draw_open_conversation(model, rng, &[Kind::Group]) else {
        return Ok(ProbeFocus::default());
    };
    let owner = model.conversations[conversation].owner;
    let Some(owner) = owner else {
        return Ok(ProbeFocus::default());
    };
    let others: Vec<MemberIndex> = joined_members(model, conversation)
        .into_iter()
        .filter(|who| *who != owner)
        .collect();
    let Some(who) = draw_one(rng, &others) else {
        return Ok(ProbeFocus::default());
    };
    let by_admin = member_token(stage, model, owner)
        .filter(|_| model.conversations[conversation].has_joined(Some(owner)) && rng.below(2) == 0);
    let answer = if let Some(token) = by_admin {
        let members = [&stage.members[who].handle];
        let body = json!({ "channelUuid": relation_id(stage, conversation), "members": members });
        stage
            .relation_as(&token, "channel/members/remove", body)
            .await
    } else {
        let number = stage.members[who].number;
        let path = format!(
            "chats/{}/participants/{number}",
            stage.conversations[conversation]
        );
        stage.gravity_rail(Method::DELETE, &path, None).await
    };
    answer.require_granted("somebody is removed")?;
    model.conversations[conversation]
        .participations
        .insert(who, Participation::Removed);
    Ok(focus_on(&[conversation], &[who]))
}

pub(super) async fn leave(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
) -> ActionResult {
    let Some(conversation) = draw_open_conversation(model, rng, &[Kind::Group]) else {
        return Ok(ProbeFocus::default());
    };
    let here = joined_members(model, conversation);
    let signed_in: Vec<MemberIndex> = here
        .iter()
        .copied()
        .filter(|who| member_token(stage, model, *who).is_some())
        .collect();
    // The last departure disbands a group: nothing is left to ask for then.
    let who = draw_one(rng, &signed_in).filter(|_| here.len() > 1);
    let Some(who) = who else {
        return Ok(ProbeFocus::default());
    };
    let token = member_token(stage, model, who).unwrap();
    let body = json!({ "channelUuid": relation_id(stage, conversation) });
    stage
        .relation_as(&token, "channel/members/leave", body)
        .await
        .require_granted("somebody leaves")?;
    let one = &mut model.conversations[conversation];
    one.participations.insert(who, Participation::Left);
    if one.owner == Some(who) {
        // The longest-standing participant becomes the admin; the model does not track which one that is.
        one.owner = None;
    }
    Ok(focus_on(&[conversation], &[who]))
}

pub(super) async fn delete(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
) -> ActionResult {
    let Some(conversation) = draw_open_conversation(model, rng, &[Kind::Group]) else {
        return Ok(ProbeFocus::default());
    };
    let id = stage.conversations[conversation];
    let answer = match rng.below(3) {
        0 => {
            stage
                .gravity_rail(Method::DELETE, &format!("chats/{id}"), None)
                .await
        }
        1 => {
            let id = format_prefixed("conversation_", ConversationId::new(id));
            stage
                .chatbotkit(&format!("conversation/{id}/delete"), json!({}))
                .await
        }
        _ => {
            stage
                .tenant_chats(Method::DELETE, &format!("chats/{id}?force=true"), None)
                .await
        }
    };
    answer.require_granted("a deletion")?;
    model.conversations[conversation].is_deleted = true;
    Ok(focus_on(
        &[conversation],
        &joined_members(model, conversation),
    ))
}

pub(super) async fn close(
    stage: &mut TestStage<'_>,
    model: &mut Model,
    rng: &mut TestRng,
    closes: bool,
) -> ActionResult {
    let fit: Vec<ConversationIndex> = model
        .known_conversations()
        .filter(|conversation| model.conversations[*conversation].kind == Kind::Group)
        .filter(|conversation| model.conversations[*conversation].is_open == closes)
        .collect();
    let Some(conversation) = draw_one(rng, &fit) else {
        return Ok(ProbeFocus::default());
    };
    let status = if closes { "closed" } else { "active" };
    let path = format!("chats/{}", stage.conversations[conversation]);
    let body = json!({ "status": status });
    stage
        .tenant_chats(Method::PATCH, &path, Some(body))
        .await
        .require_granted("a change of state")?;
    model.conversations[conversation].is_open = !closes;
    Ok(focus_on(
        &[conversation],
        &joined_members(model, conversation),
    ))
}
