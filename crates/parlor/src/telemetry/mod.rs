//! Logging setup.

mod human_format;

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use crate::cli_error::{CliError, ExitKind};
use crate::config::{LogFormat, ServerConfig};

/// Output style of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogStyle {
    /// Readable text.
    Human,
    /// One JSON object per line.
    Json,
}

/// Selects the style by the settings; `auto` depends on whether standard output is a terminal.
pub(crate) fn select_style(settings: &ServerConfig) -> LogStyle {
    match settings.log_format {
        LogFormat::Human => LogStyle::Human,
        LogFormat::Json => LogStyle::Json,
        LogFormat::Auto if io::stdout().is_terminal() => LogStyle::Human,
        LogFormat::Auto => LogStyle::Json,
    }
}

/// Expands a bare level to this program's targets. Other libraries stay at WARN unless the filter names them, because
/// they may log client data at finer levels.
fn default_filter(filter: &str) -> String {
    let level = filter.trim();
    match level.parse::<tracing::Level>() {
        Ok(level) if level > tracing::Level::WARN => {
            format!("warn,parlor={level},dialect={level}")
        }
        _ => level.to_owned(),
    }
}

/// Installs the global subscriber. Has no effect if one is installed already.
///
/// # Errors
/// `Usage` for an invalid filter.
pub(crate) fn install(settings: &ServerConfig, style: LogStyle) -> Result<(), CliError> {
    let filter = EnvFilter::builder()
        .parse(default_filter(&settings.log))
        .map_err(|error| {
            CliError::new(ExitKind::Usage, format!("`log`: {error}")).with_hint(
                "use error, warn, info, debug or trace, or targets such as info,parlor=debug",
            )
        })?;
    let colours = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stdout);
    // An existing subscriber stays in place.
    let _ = match style {
        LogStyle::Human => {
            let subscriber = subscriber
                .with_ansi(colours)
                .event_format(human_format::HumanFormat)
                .finish();
            tracing::subscriber::set_global_default(subscriber)
        }
        LogStyle::Json => {
            let subscriber = subscriber
                .json()
                .flatten_event(true)
                .with_current_span(false);
            tracing::subscriber::set_global_default(subscriber.with_span_list(false).finish())
        }
    };
    Ok(())
}
