//! Whether a socket may go on.

use std::time::Duration;

use parlor_engine::member;
use parlor_gateway::socket::Ending;
use parlor_model::Ctx;
use parlor_model::error::Kind;
use tokio::time::Instant;

use super::desk::LiveDesk;

/// Between two looks at the member.
pub(super) const LOOK: Duration = Duration::from_secs(30);

impl LiveDesk {
    /// Ends with the key, and where it may do other things than when the socket was opened: what is followed was opened
    /// by those rights.
    pub(super) async fn look_at_key(&mut self) -> Result<(), Ending> {
        let looked = self.by.look(&self.engine, &self.key).await;
        match looked.map_err(|_| Ending::Credential)? {
            Some(now) if differs(&now, &self.key) => Err(Ending::Forbidden),
            _ => Ok(()),
        }
    }

    /// Likewise with the member.
    pub(super) async fn look_at_member(&mut self) -> Result<(), Ending> {
        self.look_at = Instant::now() + LOOK;
        let Some(speaker) = &self.speaker else {
            return Ok(());
        };
        let (workspace, request) = (self.ctx.workspace, self.ctx.request);
        let (id, limit) = (speaker.member.id, Some(self.key.scopes));
        match member::act_by_id(&self.engine, workspace, id, limit, request).await {
            Ok(own) if differs(&own, &self.ctx) => Err(Ending::Forbidden),
            Err(error) if matches!(error.kind(), Kind::Unauthenticated(_)) => {
                Err(Ending::Forbidden)
            }
            // A database that does not answer for a moment has changed nothing.
            _ => Ok(()),
        }
    }
}

fn differs(now: &Ctx, before: &Ctx) -> bool {
    let who = |ctx: &Ctx| ctx.actor.map(|actor| actor.number);
    now.scopes != before.scopes || who(now) != who(before)
}
