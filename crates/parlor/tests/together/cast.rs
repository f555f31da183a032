//! A workspace and those who speak in it, each vocabulary in its own way.

use std::time::Duration;

use http::Method;
use parlor_engine::member;
use parlor_kit::ids::{hex, parse_prefixed, prefixed};
use parlor_model::id::ConversationId;
use parlor_model::member::{CreateMember, Kind, MemberKey, MemberRef, Profile};
use parlor_testkit::{Reply, Request, Tenant, TestServer};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::model::{Member, Model, Nature, OWNER, Who};

/// A workspace of its own on a server that others share.
pub(crate) struct Cast<'s> {
    pub(crate) server: &'s TestServer,
    pub(crate) tenant: Tenant,
    session: String,
}

/// What was answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) is_granted: bool,
    pub(crate) status: u16,
    pub(crate) body: Value,
}

/// Why two things that must be the same are not.
pub(crate) type Agreed<T = ()> = Result<T, String>;

impl Cast<'_> {
    /// A fresh workspace with an owner, three people who sign in, a customer's user and an assistant.
    pub(crate) async fn of(server: &TestServer) -> (Cast<'_>, Model) {
        let tenant = server.tenant("Together").await;
        let path = format!("/workspaces/{}/generate-access-key-token", tenant.workspace);
        let exchange = server.post(&path).header("x-api-key", &tenant.key);
        let session = exchange.json(&json!({})).send().await.expect(200);
        let cast = Cast {
            server,
            session: session["token"].as_str().unwrap().to_owned(),
            tenant,
        };
        let mut model = Model::default();
        let owner = cast.tenant.owner.clone();
        let mut whole = known(&owner, Nature::Owner);
        whole.is_scoped = true;
        whole.token = Some(cast.long_token(&owner).await);
        model.members.push(whole);
        for name in ["Ada", "Bob", "Eve"] {
            let person = cast.tenant.person(name, None, "").await;
            let mut whole = known(&person, Nature::Person);
            whole.token = Some(cast.long_token(&person).await);
            model.members.push(whole);
        }
        let customer = CreateMember {
            external_id: Some("customer-1".to_owned()),
            profile: Profile {
                name: Some("Carl".to_owned()),
                ..Profile::default()
            },
            ..CreateMember::of(Kind::Person)
        };
        let ctx = cast.tenant.ctx();
        let customer = member::create(&server.engine, &ctx, customer)
            .await
            .unwrap();
        model.members.push(known(&customer, Nature::Person));
        let robot = cast.tenant.member(Kind::Assistant, "Robot", None, "").await;
        model.members.push(known(&robot, Nature::Assistant));
        (cast, model)
    }

    async fn long_token(&self, member: &MemberRef) -> String {
        let life = Duration::from_secs(30 * 24 * 3_600);
        self.tenant.token(member, None, life).await
    }

    /// A member that some vocabulary made, under all its names.
    pub(crate) async fn learn(&self, key: MemberKey, nature: Nature) -> Member {
        let ctx = self.tenant.ctx();
        let found = member::find(&self.server.engine, &ctx, key).await.unwrap();
        known(&found.member.key, nature)
    }

    /// A call with the tenant's session.
    pub(crate) async fn sharely(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let path = format!("/v1/workspaces/{}/{path}", self.tenant.workspace);
        plain(self.in_session(self.server.request(method, &path)), body).await
    }

    /// The tenant's session.
    pub(crate) fn session(&self) -> &str {
        &self.session
    }

    /// A request with the tenant's session.
    pub(crate) fn in_session(&self, request: Request) -> Request {
        let request = request.header("organizationid", &self.tenant.organization);
        request.bearer(&self.session)
    }

    /// A member's call.
    pub(crate) async fn rail(
        &self,
        by: &Member,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let path = format!("/api/v2/w/{}/{path}", self.tenant.workspace);
        let request = self.server.request(method, &path);
        plain(request.bearer(by.token.as_ref().unwrap()), body).await
    }

    /// A member's call; refusals are codes.
    pub(crate) async fn relation(
        &self,
        by: &Member,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let request = self.server.request(method, &format!("/api/v1/{path}"));
        let request = request.header("ApiKey", &self.tenant.key);
        let mut answer = plain(request.bearer(by.token.as_ref().unwrap()), body).await;
        answer.is_granted = answer.status == 200 && answer.body["code"] == "0";
        answer
    }

    /// A call with the tenant's key.
    pub(crate) async fn chatbotkit(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let request = self.server.request(method, &format!("/api/v1/{path}"));
        plain(request.bearer(&self.tenant.key), body).await
    }

    /// A call with the tenant's key.
    pub(crate) async fn chats(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let request = self.server.request(method, &format!("/api/v1/{path}"));
        plain(request.header("X-API-Key", &self.tenant.key), body).await
    }
}

impl Answer {
    /// The body of an answer that had to be a good one.
    pub(crate) fn granted(self, what: impl std::fmt::Display) -> Agreed<Value> {
        if self.is_granted {
            Ok(self.body)
        } else {
            Err(format!("{what}: {} {}", self.status, self.body))
        }
    }

    /// That it was refused, and not by a failure.
    pub(crate) fn refused(self, what: impl std::fmt::Display) -> Agreed {
        if !self.is_granted && self.status < 500 && self.body["code"] != "-1" {
            Ok(())
        } else {
            let (status, body) = (self.status, self.body);
            Err(format!("{what} had to be refused: {status} {body}"))
        }
    }
}

async fn plain(request: Request, body: Option<Value>) -> Answer {
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    let reply: Reply = request.send().await;
    let body = if reply.bytes.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&reply.bytes).unwrap_or(Value::Null)
    };
    Answer {
        is_granted: (200..300).contains(&reply.status),
        status: reply.status,
        body,
    }
}

fn known(member: &MemberRef, nature: Nature) -> Member {
    Member {
        id: member.id.uuid(),
        number: member.number,
        handle: member.handle.clone(),
        external: member.external_id.clone(),
        name: member.name.clone(),
        nature,
        is_scoped: false,
        token: None,
        is_gone: false,
    }
}

impl Model {
    /// Somebody who signs in, by any number.
    pub(crate) fn speaker(&self, any: u8) -> Who {
        self.likely(any, |_| true)
    }

    /// The same, three times of four one of those who may.
    pub(crate) fn likely(&self, any: u8, may: impl Fn(Who) -> bool) -> Who {
        let signs_in = |who: Who| self.members[who].token.is_some();
        self.likely_member(any, signs_in, may).unwrap_or(OWNER)
    }

    /// One of some members, three times of four one that fits.
    pub(crate) fn likely_member(
        &self,
        any: u8,
        of: impl Fn(Who) -> bool,
        fits: impl Fn(Who) -> bool,
    ) -> Option<Who> {
        let all: Vec<Who> = (0..self.members.len())
            .filter(|who| !self.members[*who].is_gone && of(*who))
            .collect();
        let fit: Vec<Who> = all.iter().copied().filter(|who| fits(*who)).collect();
        let from = if any.is_multiple_of(4) || fit.is_empty() {
            &all
        } else {
            &fit
        };
        (!from.is_empty()).then(|| from[usize::from(any / 4) % from.len()])
    }
}

/// The spellings of an id.
pub(crate) fn text(id: Uuid) -> String {
    id.hyphenated().to_string()
}
pub(crate) fn bare(id: Uuid) -> String {
    hex(ConversationId::new(id))
}
pub(crate) fn kit(prefix: &str, id: Uuid) -> String {
    prefixed(prefix, ConversationId::new(id))
}
pub(crate) fn unkit(prefix: &str, text: &Value) -> Agreed<Uuid> {
    let text = text.as_str().unwrap_or_default();
    let id = parse_prefixed::<()>(prefix, text).map(parlor_model::Id::uuid);
    id.ok_or_else(|| format!("{text:?} is no id that begins with {prefix}"))
}
pub(crate) fn uuid(text: &Value) -> Agreed<Uuid> {
    let parsed = text.as_str().and_then(|text| Uuid::try_parse(text).ok());
    parsed.ok_or_else(|| format!("{text} is no id"))
}

/// Two things that must be the same.
macro_rules! agree {
    ($shown:expr, $so:expr, $($what:tt)+) => {{
        let (shown, so) = (&$shown, &$so);
        if shown != so {
            return Err(format!("{}: shown is {shown:?}, but so is {so:?}", format_args!($($what)+)));
        }
    }};
}
pub(crate) use agree;
