//! Checks of the port, the public URL, and the servers that the configuration names.

use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::time::Duration;

use super::check::Check;
use crate::config::ServerConfig;

/// Longest wait for a server of others.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// Checks the port: `url` is the address of the running server.
pub(super) fn check_port(settings: &ServerConfig, url: Option<&str>) -> Check {
    let name = "port";
    if let Some(url) = url {
        return Check::ok(name, format!("the server runs at {url}"));
    }
    let addresses = match settings.listen.resolve() {
        Ok(addresses) => addresses,
        Err(error) => {
            return Check::fail(name, error.message, "name an address with --listen");
        }
    };
    for address in addresses {
        if let Err(error) = TcpListener::bind(address) {
            return Check::fail(
                name,
                format!("{address} cannot be listened on: {error}"),
                "name another one with --listen, or stop what uses it",
            );
        }
    }
    Check::ok(
        name,
        format!("{} is free; no server runs", settings.listen.as_str()),
    )
}

pub(super) fn check_public_url(settings: &ServerConfig) -> Check {
    let name = "public url";
    let remedy = "name the URL at which others reach the server: public_url";
    match &settings.public_url {
        Some(url) if url.starts_with("https://") => Check::ok(name, url.clone()),
        Some(url) if url.contains("//127.") || url.contains("//localhost") => {
            Check::ok(name, url.clone())
        }
        Some(url) => Check::warn(
            name,
            format!("{url} has no TLS"),
            "put a proxy with a certificate before the server, and name its https URL",
        ),
        None if settings.is_called_by_carriers() => Check::fail(
            name,
            "not set, and the carrier has to reach the server",
            remedy,
        ),
        None if is_local(settings) => Check::ok(name, "not set; this machine only"),
        None => Check::warn(name, "not set, and others can reach the server", remedy),
    }
}

fn is_local(settings: &ServerConfig) -> bool {
    let addresses = settings.listen.resolve().unwrap_or_default();
    addresses.iter().all(|address| address.ip().is_loopback())
}

/// Connects to each server that the configuration names; sends nothing.
pub(super) fn check_servers(settings: &ServerConfig) -> Vec<Check> {
    let servers = settings.named_servers();
    let mut checks: Vec<Check> = Vec::new();
    for server in &servers {
        let address = format!("{}:{}", server.host, server.port);
        let connected = (server.host.as_str(), server.port)
            .to_socket_addrs()
            .and_then(|mut addresses| {
                addresses
                    .next()
                    .ok_or_else(|| std::io::Error::other("no address"))
            })
            .and_then(|first| TcpStream::connect_timeout(&first, CONNECT_TIMEOUT));
        checks.push(match connected {
            Ok(_) => Check::ok(server.section, format!("{address} answers")),
            Err(error) => Check::fail(
                server.section,
                format!("{address} does not answer: {error}"),
                format!(
                    "check the section [{}] and whether that server runs",
                    server.section
                ),
            ),
        });
    }
    for (section, what) in [
        ("assistant", "no model answers"),
        ("sms", "no text messages leave"),
        ("voice", "no calls are made"),
        ("smtp", "no mails leave"),
    ] {
        if !servers.iter().any(|server| server.section == section) {
            checks.push(Check::ok(section, format!("not set: {what}")));
        }
    }
    for file in settings.certificate_files() {
        checks.push(match std::fs::File::open(&file) {
            Ok(_) => Check::ok("certificate", format!("{} can be read", file.display())),
            Err(error) => Check::fail(
                "certificate",
                format!("{}: {error}", file.display()),
                "check tls_certificate_file and tls_key_file of [mail_in]",
            ),
        });
    }
    checks
}
