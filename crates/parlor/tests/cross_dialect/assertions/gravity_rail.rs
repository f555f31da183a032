use http::Method;
use serde_json::{Value, json};

use super::{check_same_set, field_column, list_rows};
use crate::actors::{Actors, CheckResult, check_equal};
use crate::model::{Conversation, Kind, MemberIndex, Model, OWNER, Role, State, Title};

pub(super) async fn check(actors: &Actors<'_>, model: &Model, closer: &[usize]) -> CheckResult {
    for (who, viewer) in model.members.iter().enumerate() {
        if viewer.token.is_none() || viewer.is_deleted {
            continue;
        }
        for archived in [false, true] {
            check_list(actors, model, who, archived).await?;
        }
        for at in closer {
            let chat = &model.conversations[*at];
            for id in [chat.id.to_string(), chat_number(actors, chat).await] {
                let answer = actors
                    .gravity_rail(viewer, Method::GET, &format!("chats/{id}"), None)
                    .await;
                let path = format!("chats/{id}/messages?limit=100");
                let messages = actors.gravity_rail(viewer, Method::GET, &path, None).await;
                if chat.is_deleted || !model.may_read(who, chat) {
                    answer.require_refused("a chat that is not shown")?;
                    messages.require_refused("the messages of a chat that is not shown")?;
                } else {
                    check_conversation(model, chat, &answer.require_granted("a chat")?)?;
                    check_messages(model, chat, &messages.require_granted("a chat's messages")?)?;
                }
            }
        }
    }
    let list = actors
        .gravity_rail(
            &model.members[OWNER],
            Method::GET,
            "members?pageSize=100",
            None,
        )
        .await
        .require_granted("the members")?;
    let so = model.members.iter().filter(|member| !member.is_deleted);
    let so = so.map(|member| member.number.to_string()).collect();
    check_same_set(
        field_column(list_rows(&list, "items")?, "id"),
        so,
        "the members",
    )
}

/// The number of a chat in this dialect; chats created in other dialects have one too.
async fn chat_number(actors: &Actors<'_>, chat: &Conversation) -> String {
    if chat.number != 0 {
        return chat.number.to_string();
    }
    let key = parlor_model::conversation::ConversationKey::Id(parlor_model::Id::new(chat.id));
    let ctx = actors.tenant.ctx();
    match parlor_engine::conversation::find(&actors.server.engine, &ctx, key).await {
        Ok(found) => found.number.to_string(),
        Err(_) => chat.id.to_string(),
    }
}

async fn check_list(
    actors: &Actors<'_>,
    model: &Model,
    who: MemberIndex,
    archived: bool,
) -> CheckResult {
    let path = format!("chats?pageSize=100&archived={archived}");
    let list = actors
        .gravity_rail(&model.members[who], Method::GET, &path, None)
        .await
        .require_granted("the chats")?;
    let items = list_rows(&list, "items")?;
    let listed = |one: &&Conversation| {
        !one.is_deleted && model.may_read(who, one) && (one.state != State::Active) == archived
    };
    let so = model.conversations.iter().filter(listed);
    let so = so.map(|one| one.id.to_string()).collect();
    let what = format!(
        "what {:?} lists with archived={archived}",
        model.members[who].name
    );
    check_same_set(field_column(items, "uuid"), so, &what)?;
    for item in items {
        let id = item["uuid"].as_str().unwrap_or_default();
        let one = model
            .conversations
            .iter()
            .find(|one| one.id.to_string() == id);
        if let Some(one) = one {
            check_conversation(model, one, item)?;
        }
    }
    check_equal!(list["total"], json!(items.len()), "how many {what}");
    Ok(())
}

fn check_conversation(model: &Model, one: &Conversation, chat: &Value) -> CheckResult {
    let what = format!("chat {}", one.id);
    check_equal!(chat["uuid"], json!(one.id.to_string()), "{what}: uuid");
    match &one.title {
        Title::Automatic => check_equal!(chat["title"].is_string(), true, "{what}: has a title"),
        _ => check_equal!(chat["title"], json!(one.title()), "{what}: title"),
    }
    let of = |who: Option<MemberIndex>| json!(who.map(|who| model.members[who].number));
    check_equal!(chat["ownerMemberId"], of(one.owner), "{what}: owner");
    check_equal!(chat["memberId"], of(one.subject), "{what}: subject");
    let metadata = Value::Object(one.metadata.clone());
    check_equal!(chat["metadata"], metadata, "{what}: metadata");
    let is_dm = one.kind == Kind::Direct;
    check_equal!(chat["chatType"] == "dm", is_dm, "{what}: is a DM");
    let archived = one.state != State::Active;
    check_equal!(chat["archived"], json!(archived), "{what}: archived");
    for (name, count) in [
        ("messageCount", one.conversational_messages().count()),
        ("userMessageCount", one.count_by_role(Role::Person)),
        ("assistantMessageCount", one.count_by_role(Role::Assistant)),
    ] {
        check_equal!(chat[name], json!(count), "{what}: {name}");
    }
    let shown = field_column(list_rows(chat, "participants")?, "memberId");
    let so = one.members().map(|who| model.members[who].number);
    let so = so.map(|number| number.to_string()).collect();
    check_same_set(shown, so, &format!("{what}: participants"))
}

/// All messages, newest first.
fn check_messages(model: &Model, one: &Conversation, list: &Value) -> CheckResult {
    let what = format!("chat {}", one.id);
    let shown = list.as_array().cloned().unwrap_or_default();
    let so: Vec<_> = one
        .messages
        .iter()
        .rev()
        .map(|message| message.id.to_string())
        .collect();
    check_equal!(
        field_column(&shown, "uuid"),
        so,
        "{what}: messages, newest first"
    );
    for (shown, message) in shown.iter().zip(one.messages.iter().rev()) {
        let role = match message.role {
            Role::Person => "user",
            Role::Assistant => "assistant",
            Role::System => "system",
            Role::Tool => "tool",
        };
        check_equal!(shown["role"], json!(role), "{what}: role");
        check_equal!(shown["content"], json!(message.text), "{what}: text");
        let author = message.author.map(|author| model.members[author].number);
        check_equal!(shown["memberId"], json!(author), "{what}: author");
    }
    Ok(())
}
