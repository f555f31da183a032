//! Every road there is: a request that reads, writes, changes or lists something, in some dialect's words.

pub(crate) mod change;
mod lend;
mod list;
mod read;
mod write;

use http::Method;
use parlor_testkit::Request;
use serde_json::Value;

use crate::model::{Credential, Dialect, Held, Model, Room, Talk, Verdict, Who};
use crate::stage::Stage;

/// What a road is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    Talk(Talk),
    /// In a conversation, as a user.
    TalkAs(Talk, Who),
    Member(Who),
    Room(Room),
    All,
}

/// What is expected of a road, for one credential and one target.
#[derive(Debug, Clone)]
pub(crate) enum Expected {
    /// It is granted or refused; where refused, nothing of a conversation shows. Where it is granted and reads, all of
    /// it shows.
    One {
        verdict: Verdict,
        talk: Option<Talk>,
        reads: bool,
    },
    /// It is a list, of which each row is expected or not.
    List {
        verdict: Verdict,
        rows: Vec<(Talk, Verdict)>,
    },
}

/// Whether trying a road that must be granted would change what the model knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trial {
    Always,
    /// Not where the contract leaves it open whether somebody new comes in by it.
    IfDecided,
    /// Only where it must be refused.
    IfRefused,
}

/// A road.
pub(crate) struct Road {
    pub(crate) name: &'static str,
    pub(crate) dialect: Dialect,
    pub(crate) about: About,
    pub(crate) trial: Trial,
    /// The request without its credential; none where the target has not what it names.
    pub(crate) ask: fn(&Stage<'_>, &Model, Target) -> Option<Asked>,
    pub(crate) expect: fn(&Model, Held, Target) -> Expected,
}

/// What a road's target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum About {
    Talk,
    TalkAs,
    Member,
    Room,
    All,
}

/// A request without its credential.
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
}

impl Asked {
    pub(crate) fn get(path: String) -> Option<Self> {
        Some(Self {
            method: Method::GET,
            path,
            body: None,
        })
    }

    pub(crate) fn with(method: Method, path: String, body: Value) -> Option<Self> {
        Some(Self {
            method,
            path,
            body: Some(body),
        })
    }
}

/// All of them.
pub(crate) fn all() -> Vec<Road> {
    let mut all = read::roads();
    all.extend(list::roads());
    all.extend(write::roads());
    all.extend(change::roads());
    all.extend(lend::roads());
    all
}

impl Road {
    /// The whole request, where the dialect takes this credential at all.
    pub(crate) fn request(
        &self,
        stage: &Stage<'_>,
        model: &Model,
        held: Held,
        target: Target,
    ) -> Option<(Request, Option<Value>)> {
        let takes = takes(self.dialect, &model.credentials[held]);
        let asked = if takes {
            (self.ask)(stage, model, target)?
        } else {
            return None;
        };
        let request = stage.server.request(asked.method, &asked.path);
        let secret = &stage.secrets[held];
        let request = match self.dialect {
            Dialect::Sharely => {
                let request = request.header("organizationid", &stage.tenant.organization);
                request.bearer(secret)
            }
            Dialect::GravityRail | Dialect::ChatBotKit => request.bearer(secret),
            Dialect::Relation => request.header("ApiKey", &stage.tenant.key).bearer(secret),
            Dialect::TenantChats => request.header("X-API-Key", secret),
        };
        Some((request, asked.body))
    }
}

/// Which credentials go where.
pub(crate) const fn takes(dialect: Dialect, credential: &Credential) -> bool {
    match dialect {
        Dialect::Sharely => {
            matches!(
                credential,
                Credential::Session { .. } | Credential::SpaceToken { .. }
            )
        }
        Dialect::GravityRail => {
            matches!(
                credential,
                Credential::Key { .. } | Credential::MemberToken { .. }
            )
        }
        Dialect::Relation => matches!(credential, Credential::MemberToken { .. }),
        Dialect::ChatBotKit | Dialect::TenantChats => matches!(credential, Credential::Key { .. }),
    }
}
