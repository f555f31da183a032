//! Validates the AsyncAPI documents with the standard's own schema, and the frames of the transcripts with the
//! documents.

use std::path::{Path, PathBuf};
use std::time::Duration;

use parlor_testkit::{TestServer, both};
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
