//! Lines of `parlor.toml` that lead the channels of a server to a simulator.

use std::net::SocketAddr;

use parlor_carrier_simulator::SimulatorCredentials;

/// Returns the lines for a server that others reach at `server_url`.
pub(super) fn configuration_lines(
    simulator_url: &str,
    smtp: SocketAddr,
    server_url: &str,
    credentials: &SimulatorCredentials,
) -> String {
    let SimulatorCredentials {
        account_sid,
        auth_token,
        mail_token,
    } = credentials;
    let account = format!(
        "kind = \"twilio\"\nbase_url = \"{simulator_url}\"\naccount_sid = \"{account_sid}\"\nauth_token = \"{auth_token}\"\n"
    );
    let (host, port) = (smtp.ip(), smtp.port());
    format!(
        "public_url = \"{server_url}\"\n\n[sms]\n{account}\n[voice]\n{account}\n\
         [smtp]\nhost = \"{host}\"\nport = {port}\ntls = \"none\"\n\n\
         [mail_in]\ntoken = \"{mail_token}\""
    )
}
