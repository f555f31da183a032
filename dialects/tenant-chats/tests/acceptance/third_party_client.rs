//! Version 1 of the socket with a client that is written from the vendor's pages and uses another WebSocket library.

use std::path::Path;

use parlor_testkit::both;
use parlor_testkit::command::run_example;

both! {
    async fn client_written_from_the_vendors_pages_works(server: TestServer) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/examples/live.py");
        let variables = [("PARLOR_URL", server.url.as_str()), ("PARLOR_KEY", server.a.key.as_str())];
        assert_eq!(run_example(&file, &variables).await.trim(), "ok");
    }
}
