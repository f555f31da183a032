//! Two members that turn out to be one person become one.

use parlor_engine::member::{MergeMembers, MergedMembers};
use parlor_engine::{conversation, key, member, message, participant};
use parlor_model::Result;
use parlor_model::access::Role as WorkspaceRole;
use parlor_model::conversation::{Card, ConversationKey};
use parlor_model::error::{Conflict, Kind, Noun};
use parlor_model::log::{EntryKind, Item};
use parlor_model::member::{CreateMember, Kind as Of, MemberKey, MemberRef, Profile, UpdateMember};
use parlor_model::message::{MessageKey, MessageWalk, Role};
use parlor_model::participant::{
    Authority, OwnSettings, ReadTo, RemoveParticipants, Role as PartRole,
};
use parlor_model::rating::{RateMessage, Rating};
use parlor_testkit::{TestServer, both};

use crate::messages::say;
use crate::someone::{Someone, someone};

const PHONE: &str = "+4915112345678";

/// Somebody with an id of the customer's and a phone number that others may have as well.
async fn bearer(server: &TestServer, name: &str) -> Someone {
    let new = CreateMember {
        external_id: Some(name.to_owned()),
        profile: Profile {
            name: Some(name.to_owned()),
            phone: Some(PHONE.to_owned()),
            ..Profile::default()
        },
        ..CreateMember::of(Of::Person)
    };
    let made = member::create(&server.engine, &server.a.ctx(), new)
        .await
        .unwrap();
    as_itself(server, made).await
}

async fn as_itself(server: &TestServer, who: MemberRef) -> Someone {
    let (engine, place) = (&server.engine, server.a.place);
    let ctx = member::act_by_id(engine, place, who.id, None, engine.random_uuid()).await;
    Someone {
        ctx: ctx.unwrap(),
        who,
    }
}

/// Two that have one number, of whom only the second has an id of the customer's.
async fn two(server: &TestServer) -> (Someone, Someone) {
    let (ann, anna) = (bearer(server, "Ann").await, bearer(server, "Anna").await);
    let without = UpdateMember {
        external_id: Some(None),
        ..UpdateMember::default()
    };
    server.a.update(&ann.who, without).await;
    (ann, anna)
}

async fn merge(
    server: &TestServer,
    from: &Someone,
    into: &Someone,
    is_dry_run: bool,
) -> Result<MergedMembers> {
    let command = MergeMembers {
        from: from.who.id,
        into: into.who.id,
        discard_ids: false,
        is_dry_run,
    };
    member::merge(&server.engine, &server.a.ctx(), command).await
}

/// Everything that a conversation tells, as one who sees all of it reads it: kinds, authors, members.
async fn log(server: &TestServer, ctx: &parlor_model::Ctx, key: ConversationKey) -> Vec<String> {
    let items = conversation::log(&server.engine, ctx, key, 0, 100)
        .await
        .unwrap();
    let mut told = Vec::new();
    for (seq, item) in (1..).zip(items) {
        assert_eq!(item.seq(), seq);
        told.push(match item {
            Item::Message(message) => {
                let author = message.author.as_ref().map_or(0, |author| author.number);
                format!("{} by {author}", message.text.as_str())
            }
            Item::Entry(entry) => format!("{} {}", entry.kind.word(), entry.payload),
            Item::Empty { .. } => "empty".to_owned(),
        });
    }
    told
}

async fn part(
    server: &TestServer,
    key: ConversationKey,
    member: &MemberRef,
) -> Option<(PartRole, i64, bool)> {
    let whole = conversation::whole(&server.engine, &server.a.ctx(), key)
        .await
        .unwrap();
    let mut all = whole.participants.into_iter();
    all.find(|one| one.member.number == member.number)
        .map(|one| (one.role, one.read_seq, one.muted))
}

async fn removed(server: &TestServer, owner: &Someone, key: ConversationKey, whom: &Someone) {
    let command = RemoveParticipants {
        conversation: key,
        who: vec![MemberKey::Id(whom.who.id)],
        authority: Authority::Membership,
    };
    participant::remove(&server.engine, &owner.ctx, command)
        .await
        .unwrap();
}

both! {
    async fn merged_members_messages_places_and_names_are_the_others(server: TestServer) {
        let engine = &server.engine;
        let (ann, anna) = two(&server).await;
        let cleo = someone(&server, "Cleo").await;
        // One's own group, one of another's with settings, one in which both are.
        let own = anna.group(&server, &[&cleo], Card::default()).await;
        let first = anna.says(&server, own, "One").await;
        let guest = cleo.group(&server, &[&anna], Card::default()).await;
        let heard = cleo.says(&server, guest, "Two").await;
        participant::read(engine, &anna.ctx, guest, ReadTo::Seq(heard)).await.unwrap();
        let muted = OwnSettings { muted: Some(true), ..OwnSettings::default() };
        participant::settings(engine, &anna.ctx, guest, muted).await.unwrap();
        let both = cleo.group(&server, &[&ann, &anna], Card::default()).await;
        let mut command = say(both, "Hello");
        command.client_id = Some("same".to_owned());
        command.author = Some(ann.who.number);
        message::create(engine, &ann.ctx, command.clone()).await.unwrap();
        command.author = Some(anna.who.number);
        message::create(engine, &anna.ctx, command).await.unwrap();
        let mut answer = say(both, "Answer");
        answer.role = Role::Assistant;
        let answer = message::create(engine, &server.a.ctx(), answer).await.unwrap();
        let rated = MessageKey::Id(answer.id);
        for (who, rating) in [(&ann, Rating::Up), (&anna, Rating::Down)] {
            let command = RateMessage { rating: Some(rating), comment: None };
            message::rate(engine, &who.ctx, both, rated, command).await.unwrap();
        }
        let (key_id, _) = server.a.revocable_key("messages:read", Some(&anna.who)).await;

        let would = merge(&server, &anna, &ann, true).await.unwrap();
        // Nothing has happened.
        assert!(part(&server, own, &anna.who).await.is_some());
        assert!(part(&server, own, &ann.who).await.is_none());
        assert_eq!(log(&server, &server.a.ctx(), own).await.len(), 2);
        let did = merge(&server, &anna, &ann, false).await.unwrap();
        assert_eq!((would.moved, would.places), (did.moved, did.places));
        assert_eq!((did.moved.messages, did.moved.keys, did.moved.ratings), (2, 1, 0));
        assert_eq!((did.places.moved, did.places.joined), (2, 1));

        // The one is gone under every name but those that the other has now.
        for key in [MemberKey::Id(anna.who.id), MemberKey::Handle(anna.who.handle.clone())] {
            let found = member::number(engine, &server.a.ctx(), key).await.unwrap();
            assert_eq!(found, None);
        }
        let external = MemberKey::External("Anna".to_owned());
        let found = member::find(engine, &server.a.ctx(), external).await.unwrap();
        assert_eq!((found.member.key.number, found.member.profile.name.as_deref()), (ann.who.number, Some("Ann")));
        assert_eq!(member::duplicates(engine, &server.a.ctx()).await.unwrap().len(), 0);
        let keys = key::list(engine, &server.a.ctx()).await.unwrap();
        assert!(keys.iter().any(|key| key.id == key_id && key.revoked_at.is_some() && key.member.is_none()));

        // Places with what hung on them; the logs go on without a gap and say who joined and left.
        let (one, gone) = (ann.who.number, anna.who.number);
        assert_eq!(part(&server, own, &ann.who).await.map(|part| part.0), Some(PartRole::Owner));
        assert_eq!(conversation::find(engine, &server.a.ctx(), own).await.unwrap().owner.unwrap().number, one);
        assert_eq!(part(&server, guest, &ann.who).await, Some((PartRole::Member, heard, true)));
        let told = log(&server, &server.a.ctx(), own).await;
        assert_eq!(told[usize::try_from(first).unwrap() - 1], format!("One by {one}"));
        assert_eq!(told[2..], [format!("joined {{\"members\":[{one}]}}"), format!("left {{\"members\":[{gone}]}}")]);
        let told = log(&server, &server.a.ctx(), both).await;
        assert_eq!(told[1..3], [format!("Hello by {one}"), format!("Hello by {one}")]);
        let told: Vec<_> = told[4..].iter().filter(|entry| !entry.starts_with("message_rated")).collect();
        assert_eq!(told, [&format!("left {{\"members\":[{gone}]}}")]);
        // The other's opinion stands, and the message repeats it.
        let walk = MessageWalk { limit: 100, ..MessageWalk::default() };
        let said = message::list(engine, &ann.ctx, both, walk).await.unwrap().items;
        assert_eq!(said.last().unwrap().rating, Some(Rating::Up));
        assert_eq!(message::ratings(engine, &ann.ctx, both, &said).await.unwrap().values().map(Vec::len).sum::<usize>(), 1);
        // It goes on like anybody, and its client's ids mean what they meant.
        ann.says(&server, own, "Still here").await;
        let mut again = say(both, "Hello");
        again.client_id = Some("same".to_owned());
        again.author = Some(one);
        assert!(message::create(engine, &ann.ctx, again).await.unwrap().duplicate);
    }

    async fn standing_of_the_one_who_stays_counts(server: TestServer) {
        let engine = &server.engine;
        let (ann, anna) = two(&server).await;
        let cleo = someone(&server, "Cleo").await;
        let group = async || cleo.group(&server, &[&ann, &anna], Card::default()).await;
        // Removed under the one that stays, left under it, removed under the other.
        let (barred, returned, kept) = (group().await, group().await, group().await);
        removed(&server, &cleo, barred, &ann).await;
        participant::leave(engine, &ann.ctx, returned).await.unwrap();
        removed(&server, &cleo, kept, &anna).await;
        // Nothing happens any more in a conversation that is over.
        let over = cleo.group(&server, &[&anna], Card::default()).await;
        participant::disband(engine, &cleo.ctx, over).await.unwrap();
        let end = log(&server, &server.a.ctx(), over).await;
        merge(&server, &anna, &ann, false).await.unwrap();
        let all = server.a.ctx();
        assert!(part(&server, barred, &ann.who).await.is_none(), "nobody is brought back");
        assert!(part(&server, returned, &ann.who).await.is_some());
        assert!(part(&server, kept, &ann.who).await.is_some());
        for key in [barred, returned, kept] {
            assert!(part(&server, key, &anna.who).await.is_none());
        }
        assert_eq!(log(&server, &all, over).await, end);
        let last = |told: Vec<String>| told.last().unwrap().clone();
        assert_eq!(last(log(&server, &all, barred).await), format!("left {{\"members\":[{}]}}", anna.who.number));
        assert!(last(log(&server, &all, kept).await).starts_with(EntryKind::Removed.word()));
    }

    async fn direct_conversations_stay_one_for_each_pair(server: TestServer) {
        let engine = &server.engine;
        let (ann, anna) = two(&server).await;
        let (cleo, dora) = (someone(&server, "Cleo").await, someone(&server, "Dora").await);
        let direct = async |one: &Someone, other: &Someone| {
            let peer = MemberKey::Id(other.who.id);
            conversation::direct(engine, &one.ctx, peer, false).await.unwrap()
        };
        let (with_cleo, other, with_dora) = (direct(&ann, &cleo).await, direct(&anna, &cleo).await, direct(&anna, &dora).await);
        let selves = direct(&ann, &anna).await;
        anna.says(&server, ConversationKey::Id(other.id), "Only here").await;
        merge(&server, &anna, &ann, false).await.unwrap();
        for (peer, expected) in [(&cleo, with_cleo.id), (&dora, with_dora.id)] {
            let (mine, theirs) = (direct(&ann, peer).await, direct(peer, &ann).await);
            assert_eq!((mine.id, theirs.id, mine.is_new), (expected, expected, false));
        }
        // What was said in the second one is still there for both.
        for reader in [&ann, &cleo] {
            let walk = MessageWalk { limit: 10, ..MessageWalk::default() };
            let said = message::list(engine, &reader.ctx, ConversationKey::Id(other.id), walk).await.unwrap();
            assert_eq!(said.items[0].author.as_ref().map(|author| author.number), Some(ann.who.number));
        }
        let listed: Vec<_> = ann.list(&server).await.into_iter().map(|row| row.id).collect();
        for id in [with_cleo.id, other.id, with_dora.id, selves.id] {
            assert!(listed.contains(&id));
        }
    }

    async fn two_who_are_not_one_person_are_not_merged(server: TestServer) {
        let engine = &server.engine;
        let (ann, anna) = (bearer(&server, "Ann").await, bearer(&server, "Anna").await);
        let other = someone(&server, "Other").await;
        let refused = async |from: &Someone, into: &Someone| merge(&server, from, into, false).await.unwrap_err().kind().clone();
        assert!(matches!(refused(&other, &ann).await, Kind::Invalid { .. }));
        assert!(matches!(refused(&ann, &ann).await, Kind::Invalid { .. }));
        // Ids of the customer's hold them apart, until somebody says that one of them is to be given up.
        let expected = Kind::AlreadyExists { noun: Noun::Member, field: "external id" };
        for is_dry_run in [true, false] {
            let error = merge(&server, &anna, &ann, is_dry_run).await.unwrap_err();
            assert_eq!(error.kind(), &expected);
        }
        let role = UpdateMember { role: Some(Some(WorkspaceRole::User)), ..UpdateMember::default() };
        server.a.update(&anna.who, role).await;
        assert_eq!(refused(&anna, &ann).await, Kind::Conflict(Conflict::HasRole));
        let archived = |archived| UpdateMember { archived: Some(archived), ..UpdateMember::default() };
        server.a.update(&anna.who, archived(true)).await;
        assert!(matches!(refused(&ann, &anna).await, Kind::Conflict(_)));
        server.a.update(&anna.who, archived(false)).await;
        // Another tenant's member is nobody, and a key without the scope may not.
        let stranger = member::create(engine, &server.b.ctx(), CreateMember::of(Of::Person)).await.unwrap();
        let command = |from, into| MergeMembers { from, into, discard_ids: true, is_dry_run: false };
        for (from, into) in [(stranger.id, ann.who.id), (ann.who.id, stranger.id)] {
            let error = member::merge(engine, &server.a.ctx(), command(from, into)).await.unwrap_err();
            assert_eq!(error.kind(), &Kind::NotFound(Noun::Member));
        }
        let narrow = server.a.ctx();
        let narrow = parlor_model::Ctx::unbound(server.a.place, "members:admin".parse().unwrap(), narrow.request);
        let error = member::merge(engine, &narrow, command(ann.who.id, anna.who.id)).await.unwrap_err();
        assert!(matches!(error.kind(), Kind::Forbidden(_)));
        // Nobody has changed by any of it.
        for who in [&ann, &anna] {
            assert!(member::find(engine, &server.a.ctx(), MemberKey::Id(who.who.id)).await.is_ok());
        }
        let merged = member::merge(engine, &server.a.ctx(), command(ann.who.id, anna.who.id)).await.unwrap();
        assert_eq!(merged.discarded, ["external id"]);
        let found = member::number(engine, &server.a.ctx(), MemberKey::External("Ann".to_owned())).await.unwrap();
        assert_eq!(found, None);
    }
}
