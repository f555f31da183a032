use http::Method;
use serde_json::{Value, json};

use super::{column, rows, same_set};
use crate::cast::{Agreed, Cast, agree};
use crate::model::{Conversation, Kind, Model, OWNER, Role, State, Title, Who};

pub(super) async fn check(cast: &Cast<'_>, model: &Model, closer: &[usize]) -> Agreed {
    for (who, viewer) in model.members.iter().enumerate() {
        if viewer.token.is_none() || viewer.is_gone {
            continue;
        }
        for archived in [false, true] {
            listed(cast, model, who, archived).await?;
        }
        for at in closer {
            let chat = &model.conversations[*at];
            for id in [chat.id.to_string(), number(cast, chat).await] {
                let answer = cast
                    .rail(viewer, Method::GET, &format!("chats/{id}"), None)
                    .await;
                let path = format!("chats/{id}/messages?limit=100");
                let messages = cast.rail(viewer, Method::GET, &path, None).await;
                if chat.is_gone || !model.may_read(who, chat) {
                    answer.refused("a chat that is not shown")?;
                    messages.refused("the messages of a chat that is not shown")?;
                } else {
                    shown(model, chat, &answer.granted("a chat")?)?;
                    talk(model, chat, &messages.granted("a chat's messages")?)?;
                }
            }
        }
    }
    let list = cast
        .rail(
            &model.members[OWNER],
            Method::GET,
            "members?pageSize=100",
            None,
        )
        .await
        .granted("the members")?;
    let so = model.members.iter().filter(|member| !member.is_gone);
    let so = so.map(|member| member.number.to_string()).collect();
    same_set(column(rows(&list, "items")?, "id"), so, "the members")
}

/// The number by which a chat goes here; what was made elsewhere has one too.
async fn number(cast: &Cast<'_>, chat: &Conversation) -> String {
    if chat.number != 0 {
        return chat.number.to_string();
    }
    let key = parlor_model::conversation::ConversationKey::Id(parlor_model::Id::new(chat.id));
    let ctx = cast.tenant.ctx();
    match parlor_engine::conversation::find(&cast.server.engine, &ctx, key).await {
        Ok(found) => found.number.to_string(),
        Err(_) => chat.id.to_string(),
    }
}

async fn listed(cast: &Cast<'_>, model: &Model, who: Who, archived: bool) -> Agreed {
    let path = format!("chats?pageSize=100&archived={archived}");
    let list = cast
        .rail(&model.members[who], Method::GET, &path, None)
        .await
        .granted("the chats")?;
    let items = rows(&list, "items")?;
    let listed = |one: &&Conversation| {
        !one.is_gone && model.may_read(who, one) && (one.state != State::Active) == archived
    };
    let so = model.conversations.iter().filter(listed);
    let so = so.map(|one| one.id.to_string()).collect();
    let what = format!(
        "what {:?} lists with archived={archived}",
        model.members[who].name
    );
    same_set(column(items, "uuid"), so, &what)?;
    for item in items {
        let id = item["uuid"].as_str().unwrap_or_default();
        let one = model
            .conversations
            .iter()
            .find(|one| one.id.to_string() == id);
        if let Some(one) = one {
            shown(model, one, item)?;
        }
    }
    agree!(list["total"], json!(items.len()), "how many {what}");
    Ok(())
}

fn shown(model: &Model, one: &Conversation, chat: &Value) -> Agreed {
    let what = format!("chat {}", one.id);
    agree!(chat["uuid"], json!(one.id.to_string()), "{what}: uuid");
    match &one.title {
        Title::Automatic => agree!(chat["title"].is_string(), true, "{what}: has a title"),
        _ => agree!(chat["title"], json!(one.title()), "{what}: title"),
    }
    let of = |who: Option<Who>| json!(who.map(|who| model.members[who].number));
    agree!(chat["ownerMemberId"], of(one.owner), "{what}: owner");
    agree!(chat["memberId"], of(one.subject), "{what}: subject");
    let metadata = Value::Object(one.metadata.clone());
    agree!(chat["metadata"], metadata, "{what}: metadata");
    let is_dm = one.kind == Kind::Direct;
    agree!(chat["chatType"] == "dm", is_dm, "{what}: is a DM");
    let archived = one.state != State::Active;
    agree!(chat["archived"], json!(archived), "{what}: archived");
    for (name, count) in [
        ("messageCount", one.said().count()),
        ("userMessageCount", one.count(Role::Person)),
        ("assistantMessageCount", one.count(Role::Assistant)),
    ] {
        agree!(chat[name], json!(count), "{what}: {name}");
    }
    let shown = column(rows(chat, "participants")?, "memberId");
    let so = one.members().map(|who| model.members[who].number);
    let so = so.map(|number| number.to_string()).collect();
    same_set(shown, so, &format!("{what}: participants"))
}

/// Everything that was written, newest first.
fn talk(model: &Model, one: &Conversation, list: &Value) -> Agreed {
    let what = format!("chat {}", one.id);
    let shown = list.as_array().cloned().unwrap_or_default();
    let so: Vec<_> = one
        .messages
        .iter()
        .rev()
        .map(|said| said.id.to_string())
        .collect();
    agree!(column(&shown, "uuid"), so, "{what}: messages, newest first");
    for (shown, said) in shown.iter().zip(one.messages.iter().rev()) {
        let role = match said.role {
            Role::Person => "user",
            Role::Assistant => "assistant",
            Role::System => "system",
            Role::Tool => "tool",
        };
        agree!(shown["role"], json!(role), "{what}: role");
        agree!(shown["content"], json!(said.text), "{what}: text");
        let author = said.author.map(|author| model.members[author].number);
        agree!(shown["memberId"], json!(author), "{what}: author");
    }
    Ok(())
}
