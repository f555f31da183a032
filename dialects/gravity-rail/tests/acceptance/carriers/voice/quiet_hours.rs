//! Nobody is called in quiet hours.
//!
//! Proves INV-83 (`docs/invariants.md`).

use serde_json::{Value, json};

use super::on_both_from;
use crate::carriers::sending_policy::{EVENING, MORNING, NIGHT, be_quiet};

#[test]
fn nobody_is_called_at_night() {
    on_both_from(EVENING, async |mut voice| {
        be_quiet(&mut voice.setup, NIGHT).await;
        let chat = voice.place().await;
        let call = (&chat["call"]["status"], &chat["call"]["callError"]);
        assert_eq!(call, (&json!("canceled"), &json!("quiet_hours")));
        assert_eq!(voice.fetch(&chat).await["call"], chat["call"]);
        assert!(voice.carrier.requests().is_empty());
        be_quiet(&mut voice.setup, MORNING).await;
        assert_eq!(voice.place().await["call"]["callError"], Value::Null);
    });
}
