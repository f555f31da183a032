//! `/assignments`.

use parlor_testkit::both;
use serde_json::json;

use crate::fixture::{TestWorkspace, field_values};

both! {
    async fn assignment_of_another_member_requires_scope(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let body = |member: i64| json!({ "channel": "web-chat", "workflowId": setup.workflow, "memberId": member });
        let own = setup.create_chat(&setup.g, body(setup.u.number)).await;
        let other = setup.create_chat(&setup.g, body(setup.v.number)).await;
        let (own, other) = (&own["assignmentId"], &other["assignmentId"]);
        assert_eq!(field_values(&setup.get(&setup.u, "/assignments").await.expect(200), "id"), vec![own.clone()]);
        assert_eq!(field_values(&setup.get(&setup.g, "/assignments").await.expect(200), "id"), [other.clone(), own.clone()]);
        assert_eq!(field_values(&setup.get(&setup.g, &format!("/assignments?sortOrder=asc&workflowId={}", setup.workflow_uuid)).await.expect(200), "id"), [own.clone(), other.clone()]);
        assert_eq!(field_values(&setup.get(&setup.g, &format!("/assignments?memberId={}", setup.v.uuid)).await.expect(200), "id"), vec![other.clone()]);
        assert_eq!(setup.get(&setup.u, &format!("/assignments?memberId={}", setup.v.number)).await.expect(403)["scope"], "assignments:read");
        setup.get(&setup.u, &format!("/assignments/{own}")).await.expect(200);
        setup.get(&setup.u, &format!("/assignments/{other}")).await.expect(403);
        setup.get(&setup.u, "/assignments/900000001").await.expect(404);
        setup.post(&setup.u, &format!("/assignments/{other}/cancel"), json!({})).await.expect(403);
        for _ in 0..2 {
            let cancelled = setup.post(&setup.u, &format!("/assignments/{own}/cancel"), json!({})).await.expect(200);
            assert_eq!(cancelled["status"], "cancelled");
        }
        assert_eq!(field_values(&setup.get(&setup.g, "/assignments?status=cancelled").await.expect(200), "id"), vec![own.clone()]);
        for bad in ["status=gone", "sortBy=name", "memberId=x", "pageSize=0"] {
            setup.get(&setup.g, &format!("/assignments?{bad}")).await.expect(400);
        }
    }

    async fn assignment_without_chat_is_created(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let own = setup.post(&setup.u, "/assignments", json!({ "workflowId": setup.workflow_uuid })).await.expect(200);
        assert_eq!((&own["memberId"], &own["chatId"], &own["workflowVersionNumber"], &own["currentTaskId"], &own["status"]), (&json!(setup.u.number), &json!(null), &json!(2), &json!(1), &json!("active")));
        let pinned = setup.post(&setup.g, "/assignments", json!({ "workflowId": setup.workflow, "workflowVersionNumber": 1, "memberId": setup.v.uuid })).await.expect(200);
        assert_eq!((&pinned["memberId"], &pinned["workflowVersionNumber"]), (&json!(setup.v.number), &json!(1)));
        assert_eq!(setup.post(&setup.u, "/assignments", json!({ "workflowId": setup.workflow, "memberId": setup.v.number })).await.expect(403)["scope"], "assignments:write");
        for (bad, status) in [(json!({}), 400), (json!({ "workflowId": "x" }), 400), (json!({ "workflowId": setup.workflow, "workflowVersionNumber": 0 }), 400), (json!({ "workflowId": 900_000_001 }), 404), (json!({ "workflowId": setup.workflow, "workflowVersionNumber": 99 }), 404), (json!({ "workflowId": setup.workflow, "memberId": 900_000_001 }), 404)] {
            setup.post(&setup.g, "/assignments", bad).await.expect(status);
        }
        assert_eq!(setup.total("/assignments").await, 2);
        assert_eq!(setup.get(&setup.u, &format!("/assignments/{}/messages", own["id"])).await.expect(200), json!([]));
        assert_eq!(setup.get(&setup.u, &format!("/assignments/{}/messages?page=1", own["id"])).await.expect(200)["total"], 0);
    }

    async fn assignment_moves_through_its_tasks(server: TestServer) {
        let setup = TestWorkspace::new(server).await;
        let chat = setup.create_chat(&setup.g, json!({ "channel": "web-chat", "workflowId": setup.workflow, "memberId": setup.u.number })).await;
        let path = format!("/assignments/{}", chat["assignmentId"]);
        let first = setup.get(&setup.u, &format!("{path}/current-task-detail")).await.expect(200);
        assert_eq!((&first["id"], &first["name"], &first["status"], &first["task"]), (&json!(1), &json!("Greet"), &json!("current"), &json!({ "name": "Greet" })));
        assert_eq!(setup.get(&setup.u, &format!("{path}/tasks/2")).await.expect(200)["status"], "pending");
        assert_eq!(setup.put(&setup.u, &format!("{path}/tasks/2/select"), json!({})).await.expect(200)["currentTaskId"], 2);
        assert_eq!(setup.get(&setup.u, &format!("{path}/tasks/1")).await.expect(200)["status"], "completed");
        let context = setup.get(&setup.u, &format!("{path}/cel-context")).await.expect(200);
        assert_eq!((&context["task"]["name"], &context["workflow"]["name"], &context["workflow"]["versionNumber"], &context["member"]["id"]), (&json!("Ask"), &json!("Intake"), &json!(2), &json!(setup.u.number)));
        for unknown in ["tasks/3", "tasks/0", "tasks/x"] {
            setup.get(&setup.u, &format!("{path}/{unknown}")).await.expect(404);
            setup.put(&setup.u, &format!("{path}/{unknown}/select"), json!({})).await.expect(404);
        }
        setup.send_message(&setup.u, &chat, "hello").await;
        let rows = setup.get(&setup.u, &format!("{path}/messages")).await.expect(200);
        assert_eq!((rows.as_array().unwrap().len(), &rows[0]["content"]), (1, &json!("hello")));
        setup.get(&setup.u, &format!("{path}/messages?limit=0")).await.expect(400);
        // Tasks are those of the pinned version.
        setup.put(&setup.g, &format!("/workflows/{}", setup.workflow), json!({ "tasks": [] })).await.expect(200);
        setup.get(&setup.u, &format!("{path}/tasks/2")).await.expect(200);
        let done = setup.put(&setup.u, &path, json!({ "status": "completed", "currentTaskId": 1, "workflowId": 5 })).await.expect(200);
        assert_eq!((&done["status"], &done["currentTaskId"]), (&json!("completed"), &json!(1)));
        assert_eq!(setup.get(&setup.u, &format!("{path}/tasks/2")).await.expect(200)["status"], "completed");
        for (bad, status) in [(json!({ "status": "gone" }), 400), (json!({ "currentTaskId": "x" }), 400), (json!({ "currentTaskId": 9 }), 404)] {
            setup.put(&setup.u, &path, bad).await.expect(status);
        }
        // Another member's assignment is refused.
        for rest in ["", "/current-task-detail", "/cel-context", "/messages", "/tasks/1"] {
            assert_eq!(setup.get(&setup.v, &format!("{path}{rest}")).await.expect(403)["scope"], "assignments:read", "{rest}");
            setup.get(&setup.v, &format!("/assignments/900000001{rest}")).await.expect(404);
        }
        setup.put(&setup.v, &path, json!({ "status": "active" })).await.expect(403);
        setup.put(&setup.v, &format!("{path}/tasks/1/select"), json!({})).await.expect(403);
        // `assignments:read` alone shows neither the member nor the messages.
        let reader = setup.server.create_signed_in_member("Rita", None, "assignments:read").await.1;
        let context = setup.server.get(&setup.path(&format!("{path}/cel-context"))).bearer(&reader).send().await.expect(200);
        assert_eq!(context["member"], json!(null));
        setup.server.get(&setup.path(&format!("{path}/messages"))).bearer(&reader).send().await.expect(403);
    }
}
