//! Whether a socket may go on.

use parlor_engine::member;
use parlor_gateway::socket::Ending;
use parlor_model::Ctx;
use parlor_model::error::Kind;

use super::desk::LiveDesk;

/// The member is looked at once in so many looks at the key, since that always asks the database.
const SELDOM: u32 = 6;

impl LiveDesk {
    /// Ends with the key, and where key or member may do other things than when the socket was opened: what it follows
    /// was opened by those rights.
    pub(super) async fn look(&mut self) -> Result<(), Ending> {
        let looked = self.by.look(&self.engine, &self.key).await;
        let now = looked.map_err(|_| Ending::Credential)?;
        if now.is_some_and(|now| differs(&now, &self.key)) {
            return Err(Ending::Forbidden);
        }
        self.looks = (self.looks + 1) % SELDOM;
        let Some(speaker) = self.speaker.as_ref().filter(|_| self.looks == 0) else {
            return Ok(());
        };
        let (workspace, request) = (self.ctx.workspace, self.ctx.request);
        let (id, limit) = (speaker.member.id, Some(self.key.scopes));
        match member::act_by_id(&self.engine, workspace, id, limit, request).await {
            Ok(own) if differs(&own, &self.ctx) => Err(Ending::Forbidden),
            Err(error) if matches!(error.kind(), Kind::Unauthenticated(_)) => {
                Err(Ending::Forbidden)
            }
            _ => Ok(()),
        }
    }
}

fn differs(now: &Ctx, before: &Ctx) -> bool {
    let who = |ctx: &Ctx| ctx.actor.map(|actor| actor.number);
    now.scopes != before.scopes || who(now) != who(before)
}
