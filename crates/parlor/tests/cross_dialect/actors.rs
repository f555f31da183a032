//! A workspace and its members, with their credentials in each dialect.

use std::time::Duration;

use http::Method;
use parlor_engine::member;
use parlor_kit::ids::{format_hex, format_prefixed, parse_prefixed};
use parlor_model::id::ConversationId;
use parlor_model::member::{CreateMember, MemberKey, MemberKind, MemberRef, Profile};
use parlor_testkit::{TestRequest, TestResponse, TestServer, TestTenant};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::model::{Member, MemberIndex, MemberNature, Model, OWNER};

/// A workspace of its own on a shared server.
pub(crate) struct Actors<'s> {
    pub(crate) server: &'s TestServer,
    pub(crate) tenant: TestTenant,
    session: String,
}

/// An HTTP answer.
#[derive(Debug, Clone)]
pub(crate) struct ApiAnswer {
    pub(crate) is_granted: bool,
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// The result of a comparison, with the difference as its error.
pub(crate) type CheckResult<T = ()> = Result<T, String>;

impl Actors<'_> {
    /// A fresh workspace with an owner, three members that sign in, a customer's user and an assistant.
    pub(crate) async fn create(server: &TestServer) -> (Actors<'_>, Model) {
        let tenant = server.create_tenant("Together").await;
        let path = format!("/workspaces/{}/generate-access-key-token", tenant.workspace);
        let exchange = server.post(&path).header("x-api-key", &tenant.key);
        let session = exchange.json(&json!({})).send().await.expect(200);
        let actors = Actors {
            server,
            session: session["token"].as_str().unwrap().to_owned(),
            tenant,
        };
        let mut model = Model::default();
        let owner = actors.tenant.owner.clone();
        let mut whole = to_model_member(&owner, MemberNature::Owner);
        whole.has_all_scopes = true;
        whole.token = Some(actors.long_token(&owner).await);
        model.members.push(whole);
        for name in ["Ada", "Bob", "Eve"] {
            let person = actors.tenant.create_person(name, None, "").await;
            let mut whole = to_model_member(&person, MemberNature::Person);
            whole.token = Some(actors.long_token(&person).await);
            model.members.push(whole);
        }
        let customer = CreateMember {
            external_id: Some("customer-1".to_owned()),
            profile: Profile {
                name: Some("Carl".to_owned()),
                ..Profile::default()
            },
            ..CreateMember::new(MemberKind::Person)
        };
        let ctx = actors.tenant.ctx();
        let customer = member::create(&server.engine, &ctx, customer)
            .await
            .unwrap();
        model
            .members
            .push(to_model_member(&customer, MemberNature::Person));
        let robot = actors
            .tenant
            .create_member(MemberKind::Assistant, "Robot", None, "")
            .await;
        model
            .members
            .push(to_model_member(&robot, MemberNature::Assistant));
        (actors, model)
    }

    async fn long_token(&self, member: &MemberRef) -> String {
        let life = Duration::from_secs(30 * 24 * 3_600);
        self.tenant.issue_token(member, None, life).await
    }

    /// Adds a member that some dialect created, with all its ids.
    pub(crate) async fn find_member(&self, key: MemberKey, nature: MemberNature) -> Member {
        let ctx = self.tenant.ctx();
        let found = member::find(&self.server.engine, &ctx, key).await.unwrap();
        to_model_member(&found.member.key, nature)
    }

    /// A call with the tenant's session.
    pub(crate) async fn sharely(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> ApiAnswer {
        let path = format!("/v1/workspaces/{}/{path}", self.tenant.workspace);
        send_request(self.with_session(self.server.request(method, &path)), body).await
    }

    /// The tenant's session.
    pub(crate) fn session(&self) -> &str {
        &self.session
    }

    /// A request with the tenant's session.
    pub(crate) fn with_session(&self, request: TestRequest) -> TestRequest {
        let request = request.header("organizationid", &self.tenant.organization);
        request.bearer(&self.session)
    }

    /// A call with a member's token.
    pub(crate) async fn gravity_rail(
        &self,
        by: &Member,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> ApiAnswer {
        let path = format!("/api/v2/w/{}/{path}", self.tenant.workspace);
        let request = self.server.request(method, &path);
        send_request(request.bearer(by.token.as_ref().unwrap()), body).await
    }

    /// A call with a member's token to the dialect whose refusals are codes.
    pub(crate) async fn relation(
        &self,
        by: &Member,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> ApiAnswer {
        let request = self.server.request(method, &format!("/api/v1/{path}"));
        let request = request.header("ApiKey", &self.tenant.key);
        let mut answer = send_request(request.bearer(by.token.as_ref().unwrap()), body).await;
        answer.is_granted = answer.status == 200 && answer.body["code"] == "0";
        answer
    }

    /// A call with the tenant's key.
    pub(crate) async fn chatbotkit(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> ApiAnswer {
        let request = self.server.request(method, &format!("/api/v1/{path}"));
        send_request(request.bearer(&self.tenant.key), body).await
    }

    /// A call with the tenant's key.
    pub(crate) async fn tenant_chats(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> ApiAnswer {
        let request = self.server.request(method, &format!("/api/v1/{path}"));
        send_request(request.header("X-API-Key", &self.tenant.key), body).await
    }
}

impl ApiAnswer {
    /// The body of an answer that had to be a success.
    pub(crate) fn require_granted(self, what: impl std::fmt::Display) -> CheckResult<Value> {
        if self.is_granted {
            Ok(self.body)
        } else {
            Err(format!("{what}: {} {}", self.status, self.body))
        }
    }

    /// Checks that the request was refused, and not by a server error.
    pub(crate) fn require_refused(self, what: impl std::fmt::Display) -> CheckResult {
        if !self.is_granted && self.status < 500 && self.body["code"] != "-1" {
            Ok(())
        } else {
            let (status, body) = (self.status, self.body);
            Err(format!("{what} had to be refused: {status} {body}"))
        }
    }
}

async fn send_request(request: TestRequest, body: Option<Value>) -> ApiAnswer {
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    let reply: TestResponse = request.send().await;
    let body = if reply.bytes.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&reply.bytes).unwrap_or(Value::Null)
    };
    ApiAnswer {
        is_granted: (200..300).contains(&reply.status),
        status: reply.status,
        body,
    }
}

fn to_model_member(member: &MemberRef, nature: MemberNature) -> Member {
    Member {
        id: member.id.uuid(),
        number: member.number,
        handle: member.handle.clone(),
        external: member.external_id.clone(),
        name: member.name.clone(),
        nature,
        has_all_scopes: false,
        token: None,
        is_deleted: false,
    }
}

impl Model {
    /// A member that signs in, chosen by any number.
    pub(crate) fn draw_speaker(&self, any: u8) -> MemberIndex {
        self.draw_likely_speaker(any, |_| true)
    }

    /// A member that signs in; in three of four cases one with the right to do it.
    pub(crate) fn draw_likely_speaker(
        &self,
        any: u8,
        may: impl Fn(MemberIndex) -> bool,
    ) -> MemberIndex {
        let signs_in = |who: MemberIndex| self.members[who].token.is_some();
        self.draw_likely_member(any, signs_in, may).unwrap_or(OWNER)
    }

    /// One of some members; in three of four cases one that fits.
    pub(crate) fn draw_likely_member(
        &self,
        any: u8,
        of: impl Fn(MemberIndex) -> bool,
        fits: impl Fn(MemberIndex) -> bool,
    ) -> Option<MemberIndex> {
        let all: Vec<MemberIndex> = (0..self.members.len())
            .filter(|who| !self.members[*who].is_deleted && of(*who))
            .collect();
        let fit: Vec<MemberIndex> = all.iter().copied().filter(|who| fits(*who)).collect();
        let from = if any.is_multiple_of(4) || fit.is_empty() {
            &all
        } else {
            &fit
        };
        (!from.is_empty()).then(|| from[usize::from(any / 4) % from.len()])
    }
}

/// The spellings of an id.
pub(crate) fn dashed_id(id: Uuid) -> String {
    id.hyphenated().to_string()
}
pub(crate) fn relation_id(id: Uuid) -> String {
    format_hex(ConversationId::new(id))
}
pub(crate) fn chatbotkit_id(prefix: &str, id: Uuid) -> String {
    format_prefixed(prefix, ConversationId::new(id))
}
pub(crate) fn parse_prefixed_id(prefix: &str, text: &Value) -> CheckResult<Uuid> {
    let text = text.as_str().unwrap_or_default();
    let id = parse_prefixed::<()>(prefix, text).map(parlor_model::Id::uuid);
    id.ok_or_else(|| format!("{text:?} is no id that begins with {prefix}"))
}
pub(crate) fn parse_uuid(text: &Value) -> CheckResult<Uuid> {
    let parsed = text.as_str().and_then(|text| Uuid::try_parse(text).ok());
    parsed.ok_or_else(|| format!("{text} is no id"))
}

/// Compares two values that must be equal.
macro_rules! check_equal {
    ($shown:expr, $so:expr, $($what:tt)+) => {{
        let (shown, so) = (&$shown, &$so);
        if shown != so {
            return Err(format!("{}: shown is {shown:?}, but so is {so:?}", format_args!($($what)+)));
        }
    }};
}
pub(crate) use check_equal;
