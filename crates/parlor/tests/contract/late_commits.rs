//! A change that is committed when nobody waits for it any more counts all the same: its request was given up at its
//! deadline, or its client has gone, while the commit was held.

use std::time::Duration;

use http::Method;
use parlor_engine::member;
use parlor_kit::ids::{dashed, parse_dashed, prefixed};
use parlor_model::access::Role;
use parlor_model::id::{ConversationId, SpaceId};
use parlor_model::member::{Kind, MemberKey};
use parlor_model::workspace::UpdateWorkspace;
use parlor_testkit::{Backend, Reply, Request, TestServer, backend, tokio};
use serde_json::{Value, json};

use crate::authority::all_scopes;
use crate::wallet;

/// How long a request may take here.
const DEADLINE: Duration = Duration::from_secs(1);
/// When a client that goes away has gone: long after its change was begun, and before the deadline.
const GONE: Duration = Duration::from_millis(700);
/// For a commit that has been let go.
const SOON: Duration = Duration::from_secs(10);

/// How the request ends before its commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Deadline,
    ClientGone,
}

/// A request as often as it is wanted.
type Ask = Box<dyn Fn() -> Request>;

/// A change, and what it ends.
struct Trial {
    name: &'static str,
    change: Ask,
    /// What is read by the right that ends.
    reads: Vec<(&'static str, Ask)>,
    /// What writes besides, and is tried when all is over.
    last: Vec<(&'static str, Ask)>,
}

struct Caller<'s> {
    server: &'s TestServer,
    /// The owner's token, and one that was made of the key.
    owner: String,
    session: String,
}

fn is_granted(reply: &Reply) -> bool {
    let code = serde_json::from_slice::<Value>(&reply.bytes).unwrap_or_default();
    reply.status < 300 && (code["code"].is_null() || code["code"] == "0")
}

impl<'s> Caller<'s> {
    async fn new(server: &'s TestServer) -> Self {
        let owner = server.a.sign_in(&server.a.owner).await;
        let session = session(server, &server.a.key, json!({})).await;
        Self {
            server,
            owner,
            session,
        }
    }

    /// A request whose every part is its own, so that it can be made again.
    fn ask(
        &self,
        method: Method,
        path: &str,
        headers: Vec<(&'static str, String)>,
        body: Option<Value>,
    ) -> Ask {
        // Its address stays: the server of a trial does not restart.
        let client = self.server.client();
        let url = format!("{}{path}", self.server.url);
        Box::new(move || {
            let request = Request::to(&client, method.clone(), url.clone());
            let request = headers.iter().fold(request, |request, (name, value)| {
                request.header(name, value)
            });
            match &body {
                Some(body) => request.json(body),
                None => request,
            }
        })
    }

    fn read(&self, path: &str, name: &'static str, value: &str) -> Ask {
        self.ask(Method::GET, path, vec![(name, value.to_owned())], None)
    }

    fn rail(&self, path: &str) -> String {
        format!("/api/v2/w/{}/{path}", self.server.a.workspace)
    }

    /// The owner's call.
    fn change(&self, method: Method, path: &str, body: Option<Value>) -> Ask {
        let headers = vec![("authorization", format!("Bearer {}", self.owner))];
        self.ask(method, &self.rail(path), headers, body)
    }

    fn sharely(&self, method: Method, path: &str, token: &str, body: Option<Value>) -> Ask {
        let path = format!("/v1/workspaces/{}/{path}", self.server.a.workspace);
        let organization = self.server.a.organization.clone();
        let headers = vec![
            ("authorization", format!("Bearer {token}")),
            ("organizationid", organization),
        ];
        self.ask(method, &path, headers, body)
    }

    async fn key_revoked(&self) -> Trial {
        let server = self.server;
        let (id, key) = server.a.revocable_key(&all_scopes(), None).await;
        let of_it = session(server, &key, json!({})).await;
        Trial {
            name: "a key is revoked",
            change: self.change(Method::DELETE, &format!("api-keys/{}", dashed(id)), None),
            reads: vec![
                (
                    "by the key",
                    self.read(
                        "/api/v1/space/list",
                        "authorization",
                        &format!("Bearer {key}"),
                    ),
                ),
                (
                    "by the key in its header",
                    self.read("/api/v1/chats/user/u1", "x-api-key", &key),
                ),
                (
                    "by a session of it",
                    self.sharely(Method::GET, "role", &of_it, None),
                ),
            ],
            last: Vec::new(),
        }
    }

    async fn role_lowered(&self) -> Trial {
        let server = self.server;
        let (person, token) = server.signed_in("Manager", Some(Role::Manager), "").await;
        let key = server.a.another_key(&all_scopes(), Some(&person)).await;
        let path = format!("members/{}", person.number);
        Trial {
            name: "a member's role is taken away",
            change: self.change(Method::PUT, &path, Some(json!({ "memberRoleId": null }))),
            reads: vec![
                (
                    "by its token",
                    self.read(
                        &self.rail("api-keys"),
                        "authorization",
                        &format!("Bearer {token}"),
                    ),
                ),
                (
                    "by its key",
                    self.read(
                        "/api/v1/space/list",
                        "authorization",
                        &format!("Bearer {key}"),
                    ),
                ),
            ],
            last: Vec::new(),
        }
    }

    /// Signing up is the one other way to a role.
    async fn signed_up_lower(&self) -> Trial {
        let external = self.server.engine.random_uuid().simple().to_string();
        let body =
            |role: &str| json!({ "member": { "externalId": external, "name": "S", "role": role } });
        let made = self.change(Method::POST, "create-signup", Some(body("manager")))();
        let made = made.send().await;
        assert!(made.status < 300, "{}", made.text());
        let token = made.json()["token"].as_str().unwrap().to_owned();
        Trial {
            name: "a member signs up with a lower role",
            change: self.change(Method::POST, "create-signup", Some(body("user"))),
            reads: vec![(
                "by its token",
                self.read(
                    &self.rail("api-keys"),
                    "authorization",
                    &format!("Bearer {token}"),
                ),
            )],
            last: Vec::new(),
        }
    }

    async fn assistant_archived(&self) -> Trial {
        let server = self.server;
        let scopes = "conversations:read,spaces:read";
        let agent = server
            .a
            .member(Kind::Assistant, "Agent", None, scopes)
            .await;
        let token = server.a.sign_in(&agent).await;
        let key = server.a.another_key(&all_scopes(), Some(&agent)).await;
        let path = format!("agents/{}/archive", agent.number);
        Trial {
            name: "an assistant is archived",
            change: self.change(Method::POST, &path, None),
            reads: vec![
                (
                    "by its token",
                    self.read(
                        &self.rail("chats"),
                        "authorization",
                        &format!("Bearer {token}"),
                    ),
                ),
                (
                    "by its key",
                    self.read(
                        "/api/v1/space/list",
                        "authorization",
                        &format!("Bearer {key}"),
                    ),
                ),
            ],
            last: Vec::new(),
        }
    }

    async fn wallet_holder_archived(&self) -> Trial {
        let server = self.server;
        let project = ("ApiKey", server.a.key.clone());
        let signed = wallet::signed(server.engine.now().millis());
        let verify = server
            .post("/api/v1/verify/eth")
            .header("ApiKey", &project.1);
        let verified = verify.json(&signed).send().await.expect(200);
        let address = verified["data"]
            .as_str()
            .or(verified["data"]["token"].as_str())
            .unwrap_or_else(|| panic!("{verified}"))
            .to_owned();
        let shown = vec![
            project.clone(),
            ("I-Authorization", format!("Bearer {address}")),
        ];
        let exchange = self.ask(Method::POST, "/api/v1/auth", shown, None);
        let exchanged = exchange().send().await.expect(200);
        assert_eq!(exchanged["code"], "0", "{exchanged}");
        let token = exchanged["data"]["token"].as_str().unwrap().to_owned();
        let headers = vec![project, ("authorization", format!("Bearer {token}"))];
        let info = self.ask(Method::GET, "/api/v1/userInfo", headers, None);
        let found = info().send().await.expect(200);
        let handle = found["data"]["relationId"]
            .as_str()
            .unwrap_or_else(|| panic!("{found}"))
            .to_owned();
        let found = member::find(&server.engine, &server.a.ctx(), MemberKey::Handle(handle)).await;
        let number = found.unwrap().member.key.number;
        Trial {
            name: "a wallet's holder is archived",
            change: self.change(Method::POST, &format!("members/{number}/archive"), None),
            reads: vec![("by its token", info)],
            last: vec![("by the address", exchange)],
        }
    }

    async fn role_deleted(&self) -> Trial {
        let server = self.server;
        let name = server.engine.random_uuid().simple().to_string();
        let body = json!({ "name": name, "customerRoleId": name });
        let made = self.sharely(Method::POST, "role", &self.session, Some(body))();
        let made = made.send().await.expect(201);
        let id = made["role"]["id"].as_str().unwrap();
        let carrying = session(server, &server.a.key, json!({ "customerRoleId": name })).await;
        Trial {
            name: "a role is deleted",
            change: self.sharely(Method::DELETE, &format!("role/{id}"), &self.session, None),
            reads: vec![(
                "by a session that carries it",
                self.sharely(Method::GET, "agent/threads", &carrying, None),
            )],
            last: Vec::new(),
        }
    }

    async fn conversation_imported(&self) -> Trial {
        let server = self.server;
        let kit = async |noun: &str| {
            let request = server.post(&format!("/api/v1/{noun}/create"));
            let made = request.bearer(&server.a.key).json(&json!({})).send().await;
            made.expect(200)["id"].as_str().unwrap().to_owned()
        };
        let (from, to) = (kit("space").await, kit("space").await);
        let space: SpaceId = parlor_kit::ids::parse_prefixed("space_", &from).unwrap();
        let path = format!("spaces/{}", dashed(space));
        let group = self.sharely(
            Method::POST,
            &format!("{path}/group"),
            &self.session,
            Some(json!({ "name": "G" })),
        )();
        let group = group.send().await.expect(200)["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let id: ConversationId = parse_dashed(&group).unwrap();
        let line = json!({ "id": prefixed("conversation_", id), "name": "G", "spaceId": to });
        let key = vec![("authorization", format!("Bearer {}", server.a.key))];
        let import = "/api/v1/conversation/import";
        Trial {
            name: "an import takes a group into another space",
            change: self.ask(Method::POST, import, key, Some(json!({ "items": [line] }))),
            reads: vec![
                (
                    "the group in the space",
                    self.sharely(
                        Method::GET,
                        &format!("{path}/group/{group}"),
                        &self.session,
                        None,
                    ),
                ),
                (
                    "what was said there",
                    self.sharely(
                        Method::GET,
                        &format!("{path}/message?groupId={group}"),
                        &self.session,
                        None,
                    ),
                ),
            ],
            last: Vec::new(),
        }
    }

    async fn all(&self, end: End) -> Vec<Trial> {
        let mut all = vec![
            self.key_revoked().await,
            self.role_lowered().await,
            self.signed_up_lower().await,
            self.assistant_archived().await,
            self.role_deleted().await,
            self.conversation_imported().await,
        ];
        if end == End::Deadline {
            // There is one wallet here, whose holder is archived only once.
            all.push(self.wallet_holder_archived().await);
        }
        all
    }
}

/// A token of a key.
async fn session(server: &TestServer, key: &str, body: Value) -> String {
    let path = format!(
        "/workspaces/{}/generate-access-key-token",
        server.a.workspace
    );
    let request = server.post(&path).header("x-api-key", key).json(&body);
    request.send().await.expect(200)["token"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn try_one(server: &TestServer, trial: &Trial, end: End) {
    let what = format!("{}, {end:?}", trial.name);
    for (name, read) in &trial.reads {
        let reply = read().send().await;
        assert!(
            is_granted(&reply),
            "{what}: {name} before: {}",
            reply.text()
        );
    }
    let hold = server.hold_writes().await;
    let change = (trial.change)();
    match end {
        End::Deadline => {
            let late = change.send().await;
            assert!(
                late.status >= 500,
                "{what}: {} {}",
                late.status,
                late.text()
            );
        }
        End::ClientGone => {
            let gone = tokio::time::timeout(GONE, change.send()).await;
            assert!(gone.is_err(), "{what}: it was answered");
        }
    }
    // What was not committed ends nothing, and is remembered once more.
    for (name, read) in &trial.reads {
        let reply = read().send().await;
        assert!(
            is_granted(&reply),
            "{what}: {name} meanwhile: {}",
            reply.text()
        );
    }
    tokio::task::spawn_blocking(move || drop(hold))
        .await
        .unwrap();
    let over = async {
        for (_, read) in &trial.reads {
            while is_granted(&read().send().await) {
                tokio::task::yield_now().await;
            }
        }
    };
    let ended = tokio::time::timeout(SOON, over).await;
    assert!(
        ended.is_ok(),
        "{what}: what was remembered outlives the commit"
    );
    for (name, read) in trial.reads.iter().chain(&trial.last) {
        let reply = read().send().await;
        assert!(
            !is_granted(&reply),
            "{what}: {name} after: {}",
            reply.text()
        );
    }
}

fn run(of: Backend) {
    backend::block_on(async {
        let server = TestServer::start_with(of, |options| options.deadline = DEADLINE).await;
        let asks = UpdateWorkspace {
            require_roles: Some(true),
            ..UpdateWorkspace::default()
        };
        let ctx = server.a.ctx();
        let asked = parlor_engine::workspace::update(&server.engine, &ctx, asks).await;
        asked.unwrap();
        for end in [End::Deadline, End::ClientGone] {
            let caller = Caller::new(&server).await;
            let trials = caller.all(end).await;
            for trial in trials {
                try_one(&server, &trial, end).await;
            }
        }
    });
}

mod a_commit_ends_what_was_remembered_though_its_request_has_gone {
    use super::{Backend, run};

    #[test]
    fn sqlite() {
        run(Backend::Sqlite);
    }

    #[test]
    fn postgres() {
        run(Backend::Postgres);
    }
}
