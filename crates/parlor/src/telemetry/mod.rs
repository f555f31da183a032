//! What is printed while the server runs: log lines, for people or for programs.

mod human_format;

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use crate::cli_error::{CliError, ExitKind};
use crate::config::{LogFormat, ServerConfig};

/// How this process prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogStyle {
    /// For people.
    Human,
    /// A JSON object a line.
    Json,
}

/// The style the settings ask for.
pub(crate) fn select_style(settings: &ServerConfig) -> LogStyle {
    match settings.log_format {
        LogFormat::Human => LogStyle::Human,
        LogFormat::Json => LogStyle::Json,
        LogFormat::Auto if io::stdout().is_terminal() => LogStyle::Human,
        LogFormat::Auto => LogStyle::Json,
    }
}

/// A bare level is meant for this program. The libraries below it may say what they were given at their finer levels,
/// and that can be anything a client sent: they stay at warnings unless they are named.
fn default_filter(filter: &str) -> String {
    let level = filter.trim();
    match level.parse::<tracing::Level>() {
        Ok(level) if level > tracing::Level::WARN => {
            format!("warn,parlor={level},dialect={level}")
        }
        _ => level.to_owned(),
    }
}

/// Begins to log. Once per process; a second call changes nothing.
pub(crate) fn install(settings: &ServerConfig, style: LogStyle) -> Result<(), CliError> {
    let filter = EnvFilter::builder()
        .parse(default_filter(&settings.log))
        .map_err(|error| {
            CliError::new(ExitKind::Usage, format!("`log`: {error}")).with_hint(
                "use error, warn, info, debug or trace, or targets such as info,parlor=debug",
            )
        })?;
    let colours = io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stdout);
    // Somebody who installed another subscriber before us keeps it.
    let _ = match style {
        LogStyle::Human => {
            let lines = lines
                .with_ansi(colours)
                .event_format(human_format::HumanFormat)
                .finish();
            tracing::subscriber::set_global_default(lines)
        }
        LogStyle::Json => {
            let lines = lines.json().flatten_event(true).with_current_span(false);
            tracing::subscriber::set_global_default(lines.with_span_list(false).finish())
        }
    };
    Ok(())
}
