//! Capture of log output.

use std::io;
use std::sync::{Arc, Once};

use parking_lot::Mutex;
use tracing_subscriber::fmt::MakeWriter;

/// Log of all servers of this process, at level TRACE. Tests that share a process share the log, which only makes
/// checks stricter.
#[derive(Clone, Default)]
pub(crate) struct LogCapture(Arc<Mutex<Vec<u8>>>);

static CAPTURE: std::sync::OnceLock<LogCapture> = std::sync::OnceLock::new();
static INSTALLED: Once = Once::new();

impl LogCapture {
    /// Returns the log of this process; the first call installs the subscriber.
    pub(crate) fn shared() -> Self {
        let capture = CAPTURE.get_or_init(Self::default).clone();
        INSTALLED.call_once(|| {
            let filter = tracing_subscriber::EnvFilter::new("parlor=trace,warn");
            let subscriber = tracing_subscriber::fmt()
                .with_env_filter(filter)
                .with_ansi(false)
                .with_writer(capture.clone())
                .finish();
            // If another subscriber is installed, the log stays empty.
            let _ = tracing::subscriber::set_global_default(subscriber);
        });
        capture
    }

    /// Returns the captured text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock()).into_owned()
    }
}

impl io::Write for LogCapture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for LogCapture {
    type Writer = Self;
    fn make_writer(&self) -> Self {
        self.clone()
    }
}
