//! Policies of sending, and times at which they count.

use parlor_engine::workspace;
use parlor_kit::time::parse_iso;
use parlor_model::sending_policy::{QuietHours, UpdateSendingPolicy};
use parlor_model::workspace::UpdateWorkspace;

use crate::fixture::TestWorkspace;

/// A night in New York in which clocks are set back from two to one: the quiet hours end at six, which is eleven in UTC.
pub(super) const NIGHT: &str = "2040-11-04T05:30:00Z";
/// The hour before, which is not quiet.
pub(super) const EVENING: &str = "2040-11-04T00:59:00Z";
/// The end of that night.
pub(super) const MORNING: &str = "2040-11-04T11:00:00Z";

pub(super) async fn update(setup: &TestWorkspace, sending: UpdateSendingPolicy) {
    let change = UpdateWorkspace {
        sending,
        ..UpdateWorkspace::default()
    };
    let owner = setup.server.a.ctx();
    let updated = workspace::update(&setup.server.engine, &owner, change);
    updated.await.unwrap();
}

/// Lets a workspace be quiet from nine to six in New York, and sets the clock, which goes forward only.
pub(super) async fn be_quiet(setup: &mut TestWorkspace, now: &str) {
    let sending = UpdateSendingPolicy {
        quiet_hours: Some(QuietHours::parse("21:00-06:00")),
        time_zone: Some(Some("America/New_York".to_owned())),
        ..UpdateSendingPolicy::default()
    };
    update(setup, sending).await;
    setup.server.clock.set(parse_iso(now).unwrap());
    setup.renew_tokens().await;
}
