use http::Method;
use serde_json::json;

use super::{About, bit, gravity_rail::paired, title};
use crate::cast::{Agreed, Cast, uuid};
use crate::model::{Conversation, Kind, Model, Title};
use crate::step::{Step, Verb};

pub(super) async fn play(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    match step.verb {
        Verb::Create => create(cast, model, step).await,
        Verb::Pair => pair(cast, model, step).await,
        other => Err(format!("{other:?} is not said here")),
    }
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
    let made = cast
        .relation(
            &model.members[by],
            Method::POST,
            "channel/create",
            Some(body),
        )
        .await
        .granted("a group")?;
    let mut group = Conversation::new(uuid(&made["data"]["channelUuid"])?, Kind::Group, by, None);
    group.title = Title::Given(title(step));
    for guest in guests {
        group.admit(guest);
    }
    model.conversations.push(group);
    Ok(Some(model.conversations.len() - 1))
}

async fn pair(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let by = model.speaker(step.actor);
    let Some(peer) = model.pick_member(step.other, |_| true) else {
        return Ok(None);
    };
    let body = json!({ "type": "P", "members": [model.members[peer].handle] });
    let answer = cast
        .relation(
            &model.members[by],
            Method::POST,
            "channel/create",
            Some(body),
        )
        .await;
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
