//! Every road there is: a request that reads, writes, changes or lists something, in some dialect's words.

pub(crate) mod change;
mod lend;
mod list;
mod read;
mod write;

use http::Method;
use parlor_testkit::TestRequest;
use serde_json::Value;

use crate::model::{
    ConversationIndex, Credential, CredentialIndex, Dialect, MemberIndex, Model, SpaceIndex,
    Verdict,
};
use crate::stage::TestStage;

/// What a road is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    Conversation(ConversationIndex),
    /// In a conversation, as a user.
    ConversationAs(ConversationIndex, MemberIndex),
    Member(MemberIndex),
    Space(SpaceIndex),
    All,
}

/// What is expected of a road, for one credential and one target.
#[derive(Debug, Clone)]
pub(crate) enum Expected {
    /// It is granted or refused; where refused, nothing of a conversation shows. Where it is granted and reads, all of
    /// it shows.
    One {
        verdict: Verdict,
        talk: Option<ConversationIndex>,
        reads: bool,
    },
    /// It is a list, of which each row is expected or not.
    List {
        verdict: Verdict,
        rows: Vec<(ConversationIndex, Verdict)>,
    },
}

/// Whether trying a road that must be granted would change what the model knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TryPolicy {
    Always,
    /// Not where the contract leaves it open whether somebody new comes in by it.
    IfDecided,
    /// Only where it must be refused.
    IfRefused,
}

/// A road.
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) dialect: Dialect,
    pub(crate) target_kind: TargetKind,
    pub(crate) try_policy: TryPolicy,
    /// The request without its credential; none where the target has not what it names.
    pub(crate) build_request: fn(&TestStage<'_>, &Model, Target) -> Option<OperationRequest>,
    pub(crate) expect: fn(&Model, CredentialIndex, Target) -> Expected,
}

/// What a road's target is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TargetKind {
    Conversation,
    ConversationAs,
    Member,
    Space,
    All,
}

/// A request without its credential.
pub(crate) struct OperationRequest {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
}

impl OperationRequest {
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
pub(crate) fn all_operations() -> Vec<Operation> {
    let mut all = read::operations();
    all.extend(list::operations());
    all.extend(write::operations());
    all.extend(change::operations());
    all.extend(lend::operations());
    all
}

impl Operation {
    /// The whole request, where the dialect takes this credential at all.
    pub(crate) fn request(
        &self,
        stage: &TestStage<'_>,
        model: &Model,
        held: CredentialIndex,
        target: Target,
    ) -> Option<(TestRequest, Option<Value>)> {
        let takes = accepts(self.dialect, &model.credentials[held]);
        let asked = if takes {
            (self.build_request)(stage, model, target)?
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
pub(crate) const fn accepts(dialect: Dialect, credential: &Credential) -> bool {
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
