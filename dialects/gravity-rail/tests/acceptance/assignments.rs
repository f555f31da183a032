//! `/assignments`.

use parlor_testkit::both;
use serde_json::json;

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn ones_own_without_a_scope_others_with_one(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let body = |member: i64| json!({ "channel": "web-chat", "workflowId": world.workflow, "memberId": member });
        let own = world.create_chat(&world.g, body(world.u.number)).await;
        let other = world.create_chat(&world.g, body(world.v.number)).await;
        let (own, other) = (&own["assignmentId"], &other["assignmentId"]);
        assert_eq!(field_values(&world.get(&world.u, "/assignments").await.expect(200), "id"), vec![own.clone()]);
        assert_eq!(field_values(&world.get(&world.g, "/assignments").await.expect(200), "id"), [other.clone(), own.clone()]);
        assert_eq!(field_values(&world.get(&world.g, &format!("/assignments?sortOrder=asc&workflowId={}", world.workflow_uuid)).await.expect(200), "id"), [own.clone(), other.clone()]);
        assert_eq!(field_values(&world.get(&world.g, &format!("/assignments?memberId={}", world.v.uuid)).await.expect(200), "id"), vec![other.clone()]);
        assert_eq!(world.get(&world.u, &format!("/assignments?memberId={}", world.v.number)).await.expect(403)["scope"], "assignments:read");
        world.get(&world.u, &format!("/assignments/{own}")).await.expect(200);
        world.get(&world.u, &format!("/assignments/{other}")).await.expect(403);
        world.get(&world.u, "/assignments/900000001").await.expect(404);
        world.post(&world.u, &format!("/assignments/{other}/cancel"), json!({})).await.expect(403);
        for _ in 0..2 {
            let cancelled = world.post(&world.u, &format!("/assignments/{own}/cancel"), json!({})).await.expect(200);
            assert_eq!(cancelled["status"], "cancelled");
        }
        assert_eq!(field_values(&world.get(&world.g, "/assignments?status=cancelled").await.expect(200), "id"), vec![own.clone()]);
        for bad in ["status=gone", "sortBy=name", "memberId=x", "pageSize=0"] {
            world.get(&world.g, &format!("/assignments?{bad}")).await.expect(400);
        }
    }

    async fn an_assignment_by_itself(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let own = world.post(&world.u, "/assignments", json!({ "workflowId": world.workflow_uuid })).await.expect(200);
        assert_eq!((&own["memberId"], &own["chatId"], &own["workflowVersionNumber"], &own["currentTaskId"], &own["status"]), (&json!(world.u.number), &json!(null), &json!(2), &json!(1), &json!("active")));
        let pinned = world.post(&world.g, "/assignments", json!({ "workflowId": world.workflow, "workflowVersionNumber": 1, "memberId": world.v.uuid })).await.expect(200);
        assert_eq!((&pinned["memberId"], &pinned["workflowVersionNumber"]), (&json!(world.v.number), &json!(1)));
        assert_eq!(world.post(&world.u, "/assignments", json!({ "workflowId": world.workflow, "memberId": world.v.number })).await.expect(403)["scope"], "assignments:write");
        for (bad, status) in [(json!({}), 400), (json!({ "workflowId": "x" }), 400), (json!({ "workflowId": world.workflow, "workflowVersionNumber": 0 }), 400), (json!({ "workflowId": 900_000_001 }), 404), (json!({ "workflowId": world.workflow, "workflowVersionNumber": 99 }), 404), (json!({ "workflowId": world.workflow, "memberId": 900_000_001 }), 404)] {
            world.post(&world.g, "/assignments", bad).await.expect(status);
        }
        assert_eq!(world.total("/assignments").await, 2);
        assert_eq!(world.get(&world.u, &format!("/assignments/{}/messages", own["id"])).await.expect(200), json!([]));
        assert_eq!(world.get(&world.u, &format!("/assignments/{}/messages?page=1", own["id"])).await.expect(200)["total"], 0);
    }

    async fn an_assignment_goes_on(server: TestServer) {
        let world = TestWorkspace::new(server).await;
        let chat = world.create_chat(&world.g, json!({ "channel": "web-chat", "workflowId": world.workflow, "memberId": world.u.number })).await;
        let path = format!("/assignments/{}", chat["assignmentId"]);
        let first = world.get(&world.u, &format!("{path}/current-task-detail")).await.expect(200);
        assert_eq!((&first["id"], &first["name"], &first["status"], &first["task"]), (&json!(1), &json!("Greet"), &json!("current"), &json!({ "name": "Greet" })));
        assert_eq!(world.get(&world.u, &format!("{path}/tasks/2")).await.expect(200)["status"], "pending");
        assert_eq!(world.put(&world.u, &format!("{path}/tasks/2/select"), json!({})).await.expect(200)["currentTaskId"], 2);
        assert_eq!(world.get(&world.u, &format!("{path}/tasks/1")).await.expect(200)["status"], "completed");
        let context = world.get(&world.u, &format!("{path}/cel-context")).await.expect(200);
        assert_eq!((&context["task"]["name"], &context["workflow"]["name"], &context["workflow"]["versionNumber"], &context["member"]["id"]), (&json!("Ask"), &json!("Intake"), &json!(2), &json!(world.u.number)));
        for unknown in ["tasks/3", "tasks/0", "tasks/x"] {
            world.get(&world.u, &format!("{path}/{unknown}")).await.expect(404);
            world.put(&world.u, &format!("{path}/{unknown}/select"), json!({})).await.expect(404);
        }
        world.send_message(&world.u, &chat, "hello").await;
        let rows = world.get(&world.u, &format!("{path}/messages")).await.expect(200);
        assert_eq!((rows.as_array().unwrap().len(), &rows[0]["content"]), (1, &json!("hello")));
        world.get(&world.u, &format!("{path}/messages?limit=0")).await.expect(400);
        // Steps are those of the version it is pinned to.
        world.put(&world.g, &format!("/workflows/{}", world.workflow), json!({ "tasks": [] })).await.expect(200);
        world.get(&world.u, &format!("{path}/tasks/2")).await.expect(200);
        let done = world.put(&world.u, &path, json!({ "status": "completed", "currentTaskId": 1, "workflowId": 5 })).await.expect(200);
        assert_eq!((&done["status"], &done["currentTaskId"]), (&json!("completed"), &json!(1)));
        assert_eq!(world.get(&world.u, &format!("{path}/tasks/2")).await.expect(200)["status"], "completed");
        for (bad, status) in [(json!({ "status": "gone" }), 400), (json!({ "currentTaskId": "x" }), 400), (json!({ "currentTaskId": 9 }), 404)] {
            world.put(&world.u, &path, bad).await.expect(status);
        }
        // What is somebody else's is not to be had.
        for rest in ["", "/current-task-detail", "/cel-context", "/messages", "/tasks/1"] {
            assert_eq!(world.get(&world.v, &format!("{path}{rest}")).await.expect(403)["scope"], "assignments:read", "{rest}");
            world.get(&world.v, &format!("/assignments/900000001{rest}")).await.expect(404);
        }
        world.put(&world.v, &path, json!({ "status": "active" })).await.expect(403);
        world.put(&world.v, &format!("{path}/tasks/1/select"), json!({})).await.expect(403);
        // Who sees assignments sees neither the member nor the messages for that.
        let reader = world.server.create_signed_in_member("Rita", None, "assignments:read").await.1;
        let context = world.server.get(&world.path(&format!("{path}/cel-context"))).bearer(&reader).send().await.expect(200);
        assert_eq!(context["member"], json!(null));
        world.server.get(&world.path(&format!("{path}/messages"))).bearer(&reader).send().await.expect(403);
    }
}
