use http::Method;
use parlor_model::message::MessageKey;
use serde_json::{Value, json};

use super::{About, bit, gravity_rail::paired, keep, title};
use crate::cast::{Agreed, Cast, bare, uuid};
use crate::model::{Conversation, Kind, Member, Model, Role, State, Title, Who};
use crate::step::{Step, Verb, words};

pub(super) async fn play(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    match step.verb {
        Verb::Create => create(cast, model, step).await,
        Verb::Pair => pair(cast, model, step).await,
        Verb::Say => say(cast, model, step).await,
        Verb::Unsay => unsay(cast, model, step).await,
        _ => group(cast, model, step).await,
    }
}

async fn call(cast: &Cast<'_>, by: &Member, path: &str, body: Value) -> crate::cast::Answer {
    cast.relation(by, Method::POST, path, Some(body)).await
}

async fn create(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let by = model.speaker(step.actor);
    let mut guests: Vec<usize> = [step.other, step.target]
        .into_iter()
        .filter_map(|any| model.pick_member(any, |_| true))
        .collect();
    guests.truncate(usize::from(bit(step.word, 0)) + usize::from(bit(step.word, 1)));
    let handles: Vec<_> = guests
        .iter()
        .map(|guest| &model.members[*guest].handle)
        .collect();
    let body = json!({ "type": "G", "name": title(step), "members": handles });
    let made = call(cast, &model.members[by], "channel/create", body)
        .await
        .granted("a group")?;
    let id = uuid(&made["data"]["channelUuid"])?;
    let mut group = Conversation::new(id, Kind::Group, by, None);
    group.title = Title::Given(title(step));
    for guest in guests {
        group.admit(guest);
    }
    Ok(Some(model.add(group)))
}

async fn pair(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let by = model.speaker(step.actor);
    let Some(peer) = model.pick_member(step.other, |_| true) else {
        return Ok(None);
    };
    let body = json!({ "type": "P", "members": [model.members[peer].handle] });
    let answer = call(cast, &model.members[by], "channel/create", body).await;
    if by == peer {
        answer.refused("a pair of one")?;
        return Ok(None);
    }
    let made = answer.granted("a pair")?;
    Ok(Some(paired(
        model,
        by,
        peer,
        uuid(&made["data"]["channelUuid"])?,
    )?))
}

async fn say(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let Some(at) = model.pick(step.target, |_| true) else {
        return Ok(None);
    };
    let by = model.likely(step.actor, |who| model.conversations[at].joined(who));
    let (one, text) = (&model.conversations[at], words(step.word));
    let body = json!({ "channelUuid": bare(one.id), "type": "TEXT", "content": text });
    let answer = call(cast, &model.members[by], "message/send", body).await;
    if one.state == State::Closed || !one.joined(by) {
        answer.refused("words by somebody who takes no part, or in what is over")?;
        return Ok(None);
    }
    let said = answer.granted("a message")?;
    let number = said["data"]["id"].as_str().and_then(|id| id.parse().ok());
    let number = number.ok_or_else(|| format!("no number in {said}"))?;
    keep(
        cast,
        model,
        at,
        MessageKey::Number(number),
        (Role::Person, text, Some(by)),
    )
    .await
}

/// Of one's own, while one takes part.
async fn unsay(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let talks = |one: &Conversation| one.state != State::Closed && one.said().next().is_some();
    let Some(at) = model.pick(step.target, talks) else {
        return Ok(None);
    };
    let one = &model.conversations[at];
    let said: Vec<usize> = (0..one.messages.len())
        .filter(|at| one.messages[*at].role.is_said())
        .collect();
    let which = said[usize::from(step.other) % said.len()];
    let message = &one.messages[which];
    let by = model.likely(step.actor, |who| message.author == Some(who));
    let body = json!({ "id": message.number.to_string() });
    let answer = call(cast, &model.members[by], "message/hide", body).await;
    if message.author != Some(by) || !model.may_read(by, one) {
        answer.refused("somebody else's message taken back")?;
        return Ok(None);
    }
    answer.granted("a message taken back")?;
    model.conversations[at].unsay(which);
    Ok(Some(at))
}

/// What is done to a group, by whom it may be done.
async fn group(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let fits = |one: &Conversation| one.kind != Kind::Direct || bit(step.word, 2);
    let Some(at) = model.pick(step.target, fits) else {
        return Ok(None);
    };
    let one = &model.conversations[at];
    let by = model.likely(step.actor, |who| match step.verb {
        Verb::Join => !one.joined(who),
        Verb::Leave | Verb::Add => one.joined(who),
        _ => one.is_admin(who),
    });
    let fits = |who| who != by && one.joined(who) != (step.verb == Verb::Add);
    let Some(other) = model.likely_member(step.other, |_| true, fits) else {
        return Ok(None);
    };
    let (member, admin) = (one.joined(by), one.is_admin(by));
    let handle = json!(model.members[other].handle);
    let mut body = json!({ "channelUuid": bare(one.id) });
    let (path, may) = match step.verb {
        Verb::Join => ("channel/join", !member),
        Verb::Leave => ("channel/members/leave", member),
        Verb::Close => ("channel/disband", admin),
        Verb::Rename => {
            body["channelName"] = json!(title(step));
            ("channel/update", admin)
        }
        Verb::Add => {
            body["members"] = json!([handle]);
            ("channel/members/add", member)
        }
        Verb::Remove => {
            body["members"] = json!([handle]);
            ("channel/members/remove", admin && other != by)
        }
        Verb::Transfer => {
            body["relationId"] = handle;
            ("channel/ownerTransfer", admin && one.joined(other))
        }
        other => return Err(format!("{other:?} is not said here")),
    };
    let answer = call(cast, &model.members[by], path, body).await;
    if !may || one.kind == Kind::Direct || one.state == State::Closed {
        answer.refused(format_args!("{:?} by somebody who may not", step.verb))?;
        return Ok(None);
    }
    answer.granted(format_args!("{:?}", step.verb))?;
    done(model, at, step, by, other);
    Ok(Some(at))
}

fn done(model: &mut Model, at: usize, step: Step, by: Who, other: Who) {
    let numbers: Vec<i64> = model.members.iter().map(|member| member.number).collect();
    let one = &mut model.conversations[at];
    match step.verb {
        Verb::Join => one.enter(&[by]),
        Verb::Leave => one.leave(by, |who| numbers[who]),
        Verb::Close => one.go(State::Closed),
        Verb::Rename => one.rename(&title(step)),
        Verb::Add => one.enter(&[other]),
        Verb::Remove if one.joined(other) => one.remove(&[other]),
        Verb::Transfer => one.transfer(other),
        _ => {}
    }
}
