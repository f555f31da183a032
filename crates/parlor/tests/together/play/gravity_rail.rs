use http::Method;
use parlor_model::Id;
use parlor_model::message::MessageKey;
use serde_json::{Value, json};

use super::{About, bit, keep, title};
use crate::cast::{Agreed, Cast, agree, text, uuid};
use crate::model::{Conversation, Kind, Model, Nature, OWNER, Role, State, Title};
use crate::step::{Step, Verb, words};

pub(super) async fn play(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    match step.verb {
        Verb::Create => create(cast, model, step).await,
        Verb::Pair => pair(cast, model, step).await,
        Verb::Say | Verb::Answer => say(cast, model, step).await,
        Verb::Rename | Verb::Tag | Verb::Archive | Verb::Reopen => change(cast, model, step).await,
        Verb::Add => add(cast, model, step).await,
        Verb::Remove => remove(cast, model, step).await,
        Verb::Delete => delete(cast, model, step).await,
        other => Err(format!("{other:?} is not said here")),
    }
}

async fn create(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let is_person = |member: &crate::model::Member| member.nature != Nature::Assistant;
    let by = model.speaker(step.actor);
    let subject = bit(step.other, 0)
        .then(|| model.pick_member(step.target, is_person))
        .flatten();
    let title = bit(step.other, 1).then(|| title(step));
    let guest = bit(step.other, 2)
        .then(|| model.pick_member(step.word, is_person))
        .flatten();
    let mut body =
        json!({ "channel": "web-chat", "title": title, "assistantEnabled": bit(step.other, 3) });
    if let Some(subject) = subject {
        body["memberId"] = json!(model.members[subject].number);
    }
    if let Some(guest) = guest {
        body["participants"] = json!([model.members[guest].number]);
    }
    let made = cast
        .rail(&model.members[by], Method::POST, "chats", Some(body))
        .await
        .granted("a chat")?;
    let mut chat = Conversation::new(uuid(&made["uuid"])?, Kind::Chat, by, subject);
    chat.title = title.map_or(Title::None, Title::Given);
    chat.number = made["id"].as_i64().unwrap_or_default();
    if let Some(guest) = guest {
        chat.admit(guest);
    }
    Ok(Some(model.add(chat)))
}

/// Between two who are people: those with an assistant are found the same way.
async fn pair(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let by = model.speaker(step.actor);
    let Some(peer) = model.pick_member(step.other, |_| true) else {
        return Ok(None);
    };
    let body = json!({ "memberId": model.members[peer].number });
    let answer = cast
        .rail(&model.members[by], Method::POST, "chats/dm", Some(body))
        .await;
    let known = model.pair(by, peer);
    let free = by == OWNER || known.is_some() || model.members[peer].nature == Nature::Assistant;
    if by == peer || !free {
        answer.refused("a DM with oneself or without the scope")?;
        return Ok(None);
    }
    let made = answer.granted("a DM")?;
    Ok(Some(paired(model, by, peer, uuid(&made["uuid"])?)?))
}

/// The conversation of a pair, opened again or made.
pub(super) fn paired(model: &mut Model, by: usize, peer: usize, id: uuid::Uuid) -> Agreed<usize> {
    if let Some(known) = model.pair(by, peer) {
        let conversation = &mut model.conversations[known];
        agree!(id, conversation.id, "the conversation of a pair");
        conversation.go(State::Active);
        return Ok(known);
    }
    let mut made = Conversation::new(id, Kind::Direct, by, None);
    if model.members[peer].nature == Nature::Assistant {
        made.assistant = Some(peer);
    }
    made.admit(peer);
    Ok(model.add(made))
}

async fn say(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let Some(at) = model.pick(step.target, |_| true) else {
        return Ok(None);
    };
    let by = model.likely(step.actor, |who| {
        let may = step.verb == Verb::Say || who == OWNER;
        may && model.may_read(who, &model.conversations[at])
    });
    let (chat, words) = (&model.conversations[at], words(step.word));
    let (path, body, role) = match step.verb {
        Verb::Answer => (
            "send-assistant-message",
            json!({ "message": words }),
            Role::Assistant,
        ),
        _ if bit(step.other, 0) => ("messages", json!(words), Role::Person),
        _ => ("messages", json!({ "content": words }), Role::Person),
    };
    let path = format!("chats/{}/{path}", chat.id);
    let answer = cast
        .rail(&model.members[by], Method::POST, &path, Some(body))
        .await;
    let may = model.may_read(by, chat) && (role == Role::Person || by == OWNER);
    if !may || chat.state == State::Closed {
        answer.refused("words by somebody who may not, or in what is over")?;
        return Ok(None);
    }
    let said = answer.granted("a message")?;
    let id = match role {
        Role::Assistant => &said["messageUuid"],
        _ => &said["uuid"],
    };
    let key = MessageKey::Id(Id::new(uuid(id)?));
    keep(cast, model, at, key, (role, words, Some(by))).await
}

async fn change(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let Some(at) = model.pick(step.target, |_| true) else {
        return Ok(None);
    };
    let by = model.likely(step.actor, |who| {
        who == OWNER || model.conversations[at].owner == Some(who)
    });
    let chat = &model.conversations[at];
    let metadata = json!({ "stage": step.word, "deep": { "a": [null, 1.5] } });
    let body = match step.verb {
        Verb::Rename => json!({ "title": title(step) }),
        Verb::Tag => json!({ "metadata": metadata }),
        Verb::Archive => json!({ "archived": true }),
        _ => json!({ "archived": false }),
    };
    let path = format!("chats/{}", chat.id);
    let answer = cast
        .rail(&model.members[by], Method::PUT, &path, Some(body))
        .await;
    let is_own = chat.owner == Some(by) && step.verb != Verb::Tag;
    let may = model.may_read(by, chat) && (by == OWNER || is_own);
    let is_over = chat.state == State::Closed;
    if !may || (is_over && step.verb == Verb::Reopen) {
        answer.refused("a change by somebody who may not, or of what is over")?;
        return Ok(None);
    }
    let answer = answer.granted("a change")?;
    let chat = &mut model.conversations[at];
    agree!(
        answer["uuid"],
        json!(text(chat.id)),
        "the chat that was changed"
    );
    match (step.verb, metadata) {
        (Verb::Rename, _) => chat.rename(&title(step)),
        (Verb::Tag, Value::Object(metadata)) => chat.tag(metadata),
        (Verb::Archive, _) if !is_over => chat.go(State::Archived),
        (Verb::Reopen, _) => chat.go(State::Active),
        _ => {}
    }
    Ok(Some(at))
}

async fn add(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let by = model.likely(step.actor, |who| who == OWNER);
    let Some(at) = model.pick(step.target, |one| {
        one.kind != Kind::Direct || bit(step.word, 0)
    }) else {
        return Ok(None);
    };
    let chat = &model.conversations[at];
    let Some(guest) = model.likely_member(step.other, |_| true, |who| !chat.joined(who)) else {
        return Ok(None);
    };
    let path = format!("chats/{}/participants", chat.id);
    let body = json!({ "memberId": model.members[guest].number });
    let answer = cast
        .rail(&model.members[by], Method::POST, &path, Some(body))
        .await;
    let open = chat.kind != Kind::Direct && chat.state != State::Closed;
    if by != OWNER || !open || chat.joined(guest) {
        answer.refused("a guest by somebody who may not, of a pair, or there already")?;
        return Ok(None);
    }
    answer.granted("a guest")?;
    model.conversations[at].enter(&[guest]);
    Ok(Some(at))
}

async fn remove(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let by = model.likely(step.actor, |who| who == OWNER);
    let Some(at) = model.pick(step.target, |one| {
        one.kind != Kind::Direct || bit(step.word, 0)
    }) else {
        return Ok(None);
    };
    let chat = &model.conversations[at];
    let there = |who| chat.joined(who) && !chat.is_admin(who);
    let Some(guest) = model.likely_member(step.other, |_| true, there) else {
        return Ok(None);
    };
    let path = format!(
        "chats/{}/participants/{}",
        chat.id, model.members[guest].number
    );
    let answer = cast
        .rail(&model.members[by], Method::DELETE, &path, None)
        .await;
    let open = chat.kind != Kind::Direct && chat.state != State::Closed;
    if by != OWNER || !open || !there(guest) {
        answer.refused("a removal by somebody who may not, from a pair, or of nobody there")?;
        return Ok(None);
    }
    answer.granted("a removal")?;
    model.conversations[at].remove(&[guest]);
    Ok(Some(at))
}

async fn delete(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let by = model.likely(step.actor, |who| who == OWNER);
    let Some(at) = model.pick(step.target, |_| true) else {
        return Ok(None);
    };
    let chat = &model.conversations[at];
    let path = format!("chats/{}", chat.id);
    let answer = cast
        .rail(&model.members[by], Method::DELETE, &path, None)
        .await;
    if by != OWNER || !model.may_read(by, chat) {
        answer.refused("a deletion by somebody who may not")?;
        return Ok(None);
    }
    answer.granted("a deletion")?;
    model.conversations[at].is_gone = true;
    Ok(Some(at))
}
