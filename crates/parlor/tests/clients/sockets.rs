//! Validates the AsyncAPI documents with the standard's own schema, and the frames of the transcripts and of answers
//! with the documents.

use std::path::{Path, PathBuf};
use std::time::Duration;

use parlor_testkit::{TestBackend, TestServer, TestSocket, both};
use serde_json::{Value, json};

use crate::tools;

both! {
    async fn every_socket_document_is_valid_and_fits_what_is_said(server: TestServer) {
        let node = tools::installed_tool("PARLOR_TEST_NODE_CLIENTS", "node");
        let standard = node.join("node_modules/@asyncapi/specs/schemas/3.0.0.json");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("document.json");
        let reply = server.get("/asyncapi/tenant-chats.json").send().await;
        let document: Value = reply.expect(200);
        assert_eq!(document["asyncapi"], "3.0.0");
        std::fs::write(&file, &reply.bytes).unwrap();
        let mut arguments = vec![tools::tests_dir().join("sockets.py"), standard, file];
        arguments.extend(transcript_files());
        assert!(arguments.len() > 4, "there are transcripts");
        let spoken = folder.path().join("spoken.txt");
        std::fs::write(&spoken, record_answers(server.backend).await).unwrap();
        arguments.push(spoken);
        let arguments: Vec<&str> = arguments.iter().map(|path| path.to_str().unwrap()).collect();
        let limit = Duration::from_secs(120);
        let output = tools::run(&tools::python(), &arguments, &[], folder.path(), limit).await;
        tools::output_text(&output);
        assert_eq!(server.get("/asyncapi/sharely.json").send().await.status, 404);
    }

    async fn relations_socket_document_is_valid_and_fits_what_is_said(server: TestServer) {
        let node = tools::installed_tool("PARLOR_TEST_NODE_CLIENTS", "node");
        let standard = node.join("node_modules/@asyncapi/specs/schemas/3.0.0.json");
        let folder = tempfile::tempdir().unwrap();
        let (file, spoken) = (folder.path().join("document.json"), folder.path().join("spoken.txt"));
        let reply = server.get("/asyncapi/relation.json").send().await;
        assert_eq!(reply.expect(200)["asyncapi"], "3.0.0");
        std::fs::write(&file, &reply.bytes).unwrap();
        std::fs::write(&spoken, record_relation_socket(&server).await).unwrap();
        let arguments = [tools::tests_dir().join("sockets.py"), standard, file, spoken];
        let arguments: Vec<&str> = arguments.iter().map(|path| path.to_str().unwrap()).collect();
        let limit = Duration::from_secs(120);
        let output = tools::run(&tools::python(), &arguments, &[], folder.path(), limit).await;
        tools::output_text(&output);
    }
}

/// A socket whose frames are recorded.
struct Recorder<'a> {
    name: &'static str,
    socket: TestSocket,
    lines: &'a mut Vec<String>,
}

impl<'a> Recorder<'a> {
    async fn connect(
        server: &TestServer,
        (name, path): (&'static str, &str),
        lines: &'a mut Vec<String>,
    ) -> Self {
        let headers = [("X-API-Key", server.a.key.as_str())];
        let socket = server.open_socket(path, &headers).await;
        lines.push(format!("{name} connect {path}"));
        let mut recorder = Self {
            name,
            socket,
            lines,
        };
        recorder.receive("connection_established").await;
        recorder
    }

    async fn send(&mut self, frame: &Value) {
        self.lines.push(format!("{} > {frame}", self.name));
        self.socket.send(frame).await;
    }

    /// Receives frames up to one of a type, and returns that.
    async fn receive(&mut self, wanted: &str) -> Value {
        loop {
            let frame = self.socket.next().await;
            self.lines.push(format!("{} < {frame}", self.name));
            if frame["event_type"] == wanted {
                return frame;
            }
        }
    }
}

/// Records the frames of answers on the three sockets of tenant chats: one that is stored, one that is joined and
/// cancelled, and one that fails.
async fn record_answers(backend: TestBackend) -> String {
    let server = TestServer::start_with_assistant(backend).await;
    let mut lines = Vec::new();
    for (name, version) in [("one", "1"), ("two", "2"), ("many", "live")] {
        let create = server
            .post("/api/v1/chats/")
            .header("X-API-Key", &server.a.key);
        let created = create.json(&json!({ "user_id": "ada" })).send().await;
        let chat = created.expect(201)["id"].as_str().unwrap().to_owned();
        let path = match version {
            "live" => "/live?user_id=ada".to_owned(),
            _ => format!("/ws/chat?user_id=ada&chat_id={chat}&v={version}"),
        };
        let mut ada = Recorder::connect(&server, (name, &path), &mut lines).await;
        let addressed = |mut frame: Value| {
            if version == "live" {
                frame["conversation"] = json!(chat);
            }
            frame
        };
        if version == "live" {
            ada.send(&addressed(json!({ "action": "subscribe" }))).await;
            ada.receive("presence").await;
        }
        ada.send(&addressed(json!({ "content": "hello" }))).await;
        let stored = ada.receive("message_stream_ended").await;
        assert!(stored["seq"].is_i64(), "{stored}");
        let words = "word ".repeat(1_000);
        let long = json!({ "content": format!("/slow 50\n{words}") });
        ada.send(&addressed(long)).await;
        let token = ada.receive("message_stream_token").await;
        let cancel = json!({ "action": "cancel", "message_id": token["message_id"] });
        ada.send(&addressed(cancel)).await;
        let cancelled = ada.receive("message_stream_ended").await;
        assert_eq!(cancelled["finish_reason"], "cancelled");
        ada.send(&addressed(json!({ "action": "cancel" }))).await;
        ada.receive("error").await;
        ada.send(&addressed(
            json!({ "content": "/fail malformed 2\nso it goes on" }),
        ))
        .await;
        let failed = ada.receive("message_stream_ended").await;
        assert_eq!(
            (&failed["finish_reason"], &failed["seq"]),
            (&json!("error"), &Value::Null)
        );
    }
    lines.join("\n")
}

/// Records the frames of Relation's socket as they arrive.
async fn record_relation_socket(server: &TestServer) -> String {
    let (_, ada) = server.create_signed_in_member("Ada", None, "").await;
    let (bob, _) = server.create_signed_in_member("Bob", None, "").await;
    let tell = async |path: &str, body: Value| {
        let request = server.post(path).header("ApiKey", &server.a.key);
        let answer = request.bearer(&ada).json(&body).send().await.expect(200);
        assert_eq!(answer["code"], "0", "{answer}");
        answer["data"].clone()
    };
    let mut socket = server.open_socket(&format!("/ws/?token={ada}"), &[]).await;
    let group = json!({ "type": "G", "name": "team", "members": [bob.handle] });
    let group = tell("/api/v1/channel/create", group).await["channelUuid"].clone();
    let message = tell(
        "/api/v1/message/send",
        json!({ "channelUuid": group, "content": "hi" }),
    )
    .await;
    let quoting = json!({ "channelUuid": group, "content": "what?", "quoteId": message["id"] });
    tell("/api/v1/message/send", quoting).await;
    tell(
        "/api/v1/message/send",
        json!({ "toRelationId": bob.handle, "content": "psst", "type": "card" }),
    )
    .await;
    let mut lines = vec!["ada connect /ws/?token=".to_owned()];
    for _ in 0..4 {
        lines.push(format!("ada < {}", socket.next().await));
    }
    let mut refused = server.open_socket("/ws/?token=x", &[]).await;
    lines.push("eve connect /ws/?token=".to_owned());
    lines.push(format!("eve < {}", refused.next().await));
    lines.join("\n")
}

fn transcript_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/transcripts");
    let files = std::fs::read_dir(folder).unwrap();
    files.map(|file| file.unwrap().path()).collect()
}
