//! Whoever is removed says nothing behind its removal.

use parlor_engine::{conversation, message, participant};
use parlor_model::conversation::Card;
use parlor_model::error::{Denied, Kind};
use parlor_model::log::{EntryKind, Item};
use parlor_model::member::MemberKey;
use parlor_model::participant::{Authority, RemoveParticipants};
use parlor_testkit::{Backend, both, tokio};

use crate::messages::say;
use crate::someone::someone;

both! {
    async fn sends_of_the_removed_stand_before_the_removal(server: TestServer) {
        let rounds = if server.backend == Backend::Sqlite { 60 } else { 20 };
        let engine = server.engine.clone();
        let (owner, other) = (someone(&server, "Ada").await, someone(&server, "Bob").await);
        for round in 0..rounds {
            let key = owner.group(&server, &[&other], Card::default()).await;
            let sends: Vec<_> = (0..6)
                .map(|n| {
                    let (engine, ctx) = (engine.clone(), other.ctx);
                    let mut command = say(key, &format!("m{n}"));
                    command.author = Some(other.who.number);
                    tokio::spawn(async move { message::create(&engine, &ctx, command).await })
                })
                .collect();
            for _ in 0..round % 8 {
                tokio::task::yield_now().await;
            }
            let command = RemoveParticipants {
                conversation: key,
                who: vec![MemberKey::Id(other.who.id)],
                authority: Authority::Membership,
            };
            participant::remove(&engine, &owner.ctx, command).await.unwrap();
            let mut kept = 0;
            for send in sends {
                match send.await.unwrap() {
                    Ok(_) => kept += 1,
                    Err(error) => assert!(
                        matches!(
                            error.kind(),
                            Kind::Forbidden(Denied::Removed | Denied::NotParticipant | Denied::MissingScope(_))
                        ),
                        "{error:?}"
                    ),
                }
            }
            let log = conversation::log(&engine, &owner.ctx, key, 0, 100).await.unwrap();
            let last = log.last().unwrap();
            assert!(
                matches!(last, Item::Entry(entry) if entry.kind == EntryKind::Removed),
                "round {round}: {last:?}"
            );
            assert_eq!(log.len(), kept + 2, "round {round}");
        }
    }
}
