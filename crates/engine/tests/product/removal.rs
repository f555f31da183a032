//! A removed member stores no message after its removal.

use parlor_engine::{log, message, participant};
use parlor_model::conversation::GroupProfile;
use parlor_model::error::{ErrorKind, ForbiddenReason};
use parlor_model::log::{LogEntryKind, LogItem};
use parlor_model::member::MemberKey;
use parlor_model::participant_commands::{ParticipantAuthority, RemoveParticipants};
use parlor_testkit::{TestBackend, both, tokio};

use crate::messages::user_message;
use crate::test_member::create_test_member;

both! {
    async fn messages_of_removed_participant_precede_removal(server: TestServer) {
        let rounds = if server.backend == TestBackend::Sqlite { 60 } else { 20 };
        let engine = server.engine.clone();
        let (owner, other) = (create_test_member(&server, "Ada").await, create_test_member(&server, "Bob").await);
        for round in 0..rounds {
            let key = owner.create_group(&server, &[&other], GroupProfile::default()).await;
            let sends: Vec<_> = (0..6)
                .map(|n| {
                    let (engine, ctx) = (engine.clone(), other.ctx);
                    let mut command = user_message(key, &format!("m{n}"));
                    command.author = Some(other.member.number);
                    tokio::spawn(async move { message::create(&engine, &ctx, command).await })
                })
                .collect();
            for _ in 0..round % 8 {
                tokio::task::yield_now().await;
            }
            let command = RemoveParticipants {
                conversation: key,
                members: vec![MemberKey::Id(other.member.id)],
                authority: ParticipantAuthority::Membership,
            };
            participant::remove(&engine, &owner.ctx, command).await.unwrap();
            let mut kept = 0;
            for send in sends {
                match send.await.unwrap() {
                    Ok(_) => kept += 1,
                    Err(error) => assert!(
                        matches!(
                            error.kind(),
                            ErrorKind::Forbidden(ForbiddenReason::Removed | ForbiddenReason::NotParticipant | ForbiddenReason::MissingScope(_))
                        ),
                        "{error:?}"
                    ),
                }
            }
            let log = log::read_items(&engine, &owner.ctx, key, 0, 100).await.unwrap();
            let last = log.last().unwrap();
            assert!(
                matches!(last, LogItem::Entry(entry) if entry.kind == LogEntryKind::Removed),
                "round {round}: {last:?}"
            );
            assert_eq!(log.len(), kept + 2, "round {round}");
        }
    }
}
