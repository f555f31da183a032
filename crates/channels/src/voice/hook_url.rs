//! URLs at which the carrier asks how a call goes on.

use parlor_model::id::{VoiceCallId, WorkspaceId};

/// URLs of a call.
#[derive(Debug, Clone)]
pub struct CallHookUrl(String);

impl CallHookUrl {
    /// Creates the URLs of a call of a server that the carrier reaches at `public_url`.
    pub fn new(public_url: &str, workspace: WorkspaceId, call: VoiceCallId) -> Self {
        let (workspace, call) = (workspace.uuid(), call.uuid());
        Self(format!(
            "{public_url}/carriers/voice/{workspace}/calls/{call}"
        ))
    }

    /// Returns where the call begins.
    pub fn start(&self) -> String {
        format!("{}/start", self.0)
    }

    /// Returns where the carrier reports how far the call is.
    pub fn status(&self) -> String {
        format!("{}/status", self.0)
    }

    /// Returns where the carrier passes on what it has heard at a position of the call, or that it has heard nothing for the
    /// given time in a row.
    pub fn turn(&self, position: u32, silences: u32) -> String {
        format!("{}/turn?position={position}&silences={silences}", self.0)
    }

    /// Returns where the carrier asks again for the answer to what was said at a `seq`, for the given time. What it hears
    /// after the answer has `position`.
    pub fn wait(&self, seq: i64, position: u32, waits: u32) -> String {
        let base = &self.0;
        format!("{base}/wait?seq={seq}&position={position}&waits={waits}")
    }
}
