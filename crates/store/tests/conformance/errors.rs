//! Errors name the failed statement and never contain values.

use parlor_model::error::ErrorKind;
use parlor_store::repo::api_key::{self, NewApiKeyRow};
use parlor_store::{catalogue, params};

use crate::fixture::TestWorkspace;

test_both_backends!(failed_statement_error_contains_no_value);

const SECRET: &str = "hunter2-secret";

async fn failed_statement_error_contains_no_value(workspace: TestWorkspace) {
    let (ws, number) = (workspace.ws, workspace.conversation().await.number);
    // A client id in use: the server's own message would quote it.
    let taken = workspace
        .store
        .write(move |tx| {
            for seq in [10_i64, 11] {
                let id = tx.next_stamp().id();
                let id: parlor_model::id::MessageId = id;
                let (author, form): (Option<i64>, Option<&str>) = (None, None);
                tx.execute(
                    &catalogue::message::INSERT,
                    params![
                        ws, &id, number, seq, author, "user", form, SECRET, SECRET, SECRET, 0_i64
                    ],
                )?;
            }
            Ok(())
        })
        .await
        .unwrap_err();
    // A hash in use.
    let key = NewApiKeyRow {
        hash: SECRET.as_bytes(),
        hint: "cret",
        name: Some(SECRET),
        member: None,
        scopes: parlor_model::scope::Scopes::NONE,
        expires_at: None,
    };
    let twice = workspace
        .store
        .write(move |tx| {
            api_key::insert(tx, ws, &key)?;
            api_key::insert(tx, ws, &key)
        })
        .await
        .unwrap_err();
    // A text in place of a number.
    let mistyped = workspace
        .store
        .write(move |tx| {
            tx.execute(
                &catalogue::message::SET_LAST_MESSAGE,
                params![ws, number, SECRET],
            )
        })
        .await
        .unwrap_err();
    let hex: String = SECRET.bytes().map(|byte| format!("{byte:02x}")).collect();
    for error in [taken, twice, mistyped] {
        assert_eq!(*error.kind(), ErrorKind::Internal);
        let error_text = format!("{error} {error:?} {:?}", error.context());
        assert!(
            !error_text.contains(SECRET) && !error_text.to_lowercase().contains(&hex),
            "{error_text}"
        );
        assert!(
            error.context().unwrap().contains("parlor_store::sql::"),
            "{error_text}"
        );
    }
    assert_eq!(workspace.rows("message") + workspace.rows("api_key"), 0);
}
