//! A group with long messages, and every route that reads them.

use std::io::Write;
use std::net::TcpStream;

use parlor_kit::ids;
use parlor_model::id::{ConversationId, kind};
use serde_json::{Value, json};

use crate::program::{Program, client};

/// The length of each message in bytes, in letters of four bytes.
pub(super) const MESSAGE_BYTES: usize = 260_000;

/// A group with long messages, and its credentials.
pub(super) struct LongGroup {
    session: String,
    organization: String,
    workspace: String,
    space: String,
    id: String,
    key: String,
    /// The owner's own token.
    member: String,
}

/// How an answer with many long messages is bounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    /// Streamed while it is read, so a client that stops reading is disconnected.
    Pieces,
    /// Ends early: a mebibyte and the message that reaches it.
    Page,
}

/// A route that reads all messages.
pub(super) struct LongRoute {
    pub(super) name: &'static str,
    pub(super) bound: Bound,
    path: String,
    headers: String,
}

async fn post_json(program: &Program, path: &str, headers: &[(&str, &str)], body: &Value) -> Value {
    let mut request = client().post(format!("{}{path}", program.url));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.header("content-type", "application/json");
    let reply = request.body(body.to_string()).send().await.unwrap();
    let (status, text) = (reply.status(), reply.text().await.unwrap());
    assert!(status.is_success(), "{path}: {status} {text}");
    serde_json::from_str(&text).unwrap()
}

impl LongGroup {
    /// Creates the group with this number of messages; `data_arguments` are the commands' arguments for the data.
    pub(super) async fn create(
        program: &Program,
        data_arguments: &[&str],
        messages: usize,
    ) -> Self {
        let credentials = program.credentials();
        let field = |name: &str| credentials[name].as_str().unwrap().to_owned();
        let (workspace, organization) = (field("workspaceId"), field("organizationId"));
        let key = program.key();
        let path = format!("/workspaces/{workspace}/generate-access-key-token");
        let token = post_json(program, &path, &[("x-api-key", &key)], &json!({})).await;
        let session = format!("Bearer {}", token["token"].as_str().unwrap());
        let headers = [
            ("authorization", session.as_str()),
            ("organizationid", &organization),
        ];
        let kit = [("authorization", format!("Bearer {key}"))];
        let kit = [(kit[0].0, kit[0].1.as_str())];
        let space = post_json(program, "/api/v1/space/create", &kit, &json!({})).await;
        let space = space["id"].as_str().unwrap();
        let space = ids::parse_prefixed::<kind::Space>("space_", space).unwrap();
        let space = ids::format_uuid(space);
        let path = format!("/v1/workspaces/{workspace}/spaces/{space}/group");
        let group = post_json(program, &path, &headers, &json!({ "name": "Long" })).await;
        let id = group["id"].as_str().unwrap().to_owned();
        let conversation: ConversationId = ids::parse_uuid(&id).unwrap();
        let conversation = ids::format_prefixed("conversation_", conversation);
        let path = format!("/api/v1/conversation/{conversation}/message/create");
        let text = "𝒙".repeat(MESSAGE_BYTES / 4);
        for _ in 0..messages {
            post_json(
                program,
                &path,
                &kit,
                &json!({ "type": "user", "text": text }),
            )
            .await;
        }
        let owner = field("ownerMemberId");
        let made = program.run_command(
            &[
                &["token", "create", "--member", &owner, "--json"],
                data_arguments,
            ]
            .concat(),
        );
        let member = made.json()["token"].as_str().unwrap().to_owned();
        Self {
            session,
            organization,
            workspace,
            space,
            id,
            key,
            member,
        }
    }

    /// Every route that reads the messages, in every dialect.
    pub(super) fn routes(&self) -> Vec<LongRoute> {
        let Self {
            session,
            organization,
            workspace,
            space,
            id,
            key,
            member,
        } = self;
        let conversation: ConversationId = ids::parse_uuid(id).unwrap();
        let (hex, prefixed) = (
            ids::format_hex(conversation),
            ids::format_prefixed("conversation_", conversation),
        );
        let sharely = format!("authorization: {session}\r\norganizationid: {organization}\r\n");
        let bearer = format!("authorization: Bearer {key}\r\n");
        let relation = format!("ApiKey: {key}\r\nauthorization: Bearer {member}\r\n");
        let tenant = format!("x-api-key: {key}\r\n");
        let rail = format!("/api/v2/w/{workspace}/chats/{id}");
        let kit = format!("/api/v1/conversation/{prefixed}/message/list");
        let mut routes = Vec::new();
        for (name, bound, path, headers) in [
            (
                "a group's messages",
                Bound::Pieces,
                format!("/v1/workspaces/{workspace}/spaces/{space}/message?groupId={id}"),
                &sharely,
            ),
            (
                "the widget's messages",
                Bound::Pieces,
                format!("/spaces/{space}/messages?groupId={id}"),
                &sharely,
            ),
            (
                "a chat's messages",
                Bound::Pieces,
                format!("{rail}/messages?pageSize=100"),
                &bearer,
            ),
            (
                "a chat's export",
                Bound::Pieces,
                format!("{rail}/export"),
                &bearer,
            ),
            (
                "a channel's messages",
                Bound::Pieces,
                format!("/api/v1/message/list?channelUuid={hex}&limit=100"),
                &relation,
            ),
            (
                "a conversation's messages",
                Bound::Page,
                format!("{kit}?take=100"),
                &bearer,
            ),
            (
                "a conversation's messages as lines",
                Bound::Pieces,
                format!("{kit}?take=100"),
                &format!("{bearer}accept: application/jsonl\r\n"),
            ),
            (
                "a tenant chat's messages",
                Bound::Page,
                format!("/api/v1/chats/{id}/messages?limit=100"),
                &tenant,
            ),
            (
                "a tenant chat's log",
                Bound::Page,
                format!("/api/v1/chats/{id}/log?limit=100"),
                &tenant,
            ),
        ] {
            routes.push(LongRoute {
                name,
                bound,
                path,
                headers: headers.clone(),
            });
        }
        routes
    }
}

impl LongRoute {
    /// Sends a request and does not read the answer.
    pub(super) fn send(&self, program: &Program) -> TcpStream {
        let address = program.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).unwrap();
        let (path, headers) = (&self.path, &self.headers);
        let head = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n{headers}\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        stream
    }
}
