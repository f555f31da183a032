//! Conversation lists: the same rows in the same order, whichever way they are found.

use parlor_model::conversation::{
    ConversationFilter, ConversationKey, ConversationKind, ConversationSort, ConversationState,
};
use parlor_model::keyset::SortOrder;
use parlor_model::member::{CreateMember, MemberKind, Profile};
use parlor_model::message::MessageRole;
use parlor_model::participant::ParticipantRole;
use parlor_store::append_message::AppendMessage;
use parlor_store::repo::listing::{self, ListWindow};
use parlor_store::repo::{conversation, log, member, participant};
use parlor_store::visibility::Visibility;

use crate::fixture::{TestWorkspace, new_conversation, new_member};

test_both_backends!(
    list_order_is_equal_on_every_path,
    totals_count_visible_conversations_only,
);

const SORTS: [ConversationSort; 4] = [
    ConversationSort::CreatedAt,
    ConversationSort::UpdatedAt,
    ConversationSort::LastMessageAt,
    ConversationSort::Title,
];

async fn page(
    workspace: &TestWorkspace,
    viewer: Option<i64>,
    filter: &ConversationFilter,
    window: ListWindow,
) -> (Vec<i64>, i64) {
    let (ws, filter) = (workspace.ws, filter.clone());
    let (rows, total) = workspace
        .store
        .read_throttled(ws, move |tx| {
            listing::page(
                tx,
                ws,
                Visibility {
                    viewer,
                    ..Visibility::default()
                },
                &filter,
                &window,
            )
        })
        .await
        .unwrap();
    (rows.into_iter().map(|row| row.number).collect(), total)
}

async fn list_order_is_equal_on_every_path(workspace: TestWorkspace) {
    let ws = workspace.ws;
    let titles = [
        Some("b"),
        None,
        Some("a"),
        Some("ä"),
        None,
        Some("a"),
        Some("B"),
    ];
    let (ada, rooms) = workspace
        .store
        .write(move |tx| {
            let named = CreateMember {
                profile: Profile {
                    name: Some("Ada".to_owned()),
                    ..Profile::default()
                },
                ..CreateMember::new(MemberKind::Person)
            };
            let ada = member::insert(tx, ws, &named)?.unwrap().number;
            let mut rooms = Vec::new();
            for title in titles {
                rooms.push(new_conversation(tx, ws, ada, title)?.number);
            }
            Ok((ada, rooms))
        })
        .await
        .unwrap();
    for room in [3, 0, 5] {
        let entry = AppendMessage::from_text(ws, rooms[room], None, MessageRole::User, "hello");
        workspace.store.append(entry).await.unwrap();
    }
    let everything = ConversationFilter::default();
    let hers = ConversationFilter {
        involving: Some(ada),
        ..everything.clone()
    };
    let about = ConversationFilter {
        subject: Some(ada),
        ..everything.clone()
    };
    let found = ConversationFilter {
        search: Some("ada".to_owned()),
        ..everything.clone()
    };
    for sort in SORTS {
        for order in [SortOrder::Ascending, SortOrder::Descending] {
            for (offset, limit) in [(0, 50), (2, 3), (6, 5), (7, 5)] {
                let window = ListWindow {
                    sort,
                    order,
                    limit,
                    offset,
                };
                let expected = page(&workspace, Some(ada), &everything, window).await;
                assert_eq!(expected.1, 7);
                assert_eq!(expected.0.len() as i64, limit.min(7 - offset));
                for filter in [&hers, &about, &found] {
                    let given = page(&workspace, Some(ada), filter, window).await;
                    assert_eq!(given, expected, "{sort:?} {order:?} {offset} {filter:?}");
                }
            }
        }
    }
    let newest = ListWindow {
        sort: ConversationSort::LastMessageAt,
        order: SortOrder::Descending,
        limit: 4,
        offset: 0,
    };
    let (given, _) = page(&workspace, Some(ada), &everything, newest).await;
    assert_eq!(given, [rooms[5], rooms[0], rooms[3], rooms[6]]);
}

async fn totals_count_visible_conversations_only(workspace: TestWorkspace) {
    let (ws, one) = (workspace.ws, workspace.member);
    let other = workspace
        .store
        .write(move |tx| {
            let other = new_member(tx, ws, None)?;
            for n in 0..3 {
                let made = new_conversation(tx, ws, one, None)?;
                let mut found =
                    conversation::find(tx, ws, ConversationKey::Number(made.number))?.unwrap();
                if n == 0 {
                    found.state = ConversationState::Archived;
                }
                found.service.is_test = n == 1;
                conversation::update(tx, ws, &found)?;
            }
            let new = conversation::NewConversationRow {
                kind: ConversationKind::Direct,
                space: None,
                title: None,
                title_is_automatic: false,
                owner: Some(one),
                subject: Some(one),
                service: &Default::default(),
                group_profile: &Default::default(),
                description: None,
                responder: "{}",
                metadata: "{}",
            };
            let made = conversation::insert(tx, ws, &new)?;
            log::insert_first_entry(tx, ws, made.number, Some(one), made.at, "{}")?;
            for member in [one, other] {
                participant::insert(
                    tx,
                    ws,
                    made.number,
                    member,
                    ParticipantRole::Member,
                    made.at,
                    0,
                )?;
            }
            Ok(other)
        })
        .await
        .unwrap();
    let window = ListWindow {
        sort: ConversationSort::LastMessageAt,
        order: SortOrder::Descending,
        limit: 50,
        offset: 0,
    };
    let unfiltered = ConversationFilter::default;
    for (filter, shared, direct) in [
        (unfiltered(), 3, 1),
        (
            ConversationFilter {
                archived: Some(false),
                ..unfiltered()
            },
            2,
            1,
        ),
        (
            ConversationFilter {
                archived: Some(true),
                ..unfiltered()
            },
            1,
            0,
        ),
        (
            ConversationFilter {
                is_test: Some(true),
                ..unfiltered()
            },
            1,
            0,
        ),
        (
            ConversationFilter {
                kind: Some(ConversationKind::Chat),
                ..unfiltered()
            },
            3,
            0,
        ),
        (
            ConversationFilter {
                kind: Some(ConversationKind::Direct),
                ..unfiltered()
            },
            0,
            1,
        ),
        // Not covered by the index alone.
        (
            ConversationFilter {
                paused: Some(false),
                ..unfiltered()
            },
            3,
            1,
        ),
    ] {
        for (viewer, total) in [(Some(other), shared + direct), (None, shared)] {
            let (rows, counted) = page(&workspace, viewer, &filter, window).await;
            assert_eq!((rows.len() as i64, counted), (total, total), "{filter:?}");
        }
    }
}
