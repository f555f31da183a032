//! Everything a server logged.

use std::io;
use std::sync::{Arc, Once};

use parking_lot::Mutex;
use tracing_subscriber::fmt::MakeWriter;

/// What the process's servers have logged, at the finest level. Tests run in processes of their own under the usual
/// runner; where they share one, they share the journal, which only makes it stricter.
#[derive(Clone, Default)]
pub struct LogCapture(Arc<Mutex<Vec<u8>>>);

static CAPTURE: std::sync::OnceLock<LogCapture> = std::sync::OnceLock::new();
static INSTALLED: Once = Once::new();

impl LogCapture {
    /// The process's journal; the first call installs it.
    pub fn shared() -> Self {
        let journal = CAPTURE.get_or_init(Self::default).clone();
        INSTALLED.call_once(|| {
            let filter = tracing_subscriber::EnvFilter::new("parlor=trace,warn");
            let subscriber = tracing_subscriber::fmt()
                .with_env_filter(filter)
                .with_ansi(false)
                .with_writer(journal.clone())
                .finish();
            // Somebody else's subscriber would only mean an empty journal.
            let _ = tracing::subscriber::set_global_default(subscriber);
        });
        journal
    }

    /// All of it.
    pub fn text(&self) -> String {
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
