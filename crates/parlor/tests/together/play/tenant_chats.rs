use http::Method;
use parlor_model::Id;
use parlor_model::member::MemberKey;
use parlor_model::message::MessageKey;
use serde_json::{Value, json};

use super::{About, bit, keep, title};
use crate::cast::{Agreed, Cast, agree, uuid};
use crate::model::{Conversation, Kind, Member, Model, Nature, OWNER, Role, State, Title, Who};
use crate::step::{Step, Verb, words};

pub(super) async fn play(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    match step.verb {
        Verb::Create => create(cast, model, step).await,
        Verb::Say | Verb::Answer => say(cast, model, step).await,
        Verb::Rename | Verb::Tag | Verb::Close | Verb::Reopen => change(cast, model, step).await,
        Verb::Delete => delete(cast, model, step).await,
        Verb::Dismiss => dismiss(cast, model, step).await,
        other => Err(format!("{other:?} is not said here")),
    }
}

/// One of three whom the customer names, or anybody by the server's own id.
fn user(model: &Model, number: u8) -> String {
    match number % 4 {
        0 => model.members[model.speaker(number / 4)].user_id(),
        other => format!("customer-{other}"),
    }
}

/// The member behind a customer's id, which a call may just have made.
async fn behind(cast: &Cast<'_>, model: &mut Model, user: String) -> Who {
    let known = model.pick_member(0, |member| member.user_id() == user);
    match known {
        Some(known) => known,
        None => {
            let member = cast.learn(MemberKey::External(user), Nature::Person).await;
            model.members.push(member);
            model.members.len() - 1
        }
    }
}

async fn create(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let user = user(model, step.actor);
    let named = bit(step.other, 0).then(|| title(step));
    let metadata = bit(step.other, 1).then(|| json!({ "desk": step.word }));
    let body = json!({ "user_id": user, "title": named, "metadata": metadata });
    let made = cast
        .chats(Method::POST, "chats/", Some(body))
        .await
        .granted("a chat")?;
    let subject = behind(cast, model, user).await;
    let mut chat = Conversation::new(uuid(&made["id"])?, Kind::Chat, OWNER, Some(subject));
    chat.title = named.map_or(Title::Automatic, Title::Given);
    if let Some(Value::Object(metadata)) = metadata {
        chat.metadata = metadata;
    }
    Ok(Some(model.add(chat)))
}

async fn say(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let Some(at) = model.pick(step.target, |_| true) else {
        return Ok(None);
    };
    let text = words(step.word);
    let (role, word) = match step.verb {
        Verb::Answer => (Role::Assistant, "assistant"),
        _ => (Role::Person, "user"),
    };
    let named = (role == Role::Person && bit(step.other, 0)).then(|| user(model, step.actor));
    let mut body = json!({ "content": text, "sender_role": word });
    if let Some(user) = &named {
        body["user_id"] = json!(user);
    }
    let chat = &model.conversations[at];
    let path = format!("chats/{}/messages", chat.id);
    let answer = cast.chats(Method::POST, &path, Some(body)).await;
    let own = chat.subject.or(chat.owner);
    // Into a pair's conversation nobody else is let, and nobody is made by the attempt.
    let is_own = |user: &String| own.is_some_and(|own| model.members[own].user_id() == *user);
    let inside = |user: &String| {
        let mut members = chat.members();
        members.any(|who| model.members[who].user_id() == *user)
    };
    let fits = chat.kind != Kind::Direct
        || named.as_ref().is_none_or(is_own)
        || named.as_ref().is_none_or(inside);
    if !model.may_read(OWNER, chat) || chat.state != State::Active || !fits {
        answer.refused("words in what is closed, or others' alone")?;
        return Ok(None);
    }
    let said = answer.granted("a message")?;
    agree!(said["content"], json!(text), "what was said");
    let author = match (role, named) {
        (Role::Assistant, _) => chat.assistant,
        (_, None) => own,
        (_, Some(user)) => {
            let is_own = is_own(&user);
            let who = behind(cast, model, user).await;
            if !is_own {
                model.conversations[at].enter(&[who]);
            }
            Some(who)
        }
    };
    let key = MessageKey::Id(Id::new(uuid(&said["id"])?));
    keep(cast, model, at, key, (role, text, author)).await
}

async fn change(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let Some(at) = model.pick(step.target, |_| true) else {
        return Ok(None);
    };
    let chat = &model.conversations[at];
    let metadata = json!({ "desk": step.word, "more": { "n": [1.25] } });
    let body = match step.verb {
        Verb::Rename => json!({ "title": title(step) }),
        Verb::Tag => json!({ "metadata": metadata }),
        Verb::Close => json!({ "status": "closed" }),
        _ => json!({ "status": "active" }),
    };
    let path = format!("chats/{}", chat.id);
    let answer = cast.chats(Method::PATCH, &path, Some(body)).await;
    if !model.may_read(OWNER, chat) {
        answer.refused("a change of what others say in private")?;
        return Ok(None);
    }
    answer.granted("a change")?;
    let chat = &mut model.conversations[at];
    match (step.verb, metadata) {
        (Verb::Rename, _) => chat.rename(&title(step)),
        (Verb::Tag, Value::Object(metadata)) => chat.tag(metadata),
        // What is archived is called closed here already.
        (Verb::Close, _) if chat.state == State::Active => chat.go(State::Closed),
        (Verb::Reopen, _) => chat.go(State::Active),
        _ => {}
    }
    Ok(Some(at))
}

async fn delete(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let Some(at) = model.pick(step.target, |_| true) else {
        return Ok(None);
    };
    let chat = &model.conversations[at];
    let path = format!("chats/{}", chat.id);
    let answer = cast.chats(Method::DELETE, &path, None).await;
    if !model.may_read(OWNER, chat) {
        answer.refused("a deletion of what others say in private")?;
        return Ok(None);
    }
    answer.granted("a deletion")?;
    model.conversations[at].is_gone = true;
    Ok(Some(at))
}

/// Of those whom the customer names; their chats go with them.
async fn dismiss(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let named = |member: &Member| member.external.is_some() && member.nature == Nature::Person;
    let Some(who) = model.pick_member(step.other, named) else {
        return Ok(None);
    };
    let path = format!("users/{}", model.members[who].user_id());
    cast.chats(Method::DELETE, &path, None)
        .await
        .granted("a deletion")?;
    model.erase(who);
    Ok(None)
}
