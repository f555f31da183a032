//! Validates every OpenAPI document with a third-party validator.

use std::time::Duration;

use parlor_testkit::both;
use serde_json::Value;

use crate::tools;

both! {
    async fn every_document_is_valid_and_its_examples_fit(server: TestServer) {
        let python = tools::python();
        for module in parlor::dialects::all() {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("document.json");
            let reply = server.get(&format!("/openapi/{}.json", module.name)).send().await;
            let document: Value = reply.expect(200);
            assert!(document["openapi"].as_str().unwrap().starts_with("3.1."), "{}", module.name);
            std::fs::write(&file, &reply.bytes).unwrap();
            let program = tools::tests_dir().join("validate.py");
            let arguments = [program.to_str().unwrap(), file.to_str().unwrap()];
            let limit = Duration::from_secs(120);
            let output = tools::run(&python, &arguments, &[], folder.path(), limit).await;
            tools::output_text(&output);
        }
    }
}
