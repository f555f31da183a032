//! Replays the requests of a customer's typed client and reads the fields it reads. A missing field or one of another
//! type fails the test.

mod chats;
mod client;
mod entities;

use parlor_model::workspace::ListShape;
use parlor_testkit::{Reader, both};

use self::client::{TypedClient, create_client};

impl TypedClient {
    async fn run(&self) {
        let me = self.check_workspaces().await;
        let (mia, agent) = self.check_members().await;
        assert_ne!(me, mia);
        let (flow, _) = self.check_workflows(agent).await;
        self.check_chats(mia, flow).await;
        self.check_direct_messages(mia).await;
        self.check_management().await;
        // Errors.
        for (path, code) in [
            ("/chats/900000001", "not_found"),
            ("/members?page=0", "invalid_request"),
        ] {
            let reply = self.send_request("GET", &self.path(path), None).await;
            let refusal = Reader::new(path, reply.json());
            assert_eq!(refusal.field("code").text(), code);
            refusal.field("error").text();
        }
    }
}

both! {
    async fn typed_client_reads_pages(server: TestServer) {
        create_client(server, ListShape::Envelope).await.run().await;
    }

    async fn typed_client_reads_arrays(server: TestServer) {
        create_client(server, ListShape::Array).await.run().await;
    }
}
