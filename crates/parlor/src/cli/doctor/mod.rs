//! `parlor doctor`: what is wrong with an installation, and what to do.

mod bundle;
mod check;
mod network;
mod storage;

use std::path::PathBuf;

use parlor_model::time::Clock;
use serde_json::{Value, json};

use self::check::{Check, CheckStatus};
use super::print;
use super::run_command::run_on_server;
use crate::cli_error::{CliError, ExitKind};
use crate::config::{EffectiveSetting, ServerConfig};
use crate::control::ControlCommand;
use crate::system::SystemClock;

pub(super) const EXAMPLES: &str = "\
Examples:
  parlor doctor
  parlor doctor --bundle report.json";

#[derive(Debug, clap::Args)]
pub(super) struct DoctorArgs {
    /// Also write a file for those who help you: no secret and no text is in it
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
}

/// Makes all checks and prints them.
///
/// # Errors
/// `Failed` if a check has failed.
pub(super) fn run(
    settings: &ServerConfig,
    effective: &[EffectiveSetting],
    args: &DoctorArgs,
    json: bool,
) -> Result<(), CliError> {
    let status = run_on_server(settings, ControlCommand::Status).ok();
    let url = status.as_ref().and_then(|status| status["url"].as_str());
    let now = SystemClock.now();
    let is_running = url.is_some();
    let mut checks = vec![storage::check_data_folder(settings)];
    checks.extend(storage::check_disk(settings));
    checks.push(storage::check_database(settings, is_running));
    checks.push(storage::check_master_key(settings, is_running));
    checks.extend(storage::check_backups(settings, now));
    checks.push(storage::check_clock(settings, now));
    checks.push(network::check_port(settings, url));
    checks.push(network::check_public_url(settings));
    checks.extend(network::check_servers(settings));
    let failed = count(&checks, CheckStatus::Fail);
    let report = json!({ "ok": failed == 0, "checks": checks });
    if let Some(file) = &args.bundle {
        bundle::write(file, settings, effective, &report)?;
    }
    match json {
        true => print::result(&report, true),
        false => print_checks(&checks),
    }
    if failed == 0 {
        return Ok(());
    }
    let first = checks
        .iter()
        .find(|check| check.status == CheckStatus::Fail);
    let remedy = first
        .and_then(|check| check.remedy.clone())
        .unwrap_or_default();
    Err(CliError::new(ExitKind::Failed, format!("{failed} checks have failed")).with_hint(remedy))
}

fn count(checks: &[Check], status: CheckStatus) -> usize {
    checks.iter().filter(|check| check.status == status).count()
}

fn print_checks(checks: &[Check]) {
    for check in checks {
        let line = format!(
            "{:5} {:12}  {}",
            check.status.as_str(),
            check.name,
            check.detail
        );
        print::text_line(&line);
        if let Some(remedy) = &check.remedy {
            print::text_line(&format!("      -> {remedy}"));
        }
    }
}

/// Requests of the running server, for the bundle; null without one.
fn failed_requests(settings: &ServerConfig) -> Value {
    let args = crate::control::request_args::ListRequestsArgs {
        failed: true,
        limit: 200,
    };
    run_on_server(settings, ControlCommand::RequestList(args)).unwrap_or_default()
}
