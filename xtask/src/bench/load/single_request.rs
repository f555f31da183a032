//! Single requests, to check responses before they are measured.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::connection::LoadConnection;
use super::{LoadPlan, encode_requests, first_request};

/// Maximum time of a response.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(60);

/// Sends the first request of a plan and parses the response as JSON.
pub(in crate::bench) fn request_json(plan: &LoadPlan) -> Result<Value> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let requests = encode_requests(plan);
    let (status, body) = runtime
        .block_on(async {
            tokio::time::timeout(
                RESPONSE_TIMEOUT,
                exchange(&plan.address, first_request(&requests)?),
            )
            .await?
        })
        .with_context(|| format!("{} {:?}", plan.method, plan.paths.first()))?;
    if !(200..300).contains(&status) {
        bail!("{status} {}", String::from_utf8_lossy(&body));
    }
    Ok(serde_json::from_slice(&body)?)
}

async fn exchange(address: &str, request: &[u8]) -> Result<(u16, Vec<u8>)> {
    let mut connection = LoadConnection::connect(address).await?;
    connection.send(request).await?;
    let head = connection.read_head().await?;
    let mut body = Vec::new();
    connection
        .read_body(&head, |piece| body.extend_from_slice(piece))
        .await?;
    Ok((head.status, body))
}
