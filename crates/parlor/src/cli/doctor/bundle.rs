//! The file of `parlor doctor --bundle`.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde_json::{Value, json};

use crate::cli_error::{CliError, ExitKind};
use crate::config::{EffectiveSetting, ServerConfig};

/// Writes checks, settings and failed requests into a new file.
///
/// # Errors
/// `Refused` if the file exists, `Failed` if it cannot be written.
pub(super) fn write(
    file: &Path,
    settings: &ServerConfig,
    effective: &[EffectiveSetting],
    report: &Value,
) -> Result<(), CliError> {
    let bundle = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "system": std::env::consts::OS,
        "machine": std::env::consts::ARCH,
        "processors": std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        "doctor": report,
        "settings": effective.iter().map(EffectiveSetting::to_json).collect::<Vec<_>>(),
        "failedRequests": super::failed_requests(settings),
    });
    let text = serde_json::to_string_pretty(&bundle)
        .map_err(|error| CliError::new(ExitKind::Failed, error.to_string()))?;
    OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(file)
        .and_then(|mut opened| opened.write_all(text.as_bytes()))
        .map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => CliError::new(
                ExitKind::Refused,
                format!("{} exists and is not overwritten", file.display()),
            )
            .with_hint("name another file"),
            _ => CliError::new(
                ExitKind::Failed,
                format!("cannot write {}: {error}", file.display()),
            )
            .with_hint("name a file in a folder that you may write in"),
        })
}
