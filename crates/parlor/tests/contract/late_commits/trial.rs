//! Changes, each with the rights that it ends.

use http::Method;
use parlor_engine::member;
use parlor_kit::ids::{format_prefixed, format_uuid, parse_uuid};
use parlor_model::access::WorkspaceRole;
use parlor_model::id::{ConversationId, SpaceId};
use parlor_model::member::{MemberKey, MemberKind};
use parlor_testkit::{TestRequest, TestServer};
use serde_json::{Value, json};

use super::End;
use super::exchange_key::exchange_key;
use crate::authority::all_scopes;
use crate::wallet;

/// Request that can be sent repeatedly.
pub(super) type Ask = Box<dyn Fn() -> TestRequest>;

/// Change, and the requests whose rights it ends.
pub(super) struct Trial {
    pub(super) name: &'static str,
    pub(super) change: Ask,
    /// Reads with the right that ends.
    pub(super) reads: Vec<(&'static str, Ask)>,
    /// Writes with that right, sent at the end.
    pub(super) last: Vec<(&'static str, Ask)>,
}

pub(super) struct Caller<'s> {
    server: &'s TestServer,
    /// Token of the owner, and token created by the key.
    owner: String,
    session: String,
}

impl<'s> Caller<'s> {
    pub(super) async fn new(server: &'s TestServer) -> Self {
        let owner = server.a.sign_in(&server.a.owner).await;
        let session = exchange_key(server, &server.a.key, json!({})).await;
        Self {
            server,
            owner,
            session,
        }
    }

    /// Creates a request that owns all its parts, so that it can be sent repeatedly.
    fn ask(
        &self,
        method: Method,
        path: &str,
        headers: Vec<(&'static str, String)>,
        body: Option<Value>,
    ) -> Ask {
        // The URL stays valid: the server of a trial does not restart.
        let client = self.server.client();
        let url = format!("{}{path}", self.server.url);
        Box::new(move || {
            let request = TestRequest::to(&client, method.clone(), url.clone());
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

    /// Creates a request of the owner.
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
        let (id, key) = server.a.create_revocable_key(&all_scopes(), None).await;
        let session_of_key = exchange_key(server, &key, json!({})).await;
        Trial {
            name: "a key is revoked",
            change: self.change(
                Method::DELETE,
                &format!("api-keys/{}", format_uuid(id)),
                None,
            ),
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
                    self.sharely(Method::GET, "role", &session_of_key, None),
                ),
            ],
            last: Vec::new(),
        }
    }

    async fn role_lowered(&self) -> Trial {
        let server = self.server;
        let (person, token) = server
            .create_signed_in_member("Manager", Some(WorkspaceRole::Manager), "")
            .await;
        let key = server.a.create_key(&all_scopes(), Some(&person)).await;
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

    /// Sign-up is the only other way to get a role.
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
            .create_member(MemberKind::Assistant, "Agent", None, scopes)
            .await;
        let token = server.a.sign_in(&agent).await;
        let key = server.a.create_key(&all_scopes(), Some(&agent)).await;
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
        let signed = wallet::signed_message(server.engine.now().millis());
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
        let carrying = exchange_key(server, &server.a.key, json!({ "customerRoleId": name })).await;
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
        let create_prefixed = async |noun: &str| {
            let request = server.post(&format!("/api/v1/{noun}/create"));
            let made = request.bearer(&server.a.key).json(&json!({})).send().await;
            made.expect(200)["id"].as_str().unwrap().to_owned()
        };
        let (from, to) = (
            create_prefixed("space").await,
            create_prefixed("space").await,
        );
        let space: SpaceId = parlor_kit::ids::parse_prefixed("space_", &from).unwrap();
        let path = format!("spaces/{}", format_uuid(space));
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
        let id: ConversationId = parse_uuid(&group).unwrap();
        let line =
            json!({ "id": format_prefixed("conversation_", id), "name": "G", "spaceId": to });
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

    pub(super) async fn all(&self, end: End) -> Vec<Trial> {
        let mut all = vec![
            self.key_revoked().await,
            self.role_lowered().await,
            self.signed_up_lower().await,
            self.assistant_archived().await,
            self.role_deleted().await,
            self.conversation_imported().await,
        ];
        if end == End::Deadline {
            // There is one wallet, and its holder can be archived only once.
            all.push(self.wallet_holder_archived().await);
        }
        all
    }
}
