//! Servers of others that the configuration names.

use std::path::PathBuf;

use super::ServerConfig;

/// A server that this one calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedServer {
    /// Section of the configuration.
    pub(crate) section: &'static str,
    /// Host name or address.
    pub(crate) host: String,
    /// Port.
    pub(crate) port: u16,
}

impl ServerConfig {
    /// Returns the servers of the sections that are set.
    pub(crate) fn named_servers(&self) -> Vec<NamedServer> {
        let mut servers = Vec::new();
        let model = self.assistant.as_ref().and_then(|assistant| {
            let url = assistant.base_url.as_ref()?;
            from_url("assistant", url.as_str())
        });
        servers.extend(model);
        for (section, account) in [("sms", &self.sms), ("voice", &self.voice)] {
            servers.extend(
                account
                    .as_ref()
                    .and_then(|account| from_url(section, &account.base_url)),
            );
        }
        servers.extend(
            self.smtp
                .as_ref()
                .filter(|smtp| !smtp.host.is_empty())
                .map(|smtp| NamedServer {
                    section: "smtp",
                    host: smtp.host.clone(),
                    port: smtp.port.unwrap_or(587),
                }),
        );
        servers
    }

    /// Returns whether a carrier has to reach this server.
    pub(crate) const fn is_called_by_carriers(&self) -> bool {
        self.sms.is_some() || self.voice.is_some()
    }

    /// Returns the certificate and the key of the listener for mail servers.
    pub(crate) fn certificate_files(&self) -> Vec<PathBuf> {
        let mail = self.mail_in.as_ref();
        let files = mail.map(|mail| [&mail.tls_certificate_file, &mail.tls_key_file]);
        files.into_iter().flatten().flatten().cloned().collect()
    }
}

fn from_url(section: &'static str, url: &str) -> Option<NamedServer> {
    let uri: http::Uri = url.parse().ok()?;
    let port = match uri.scheme_str() {
        Some("http") => 80,
        _ => 443,
    };
    Some(NamedServer {
        section,
        host: uri.host()?.trim_matches(['[', ']']).to_owned(),
        port: uri.port_u16().unwrap_or(port),
    })
}
