//! `parlor channels simulate`: a simulated carrier in a process of its own.

use parlor_carrier_simulator::{BoundSimulator, SimulatorCredentials, SimulatorOptions};
use serde_json::json;

use super::args::SimulateArgs;
use super::configuration::configuration_lines;
use super::credentials_file;
use super::follow::print_event;
use super::person::only_workspace;
use crate::cli::print;
use crate::cli::shutdown_signals::ShutdownSignals;
use crate::cli_error::{CliError, ExitKind};
use crate::config::{ServerConfig, SimulatorSection};
use crate::simulator::{self, system_clock, system_random};

/// Runs a simulator until a signal, and prints what happens.
///
/// # Errors
/// `Usage` for an option that cannot be used, `Failed` if a port is taken.
pub(super) async fn run(
    settings: &ServerConfig,
    workspace: Option<&str>,
    args: SimulateArgs,
    json: bool,
) -> Result<(), CliError> {
    let section = SimulatorSection {
        listen: args.listen,
        smtp_listen: args.smtp_listen,
        seed: args.seed,
        fault_rate: args.fault_rate,
        delay: args.delay,
        silence: args.silence,
        ..SimulatorSection::default()
    };
    validate(&args, &section)?;
    let mut signals = ShutdownSignals::new()?;
    let credentials = credentials_file::load(&args.credentials)?;
    let bound = simulator::bind(&section).await?;
    let server_url = settings.public_url.clone();
    let server_url = server_url.unwrap_or_else(|| args.server.trim_end_matches('/').to_owned());
    let workspace = workspace.map(str::to_owned);
    print_start(&bound, &server_url, &credentials, json);
    let options = SimulatorOptions {
        server_urls: vec![server_url],
        connect_url: args.server,
        workspace: workspace.or_else(|| only_workspace(settings)),
        credentials,
        seed: section.seed,
        fault_rate: section.fault_rate,
        delay: section.delay,
        silence: section.silence,
        allow_remote: args.allow_remote,
        clock: system_clock(),
        random: system_random(),
    };
    let simulator = bound.start(options);
    let simulator =
        simulator.map_err(|error| CliError::new(ExitKind::Failed, error.to_string()))?;
    let mut seq = 0;
    loop {
        tokio::select! {
            events = simulator.events_after(seq) => {
                for event in events {
                    print_event(&event, args.show, json);
                    seq = event.seq;
                }
            }
            () = signals.recv() => break,
        }
    }
    simulator.stop().await;
    Ok(())
}

fn validate(args: &SimulateArgs, section: &SimulatorSection) -> Result<(), CliError> {
    let usage = |message: String| {
        CliError::new(ExitKind::Usage, message).with_hint("see: parlor channels simulate --help")
    };
    if let Some((key, rule)) = section.invalid_key() {
        return Err(usage(format!("--{} {rule}", key.replace('_', "-"))));
    }
    if !args.server.starts_with("http://") {
        let message = "--server must be an http URL: the simulator runs beside the server";
        return Err(usage(message.to_owned()));
    }
    let is_local = args.listen.ip().is_loopback() && args.smtp_listen.ip().is_loopback();
    match is_local || args.allow_remote {
        true => Ok(()),
        false => Err(usage(
            "--listen and --smtp-listen must be loopback addresses without --allow-remote"
                .to_owned(),
        )),
    }
}

fn print_start(
    bound: &BoundSimulator,
    server_url: &str,
    credentials: &SimulatorCredentials,
    json: bool,
) {
    let (url, smtp) = (bound.url(), bound.smtp_address());
    let lines = configuration_lines(&url, smtp, server_url, credentials);
    if json {
        let ready = json!({
            "event": "ready",
            "url": url,
            "smtp": smtp.to_string(),
            "server": server_url,
            "configuration": lines,
        });
        print::result(&ready, true);
        return;
    }
    print::line(&format!(
        "Simulator at {url}, mail at {smtp}. Ctrl-C stops."
    ));
    print::line("Put these lines into parlor.toml, and start: parlor serve --config parlor.toml\n");
    print::line(&lines);
    print::line("");
}
