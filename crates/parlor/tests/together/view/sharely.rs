use http::Method;
use serde_json::json;

use super::rows;
use crate::cast::{Agreed, Cast, agree};
use crate::model::{Kind, Model};

pub(super) async fn check(cast: &Cast<'_>, model: &Model, _closer: &[usize]) -> Agreed {
    for (at, space) in model.spaces.iter().enumerate() {
        let path = format!("spaces/{}", space.id);
        let answer = cast.sharely(Method::GET, &path, None).await;
        if space.is_gone {
            answer.refused("a deleted space")?;
            continue;
        }
        let shown = answer.granted("a space")?;
        agree!(shown["status"], json!("ACTIVE"), "a space's status");
        let groups = rows(&shown, "spaceGroupConversation")?;
        let shown: Vec<_> = groups
            .iter()
            .map(|group| (group["id"].clone(), group["name"].clone()))
            .collect();
        let so: Vec<_> = model
            .conversations
            .iter()
            .filter(|one| one.space == Some(at) && !one.is_gone && one.kind != Kind::Direct)
            .map(|one| {
                let name = one.title().unwrap_or("General");
                (json!(one.id.to_string()), json!(name))
            })
            .collect();
        agree!(shown, so, "the groups of a space, oldest first");
    }
    Ok(())
}
