//! The AsyncAPI documents, read by the standard's own schema, and the frames of the transcripts by the documents.

use std::path::{Path, PathBuf};
use std::time::Duration;

use parlor_testkit::both;
use serde_json::Value;

use crate::tools;

both! {
    async fn every_socket_document_is_valid_and_fits_what_is_said(server: TestServer) {
        let node = tools::installed("PARLOR_TEST_NODE_CLIENTS", "node");
        let standard = node.join("node_modules/@asyncapi/specs/schemas/3.0.0.json");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("document.json");
        let reply = server.get("/asyncapi/tenant-chats.json").send().await;
        let document: Value = reply.expect(200);
        assert_eq!(document["asyncapi"], "3.0.0");
        std::fs::write(&file, &reply.bytes).unwrap();
        let mut arguments = vec![tools::here().join("sockets.py"), standard, file];
        arguments.extend(transcripts());
        assert!(arguments.len() > 4, "there are transcripts");
        let arguments: Vec<&str> = arguments.iter().map(|path| path.to_str().unwrap()).collect();
        let limit = Duration::from_secs(120);
        let output = tools::run(&tools::python(), &arguments, &[], folder.path(), limit).await;
        tools::printed(&output);
        assert_eq!(server.get("/asyncapi/sharely.json").send().await.status, 404);
    }
}

fn transcripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/transcripts");
    let files = std::fs::read_dir(folder).unwrap();
    files.map(|file| file.unwrap().path()).collect()
}
