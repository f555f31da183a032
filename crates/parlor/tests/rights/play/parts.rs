//! Conversations are joined, left, closed and deleted.

use http::Method;
use parlor_kit::ids::prefixed;
use parlor_model::id::ConversationId;
use parlor_testkit::Rng;
use serde_json::json;

use super::conversations::{bare, speakers, token_of};
use super::{Done, about, draw, joined, open_talk};
use crate::model::{Credential, Kind, Model, Part, Talk, Who};
use crate::probe::Focus;
use crate::stage::Stage;

pub(super) async fn join(stage: &mut Stage<'_>, model: &mut Model, rng: &mut Rng) -> Done {
    let Some(talk) = open_talk(model, rng, &[Kind::Group]) else {
        return Ok(Focus::default());
    };
    let strangers: Vec<Who> = speakers(stage, model)
        .into_iter()
        .filter(|who| model.conversations[talk].part(*who).is_none())
        .collect();
    let Some(who) = draw(rng, &strangers) else {
        return Ok(Focus::default());
    };
    let token = token_of(stage, model, who).unwrap();
    let body = json!({ "channelUuid": bare(stage, talk) });
    stage
        .relation_as(&token, "channel/join", body)
        .await
        .granted("somebody joins")?;
    model.conversations[talk].parts.insert(who, Part::Joined);
    Ok(about(&[talk], &[who]))
}

/// By the workspace's owner, who may manage members: also of somebody who was removed.
pub(super) async fn add(stage: &mut Stage<'_>, model: &mut Model, rng: &mut Rng) -> Done {
    let Some(talk) = open_talk(model, rng, &[Kind::Group]) else {
        return Ok(Focus::default());
    };
    let absent: Vec<Who> = model
        .here()
        .filter(|who| !model.conversations[talk].joined(Some(*who)))
        .collect();
    let Some(who) = draw(rng, &absent) else {
        return Ok(Focus::default());
    };
    let path = format!("chats/{}/participants", stage.talks[talk]);
    let body = json!({ "memberId": stage.members[who].number });
    stage
        .rail(Method::POST, &path, Some(body))
        .await
        .granted("somebody is added")?;
    if model.conversations[talk]
        .parts
        .insert(who, Part::Joined)
        .is_some()
    {
        let old = model.credentials.iter().enumerate().filter(|(_, credential)| {
            matches!(credential, Credential::ChatToken { user, talk: of, .. } if *user == who && *of == talk)
        });
        let old: Vec<_> = old.map(|(held, _)| held).collect();
        model.unsure.extend(old);
    }
    Ok(about(&[talk], &[who]))
}

/// By the workspace's owner, or by the channel's admin.
pub(super) async fn remove(stage: &mut Stage<'_>, model: &mut Model, rng: &mut Rng) -> Done {
    let Some(talk) = open_talk(model, rng, &[Kind::Group]) else {
        return Ok(Focus::default());
    };
    let owner = model.conversations[talk].owner;
    let Some(owner) = owner else {
        return Ok(Focus::default());
    };
    let others: Vec<Who> = joined(model, talk)
        .into_iter()
        .filter(|who| *who != owner)
        .collect();
    let Some(who) = draw(rng, &others) else {
        return Ok(Focus::default());
    };
    let by_admin = token_of(stage, model, owner)
        .filter(|_| model.conversations[talk].joined(Some(owner)) && rng.below(2) == 0);
    let answer = if let Some(token) = by_admin {
        let members = [&stage.members[who].handle];
        let body = json!({ "channelUuid": bare(stage, talk), "members": members });
        stage
            .relation_as(&token, "channel/members/remove", body)
            .await
    } else {
        let number = stage.members[who].number;
        let path = format!("chats/{}/participants/{number}", stage.talks[talk]);
        stage.rail(Method::DELETE, &path, None).await
    };
    answer.granted("somebody is removed")?;
    model.conversations[talk].parts.insert(who, Part::Removed);
    Ok(about(&[talk], &[who]))
}

pub(super) async fn leave(stage: &mut Stage<'_>, model: &mut Model, rng: &mut Rng) -> Done {
    let Some(talk) = open_talk(model, rng, &[Kind::Group]) else {
        return Ok(Focus::default());
    };
    let here = joined(model, talk);
    let signed_in: Vec<Who> = here
        .iter()
        .copied()
        .filter(|who| token_of(stage, model, *who).is_some())
        .collect();
    // Who goes last disbands a group: nothing is left to be asked then.
    let who = draw(rng, &signed_in).filter(|_| here.len() > 1);
    let Some(who) = who else {
        return Ok(Focus::default());
    };
    let token = token_of(stage, model, who).unwrap();
    let body = json!({ "channelUuid": bare(stage, talk) });
    stage
        .relation_as(&token, "channel/members/leave", body)
        .await
        .granted("somebody leaves")?;
    let one = &mut model.conversations[talk];
    one.parts.insert(who, Part::Left);
    if one.owner == Some(who) {
        // The longest there becomes the admin; the model does not count who that is.
        one.owner = None;
    }
    Ok(about(&[talk], &[who]))
}

pub(super) async fn delete(stage: &mut Stage<'_>, model: &mut Model, rng: &mut Rng) -> Done {
    let Some(talk) = open_talk(model, rng, &[Kind::Group]) else {
        return Ok(Focus::default());
    };
    let id = stage.talks[talk];
    let answer = match rng.below(3) {
        0 => {
            stage
                .rail(Method::DELETE, &format!("chats/{id}"), None)
                .await
        }
        1 => {
            let id = prefixed("conversation_", ConversationId::new(id));
            stage
                .chatbotkit(&format!("conversation/{id}/delete"), json!({}))
                .await
        }
        _ => {
            stage
                .chats(Method::DELETE, &format!("chats/{id}?force=true"), None)
                .await
        }
    };
    answer.granted("a deletion")?;
    model.conversations[talk].is_gone = true;
    Ok(about(&[talk], &joined(model, talk)))
}

pub(super) async fn close(
    stage: &mut Stage<'_>,
    model: &mut Model,
    rng: &mut Rng,
    closes: bool,
) -> Done {
    let fit: Vec<Talk> = model
        .talks()
        .filter(|talk| model.conversations[*talk].kind == Kind::Group)
        .filter(|talk| model.conversations[*talk].is_open == closes)
        .collect();
    let Some(talk) = draw(rng, &fit) else {
        return Ok(Focus::default());
    };
    let status = if closes { "closed" } else { "active" };
    let path = format!("chats/{}", stage.talks[talk]);
    let body = json!({ "status": status });
    stage
        .chats(Method::PATCH, &path, Some(body))
        .await
        .granted("a change of state")?;
    model.conversations[talk].is_open = !closes;
    Ok(about(&[talk], &joined(model, talk)))
}
