//! Merging two members that are the same person.

use parlor_engine::member::{MergeMembers, MergeMembersResult};
use parlor_engine::{api_key, conversation, following, log, member, message, participant};
use parlor_model::Result;
use parlor_model::access::WorkspaceRole;
use parlor_model::conversation::{ConversationKey, GroupProfile};
use parlor_model::error::{ConflictReason, EntityKind, ErrorKind};
use parlor_model::log::{LogEntryKind, LogItem};
use parlor_model::member::{CreateMember, MemberKey, MemberKind, MemberRef, Profile, UpdateMember};
use parlor_model::message::{MessageKey, MessageQuery, MessageRole};
use parlor_model::participant::ParticipantRole;
use parlor_model::participant_commands::{
    ParticipantAuthority, ReadTarget, RemoveParticipants, UpdateParticipantSettings,
};
use parlor_model::rating::{RateMessage, Rating};
use parlor_testkit::{TestServer, both};

use crate::messages::user_message;
use crate::test_member::{TestMember, create_test_member};

const PHONE: &str = "+4915112345678";

/// Creates a member with an external id and a shared phone number.
async fn create_member_with_phone(server: &TestServer, name: &str) -> TestMember {
    let new = CreateMember {
        external_id: Some(name.to_owned()),
        profile: Profile {
            name: Some(name.to_owned()),
            phone: Some(PHONE.to_owned()),
            ..Profile::default()
        },
        ..CreateMember::new(MemberKind::Person)
    };
    let made = member::create(&server.engine, &server.a.ctx(), new)
        .await
        .unwrap();
    member_context(server, made).await
}

async fn member_context(server: &TestServer, member: MemberRef) -> TestMember {
    let (engine, workspace) = (&server.engine, server.a.workspace_ref);
    let ctx = member::context_by_id(engine, workspace, member.id, None, engine.random_uuid()).await;
    TestMember {
        ctx: ctx.unwrap(),
        member,
    }
}

/// Creates two members with the same number, of which only the second has an external id.
async fn create_duplicates(server: &TestServer) -> (TestMember, TestMember) {
    let (ann, anna) = (
        create_member_with_phone(server, "Ann").await,
        create_member_with_phone(server, "Anna").await,
    );
    let without = UpdateMember {
        external_id: Some(None),
        ..UpdateMember::default()
    };
    server.a.update_member(&ann.member, without).await;
    (ann, anna)
}

async fn merge(
    server: &TestServer,
    from: &TestMember,
    into: &TestMember,
    is_dry_run: bool,
) -> Result<MergeMembersResult> {
    let command = MergeMembers {
        from: from.member.id,
        into: into.member.id,
        discard_ids: false,
        is_dry_run,
    };
    member::merge(&server.engine, &server.a.ctx(), command).await
}

/// Describes the log of a conversation: kinds, authors, members.
async fn describe_log(
    server: &TestServer,
    ctx: &parlor_model::Ctx,
    key: ConversationKey,
) -> Vec<String> {
    let items = log::read_items(&server.engine, ctx, key, 0, 100)
        .await
        .unwrap();
    let mut log = Vec::new();
    for (seq, item) in (1..).zip(items) {
        assert_eq!(item.seq(), seq);
        log.push(match item {
            LogItem::Message(message) => {
                let author = message.author.as_ref().map_or(0, |author| author.number);
                format!("{} by {author}", message.text.as_str())
            }
            LogItem::Entry(entry) => format!("{} {}", entry.kind.as_str(), entry.payload),
            LogItem::Tombstone { .. } => "empty".to_owned(),
        });
    }
    log
}

async fn find_participant(
    server: &TestServer,
    key: ConversationKey,
    member: &MemberRef,
) -> Option<(ParticipantRole, i64, bool)> {
    let details = conversation::find_with_details(&server.engine, &server.a.ctx(), key)
        .await
        .unwrap();
    let mut all = details.participants.into_iter();
    all.find(|one| one.member.number == member.number)
        .map(|one| (one.role, one.read_seq, one.muted))
}

async fn remove_member(
    server: &TestServer,
    owner: &TestMember,
    key: ConversationKey,
    removed: &TestMember,
) {
    let command = RemoveParticipants {
        conversation: key,
        members: vec![MemberKey::Id(removed.member.id)],
        authority: ParticipantAuthority::Membership,
    };
    participant::remove(&server.engine, &owner.ctx, command)
        .await
        .unwrap();
}

both! {
    async fn merge_moves_messages_participations_and_identifiers(server: TestServer) {
        let engine = &server.engine;
        let (ann, anna) = create_duplicates(&server).await;
        let cleo = create_test_member(&server, "Cleo").await;
        // A group of its own, another member's with settings, and one of both.
        let own = anna.create_group(&server, &[&cleo], GroupProfile::default()).await;
        let first = anna.send(&server, own, "One").await;
        let guest = cleo.create_group(&server, &[&anna], GroupProfile::default()).await;
        let read_seq = cleo.send(&server, guest, "Two").await;
        participant::mark_read(engine, &anna.ctx, guest, ReadTarget::Seq(read_seq)).await.unwrap();
        let muted = UpdateParticipantSettings { muted: Some(true), ..UpdateParticipantSettings::default() };
        participant::update_settings(engine, &anna.ctx, guest, muted).await.unwrap();
        let both = cleo.create_group(&server, &[&ann, &anna], GroupProfile::default()).await;
        let mut command = user_message(both, "Hello");
        command.client_id = Some("same".to_owned());
        command.author = Some(ann.member.number);
        message::create(engine, &ann.ctx, command.clone()).await.unwrap();
        command.author = Some(anna.member.number);
        message::create(engine, &anna.ctx, command).await.unwrap();
        let mut answer = user_message(both, "Answer");
        answer.role = MessageRole::Assistant;
        let answer = message::create(engine, &server.a.ctx(), answer).await.unwrap();
        let rated = MessageKey::Id(answer.id);
        for (member, rating) in [(&ann, Rating::Up), (&anna, Rating::Down)] {
            let command = RateMessage { rating: Some(rating), comment: None };
            message::rate(engine, &member.ctx, both, rated, command).await.unwrap();
        }
        for (follower, followee) in [(&anna, &cleo), (&cleo, &anna), (&cleo, &ann), (&anna, &ann)] {
            following::follow(engine, &follower.ctx, MemberKey::Id(followee.member.id)).await.unwrap();
        }
        let (key_id, _) = server.a.create_revocable_key("messages:read", Some(&anna.member)).await;

        let preview = merge(&server, &anna, &ann, true).await.unwrap();
        // The dry run changed nothing.
        assert!(find_participant(&server, own, &anna.member).await.is_some());
        assert!(find_participant(&server, own, &ann.member).await.is_none());
        assert_eq!(describe_log(&server, &server.a.ctx(), own).await.len(), 2);
        let result = merge(&server, &anna, &ann, false).await.unwrap();
        assert_eq!((preview.moved, preview.participations), (result.moved, result.participations));
        assert_eq!((result.moved.messages, result.moved.keys, result.moved.ratings), (2, 1, 0));
        assert_eq!((result.participations.moved, result.participations.merged), (2, 1));

        // The deleted member has no name left but those moved to the other.
        for key in [MemberKey::Id(anna.member.id), MemberKey::Handle(anna.member.handle.clone())] {
            let found = member::find_number(engine, &server.a.ctx(), key).await.unwrap();
            assert_eq!(found, None);
        }
        let external = MemberKey::External("Anna".to_owned());
        let found = member::find(engine, &server.a.ctx(), external).await.unwrap();
        assert_eq!((found.member.key.number, found.member.profile.name.as_deref()), (ann.member.number, Some("Ann")));
        assert_eq!(member::list_duplicates(engine, &server.a.ctx()).await.unwrap().len(), 0);
        let keys = api_key::list(engine, &server.a.ctx()).await.unwrap();
        assert!(keys.iter().any(|key| key.id == key_id && key.revoked_at.is_some() && key.member.is_none()));

        for (follower, followee) in [(&ann, &cleo), (&cleo, &ann)] {
            let follower = MemberKey::Id(follower.member.id);
            let followed = following::list(engine, &cleo.ctx, follower, None, 10).await.unwrap();
            assert_eq!(followed.iter().map(|one| one.member.number).collect::<Vec<_>>(), [followee.member.number]);
        }

        // Participations with their settings; the logs continue without a gap and contain the join and the leave.
        let (one, gone) = (ann.member.number, anna.member.number);
        assert_eq!(find_participant(&server, own, &ann.member).await.map(|part| part.0), Some(ParticipantRole::Owner));
        assert_eq!(conversation::find(engine, &server.a.ctx(), own).await.unwrap().owner.unwrap().number, one);
        assert_eq!(find_participant(&server, guest, &ann.member).await, Some((ParticipantRole::Member, read_seq, true)));
        let log = describe_log(&server, &server.a.ctx(), own).await;
        assert_eq!(log[usize::try_from(first).unwrap() - 1], format!("One by {one}"));
        assert_eq!(log[2..], [format!("joined {{\"members\":[{one}]}}"), format!("left {{\"members\":[{gone}]}}")]);
        let log = describe_log(&server, &server.a.ctx(), both).await;
        assert_eq!(log[1..3], [format!("Hello by {one}"), format!("Hello by {one}")]);
        let log: Vec<_> = log[4..].iter().filter(|entry| !entry.starts_with("message_rated")).collect();
        assert_eq!(log, [&format!("left {{\"members\":[{gone}]}}")]);
        // The other's rating remains, and the message repeats it.
        let query = MessageQuery { limit: 100, ..MessageQuery::default() };
        let messages = message::list(engine, &ann.ctx, both, query).await.unwrap().items;
        assert_eq!(messages.last().unwrap().rating, Some(Rating::Up));
        assert_eq!(message::list_ratings(engine, &ann.ctx, both, &messages).await.unwrap().values().map(Vec::len).sum::<usize>(), 1);
        // The member continues normally, and its client ids keep their meaning.
        ann.send(&server, own, "Still here").await;
        let mut again = user_message(both, "Hello");
        again.client_id = Some("same".to_owned());
        again.author = Some(one);
        assert!(message::create(engine, &ann.ctx, again).await.unwrap().duplicate);
    }

    async fn merge_keeps_participant_state_of_remaining_member(server: TestServer) {
        let engine = &server.engine;
        let (ann, anna) = create_duplicates(&server).await;
        let cleo = create_test_member(&server, "Cleo").await;
        let group = async || cleo.create_group(&server, &[&ann, &anna], GroupProfile::default()).await;
        // Removed under the remaining name, left under it, removed under the other.
        let (barred, returned, kept) = (group().await, group().await, group().await);
        remove_member(&server, &cleo, barred, &ann).await;
        participant::leave(engine, &ann.ctx, returned).await.unwrap();
        remove_member(&server, &cleo, kept, &anna).await;
        // A closed conversation gets no further entries.
        let over = cleo.create_group(&server, &[&anna], GroupProfile::default()).await;
        participant::close_conversation(engine, &cleo.ctx, over).await.unwrap();
        let end = describe_log(&server, &server.a.ctx(), over).await;
        merge(&server, &anna, &ann, false).await.unwrap();
        let all = server.a.ctx();
        assert!(find_participant(&server, barred, &ann.member).await.is_none(), "nobody is brought back");
        assert!(find_participant(&server, returned, &ann.member).await.is_some());
        assert!(find_participant(&server, kept, &ann.member).await.is_some());
        for key in [barred, returned, kept] {
            assert!(find_participant(&server, key, &anna.member).await.is_none());
        }
        assert_eq!(describe_log(&server, &all, over).await, end);
        let last = |log: Vec<String>| log.last().unwrap().clone();
        assert_eq!(last(describe_log(&server, &all, barred).await), format!("left {{\"members\":[{}]}}", anna.member.number));
        assert!(last(describe_log(&server, &all, kept).await).starts_with(LogEntryKind::Removed.as_str()));
    }

    async fn merge_keeps_one_direct_conversation_per_pair(server: TestServer) {
        let engine = &server.engine;
        let (ann, anna) = create_duplicates(&server).await;
        let (cleo, dora) = (create_test_member(&server, "Cleo").await, create_test_member(&server, "Dora").await);
        let direct = async |one: &TestMember, other: &TestMember| {
            let peer = MemberKey::Id(other.member.id);
            conversation::find_or_create_direct(engine, &one.ctx, peer, false).await.unwrap()
        };
        let (with_cleo, other, with_dora) = (direct(&ann, &cleo).await, direct(&anna, &cleo).await, direct(&anna, &dora).await);
        let selves = direct(&ann, &anna).await;
        anna.send(&server, ConversationKey::Id(other.id), "Only here").await;
        merge(&server, &anna, &ann, false).await.unwrap();
        for (peer, expected) in [(&cleo, with_cleo.id), (&dora, with_dora.id)] {
            let (mine, theirs) = (direct(&ann, peer).await, direct(peer, &ann).await);
            assert_eq!((mine.id, theirs.id, mine.is_new), (expected, expected, false));
        }
        // Messages of the second conversation remain readable for both.
        for reader in [&ann, &cleo] {
            let query = MessageQuery { limit: 10, ..MessageQuery::default() };
            let messages = message::list(engine, &reader.ctx, ConversationKey::Id(other.id), query).await.unwrap();
            assert_eq!(messages.items[0].author.as_ref().map(|author| author.number), Some(ann.member.number));
        }
        let listed: Vec<_> = ann.list_own(&server).await.into_iter().map(|row| row.id).collect();
        for id in [with_cleo.id, other.id, with_dora.id, selves.id] {
            assert!(listed.contains(&id));
        }
    }

    async fn merge_of_distinct_people_is_rejected(server: TestServer) {
        let engine = &server.engine;
        let (ann, anna) = (create_member_with_phone(&server, "Ann").await, create_member_with_phone(&server, "Anna").await);
        let other = create_test_member(&server, "Other").await;
        let refused = async |from: &TestMember, into: &TestMember| merge(&server, from, into, false).await.unwrap_err().kind().clone();
        assert!(matches!(refused(&other, &ann).await, ErrorKind::Invalid { .. }));
        assert!(matches!(refused(&ann, &ann).await, ErrorKind::Invalid { .. }));
        // External ids distinguish them until one is discarded.
        let expected = ErrorKind::AlreadyExists { noun: EntityKind::Member, field: "external id" };
        for is_dry_run in [true, false] {
            let error = merge(&server, &anna, &ann, is_dry_run).await.unwrap_err();
            assert_eq!(error.kind(), &expected);
        }
        let role = UpdateMember { role: Some(Some(WorkspaceRole::User)), ..UpdateMember::default() };
        server.a.update_member(&anna.member, role).await;
        assert_eq!(refused(&anna, &ann).await, ErrorKind::Conflict(ConflictReason::HasRole));
        let archived = |archived| UpdateMember { archived: Some(archived), ..UpdateMember::default() };
        server.a.update_member(&anna.member, archived(true)).await;
        assert!(matches!(refused(&ann, &anna).await, ErrorKind::Conflict(_)));
        server.a.update_member(&anna.member, archived(false)).await;
        // Another tenant's member is unknown, and a key without the scope is refused.
        let stranger = member::create(engine, &server.b.ctx(), CreateMember::new(MemberKind::Person)).await.unwrap();
        let command = |from, into| MergeMembers { from, into, discard_ids: true, is_dry_run: false };
        for (from, into) in [(stranger.id, ann.member.id), (ann.member.id, stranger.id)] {
            let error = member::merge(engine, &server.a.ctx(), command(from, into)).await.unwrap_err();
            assert_eq!(error.kind(), &ErrorKind::NotFound(EntityKind::Member));
        }
        let narrow = server.a.ctx();
        let narrow = parlor_model::Ctx::unbound(server.a.workspace_ref, "members:admin".parse().unwrap(), narrow.request);
        let error = member::merge(engine, &narrow, command(ann.member.id, anna.member.id)).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Forbidden(_)));
        // None of these attempts changed a member.
        for member in [&ann, &anna] {
            assert!(member::find(engine, &server.a.ctx(), MemberKey::Id(member.member.id)).await.is_ok());
        }
        let merged = member::merge(engine, &server.a.ctx(), command(ann.member.id, anna.member.id)).await.unwrap();
        assert_eq!(merged.discarded, ["external id"]);
        let found = member::find_number(engine, &server.a.ctx(), MemberKey::External("Ann".to_owned())).await.unwrap();
        assert_eq!(found, None);
    }
}
