use http::Method;
use serde_json::{Value, json};

use super::{About, bit, title};
use crate::cast::{Agreed, Cast, agree, uuid};
use crate::model::{Conversation, Kind, Model, Nature, OWNER, State, Title};
use crate::step::{Step, Verb};

pub(super) async fn play(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    match step.verb {
        Verb::Create => create(cast, model, step).await,
        Verb::Pair => pair(cast, model, step).await,
        Verb::Rename | Verb::Tag | Verb::Archive | Verb::Reopen => change(cast, model, step).await,
        Verb::Delete => delete(cast, model, step).await,
        other => Err(format!("{other:?} is not said here")),
    }
}

async fn create(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let by = model.speaker(step.actor);
    let subject = bit(step.other, 0)
        .then(|| model.pick_member(step.target, |member| member.nature != Nature::Assistant))
        .flatten();
    let title = bit(step.other, 1).then(|| title(step));
    let guest = bit(step.other, 2)
        .then(|| model.pick_member(step.word, |member| member.nature != Nature::Assistant))
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
    model.conversations.push(chat);
    Ok(Some(model.conversations.len() - 1))
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
        conversation.state = State::Active;
        return Ok(known);
    }
    let mut made = Conversation::new(id, Kind::Direct, by, None);
    made.admit(peer);
    model.conversations.push(made);
    Ok(model.conversations.len() - 1)
}

async fn change(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let by = model.speaker(step.actor);
    let Some(at) = model.pick(step.target, |_| true) else {
        return Ok(None);
    };
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
    if !may {
        answer.refused("a change by somebody who may not")?;
        return Ok(None);
    }
    let is_over = chat.state == State::Closed;
    let chat = &mut model.conversations[at];
    if is_over {
        // What is over stays over; whether the rest may still be changed is not settled.
        if !answer.is_granted {
            return answer.refused("a change of what is over").map(|()| None);
        }
    }
    let answer = answer.granted("a change")?;
    agree!(
        answer["uuid"],
        json!(chat.id.to_string()),
        "the chat that was changed"
    );
    match step.verb {
        Verb::Rename => chat.title = Title::Given(title(step)),
        Verb::Tag => {
            let Value::Object(metadata) = metadata else {
                return Ok(None);
            };
            chat.metadata = metadata;
        }
        Verb::Archive if !is_over => chat.state = State::Archived,
        Verb::Reopen if !is_over => chat.state = State::Active,
        _ => {}
    }
    Ok(Some(at))
}

async fn delete(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let by = model.speaker(step.actor);
    let Some(at) = model.pick(step.target, |_| true) else {
        return Ok(None);
    };
    let chat = &model.conversations[at];
    let path = format!("chats/{}", chat.number);
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
