//! Validates the events of streamed answers against the OpenAPI documents.

use std::time::Duration;

use parlor_testkit::{TestRequest, TestServer, with_assistant};
use serde_json::{Value, json};

use crate::tools;

/// What is asked: an answer that is stored, one with a call of a tool, and one that fails after some words.
const QUESTIONS: [&str; 3] = [
    "hello",
    "let me look\n/tool search_messages {\"query\": \"zebra\"}",
    "/fail malformed 2\nso it goes on",
];

/// Events of a dialect's streams, each with its route.
#[derive(Default)]
struct Recorded(Vec<Value>);

impl Recorded {
    fn add(&mut self, (method, path): (&str, &str), media: &str, event: &Value) {
        let record = json!({ "path": path, "method": method, "media": media, "event": event });
        self.0.push(record);
    }

    /// Adds the events of a whole response; `[DONE]` is the end of one.
    async fn add_response(&mut self, route: &str, media: &str, request: TestRequest) {
        let response = request.send_streaming().await;
        assert_eq!(response.status(), 200, "{route}");
        assert_eq!(response.headers()["content-type"], media, "{route}");
        let text = response.text().await.unwrap();
        let lines = text.lines().filter_map(|line| match media {
            "application/jsonl" => Some(line),
            _ => line.strip_prefix("data: "),
        });
        for line in lines.filter(|line| *line != "[DONE]") {
            let event: Value = serde_json::from_str(line).unwrap();
            self.add(("post", route), media, &event);
        }
    }

    async fn assert_documented(&self, server: &TestServer, dialect: &str) {
        let folder = tempfile::tempdir().unwrap();
        let (document, events) = (
            folder.path().join("document.json"),
            folder.path().join("events"),
        );
        let reply = server.get(&format!("/openapi/{dialect}.json")).send().await;
        reply.expect(200);
        std::fs::write(&document, &reply.bytes).unwrap();
        let lines: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        std::fs::write(&events, lines.join("\n")).unwrap();
        let arguments = [tools::tests_dir().join("streams.py"), document, events];
        let arguments: Vec<&str> = arguments
            .iter()
            .map(|path| path.to_str().unwrap())
            .collect();
        let limit = Duration::from_secs(120);
        let output = tools::run(&tools::python(), &arguments, &[], folder.path(), limit).await;
        tools::output_text(&output);
    }
}

with_assistant! {
    async fn chatbotkit_lines_are_documented(server: TestServer) {
        let mut recorded = Recorded::default();
        let post = |path: &str, body: Value| {
            let request = server.post(path).bearer(&server.a.key).json(&body);
            request.header("accept", "application/jsonl")
        };
        let created = post("/api/v1/conversation/create", json!({})).send().await.expect(200);
        let id = created["id"].as_str().unwrap();
        let media = "application/jsonl";
        for text in QUESTIONS {
            let request = post(&format!("/api/v1/conversation/{id}/complete"), json!({ "text": text }));
            recorded.add_response("/api/v1/conversation/{conversation}/complete", media, request).await;
            let message = json!({ "type": "user", "text": text });
            let request = post("/api/v1/conversation/complete", json!({ "messages": [message] }));
            recorded.add_response("/api/v1/conversation/complete", media, request).await;
        }
        let request = post(&format!("/api/v1/conversation/{id}/send"), json!({ "text": "hello" }));
        recorded.add_response("/api/v1/conversation/{conversation}/send", media, request).await;
        let request = post(&format!("/api/v1/conversation/{id}/receive"), json!({}));
        recorded.add_response("/api/v1/conversation/{conversation}/receive", media, request).await;
        recorded.assert_documented(&server, "chatbotkit").await;
    }

    async fn gravity_rail_events_are_documented(server: TestServer) {
        let mut recorded = Recorded::default();
        let (ada, token) = server.create_signed_in_member("Ada", None, "").await;
        let base = format!("/api/v2/w/{}", server.a.workspace);
        let post = |path: &str, body: Value| server.post(&format!("{base}{path}")).bearer(&token).json(&body);
        let chat = post("/chats", json!({ "channel": "web-chat" })).send().await.expect(200);
        let authorization = format!("Bearer {token}");
        let headers = [("authorization", authorization.as_str())];
        let mut live = server.open_events(&format!("{base}/chats/{}/events?last_event_id=0", chat["id"]), &headers).await;
        let path = "/api/v2/w/{workspace}/chats/{conversation}/messages";
        for content in QUESTIONS {
            let request = post(&format!("/chats/{}/messages", chat["id"]), json!({ "content": content, "stream": true }));
            recorded.add_response(path, "text/event-stream", request).await;
        }
        server.request(http::Method::PUT, &format!("{base}/chats/{}", chat["id"])).bearer(&token).json(&json!({ "title": "Over" })).send().await.expect(200);
        assert_eq!(chat["memberId"], json!(ada.number));
        let path = "/api/v2/w/{workspace}/chats/{conversation}/events";
        let mut names = Vec::new();
        while !names.contains(&"chat:message_failed".to_owned()) {
            let event = live.next().await;
            recorded.add(("get", path), "text/event-stream", &event.data);
            names.push(event.name);
        }
        for name in ["chat:message_started", "chat:message_delta", "chat:message_created"] {
            assert!(names.contains(&name.to_owned()), "{names:?}");
        }
        recorded.assert_documented(&server, "gravity-rail").await;
    }

    async fn sharely_frames_are_documented(server: TestServer) {
        let mut recorded = Recorded::default();
        let workspace = &server.a.workspace;
        let exchange = server.post(&format!("/workspaces/{workspace}/generate-access-key-token"));
        let exchanged = exchange.header("x-api-key", &server.a.key).json(&json!({})).send().await.expect(200);
        let token = exchanged["token"].as_str().unwrap();
        let organization = ("organizationid", server.a.organization.as_str());
        let put = |path: String, body: Value| server.put(&path).bearer(token).header(organization.0, organization.1).json(&body);
        let body = json!({ "customerIdString": "ada" });
        let activated = put(format!("/workspaces/{workspace}/activate-or-retrieve-user-space"), body).send().await.expect(200);
        let own = activated["token"].as_str().unwrap();
        let post = |path: &str, body: Value| {
            let request = server.post(&format!("/v1/workspaces/{workspace}{path}")).bearer(own);
            request.header(organization.0, organization.1).json(&body)
        };
        let body = json!({ "title": "Refund", "spaceId": activated["spaceId"] });
        let thread = post("/agent/threads", body).send().await.expect(201);
        let route = "/v1/workspaces/{workspace}/agent/threads/{thread}/chat";
        for message in QUESTIONS {
            let path = format!("/agent/threads/{}/chat", thread["id"].as_str().unwrap());
            recorded.add_response(route, "text/event-stream", post(&path, json!({ "message": message }))).await;
        }
        let space = activated["spaceId"].as_str().unwrap();
        let group = post(&format!("/spaces/{space}/group"), json!({ "name": "Help" })).send().await.expect(200);
        let path = format!("/v1/workspaces/{workspace}/spaces/{space}/group/{}/events", group["id"].as_str().unwrap());
        let authorization = format!("Bearer {own}");
        let headers = [("authorization", authorization.as_str()), organization];
        let mut live = server.open_events(&path, &headers).await;
        post(&format!("/spaces/{space}/message"), json!({ "message": "hi", "groupId": group["id"] })).send().await.expect(200);
        put(format!("/v1/workspaces/{workspace}/spaces/{space}/group/{}", group["id"].as_str().unwrap()), json!({ "name": "Over" })).send().await.expect(200);
        let route = "/v1/workspaces/{workspace}/spaces/{space}/group/{conversation}/events";
        loop {
            let event = live.next().await;
            recorded.add(("get", route), "text/event-stream", &event.data);
            if event.name == "group.updated" {
                break;
            }
        }
        recorded.assert_documented(&server, "sharely").await;
    }
}
