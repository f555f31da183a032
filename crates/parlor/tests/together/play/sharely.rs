use http::Method;
use serde_json::json;

use super::{About, bit, title};
use crate::cast::{Agreed, Cast, uuid};
use crate::model::{Conversation, Kind, Model, OWNER, Title};
use crate::step::{Step, Verb};

pub(super) async fn play(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    match step.verb {
        Verb::Create => create(cast, model, step).await,
        other => Err(format!("{other:?} is not said here")),
    }
}

async fn create(cast: &Cast<'_>, model: &mut Model, step: Step) -> Agreed<About> {
    let Some(space) = model.pick_space(step.target) else {
        return Ok(None);
    };
    let name = bit(step.other, 0).then(|| title(step));
    let path = format!("spaces/{}/group", model.spaces[space].id);
    let made = cast
        .sharely(Method::POST, &path, Some(json!({ "name": name })))
        .await
        .granted("a group")?;
    let mut group = Conversation::new(uuid(&made["id"])?, Kind::Group, OWNER, None);
    group.title = Title::Given(name.unwrap_or_else(|| "General".to_owned()));
    group.space = Some(space);
    model.conversations.push(group);
    Ok(Some(model.conversations.len() - 1))
}
