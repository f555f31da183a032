//! Received messages that belong nowhere: the newest ones are kept, each once, and shown to their workspace.
//!
//! Proves INV-91 (`docs/invariants.md`).

use parlor_model::conversation::Medium;
use parlor_model::redacted::Redacted;
use parlor_model::unmatched_message::NewUnmatchedMessage;
use parlor_store::repo::unmatched_message as repo;

use crate::fixture::TestWorkspace;

test_both_backends!(newest_unmatched_messages_are_kept_and_paged);

fn message(id: &str) -> NewUnmatchedMessage {
    NewUnmatchedMessage {
        medium: Medium::Sms,
        external_id: id.to_owned(),
        sender: Redacted("+15005550123".to_owned()),
        recipient: Redacted("+15005550009".to_owned()),
        content: Redacted(id.to_owned()),
    }
}

async fn newest_unmatched_messages_are_kept_and_paged(workspace: TestWorkspace) {
    let (ws, store) = (workspace.ws, &workspace.store);
    for (id, is_new) in [
        ("1", true),
        ("2", true),
        ("2", false),
        ("3", true),
        ("4", true),
    ] {
        let inserted = store
            .write(move |tx| repo::insert(tx, ws, &message(id), 3))
            .await;
        assert_eq!(inserted.unwrap(), is_new, "{id}");
    }
    let page = async |ws, before| {
        let found = store
            .read(move |tx| repo::list(tx, ws, before, 2))
            .await
            .unwrap();
        let contents = found.iter().map(|found| found.content.0.clone());
        let last = found.last().map_or(0, |found| found.number);
        (contents.collect::<Vec<_>>(), last)
    };
    let (first, last) = page(ws, i64::MAX).await;
    assert_eq!(first, ["4", "3"]);
    let (second, last) = page(ws, last).await;
    assert_eq!(second, ["2"], "the oldest one is gone");
    assert!(page(ws, last).await.0.is_empty());
    assert!(
        page(ws + 1, i64::MAX).await.0.is_empty(),
        "another workspace"
    );
}
