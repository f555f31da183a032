use http::Method;
use serde_json::{Value, json};

use super::{field_column, list_rows};
use crate::actors::{Actors, CheckResult, check_equal, dashed_id};
use crate::model::{Conversation, Kind, Model, Role, Space};

pub(super) async fn check(actors: &Actors<'_>, model: &Model, closer: &[usize]) -> CheckResult {
    for (at, space) in model.spaces.iter().enumerate() {
        check_groups(actors, model, at, space).await?;
    }
    for at in closer {
        let one = &model.conversations[*at];
        if let Some(space) = one.space {
            check_messages(actors, model, one, &model.spaces[space]).await?;
        }
    }
    Ok(())
}

/// The groups of a space are its conversations in any state, except direct ones.
async fn check_groups(actors: &Actors<'_>, model: &Model, at: usize, space: &Space) -> CheckResult {
    let path = format!("spaces/{}", space.id);
    let whole = actors.sharely(Method::GET, &path, None).await;
    let list = actors
        .sharely(Method::GET, &format!("{path}/group"), None)
        .await;
    if space.is_deleted {
        whole.require_refused("a deleted space")?;
        return list.require_refused("the groups of a deleted space");
    }
    let so: Vec<_> = model
        .conversations
        .iter()
        .filter(|one| one.space == Some(at) && !one.is_deleted && one.kind != Kind::Direct)
        .map(|one| (json!(dashed_id(one.id)), json!(expected_name(one))))
        .collect();
    let whole = whole.require_granted("a space")?;
    check_equal!(whole["status"], json!("ACTIVE"), "a space's status");
    let list = list.require_granted("the groups of a space")?;
    for shown in [
        list_rows(&whole, "spaceGroupConversation")?,
        list_rows(&list, "groups")?,
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
        check_equal!(shown, so, "the groups of a space, oldest first");
    }
    check_equal!(
        list["total"],
        json!(so.len()),
        "how many groups a space has"
    );
    Ok(())
}

/// `None` (JSON null) for a generated name.
fn expected_name(one: &Conversation) -> Option<&str> {
    match one.title {
        crate::model::Title::Automatic => None,
        _ if one.kind == Kind::Thread => Some(one.title().unwrap_or("Thread")),
        _ => Some(one.title().unwrap_or("General")),
    }
}

async fn check_messages(
    actors: &Actors<'_>,
    model: &Model,
    one: &Conversation,
    space: &Space,
) -> CheckResult {
    let path = format!("spaces/{}/message?groupId={}", space.id, one.id);
    let answer = actors.sharely(Method::GET, &path, None).await;
    if one.is_deleted || space.is_deleted || one.kind == Kind::Direct {
        return answer.require_refused("what was said in a group that is not shown");
    }
    let list = answer.require_granted("what was said in a group")?;
    let shown = list_rows(&list, "messages")?;
    let what = format!("group {}", one.id);
    let so: Vec<String> = one
        .conversational_messages()
        .map(|message| message.id.to_string())
        .collect();
    check_equal!(
        field_column(shown, "id"),
        so,
        "{what}: messages, oldest first"
    );
    for (shown, message) in shown.iter().zip(one.conversational_messages()) {
        let (kind, author) = match message.role {
            Role::Assistant => ("AI", None),
            _ => ("USER", message.author),
        };
        check_equal!(shown["type"], json!(kind), "{what}: who speaks");
        check_equal!(shown["message"], json!(message.text), "{what}: text");
        let author = author.map(|author| dashed_id(model.members[author].id));
        check_equal!(shown["temporalUserId"], json!(author), "{what}: author");
    }
    Ok(())
}
