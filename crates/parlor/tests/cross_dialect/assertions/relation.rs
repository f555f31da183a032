use http::Method;
use serde_json::{Value, json};

use super::{check_same_set, field_column};
use crate::actors::{Actors, ApiAnswer, CheckResult, check_equal, relation_id};
use crate::model::{
    ChangeKind, Conversation, Kind, LogEntry, MemberIndex, Membership, Model, State,
};

pub(super) async fn check(actors: &Actors<'_>, model: &Model, closer: &[usize]) -> CheckResult {
    for (who, viewer) in model.members.iter().enumerate() {
        if viewer.token.is_none() || viewer.is_deleted {
            continue;
        }
        check_list(actors, model, who).await?;
        for at in closer {
            let one = &model.conversations[*at];
            let path = format!("channel/info?channelUuid={}", relation_id(one.id));
            let answer = actors.relation(viewer, Method::GET, &path, None).await;
            check_channel(model, who, one, answer)?;
            let path = format!("message/list?limit=100&channelUuid={}", relation_id(one.id));
            let answer = actors.relation(viewer, Method::GET, &path, None).await;
            check_messages(model, who, one, answer)?;
        }
    }
    Ok(())
}

/// The error code of a channel that is refused to a member; `None` if it is granted.
fn expected_refusal_code(who: MemberIndex, one: &Conversation) -> Option<&'static str> {
    if one.is_deleted {
        return Some("10112");
    }
    if one.state == State::Closed {
        return Some("13104");
    }
    match one.membership(who) {
        Some(Membership::Joined) => None,
        Some(Membership::Removed) => Some("13102"),
        Some(Membership::Left) => Some("13103"),
        None => Some("13108"),
    }
}

fn check_channel(
    model: &Model,
    who: MemberIndex,
    one: &Conversation,
    answer: ApiAnswer,
) -> CheckResult {
    let what = format!(
        "channel {} to {:?}",
        relation_id(one.id),
        model.members[who].name
    );
    if let Some(code) = expected_refusal_code(who, one) {
        check_equal!(answer.body["code"], json!(code), "{what}: refused");
        return Ok(());
    }
    let channel = &answer.require_granted(&what)?["data"];
    check_equal!(channel["uuid"], json!(relation_id(one.id)), "{what}: uuid");
    let kind = if one.kind == Kind::Direct { "P" } else { "G" };
    check_equal!(channel["type"], json!(kind), "{what}: type");
    let name = channel["name"].as_str().unwrap_or_default();
    match one.title() {
        Some(title) if one.kind != Kind::Direct => check_equal!(name, title, "{what}: name"),
        _ => check_equal!(name.is_empty(), false, "{what}: nameless"),
    }
    let members = channel["members"].as_array().cloned().unwrap_or_default();
    let so = one.members().map(|who| model.members[who].handle.clone());
    check_same_set(
        field_column(&members, "relationId"),
        so.collect(),
        &format!("{what}: members"),
    )?;
    let is_admin = |member: &&Value| member["isAdmin"] == true;
    let admins: Vec<_> = members.iter().filter(is_admin).cloned().collect();
    let admin = one.owner.filter(|owner| one.has_joined(*owner));
    let so: Vec<_> = admin
        .into_iter()
        .map(|owner| model.members[owner].handle.clone())
        .collect();
    check_equal!(field_column(&admins, "relationId"), so, "{what}: admin");
    Ok(())
}

/// The current and former channels of a member.
async fn check_list(actors: &Actors<'_>, model: &Model, who: MemberIndex) -> CheckResult {
    let path = "userChannels/list?limit=100";
    let viewer = &model.members[who];
    let list = actors.relation(viewer, Method::GET, path, None).await;
    let list = list.require_granted("a list of channels")?;
    let rows = list["data"]["list"].as_array().cloned().unwrap_or_default();
    let what = format!("the channels of {:?}", viewer.name);
    let shown = rows.iter().map(|row| {
        let field = |name: &str| row[name].to_string();
        format!(
            "{} {} {} {}",
            field("channelUuid"),
            field("channelType"),
            field("status"),
            field("lastMessageContent")
        )
    });
    let so = model.conversations.iter().filter_map(|one| {
        let standing = one.membership(who).filter(|_| !one.is_deleted)?;
        let status = match (standing, one.state) {
            (Membership::Left, _) => 1,
            (Membership::Removed, _) => 2,
            (Membership::Joined, State::Closed) => 3,
            (Membership::Joined, _) => 0,
        };
        let kind = if one.kind == Kind::Direct { "P" } else { "G" };
        // A departed member sees the last message before its departure, or none: unspecified.
        let last = one
            .conversational_messages()
            .next_back()
            .map(|message| &message.text);
        Some((
            standing,
            format!(
                "{} {} {status} {}",
                json!(relation_id(one.id)),
                json!(kind),
                json!(last)
            ),
        ))
    });
    let (mut still, mut gone) = (Vec::new(), Vec::new());
    for (standing, row) in so {
        match standing {
            Membership::Joined => still.push(row),
            Membership::Left | Membership::Removed => gone.push(without_text(&row)),
        }
    }
    let (present, past): (Vec<String>, Vec<String>) =
        shown.partition(|row| !row.contains("\" 1 ") && !row.contains("\" 2 "));
    check_same_set(present, still, &what)?;
    let past = past.iter().map(|row| without_text(row)).collect();
    check_same_set(past, gone, &format!("{what} that it took part in"))
}

/// Without the text.
fn without_text(row: &str) -> String {
    row.splitn(4, ' ').take(3).collect::<Vec<_>>().join(" ")
}

/// Messages and, in a group, notices of changes, in one order.
fn check_messages(
    model: &Model,
    who: MemberIndex,
    one: &Conversation,
    answer: ApiAnswer,
) -> CheckResult {
    let what = format!(
        "channel {} to {:?}",
        relation_id(one.id),
        model.members[who].name
    );
    if expected_refusal_code(who, one).is_some() {
        return answer.require_refused(format_args!("{what}: what was said"));
    }
    let list = answer.require_granted(&what)?;
    let rows = list["data"].as_array().cloned().unwrap_or_default();
    let event = || ("SYS".to_owned(), "0".repeat(32), None);
    let entries = one.log.iter().filter_map(|entry| match entry {
        LogEntry::Message(id) => {
            let message = one
                .conversational_messages()
                .find(|message| message.id == *id)?;
            let author = message
                .author
                .map(|author| model.members[author].handle.clone());
            let author = author.unwrap_or_else(|| "0".repeat(32));
            Some(("TEXT".to_owned(), author, Some(message.text.clone())))
        }
        LogEntry::Created | LogEntry::Joined | LogEntry::Left | LogEntry::Removed => Some(event()),
        LogEntry::Changed(ChangeKind::Title | ChangeKind::Owner) => Some(event()),
        LogEntry::Changed(ChangeKind::State | ChangeKind::Other)
        | LogEntry::Edited(_)
        | LogEntry::Deleted(_) => None,
    });
    let so: Vec<_> = entries
        .filter(|(kind, ..)| one.kind != Kind::Direct || kind == "TEXT")
        .collect();
    let shown: Vec<_> = rows
        .iter()
        .map(|row| {
            let field = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
            let text = (row["type"] != "SYS").then(|| field("content"));
            (field("type"), field("from"), text)
        })
        .collect();
    check_equal!(shown, so, "{what}: everything, oldest first");
    let ids: Vec<_> = rows
        .iter()
        .filter(|row| row["type"] != "SYS")
        .map(|row| row["id"].as_str().unwrap_or_default().to_owned())
        .collect();
    let so: Vec<_> = one
        .conversational_messages()
        .map(|message| message.number.to_string())
        .collect();
    check_equal!(ids, so, "{what}: ids of messages");
    Ok(())
}
