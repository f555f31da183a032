//! The server from outside: health, documents, unknown paths.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use parlor_testkit::both;

both! {
    async fn it_is_alive_and_ready(server: TestServer) {
        assert_eq!(server.get("/livez").send().await.expect(200)["status"], "ok");
        assert_eq!(server.get("/readyz").send().await.expect(200)["database"], "ok");
        let reply = server.get("/nowhere").send().await;
        assert_eq!((reply.status, reply.header("content-type")), (404, "application/problem+json"));
        assert_eq!(reply.header("x-request-id").len(), 36);
    }
}
