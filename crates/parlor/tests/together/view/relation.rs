use http::Method;
use serde_json::{Value, json};

use super::{column, same_set};
use crate::cast::{Agreed, Answer, Cast, agree, bare};
use crate::model::{Conversation, Kind, Model, Standing, State, Who};

pub(super) async fn check(cast: &Cast<'_>, model: &Model, closer: &[usize]) -> Agreed {
    for (who, viewer) in model.members.iter().enumerate() {
        if viewer.token.is_none() || viewer.is_gone {
            continue;
        }
        for at in closer {
            let one = &model.conversations[*at];
            let path = format!("channel/info?channelUuid={}", bare(one.id));
            let answer = cast.relation(viewer, Method::GET, &path, None).await;
            shown(model, who, one, answer)?;
        }
    }
    Ok(())
}

/// The code by which a channel is refused to somebody, where it is.
fn refusal(who: Who, one: &Conversation) -> Option<&'static str> {
    if one.is_gone {
        return Some("10112");
    }
    if one.state == State::Closed {
        return Some("13104");
    }
    match one.standing(who) {
        Some(Standing::Joined) => None,
        Some(Standing::Removed) => Some("13102"),
        Some(Standing::Left) => Some("13103"),
        None => Some("13108"),
    }
}

fn shown(model: &Model, who: Who, one: &Conversation, answer: Answer) -> Agreed {
    let what = format!("channel {} to {:?}", bare(one.id), model.members[who].name);
    if let Some(code) = refusal(who, one) {
        agree!(answer.body["code"], json!(code), "{what}: refused");
        return Ok(());
    }
    let channel = &answer.granted(&what)?["data"];
    agree!(channel["uuid"], json!(bare(one.id)), "{what}: uuid");
    let kind = if one.kind == Kind::Direct { "P" } else { "G" };
    agree!(channel["type"], json!(kind), "{what}: type");
    let name = channel["name"].as_str().unwrap_or_default();
    match one.title() {
        Some(title) if one.kind != Kind::Direct => agree!(name, title, "{what}: name"),
        _ => agree!(name.is_empty(), false, "{what}: nameless"),
    }
    let members = channel["members"].as_array().cloned().unwrap_or_default();
    let so = one.members().map(|who| model.members[who].handle.clone());
    same_set(
        column(&members, "relationId"),
        so.collect(),
        &format!("{what}: members"),
    )?;
    let is_admin = |member: &&Value| member["isAdmin"] == true;
    let admins: Vec<_> = members.iter().filter(is_admin).cloned().collect();
    let admin = one.owner.filter(|owner| one.joined(*owner));
    let so: Vec<_> = admin
        .into_iter()
        .map(|owner| model.members[owner].handle.clone())
        .collect();
    agree!(column(&admins, "relationId"), so, "{what}: admin");
    Ok(())
}
