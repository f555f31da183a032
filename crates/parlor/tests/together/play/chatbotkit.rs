use http::Method;
use parlor_model::id::MemberId;
use parlor_model::member::MemberKey;
use serde_json::{Value, json};

use super::{About, bit, title};
use crate::cast::{Agreed, Cast, kit, unkit};
use crate::model::{Conversation, Kind, Model, Nature, OWNER, Space, Title};
use crate::step::{Step, Verb};

pub(super) async fn play(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    match step.verb {
        Verb::Create => create(cast, model, step).await,
        Verb::Furnish => furnish(cast, model, step).await,
        Verb::Clear => clear(cast, model, step).await,
        Verb::Enrol => enrol(cast, model, step).await,
        Verb::Dismiss => dismiss(cast, model, step).await,
        other => Err(format!("{other:?} is not said here")),
    }
}

async fn create(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let space = bit(step.other, 0)
        .then(|| model.pick_space(step.target))
        .flatten();
    let contact = bit(step.other, 1)
        .then(|| model.pick_member(step.actor, |member| member.is_contact()))
        .flatten();
    let name = bit(step.other, 2).then(|| title(step));
    let meta = bit(step.other, 3).then(|| json!({ "n": step.word, "deep": { "a": [null] } }));
    let body = json!({
        "name": name,
        "spaceId": space.map(|space| kit("space_", model.spaces[space].id)),
        "contactId": contact.map(|contact| kit("contact_", model.members[contact].id)),
        "meta": meta,
    });
    let made = cast
        .chatbotkit(Method::POST, "conversation/create", Some(body))
        .await
        .granted("a conversation")?;
    let id = unkit("conversation_", &made["id"])?;
    let mut made = Conversation::new(id, Kind::Chat, OWNER, contact);
    made.title = name.map_or(Title::None, Title::Given);
    made.space = space;
    if let Some(Value::Object(meta)) = meta {
        made.metadata = meta;
    }
    model.conversations.push(made);
    Ok(Some(model.conversations.len() - 1))
}

async fn furnish(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let body = json!({ "name": title(step) });
    let made = cast
        .chatbotkit(Method::POST, "space/create", Some(body))
        .await
        .granted("a space")?;
    model.spaces.push(Space {
        id: unkit("space_", &made["id"])?,
        is_gone: false,
    });
    Ok(None)
}

async fn clear(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let Some(space) = model.pick_space(step.target) else {
        return Ok(None);
    };
    let path = format!("space/{}/delete", kit("space_", model.spaces[space].id));
    cast.chatbotkit(Method::POST, &path, Some(json!({})))
        .await
        .granted("a deletion")?;
    model.clear_space(space);
    Ok(None)
}

async fn enrol(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let body = json!({ "name": title(step) });
    let made = cast
        .chatbotkit(Method::POST, "contact/create", Some(body))
        .await
        .granted("a contact")?;
    let id = unkit("contact_", &made["id"])?;
    let key = MemberKey::Id(MemberId::new(id));
    model.members.push(cast.learn(key, Nature::Contact).await);
    Ok(None)
}

/// Only of contacts that this vocabulary made: the others are still needed.
async fn dismiss(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let made_here = |member: &crate::model::Member| member.nature == Nature::Contact;
    let Some(who) = model.pick_member(step.other, made_here) else {
        return Ok(None);
    };
    let path = format!("contact/{}/delete", kit("contact_", model.members[who].id));
    cast.chatbotkit(Method::POST, &path, Some(json!({})))
        .await
        .granted("a deletion")?;
    model.dismiss(who);
    Ok(None)
}
