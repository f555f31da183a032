//! HTTP client of the store, with this server's TLS.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http_body_util::BodyExt;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
    HttpResponseBody, HttpService,
};
use object_store::{BackoffConfig, ClientOptions, RetryConfig};
use rustls::{ClientConfig, RootCertStore};
use url::Url;

use super::credentials::AccessKey;
use super::settings::S3Settings;

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long the store may say nothing.
const READ_TIMEOUT: Duration = Duration::from_secs(10);
/// Repeats of a request that the store has not answered or has failed.
const MAX_RETRIES: usize = 2;
/// Time after which no repeat begins. A caller waits no longer than a request may take.
const RETRY_TIMEOUT: Duration = Duration::from_secs(10);
/// First pause before a repeat.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Builds the client of a bucket. Sends nothing.
pub(super) fn build_client(settings: &S3Settings) -> object_store::Result<AmazonS3> {
    let section = &settings.section;
    let bucket = &settings.location.bucket;
    let is_path_style = section.path_style.unwrap_or(section.endpoint.is_some());
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(&section.region)
        .with_virtual_hosted_style_request(!is_path_style)
        // Some stores lack the request that deletes many objects.
        .with_disable_bulk_delete(true)
        .with_credentials(Arc::new(AccessKey::new(section)))
        .with_retry(RetryConfig {
            backoff: BackoffConfig {
                init_backoff: FIRST_PAUSE,
                ..BackoffConfig::default()
            },
            max_retries: MAX_RETRIES,
            retry_timeout: RETRY_TIMEOUT,
        })
        .with_http_connector(Connector);
    if let Some(endpoint) = &section.endpoint {
        builder = builder.with_endpoint(match is_path_style {
            true => endpoint.trim_end_matches('/').to_owned(),
            false => with_bucket_host(endpoint, bucket),
        });
    }
    builder.build()
}

/// Puts the bucket before the host of an endpoint.
fn with_bucket_host(endpoint: &str, bucket: &str) -> String {
    let host = |url: &Url| url.host_str().map(|host| format!("{bucket}.{host}"));
    let Ok(mut url) = Url::parse(endpoint) else {
        return endpoint.to_owned();
    };
    if let Some(host) = host(&url) {
        // A name that is no host stays without the bucket, and the store refuses the request.
        let _ = url.set_host(Some(&host));
    }
    url.as_str().trim_end_matches('/').to_owned()
}

#[derive(Debug)]
struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let client = build_http_client().map_err(|source| object_store::Error::Generic {
            store: super::failure::STORE_NAME,
            source,
        })?;
        Ok(HttpClient::new(Service(client)))
    }
}

fn build_http_client() -> Result<reqwest::Client, Box<dyn std::error::Error + Send + Sync>> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        // A signature is for one host only.
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .build()?;
    Ok(client)
}

#[derive(Debug)]
struct Service(reqwest::Client);

#[async_trait]
impl HttpService for Service {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let url = Url::parse(&parts.uri.to_string())
            .map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        let mut request = reqwest::Request::new(parts.method, url);
        *request.headers_mut() = parts.headers;
        *request.body_mut() = Some(match body.as_bytes() {
            Some(bytes) => bytes.clone().into(),
            None => reqwest::Body::wrap(body),
        });
        let response = self.0.execute(request).await.map_err(to_http_error)?;
        let response: http::Response<reqwest::Body> = response.into();
        let (parts, body) = response.into_parts();
        let body = HttpResponseBody::new(body.map_err(to_http_error));
        Ok(HttpResponse::from_parts(parts, body))
    }
}

/// Converts an error. Every request of this client may be repeated: what it writes is the same each time.
fn to_http_error(error: reqwest::Error) -> HttpError {
    let kind = match () {
        () if error.is_timeout() => HttpErrorKind::Timeout,
        () if error.is_connect() => HttpErrorKind::Connect,
        () if error.is_decode() => HttpErrorKind::Decode,
        () => HttpErrorKind::Interrupted,
    };
    HttpError::new(kind, error.without_url())
}
