use http::Method;
use serde_json::{Value, json};

use super::{column, rows};
use crate::cast::{Agreed, Cast, agree, text};
use crate::model::{Conversation, Kind, Model, Role, Space};

pub(super) async fn check(cast: &Cast<'_>, model: &Model, closer: &[usize]) -> Agreed {
    for (at, space) in model.spaces.iter().enumerate() {
        listed(cast, model, at, space).await?;
    }
    for at in closer {
        let one = &model.conversations[*at];
        if let Some(space) = one.space {
            talk(cast, model, one, &model.spaces[space]).await?;
        }
    }
    Ok(())
}

/// The groups of a space are its conversations, whatever their state, but for direct ones.
async fn listed(cast: &Cast<'_>, model: &Model, at: usize, space: &Space) -> Agreed {
    let path = format!("spaces/{}", space.id);
    let whole = cast.sharely(Method::GET, &path, None).await;
    let list = cast
        .sharely(Method::GET, &format!("{path}/group"), None)
        .await;
    if space.is_gone {
        whole.refused("a deleted space")?;
        return list.refused("the groups of a deleted space");
    }
    let so: Vec<_> = model
        .conversations
        .iter()
        .filter(|one| one.space == Some(at) && !one.is_gone && one.kind != Kind::Direct)
        .map(|one| (json!(text(one.id)), json!(name(one))))
        .collect();
    let whole = whole.granted("a space")?;
    agree!(whole["status"], json!("ACTIVE"), "a space's status");
    let list = list.granted("the groups of a space")?;
    for shown in [
        rows(&whole, "spaceGroupConversation")?,
        rows(&list, "groups")?,
    ] {
        let shown: Vec<_> = shown
            .iter()
            .map(|group| {
                let invented = so
                    .iter()
                    .any(|(id, name)| *id == group["id"] && name.is_null());
                let name = if invented {
                    Value::Null
                } else {
                    group["name"].clone()
                };
                (group["id"].clone(), name)
            })
            .collect();
        agree!(shown, so, "the groups of a space, oldest first");
    }
    agree!(
        list["total"],
        json!(so.len()),
        "how many groups a space has"
    );
    Ok(())
}

/// Null for a name that was invented.
fn name(one: &Conversation) -> Option<&str> {
    match one.title {
        crate::model::Title::Automatic => None,
        _ if one.kind == Kind::Thread => Some(one.title().unwrap_or("Thread")),
        _ => Some(one.title().unwrap_or("General")),
    }
}

async fn talk(cast: &Cast<'_>, model: &Model, one: &Conversation, space: &Space) -> Agreed {
    let path = format!("spaces/{}/message?groupId={}", space.id, one.id);
    let answer = cast.sharely(Method::GET, &path, None).await;
    if one.is_gone || space.is_gone || one.kind == Kind::Direct {
        return answer.refused("what was said in a group that is not shown");
    }
    let list = answer.granted("what was said in a group")?;
    let shown = rows(&list, "messages")?;
    let what = format!("group {}", one.id);
    let so: Vec<String> = one.said().map(|said| said.id.to_string()).collect();
    agree!(column(shown, "id"), so, "{what}: messages, oldest first");
    for (shown, said) in shown.iter().zip(one.said()) {
        let (kind, author) = match said.role {
            Role::Assistant => ("AI", None),
            _ => ("USER", said.author),
        };
        agree!(shown["type"], json!(kind), "{what}: who speaks");
        agree!(shown["message"], json!(said.text), "{what}: text");
        let author = author.map(|author| text(model.members[author].id));
        agree!(shown["temporalUserId"], json!(author), "{what}: author");
    }
    Ok(())
}
