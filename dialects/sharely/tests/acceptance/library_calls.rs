//! Calls of an agent server built with the vendor's server library, in its order, and of a page that signs users in with
//! their roles. Exactly the fields are checked that these clients read.

use std::time::Duration;

use http::Method;
use parlor_testkit::backend::block_on;
use parlor_testkit::{Reader, TestBackend, TestRequest, TestResponse, TestServer, both};
use serde_json::{Value, json};

use crate::fixtures::{activate_request, exchange_request, versioned_request};
use crate::token::{decode_part, token_parts};

const QUESTION: &str = "11111111-0000-4000-8000-000000000011";
const ANSWER: &str = "22222222-0000-4000-8000-000000000022";

/// Agent server with a key of the workspace and a token for each role of its users.
struct AgentServer {
    server: TestServer,
    token: String,
}

/// A user of the workspace, as activation returns it.
struct User {
    token: String,
    space: String,
}

impl AgentServer {
    async fn new(server: TestServer) -> Self {
        let token = exchanged(&server, json!({})).await;
        Self { server, token }
    }

    /// Request of the agent API, without the organization header.
    fn call(&self, token: &str, method: Method, path: &str) -> TestRequest {
        let path = format!("/v1/workspaces/{}{path}", self.server.a.workspace);
        self.server.request(method, &path).bearer(token)
    }

    async fn post(&self, token: &str, path: &str, body: &Value, status: u16) -> Reader {
        let request = self.call(token, Method::POST, path).json(body);
        Reader::new(path, request.send().await.expect(status))
    }

    async fn get(&self, token: &str, path: &str) -> Reader {
        let reply = self.call(token, Method::GET, path).send().await;
        Reader::new(path, reply.expect(200))
    }

    /// Authenticates a user's bearer token: returns the user and a workspace token with the user's role, if it has one.
    /// `None` for a token without a user, which the library rejects.
    async fn authenticate(&self, rendered: &str) -> Option<(String, String)> {
        let body = json!({ "token": rendered });
        let user = self
            .post(&self.token, "/api-authenticated", &body, 200)
            .await;
        if !user.has("id") && !user.has("temporalUserId") {
            return None;
        }
        let id = user.field("temporalUserId").text();
        assert_eq!(user.field("id").text(), id);
        let metadata = user.field("user_metadata");
        for selector in ["roleId", "customerRoleId"] {
            if metadata.has(selector) {
                let role = metadata.field(selector).text();
                return Some((id, exchanged(&self.server, json!({ selector: role })).await));
            }
        }
        Some((id, self.token.clone()))
    }

    /// Runs one turn: stores the question, reads the history, stores the draft and the finished answer.
    async fn turn(&self, token: &str, thread: &str) {
        let messages = format!("/agent/threads/{thread}/messages");
        let question = json!({ "id": QUESTION, "role": "user", "content": "How long?" });
        let stored = self.post(token, &messages, &question, 200).await;
        assert_eq!(stored.field("id").text(), QUESTION);
        let draft = json!({ "id": ANSWER, "role": "assistant", "content": null });
        let draft = self.post(token, &messages, &draft, 200).await;
        assert_eq!(draft.field("content").nullable(Reader::text), None);
        let steps = json!([{ "id": "s", "title": "Looks", "status": "completed" }]);
        let calls = json!([{ "id": "c", "name": "search_knowledge", "status": "in_progress" }]);
        let answer = json!({
            "id": ANSWER, "role": "assistant", "content": "Seven days", "thinkingSteps": steps, "toolCalls": calls,
            "sources": [{ "id": "1", "type": "message", "title": "Policies" }], "model": "m", "finishReason": "stop",
            "tokenUsage": { "inputTokens": 3, "outputTokens": 2 }, "metadata": { "a": 1 },
        });
        let finished = self.post(token, &messages, &answer, 200).await;
        assert_eq!(finished.field("id").text(), ANSWER);
        let history = self.get(token, &format!("/agent/threads/{thread}")).await;
        let history = history.field("messages").items();
        let spoken: Vec<_> = history
            .iter()
            .map(|message| {
                message.field("createdAt").text();
                (
                    message.field("id").text(),
                    message.field("role").text(),
                    message.field("content").text(),
                )
            })
            .collect();
        let expected = [
            (QUESTION, "user", "How long?"),
            (ANSWER, "assistant", "Seven days"),
        ];
        assert_eq!(
            spoken,
            expected.map(|(id, role, content)| (
                id.to_owned(),
                role.to_owned(),
                content.to_owned()
            ))
        );
        // Fields that the widget names differently are returned as they were sent.
        for field in [
            "thinkingSteps",
            "toolCalls",
            "sources",
            "tokenUsage",
            "metadata",
            "model",
            "finishReason",
        ] {
            assert_eq!(history[1].field(field).value, answer[field], "{field}");
        }
    }

    /// Executes a tool and checks the form of the result: an output with sources, or an error.
    async fn tool(&self, name: &str, input: Value, space: &str) -> Reader {
        let context = json!({ "spaceId": space, "userId": "ada", "languageId": "en", "topK": 5 });
        let body = json!({ "input": input, "context": context });
        let path = format!("/agent/tools/{name}/execute");
        let result = self.post(&self.token, &path, &body, 200).await;
        if result.has("error") {
            result.field("error").non_empty_text();
            return result;
        }
        assert!(result.field("output").value.is_object());
        if result.has("sources") {
            for source in result.field("sources").items() {
                for field in ["id", "type", "title", "snippet"] {
                    source.field(field).text();
                }
            }
        }
        result
    }
}

/// Exchanges the key for a token. The library renews it before its expiry.
async fn exchanged(server: &TestServer, body: Value) -> String {
    let request = exchange_request(server, &server.a.workspace).header("x-api-key", &server.a.key);
    let answer = Reader::new("exchange", request.json(&body).send().await.expect(200));
    let token = answer.field("token").text();
    Reader::new("claims", decode_part(token_parts(&token)[1]))
        .field("exp")
        .number();
    token
}

async fn activated(server: &TestServer, token: &str, body: &Value) -> User {
    let request = activate_request(server, &server.a, token).json(body);
    let user = Reader::new("activation", request.send().await.expect(200));
    user.field("userId").text();
    user.field("isNew").flag();
    assert_eq!(user.field("workspaceId").text(), server.a.workspace);
    User {
        token: user.field("token").text(),
        space: user.field("spaceId").text(),
    }
}

async fn role(server: &TestServer, token: &str, name: &str) -> String {
    let request = versioned_request(server, &server.a, token, Method::POST, "/role");
    let body = json!({ "name": name, "customerRoleId": name });
    let created = Reader::new("role", request.json(&body).send().await.expect(201));
    created.field("role.id").text()
}

both! {
    async fn chat_turn_of_server_library_finds_expected_fields(server: TestServer) {
        let agent = AgentServer::new(server).await;
        let sales = role(&agent.server, &agent.token, "sales").await;
        for body in [json!({ "customerIdString": "ada" }), json!({ "customerIdString": "eve", "roleId": sales })] {
            let user = activated(&agent.server, &agent.token, &body).await;
            let (id, token) = agent.authenticate(&user.token).await.unwrap();
            let created = json!({ "title": "Parcel", "spaceId": user.space, "temporalUserId": id, "agentServerId": "own" });
            let thread = agent.post(&token, "/agent/threads", &created, 201).await;
            for (field, value) in created.as_object().unwrap() {
                assert_eq!(thread.field(field).value, *value, "{field}");
            }
            for field in ["status", "createdAt", "updatedAt"] {
                thread.field(field).text();
            }
            thread.field("deletedAt");
            let carried = body.get("roleId").cloned().unwrap_or_default();
            assert_eq!(thread.field("roleId").value, carried);
            let thread = thread.field("id").text();
            let listed = agent.get(&token, &format!("/agent/threads?spaceId={}&limit=50", user.space)).await;
            listed.field("nextCursor").nullable(Reader::text);
            assert!(!listed.field("hasMore").flag());
            assert_eq!(listed.field("items").items()[0].field("id").text(), thread);
            if body.get("roleId").is_none() {
                agent.turn(&token, &thread).await;
            }
            let goals = agent.server.get(&format!("/goals/spaces/{}", user.space)).bearer(&user.token);
            assert!(Reader::new("goals", goals.send().await.expect(200)).items().is_empty());
        }
        // The library rejects a token without a user.
        for rendered in ["garbage", agent.token.as_str()] {
            assert!(agent.authenticate(rendered).await.is_none());
        }
    }

    async fn tools_of_server_library_have_one_result_form(server: TestServer) {
        let agent = AgentServer::new(server).await;
        let user = activated(&agent.server, &agent.token, &json!({ "customerIdString": "ada" })).await;
        let saved = versioned_request(&agent.server, &agent.server.a, &agent.token, Method::POST, &format!("/spaces/{}/message", user.space));
        saved.json(&json!({ "message": "Refunds take seven days" })).send().await.expect(200);
        parlor_engine::search::index_pending(&agent.server.engine).await.unwrap();
        let found = agent.tool("search_knowledge", json!({ "query": "refunds", "limit": 10 }), &user.space).await;
        let results = found.field("output.results").items();
        for field in ["id", "type", "title", "content"] {
            results[0].field(field).text();
        }
        assert_eq!(found.field("sources").items().len(), 1);
        let found = agent.tool("semantic_search", json!({ "text": "refunds", "topK": 10, "languageId": "en" }), &user.space).await;
        let passages = found.field("output.dataArraySortedWithSource").items();
        let (text, source) = (passages[0].field("text").text(), passages[0].field("source").text());
        assert_eq!((text.as_str(), source.split(':').count()), ("Refunds take seven days", 3));
        let missing = agent.tool("get_knowledge_item", json!({ "knowledgeId": ANSWER }), &user.space).await;
        assert!(missing.has("error"));
        for (name, input) in [("list_taxonomies", json!({ "status": "all" })), ("get_taxonomy_knowledge", json!({ "taxonomyId": ANSWER })), ("get_workspace_stats", json!({})), ("list_roles", json!({}))] {
            assert!(!agent.tool(name, input, &user.space).await.has("error"), "{name}");
        }
    }

    async fn expired_token_is_renewed_and_call_repeated(server: TestServer) {
        let mut agent = AgentServer::new(server).await;
        agent.server.clock.advance(Duration::from_secs(86_400 + 31));
        let threads = async |agent: &AgentServer| agent.call(&agent.token, Method::GET, "/agent/threads").send().await;
        let refused: TestResponse = threads(&agent).await;
        assert!([401, 403].contains(&refused.status));
        agent.token = exchanged(&agent.server, json!({})).await;
        Reader::new("threads", threads(&agent).await.expect(200)).field("items").items();
    }
}

#[test]
fn sign_in_page_with_roles_finds_expected_fields() {
    block_on(async {
        let server = TestServer::start_with(TestBackend::Sqlite, |options| {
            let section = json!({ "role_list": "array", "error_style": "errorId" });
            options
                .dialect_settings
                .insert("sharely".to_owned(), section);
        })
        .await;
        let path = format!("/workspaces/{}", server.a.workspace);
        let rendered = Reader::new("workspace", server.get(&path).send().await.expect(200));
        for field in ["id", "name", "organizationId", "rbacStatus"] {
            rendered.field(field).text();
        }
        let token = exchanged(&server, json!({})).await;
        let sales = role(&server, &token, "sales").await;
        let status = versioned_request(&server, &server.a, &token, Method::PUT, "/rbac-status");
        status
            .json(&json!({ "rbacEnabled": true }))
            .send()
            .await
            .expect(200);
        let rendered = Reader::new("workspace", server.get(&path).send().await.expect(200));
        assert_eq!(rendered.field("rbacStatus").text(), "ACTIVE");
        let listed = versioned_request(&server, &server.a, &token, Method::GET, "/role")
            .send()
            .await;
        for role in Reader::new("roles", listed.expect(200)).items() {
            assert_eq!(role.field("id").text(), sales);
            role.field("name").text();
            role.field("description").nullable(Reader::text);
        }
        // An unknown user, named by a UUID of the page's own, once without a role and once with one.
        let threads = format!("/v1{path}/agent/threads");
        let post = async |token: &str| {
            let request = server.post(&threads).bearer(token);
            request.json(&json!({ "title": "Parcel" })).send().await
        };
        let without = activated(&server, &token, &json!({ "userId": QUESTION })).await;
        let refused = post(&without.token).await;
        let sentence = Reader::new("refusal", refused.expect(401))
            .field("error")
            .text();
        assert!(
            sentence.contains("roleId is required") && sentence.contains("RBAC"),
            "{sentence}"
        );
        let with = activated(
            &server,
            &token,
            &json!({ "userId": ANSWER, "roleId": sales }),
        )
        .await;
        let claims = Reader::new("claims", decode_part(token_parts(&with.token)[1]));
        for claim in [
            "user_metadata.roleId",
            "user_metadata.customerRoleId",
            "metadata.customerRoleId",
            "sub",
        ] {
            claims.field(claim).text();
        }
        let thread = Reader::new("thread", post(&with.token).await.expect(201));
        assert_eq!(thread.field("roleId").text(), sales);
    });
}
