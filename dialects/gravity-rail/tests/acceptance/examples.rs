//! The example programs of the create page, in three languages.

use std::path::Path;

use parlor_testkit::both;
use parlor_testkit::command::run_example;
use serde_json::json;

use crate::fixture::TestWorkspace;

both! {
    async fn example_programs_succeed(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/examples");
        let text = |number: i64| number.to_string();
        let (workflow, member, agent) = (text(setup.workflow), text(setup.v.number), text(setup.agent));
        for file in ["chats.sh", "chats.mjs", "chats.py"] {
            let variables = [
                ("PARLOR_URL", setup.server.url.as_str()), ("PARLOR_WORKSPACE", &setup.server.a.workspace), ("PARLOR_TOKEN", &setup.g.token),
                ("PARLOR_WORKFLOW", &workflow), ("PARLOR_MEMBER", &member), ("PARLOR_AGENT", &agent),
            ];
            let printed = run_example(&folder.join(file), &variables).await;
            let id = printed.trim().lines().last().unwrap().to_owned();
            let chat = setup.get(&setup.g, &format!("/chats/{id}")).await.expect(200);
            assert_eq!((&chat["title"], &chat["archived"]), (&json!("Renewal, done"), &json!(true)), "{file}");
            assert_eq!((&chat["workflowVersionNumber"], &chat["memberId"]), (&json!(2), &json!(setup.v.number)), "{file}");
            assert_eq!(chat["messageCount"], 0);
        }
    }
}
