//! File with the account and the tokens of a simulator, so that its next start fits the same configuration.

use std::io::ErrorKind;
use std::path::Path;

use parlor_carrier_simulator::SimulatorCredentials;

use crate::cli_error::{CliError, ExitKind};
use crate::first_run::private_file::write_private_file;
use crate::simulator::system_random;

/// Reads the file, or makes it.
///
/// # Errors
/// `Usage` if it has another content, `Failed` if it cannot be written.
pub(super) fn load(path: &Path) -> Result<SimulatorCredentials, CliError> {
    let read_error = |reason: String| {
        let message = format!("cannot read {}: {reason}", path.display());
        CliError::new(ExitKind::Usage, message)
            .with_hint("name another file with --credentials, or delete this one")
    };
    match std::fs::read_to_string(path) {
        Ok(text) => serde_json::from_str(&text).map_err(|error| read_error(error.to_string())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let credentials = SimulatorCredentials::generate(&system_random());
            let text = serde_json::to_string_pretty(&credentials);
            let text = text.map_err(|error| CliError::new(ExitKind::Failed, error.to_string()))?;
            write_private_file(path, &text)?;
            Ok(credentials)
        }
        Err(error) => Err(read_error(error.to_string())),
    }
}
