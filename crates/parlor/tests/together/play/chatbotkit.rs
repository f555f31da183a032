use http::Method;
use parlor_model::Id;
use parlor_model::id::MemberId;
use parlor_model::member::MemberKey;
use parlor_model::message::MessageKey;
use serde_json::{Value, json};

use super::{About, bit, keep, title};
use crate::cast::{Agreed, Answer, Cast, kit, unkit};
use crate::model::{Conversation, Kind, Member, Model, Nature, OWNER, Role, Space, State, Title};
use crate::step::{Step, Verb, words};

pub(super) async fn play(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    match step.verb {
        Verb::Create => create(cast, model, step).await,
        Verb::Say | Verb::Answer | Verb::Aside => say(cast, model, step).await,
        Verb::Edit | Verb::Unsay => again(cast, model, step).await,
        Verb::Rename | Verb::Tag | Verb::Move | Verb::Assign => change(cast, model, step).await,
        Verb::Delete => delete(cast, model, step).await,
        Verb::Furnish => furnish(cast, model, step).await,
        Verb::Clear => clear(cast, model, step).await,
        Verb::Enrol => enrol(cast, model, step).await,
        Verb::Dismiss => dismiss(cast, model, step).await,
        other => Err(format!("{other:?} is not said here")),
    }
}

async fn call(cast: &Cast<'_>, path: &str, body: Value) -> Answer {
    cast.chatbotkit(Method::POST, path, Some(body)).await
}

async fn create(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let space = bit(step.other, 0)
        .then(|| model.pick_space(step.target))
        .flatten();
    let contact = bit(step.other, 1)
        .then(|| model.pick_member(step.actor, Member::is_contact))
        .flatten();
    let name = bit(step.other, 2).then(|| title(step));
    let meta = bit(step.other, 3).then(|| json!({ "n": step.word, "deep": { "a": [null] } }));
    let body = json!({
        "name": name,
        "spaceId": space.map(|space| kit("space_", model.spaces[space].id)),
        "contactId": contact.map(|contact| kit("contact_", model.members[contact].id)),
        "meta": meta,
    });
    let made = call(cast, "conversation/create", body)
        .await
        .granted("a conversation")?;
    let id = unkit("conversation_", &made["id"])?;
    let mut made = Conversation::new(id, Kind::Chat, OWNER, contact);
    made.title = name.map_or(Title::None, Title::Given);
    made.space = space;
    if let Some(Value::Object(meta)) = meta {
        made.metadata = meta;
    }
    Ok(Some(model.add(made)))
}

/// One of the conversations that the key's member may read.
fn any(model: &Model, number: u8) -> Option<usize> {
    model.pick(number, |one| model.may_read(OWNER, one))
}

fn path(one: &Conversation, rest: &str) -> String {
    format!("conversation/{}/{rest}", kit("conversation_", one.id))
}

async fn say(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    const ASIDES: &[(&str, Role)] = &[
        ("instruction", Role::System),
        ("backstory", Role::System),
        ("context", Role::System),
        ("reasoning", Role::System),
        ("activity", Role::Tool),
        ("checkpoint", Role::System),
    ];
    let Some(at) = any(model, step.target) else {
        return Ok(None);
    };
    let (one, text) = (&model.conversations[at], words(step.word));
    let (word, role, author) = match step.verb {
        Verb::Say => ("user", Role::Person, one.subject.or(Some(OWNER))),
        Verb::Answer => ("bot", Role::Assistant, one.assistant),
        _ => {
            let (word, role) = ASIDES[usize::from(step.other) % ASIDES.len()];
            (word, role, None)
        }
    };
    let answer = if step.verb == Verb::Say && bit(step.other, 0) {
        call(cast, &path(one, "send"), json!({ "text": text })).await
    } else {
        let body = json!({ "type": word, "text": text });
        call(cast, &path(one, "message/create"), body).await
    };
    if one.state == State::Closed {
        answer.refused("words in what is over")?;
        return Ok(None);
    }
    let id = unkit("message_", &answer.granted("a message")?["id"])?;
    let key = MessageKey::Id(Id::new(id));
    let about = keep(cast, model, at, key, (role, text, author)).await?;
    if !role.is_said()
        && let Some(kept) = model.conversations[at].messages.last_mut()
    {
        kept.word = Some(word);
    }
    Ok(about)
}

/// What was said is changed, or taken back.
async fn again(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let talks = |one: &Conversation| {
        model.may_read(OWNER, one) && one.state != State::Closed && !one.messages.is_empty()
    };
    let Some(at) = model.pick(step.target, talks) else {
        return Ok(None);
    };
    let one = &model.conversations[at];
    let which = usize::from(step.other) % one.messages.len();
    let message = kit("message_", one.messages[which].id);
    if step.verb == Verb::Unsay {
        call(
            cast,
            &path(one, &format!("message/{message}/delete")),
            json!({}),
        )
        .await
        .granted("a message taken back")?;
        model.conversations[at].unsay(which);
    } else {
        let text = format!("{} again", words(step.word));
        let body = json!({ "text": text });
        call(cast, &path(one, &format!("message/{message}/update")), body)
            .await
            .granted("a message changed")?;
        model.conversations[at].edit(which, text);
    }
    Ok(Some(at))
}

async fn change(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let Some(at) = any(model, step.target) else {
        return Ok(None);
    };
    let one = &model.conversations[at];
    let is_direct = one.kind == Kind::Direct;
    let mut metadata = one.metadata.clone();
    let (mut space, mut contact) = (None, None);
    let body = match step.verb {
        Verb::Rename => json!({ "name": title(step) }),
        Verb::Tag => {
            metadata.insert("kit".into(), json!(step.word));
            json!({ "meta": { "kit": step.word } })
        }
        Verb::Move => {
            space = (!step.actor.is_multiple_of(4))
                .then(|| model.pick_space(step.other))
                .flatten();
            json!({ "spaceId": space.map(|space| kit("space_", model.spaces[space].id)) })
        }
        _ => {
            contact = (!step.actor.is_multiple_of(4))
                .then(|| model.pick_member(step.other, Member::is_contact))
                .flatten();
            json!({ "contactId": contact.map(|contact| kit("contact_", model.members[contact].id)) })
        }
    };
    let answer = call(cast, &path(one, "update"), body).await;
    if is_direct && matches!(step.verb, Verb::Move | Verb::Assign) {
        answer.refused("a pair's conversation moved")?;
        return Ok(None);
    }
    answer.granted("a change")?;
    let one = &mut model.conversations[at];
    match step.verb {
        Verb::Rename => one.rename(&title(step)),
        Verb::Tag => one.tag(metadata),
        Verb::Move => one.move_to(space),
        _ => one.assign(contact),
    }
    Ok(Some(at))
}

async fn delete(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let Some(at) = any(model, step.target) else {
        return Ok(None);
    };
    call(cast, &path(&model.conversations[at], "delete"), json!({}))
        .await
        .granted("a deletion")?;
    model.conversations[at].is_gone = true;
    Ok(Some(at))
}

async fn furnish(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let made = call(cast, "space/create", json!({ "name": title(step) }))
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
    call(cast, &path, json!({})).await.granted("a deletion")?;
    model.clear_space(space);
    Ok(None)
}

async fn enrol(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let made = call(cast, "contact/create", json!({ "name": title(step) }))
        .await
        .granted("a contact")?;
    let id = unkit("contact_", &made["id"])?;
    let key = MemberKey::Id(MemberId::new(id));
    model.members.push(cast.learn(key, Nature::Contact).await);
    Ok(None)
}

/// Only of contacts that this vocabulary made: the others are still needed.
async fn dismiss(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let made_here = |member: &Member| member.nature == Nature::Contact;
    let Some(who) = model.pick_member(step.other, made_here) else {
        return Ok(None);
    };
    let path = format!("contact/{}/delete", kit("contact_", model.members[who].id));
    call(cast, &path, json!({})).await.granted("a deletion")?;
    model.dismiss(who);
    Ok(None)
}
