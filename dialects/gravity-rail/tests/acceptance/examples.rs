//! The sequences of the create page as programs, in three languages.

use std::path::Path;

use parlor_testkit::both;
use parlor_testkit::command::run_example;
use serde_json::json;

use crate::fixture::TestWorkspace;

both! {
    async fn programs_in_three_languages(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/examples");
        let text = |number: i64| number.to_string();
        let (workflow, member, agent) = (text(world.workflow), text(world.v.number), text(world.agent));
        for file in ["chats.sh", "chats.mjs", "chats.py"] {
            let variables = [
                ("PARLOR_URL", world.server.url.as_str()), ("PARLOR_WORKSPACE", &world.server.a.workspace), ("PARLOR_TOKEN", &world.g.token),
                ("PARLOR_WORKFLOW", &workflow), ("PARLOR_MEMBER", &member), ("PARLOR_AGENT", &agent),
            ];
            let printed = run_example(&folder.join(file), &variables).await;
            let id = printed.trim().lines().last().unwrap().to_owned();
            let chat = world.get(&world.g, &format!("/chats/{id}")).await.expect(200);
            assert_eq!((&chat["title"], &chat["archived"]), (&json!("Renewal, done"), &json!(true)), "{file}");
            assert_eq!((&chat["workflowVersionNumber"], &chat["memberId"]), (&json!(2), &json!(world.v.number)), "{file}");
            assert_eq!(chat["messageCount"], 0);
        }
    }
}
