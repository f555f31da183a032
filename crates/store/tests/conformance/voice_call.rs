//! Calls of chats: one is placed, and each moves forward only.
//!
//! Proves INV-77 (`docs/invariants.md`).

use parlor_model::Result;
use parlor_model::voice_call::VoiceCallDirection::{Inbound, Outbound};
use parlor_model::voice_call::VoiceCallStatus::{
    self, Completed, Failed, InProgress, Queued, Ringing,
};
use parlor_store::repo::voice_call as repo;
use parlor_store::{SqlStatement, Tx, catalogue};

use crate::fixture::{TestWorkspace, new_conversation};

test_both_backends!(
    chat_places_one_call_and_receives_many,
    call_moves_forward_only,
    assumed_failure_gives_way_to_the_carriers_word,
);

/// Statements, and what their plans must contain.
pub(crate) const PLANS: &[(&SqlStatement, &str)] = &[
    (
        &catalogue::voice_call::BY_ID,
        "voice_call_id (ws=? AND id=?)",
    ),
    (
        &catalogue::voice_call::BY_CARRIER_ID,
        "voice_call_carrier_id (ws=? AND carrier_id=?)",
    ),
    (
        &catalogue::voice_call::PLACED_BY_CONVERSATION,
        "voice_call_placed (ws=? AND conversation=?)",
    ),
];

async fn chat_places_one_call_and_receives_many(workspace: TestWorkspace) {
    let (ws, member, store) = (workspace.ws, workspace.member, &workspace.store);
    let (chat, placed) = store
        .write(move |tx| {
            let chat = new_conversation(tx, ws, member, None)?.number;
            repo::insert(tx, ws, chat, (Inbound, Ringing), Some("CA1"))?;
            repo::insert(tx, ws, chat, (Inbound, Ringing), Some("CA2"))?;
            Ok((chat, repo::insert(tx, ws, chat, (Outbound, Queued), None)?))
        })
        .await
        .unwrap();
    let found = store.read(move |tx| repo::find_placed(tx, ws, chat)).await;
    assert_eq!(found.unwrap(), Some(placed));
    let repeated = store.write(move |tx| repo::insert(tx, ws, chat, (Outbound, Queued), None));
    assert!(repeated.await.is_err());
    let repeated =
        store.write(move |tx| repo::insert(tx, ws, chat, (Inbound, Ringing), Some("CA1")));
    assert!(repeated.await.is_err());
    assert_eq!(workspace.rows("voice_call"), 3);
}

/// Inserts an outbound call and does something to it; returns its status at the end.
async fn status_after(
    workspace: &TestWorkspace,
    steps: impl Fn(&mut dyn Tx, i64, i64) -> Result<()> + Send + 'static,
) -> VoiceCallStatus {
    let (ws, member) = (workspace.ws, workspace.member);
    let status = workspace.store.write(move |tx| {
        let chat = new_conversation(tx, ws, member, None)?.number;
        let call = repo::insert(tx, ws, chat, (Outbound, Queued), None)?;
        steps(tx, ws, call.number)?;
        Ok(repo::find(tx, ws, call.id)?.unwrap().status)
    });
    status.await.unwrap()
}

async fn call_moves_forward_only(workspace: TestWorkspace) {
    for (reported, last) in [
        (vec![Queued, Ringing, Queued], Ringing),
        (vec![InProgress, Ringing], InProgress),
        (vec![Completed, InProgress, Failed, Queued], Completed),
    ] {
        let steps = move |tx: &mut dyn Tx, ws, call| {
            repo::set_carrier_id(tx, ws, call, &format!("CA{call}"))?;
            for status in &reported {
                repo::advance(tx, ws, call, *status)?;
            }
            // The answer to the request that placed it comes last.
            repo::fail_dispatch(tx, ws, call)
        };
        assert_eq!(status_after(&workspace, steps).await, last);
    }
}

async fn assumed_failure_gives_way_to_the_carriers_word(workspace: TestWorkspace) {
    let lost = |tx: &mut dyn Tx, ws, call| repo::fail_dispatch(tx, ws, call);
    assert_eq!(status_after(&workspace, lost).await, Failed);
    let found = |tx: &mut dyn Tx, ws, call| {
        repo::fail_dispatch(tx, ws, call)?;
        repo::advance(tx, ws, call, Queued)?;
        repo::set_carrier_id(tx, ws, call, "CA1")
    };
    assert_eq!(status_after(&workspace, found).await, Queued);
    let refused = |tx: &mut dyn Tx, ws, call| {
        repo::fail_dispatch(tx, ws, call)?;
        repo::set_carrier_id(tx, ws, call, "CA2")?;
        repo::advance(tx, ws, call, Ringing)
    };
    assert_eq!(status_after(&workspace, refused).await, Failed);
}
