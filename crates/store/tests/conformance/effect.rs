//! Effects of an append are committed with the message or not at all.

use parlor_model::conversation::ConversationKey;
use parlor_model::draft::Draft;
use parlor_model::error::{ConflictReason, ErrorKind};
use parlor_model::id::MessageId;
use parlor_model::log::LogEntryKind;
use parlor_model::message::MessageRole;
use parlor_store::append_message::{Announcement, AppendCondition, AppendEffect, AppendMessage};
use parlor_store::repo::{conversation, draft, log, participant, statistics};
use parlor_store::{CommitListener, Tx};

use crate::fixture::TestWorkspace;

test_both_backends!(
    effects_commit_with_message,
    refused_message_has_no_effects,
    one_append_of_many_sets_title,
    duplicate_only_deletes_draft,
    one_append_of_many_sets_announcement,
);

/// Creates a conversation with an automatic title.
async fn untitled(workspace: &TestWorkspace) -> i64 {
    let number = workspace.conversation().await.number;
    workspace.database.execute(&format!(
        "update conversation set title_is_automatic = true where number = {number}"
    ));
    number
}

async fn save_draft(workspace: &TestWorkspace, number: i64) -> MessageId {
    let (ws, id) = (
        workspace.ws,
        MessageId::new(workspace.store.stamps().next().id),
    );
    let keep = move |tx: &mut dyn Tx| {
        let at = tx.next_stamp().at;
        let draft = Draft {
            id,
            conversation: number,
            author: None,
            role: MessageRole::Assistant,
            details: Default::default(),
            metadata: Default::default(),
            created_at: at,
            updated_at: at,
        };
        draft::save(tx, ws, &draft)
    };
    workspace.store.write(keep).await.unwrap();
    id
}

fn with_all_effects(workspace: &TestWorkspace, number: i64, id: MessageId) -> AppendMessage {
    AppendMessage {
        id: Some(id),
        effects: vec![
            AppendEffect::SetTitle("What it is about".to_owned()),
            AppendEffect::RecordTools(vec!["find".to_owned(), "look".to_owned()]),
            AppendEffect::DeleteDraft(id),
            AppendEffect::MarkRead(workspace.member),
        ],
        ..AppendMessage::from_text(
            workspace.ws,
            number,
            Some(workspace.member),
            MessageRole::User,
            "x",
        )
    }
}

/// Returns title, automatic flag, head, read mark, and the numbers of drafts and tools.
async fn state(
    workspace: &TestWorkspace,
    number: i64,
) -> (Option<String>, bool, i64, i64, usize, usize) {
    let (ws, member) = (workspace.ws, workspace.member);
    workspace
        .store
        .read(move |tx| {
            let found = conversation::find(tx, ws, ConversationKey::Number(number))?.unwrap();
            let own = participant::find(tx, ws, number, member)?.unwrap();
            let drafts = draft::list_ids(tx, ws, number, 10)?.len();
            let tools = statistics::list_tools(tx, ws, 10)?.len();
            let automatic = found.title_is_automatic;
            Ok((
                found.title,
                automatic,
                found.last_seq,
                own.read_seq,
                drafts,
                tools,
            ))
        })
        .await
        .unwrap()
}

async fn effects_commit_with_message(workspace: TestWorkspace) {
    let number = untitled(&workspace).await;
    let id = save_draft(&workspace, number).await;
    let made = workspace
        .store
        .append(with_all_effects(&workspace, number, id))
        .await
        .unwrap();
    assert_eq!((made.id, made.seq, made.duplicate), (id, 2, false));
    let title = Some("What it is about".to_owned());
    assert_eq!(state(&workspace, number).await, (title, false, 3, 2, 0, 2));
    let ws = workspace.ws;
    let entries = workspace
        .store
        .read(move |tx| log::entries_after(tx, ws, number, 2, i64::MAX, 10))
        .await
        .unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(
        (entries[0].seq, entries[0].kind),
        (3, LogEntryKind::Changed)
    );
    assert_eq!(entries[0].payload, r#"{"title":"What it is about"}"#);
    assert!(entries[0].at >= made.at);
    // The next append continues after the title's `seq`.
    let next = with_all_effects(
        &workspace,
        number,
        MessageId::new(workspace.store.stamps().next().id),
    );
    assert_eq!(workspace.store.append(next).await.unwrap().seq, 4);
}

async fn refused_message_has_no_effects(workspace: TestWorkspace) {
    let number = untitled(&workspace).await;
    let id = save_draft(&workspace, number).await;
    let before = state(&workspace, number).await;
    let stranger = AppendCondition::IsParticipant(workspace.member + 1_000);
    let refused = AppendMessage {
        conditions: vec![stranger],
        ..with_all_effects(&workspace, number, id)
    };
    assert!(workspace.store.append(refused).await.is_err());
    assert_eq!(state(&workspace, number).await, before);
    let ws = workspace.ws;
    let close = move |tx: &mut dyn Tx| {
        let mut found = conversation::find(tx, ws, ConversationKey::Number(number))?.unwrap();
        found.state = parlor_model::conversation::ConversationState::Closed;
        conversation::update(tx, ws, &found)
    };
    workspace.store.write(close).await.unwrap();
    let refused = workspace
        .store
        .append(with_all_effects(&workspace, number, id))
        .await;
    assert_eq!(
        *refused.unwrap_err().kind(),
        ErrorKind::Conflict(ConflictReason::Closed)
    );
    assert_eq!(state(&workspace, number).await, before);
}

async fn one_append_of_many_sets_title(workspace: TestWorkspace) {
    let number = untitled(&workspace).await;
    let sends: Vec<_> = (0..20)
        .map(|n| {
            let entry = AppendMessage {
                effects: vec![AppendEffect::SetTitle(format!("t{n}"))],
                ..AppendMessage::from_text(
                    workspace.ws,
                    number,
                    Some(workspace.member),
                    MessageRole::User,
                    "x",
                )
            };
            let store = workspace.store.clone();
            tokio::spawn(async move { store.append(entry).await.unwrap().seq })
        })
        .collect();
    for send in sends {
        send.await.unwrap();
    }
    let (title, automatic, head, ..) = state(&workspace, number).await;
    assert!(title.is_some() && !automatic);
    assert_eq!((head, workspace.rows("log_entry")), (22, 2));
}

async fn duplicate_only_deletes_draft(workspace: TestWorkspace) {
    let workspace = workspace.with_listener(CommitListener::default());
    let number = untitled(&workspace).await;
    let id = save_draft(&workspace, number).await;
    let bare = AppendMessage {
        effects: Vec::new(),
        ..with_all_effects(&workspace, number, id)
    };
    workspace.store.append(bare).await.unwrap();
    let again = workspace
        .store
        .append(with_all_effects(&workspace, number, id))
        .await
        .unwrap();
    assert!(again.duplicate);
    let (title, automatic, head, read, drafts, tools) = state(&workspace, number).await;
    assert_eq!((title, automatic, head, read), (None, true, 2, 0));
    assert_eq!((drafts, tools), (0, 0));
}

async fn one_append_of_many_sets_announcement(workspace: TestWorkspace) {
    let number = untitled(&workspace).await;
    let sends: Vec<_> = (0..20)
        .map(|n| {
            let announcement = Announcement {
                text: format!("a{n}").into(),
                pinned: true,
            };
            let entry = AppendMessage {
                conditions: vec![AppendCondition::AnnouncementUnchanged(String::new().into())],
                effects: vec![
                    AppendEffect::SetAnnouncement(announcement),
                    AppendEffect::SetTitle(format!("t{n}")),
                ],
                ..AppendMessage::from_text(
                    workspace.ws,
                    number,
                    Some(workspace.member),
                    MessageRole::User,
                    format!("a{n}"),
                )
            };
            let store = workspace.store.clone();
            tokio::spawn(async move { store.append(entry).await })
        })
        .collect();
    let mut made = Vec::new();
    for send in sends {
        match send.await.unwrap() {
            Ok(one) => made.push(one.seq),
            Err(error) => assert_eq!(*error.kind(), ErrorKind::Conflict(ConflictReason::InUse)),
        }
    }
    // The message, its title, then the announcement.
    assert_eq!((made, workspace.rows("message")), (vec![2], 1));
    let ws = workspace.ws;
    let (found, entries) = workspace
        .store
        .read(move |tx| {
            let found = conversation::find(tx, ws, ConversationKey::Number(number))?.unwrap();
            Ok((found, log::entries_after(tx, ws, number, 2, i64::MAX, 10)?))
        })
        .await
        .unwrap();
    assert!(
        found.group_profile.announcement.starts_with('a')
            && found.group_profile.announcement_pinned
    );
    assert_eq!(found.last_seq, 4);
    let payloads: Vec<&str> = entries.iter().map(|one| one.payload.as_str()).collect();
    assert!(payloads[0].starts_with(r#"{"title""#));
    assert_eq!(payloads[1], r#"{"announcement":true}"#);
    assert_eq!(entries[1].actor, Some(workspace.member));
}
