//! Restarts of a test server, after which its ports are others.

use parlor::server::ServerOptions;

use super::{TestServer, local_url, start_server};

impl TestServer {
    /// Stops the server and starts another one on the same data. The URL changes.
    pub async fn restart(&mut self) {
        self.stop().await;
        let server = start_server(&self.options, self.outbound.clone()).await;
        self.url = local_url(&server);
        self.engine = server.engine.clone();
        self.a = self.a.with_engine(&self.engine);
        self.b = self.b.with_engine(&self.engine);
        self.server = Some(server);
    }

    /// Restarts the server with changed options.
    pub async fn restart_with(&mut self, change: impl FnOnce(&mut ServerOptions)) {
        change(&mut self.options);
        self.restart().await;
    }

    /// Returns the port of the listener for mail servers.
    ///
    /// # Panics
    /// If the server is stopped or has no such listener.
    pub fn mail_port(&self) -> u16 {
        self.server.as_ref().unwrap().mail_address.unwrap().port()
    }
}
