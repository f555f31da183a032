//! All operations: requests that read, write, change or list something, in one dialect each.

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

/// The target of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    Conversation(ConversationIndex),
    /// A conversation and a user in it.
    ConversationAs(ConversationIndex, MemberIndex),
    Member(MemberIndex),
    Space(SpaceIndex),
    All,
}

/// The expected outcome of an operation, for one credential and one target.
#[derive(Debug, Clone)]
pub(crate) enum Expected {
    /// Granted or refused. A refusal shows nothing of a conversation. A granted read shows all of it.
    One {
        verdict: Verdict,
        conversation: Option<ConversationIndex>,
        reads: bool,
    },
    /// A list, with an expectation for each row.
    List {
        verdict: Verdict,
        rows: Vec<(ConversationIndex, Verdict)>,
    },
}

/// Whether to try an operation that must be granted, since that would change the model's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TryPolicy {
    Always,
    /// Not where the contract leaves it open whether it adds a member.
    IfDecided,
    /// Only where it must be refused.
    IfRefused,
}

/// An operation.
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) dialect: Dialect,
    pub(crate) target_kind: TargetKind,
    pub(crate) try_policy: TryPolicy,
    /// Builds the request without its credential; `None` where the target lacks what the path names.
    pub(crate) build_request: fn(&TestStage<'_>, &Model, Target) -> Option<OperationRequest>,
    pub(crate) expect: fn(&Model, CredentialIndex, Target) -> Expected,
}

/// The kind of target that an operation has.
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
    /// The whole request, or `None` where the dialect does not accept this kind of credential.
    pub(crate) fn request(
        &self,
        stage: &TestStage<'_>,
        model: &Model,
        held: CredentialIndex,
        target: Target,
    ) -> Option<(TestRequest, Option<Value>)> {
        let takes = accepts(self.dialect, &model.credentials[held]);
        let unsigned = if takes {
            (self.build_request)(stage, model, target)?
        } else {
            return None;
        };
        let request = stage.server.request(unsigned.method, &unsigned.path);
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
        Some((request, unsigned.body))
    }
}

/// Whether a dialect accepts this kind of credential.
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
