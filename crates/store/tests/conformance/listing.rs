//! Lists of conversations: the same rows in the same order, whichever way they are found.

use parlor_model::conversation::{ConversationFilter, ConversationKey, Kind, SortBy, State};
use parlor_model::member::{CreateMember, Kind as MemberKind, Profile};
use parlor_model::message::Role;
use parlor_model::page::Order;
use parlor_model::participant::Role as Part;
use parlor_store::append::Append;
use parlor_store::repo::listing::{self, Stretch};
use parlor_store::repo::{conversation, log, member, participant};
use parlor_store::visibility::Visibility;

use crate::world::{World, new_conversation, new_member};

on_both!(
    every_way_gives_the_same_order,
    totals_count_what_the_viewer_may_see,
);

const SORTS: [SortBy; 4] = [
    SortBy::CreatedAt,
    SortBy::UpdatedAt,
    SortBy::LastMessageAt,
    SortBy::Title,
];

async fn page(
    world: &World,
    viewer: Option<i64>,
    filter: &ConversationFilter,
    stretch: Stretch,
) -> (Vec<i64>, i64) {
    let (ws, filter) = (world.ws, filter.clone());
    let (rows, total) = world
        .store
        .scan(ws, move |tx| {
            listing::page(
                tx,
                ws,
                Visibility {
                    viewer,
                    ..Visibility::default()
                },
                &filter,
                &stretch,
            )
        })
        .await
        .unwrap();
    (rows.into_iter().map(|row| row.number).collect(), total)
}

async fn every_way_gives_the_same_order(world: World) {
    let ws = world.ws;
    let titles = [
        Some("b"),
        None,
        Some("a"),
        Some("ä"),
        None,
        Some("a"),
        Some("B"),
    ];
    let (ada, rooms) = world
        .store
        .write(move |tx| {
            let named = CreateMember {
                profile: Profile {
                    name: Some("Ada".to_owned()),
                    ..Profile::default()
                },
                ..CreateMember::of(MemberKind::Person)
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
        let key = ConversationKey::Number(rooms[room]);
        let entry = Append::text(ws, key, None, Role::User, "hello");
        world.store.append(entry).await.unwrap();
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
        for order in [Order::Ascending, Order::Descending] {
            for (offset, limit) in [(0, 50), (2, 3), (6, 5), (7, 5)] {
                let stretch = Stretch {
                    sort,
                    order,
                    limit,
                    offset,
                };
                let expected = page(&world, Some(ada), &everything, stretch).await;
                assert_eq!(expected.1, 7);
                assert_eq!(expected.0.len() as i64, limit.min(7 - offset));
                for filter in [&hers, &about, &found] {
                    let given = page(&world, Some(ada), filter, stretch).await;
                    assert_eq!(given, expected, "{sort:?} {order:?} {offset} {filter:?}");
                }
            }
        }
    }
    let newest = Stretch {
        sort: SortBy::LastMessageAt,
        order: Order::Descending,
        limit: 4,
        offset: 0,
    };
    let (given, _) = page(&world, Some(ada), &everything, newest).await;
    assert_eq!(given, [rooms[5], rooms[0], rooms[3], rooms[6]]);
}

async fn totals_count_what_the_viewer_may_see(world: World) {
    let (ws, one) = (world.ws, world.member);
    let other = world
        .store
        .write(move |tx| {
            let other = new_member(tx, ws, None)?;
            for n in 0..3 {
                let made = new_conversation(tx, ws, one, None)?;
                let mut found =
                    conversation::find(tx, ws, ConversationKey::Number(made.number))?.unwrap();
                if n == 0 {
                    found.state = State::Archived;
                }
                found.service.is_test = n == 1;
                conversation::update(tx, ws, &found)?;
            }
            let new = conversation::NewConversation {
                kind: Kind::Direct,
                space: None,
                title: None,
                title_is_automatic: false,
                owner: Some(one),
                subject: Some(one),
                service: &Default::default(),
                card: &Default::default(),
                description: None,
                responder: "{}",
                metadata: "{}",
            };
            let made = conversation::insert(tx, ws, &new)?;
            log::open(tx, ws, made.number, Some(one), made.at, "{}")?;
            for member in [one, other] {
                participant::insert(tx, ws, made.number, member, Part::Member, made.at, 0)?;
            }
            Ok(other)
        })
        .await
        .unwrap();
    let stretch = Stretch {
        sort: SortBy::LastMessageAt,
        order: Order::Descending,
        limit: 50,
        offset: 0,
    };
    let asked = ConversationFilter::default;
    for (filter, shared, direct) in [
        (asked(), 3, 1),
        (
            ConversationFilter {
                archived: Some(false),
                ..asked()
            },
            2,
            1,
        ),
        (
            ConversationFilter {
                archived: Some(true),
                ..asked()
            },
            1,
            0,
        ),
        (
            ConversationFilter {
                is_test: Some(true),
                ..asked()
            },
            1,
            0,
        ),
        (
            ConversationFilter {
                kind: Some(Kind::Chat),
                ..asked()
            },
            3,
            0,
        ),
        (
            ConversationFilter {
                kind: Some(Kind::Direct),
                ..asked()
            },
            0,
            1,
        ),
        // Not answered by the index alone.
        (
            ConversationFilter {
                paused: Some(false),
                ..asked()
            },
            3,
            1,
        ),
    ] {
        for (viewer, total) in [(Some(other), shared + direct), (None, shared)] {
            let (rows, counted) = page(&world, viewer, &filter, stretch).await;
            assert_eq!((rows.len() as i64, counted), (total, total), "{filter:?}");
        }
    }
}
