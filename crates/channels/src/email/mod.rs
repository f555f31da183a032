//! Mails: sent over an SMTP server, received from a mail server that posts them or hands them over to a listener.

mod compose;
mod dkim;
mod inbound;
mod listener;
mod mail_in_settings;
mod receive;
mod settings;
mod unknown_mailbox;

use std::error::Error as StdError;
use std::fmt;
use std::io::ErrorKind;
use std::sync::Arc;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::{Error as SmtpError, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use parking_lot::Mutex;
use parlor_engine::outbound::DeliveryError;
use parlor_model::outbox::DeliveryFailureReason;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::timeout;

pub(crate) use self::compose::Mail;
use self::compose::compose;
pub use self::dkim::DkimSettings;
use self::dkim::DkimSigner;
pub use self::inbound::{MailKind, MailParseError, ParsedMail, original_file, parse_mail};
pub use self::listener::{
    MailListener, MailListenerError, MailListenerSettings, MailProtocol, MailReceiptOutcome,
    MailSession, RecipientVerdict, SessionStep,
};
pub use self::mail_in_settings::{MailInKind, MailInSettings, MailInVerifier};
pub use self::receive::{MAX_MAIL_BYTES, receive_raw_mail};
pub use self::settings::{SmtpKind, SmtpSettings, SmtpTls};
use self::unknown_mailbox::is_unknown_mailbox;
use crate::secret::SecretSource;
use crate::settings_error::{ChannelSettingsError, settings_error};

/// Connections at most.
const MAX_CONNECTIONS: u32 = 8;

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Sends mails.
pub(crate) struct SmtpMailer {
    settings: SmtpSettings,
    tls: Tls,
    login: Option<(String, SecretSource)>,
    signer: Arc<DkimSigner>,
    /// The connections, with the password that they were made with.
    transport: Mutex<Option<(SecretString, Transport)>>,
}

/// Why a mail was not sent. `Display` has no word of the server, of the mail or of the addresses.
enum Failure {
    /// An address cannot be one.
    Address,
    /// The password cannot be read.
    NoPassword,
    /// Its signature has failed.
    NotSigned,
    /// The server did not answer in time.
    TimedOut,
    /// The server or the connection failed.
    Smtp(SmtpError),
}

impl SmtpMailer {
    /// Creates a mailer.
    ///
    /// # Errors
    /// The first setting that cannot be used.
    pub(crate) fn new(settings: &SmtpSettings) -> Result<Self, ChannelSettingsError> {
        settings.validate()?;
        Ok(Self {
            tls: tls(settings)?,
            login: settings.login()?,
            signer: Arc::new(DkimSigner::new(&settings.dkim)?),
            settings: settings.clone(),
            transport: Mutex::default(),
        })
    }

    /// Sends a mail once: the server repeats what it has accepted.
    pub(crate) async fn send(&self, mail: &Mail<'_>) -> Result<(), DeliveryError> {
        let sent = timeout(self.settings.timeout, self.attempt(mail)).await;
        sent.unwrap_or(Err(Failure::TimedOut)).map_err(|failure| {
            tracing::warn!(reason = %failure, "a mail was not sent");
            failure.into()
        })
    }

    async fn attempt(&self, mail: &Mail<'_>) -> Result<(), Failure> {
        let mut mail = compose(mail).ok_or(Failure::Address)?;
        let transport = self.transport().await?;
        let signer = self.signer.clone();
        // An RSA signature takes milliseconds of work.
        let signed = tokio::task::spawn_blocking(move || {
            signer.sign(&mut mail);
            mail
        });
        let mail = signed.await.map_err(|_| Failure::NotSigned)?;
        transport.send(mail).await.map_err(Failure::Smtp)?;
        Ok(())
    }

    /// Returns the connections; new ones if the password has changed.
    async fn transport(&self) -> Result<Transport, Failure> {
        let password = match &self.login {
            Some((_, source)) => source.read().await.map_err(|_| Failure::NoPassword)?,
            None => SecretString::default(),
        };
        let mut current = self.transport.lock();
        if let Some((used, transport)) = &*current
            && used.expose_secret() == password.expose_secret()
        {
            return Ok(transport.clone());
        }
        let mut builder = Transport::builder_dangerous(&self.settings.host)
            .port(self.settings.port())
            .tls(self.tls.clone())
            .timeout(Some(self.settings.timeout))
            .pool_config(PoolConfig::new().max_size(MAX_CONNECTIONS));
        if let Some((username, _)) = &self.login {
            let password = password.expose_secret().to_owned();
            builder = builder.credentials(Credentials::new(username.clone(), password));
        }
        let transport = builder.build();
        *current = Some((password, transport.clone()));
        Ok(transport)
    }
}

fn tls(settings: &SmtpSettings) -> Result<Tls, ChannelSettingsError> {
    if settings.tls == SmtpTls::None {
        return Ok(Tls::None);
    }
    let ca_error = || settings_error("ca_file", "must be a readable file with certificates");
    let mut parameters = TlsParameters::builder(settings.host.clone());
    if let Some(path) = &settings.ca_file {
        let pem = std::fs::read(path).map_err(|_| ca_error())?;
        let certificate = Certificate::from_pem(&pem).map_err(|_| ca_error())?;
        parameters = parameters.add_root_certificate(certificate);
    }
    let unavailable = || settings_error("tls", "cannot be used: TLS is not available");
    let parameters = parameters.build_rustls().map_err(|_| unavailable())?;
    Ok(match settings.tls {
        SmtpTls::Implicit => Tls::Wrapper(parameters),
        SmtpTls::Starttls | SmtpTls::None => Tls::Required(parameters),
    })
}

impl From<Failure> for DeliveryError {
    fn from(failure: Failure) -> Self {
        let transient = |reason| Self::Transient {
            reason,
            retry_after: None,
        };
        match failure {
            Failure::Address => Self::Permanent(DeliveryFailureReason::NoRecipient),
            Failure::NoPassword | Failure::NotSigned => {
                transient(DeliveryFailureReason::Unreachable)
            }
            Failure::TimedOut => Self::Unknown(DeliveryFailureReason::TimedOut),
            Failure::Smtp(error) if error.is_permanent() => {
                Self::Permanent(match is_unknown_recipient(&error) {
                    true => DeliveryFailureReason::AddressBounced,
                    false => DeliveryFailureReason::Rejected,
                })
            }
            // Greylisting is one of them.
            Failure::Smtp(error) if error.is_transient() => {
                transient(DeliveryFailureReason::ReceiverFailed)
            }
            Failure::Smtp(error) if error.is_client() || is_unreachable(&error) => {
                transient(DeliveryFailureReason::Unreachable)
            }
            Failure::Smtp(_) => Self::Unknown(DeliveryFailureReason::ConnectionLost),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address => f.write_str("an address is not valid"),
            Self::NoPassword => f.write_str("password_file cannot be read"),
            Self::NotSigned => f.write_str("it could not be signed"),
            Self::TimedOut => f.write_str("the mail server did not answer in time"),
            Self::Smtp(error) => match error.status() {
                Some(code) => write!(f, "the mail server refused it ({code})"),
                None if is_tls_error(error) => f.write_str("TLS with the mail server failed"),
                None if error.is_timeout() => f.write_str("the mail server did not answer in time"),
                None if error.is_client() => {
                    f.write_str("the mail server lacks what the settings ask for")
                }
                None => f.write_str("the connection to the mail server failed"),
            },
        }
    }
}

/// Returns whether the mail server says that the recipient does not exist. Its words are the cause of the library's error.
fn is_unknown_recipient(error: &SmtpError) -> bool {
    let words = error.source().map(ToString::to_string);
    words.is_some_and(|words| is_unknown_mailbox(&words))
}

/// Returns whether there was surely no session in which a mail could be accepted.
fn is_unreachable(error: &SmtpError) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        let io_error: Option<&std::io::Error> = cause.downcast_ref();
        if let Some(error) = io_error
            && matches!(
                error.kind(),
                ErrorKind::ConnectionRefused
                    | ErrorKind::HostUnreachable
                    | ErrorKind::NetworkUnreachable
                    | ErrorKind::NotFound
            )
        {
            return true;
        }
        source = cause.source();
    }
    is_tls_error(error)
}

/// Returns whether encryption has failed, such as at a certificate. The library reports that as an error of the
/// connection.
fn is_tls_error(error: &SmtpError) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        let io_error: Option<&std::io::Error> = cause.downcast_ref();
        if let Some(inner) = io_error.and_then(std::io::Error::get_ref)
            && inner.is::<rustls::Error>()
        {
            return true;
        }
        source = cause.source();
    }
    error.is_tls()
}
