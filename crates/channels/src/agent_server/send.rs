//! One request on a connection of its own, up to the head of its response.

use bytes::Bytes;
use http::{Request, Response, Uri};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use parlor_engine::outbound::AgentServerError;
use tokio::time::timeout;

use super::{AgentClientLimits, ConnectionTask};
use crate::dial::{self, Dialer};

/// Maximum size of a response head.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// Connects, sends a request and returns the response with the task that drives its connection.
///
/// # Errors
/// Those of [`dial::open`]; `ConnectionLost` if the connection breaks; `TimedOut` after the connect or head timeout.
pub(crate) async fn send_request<B>(
    dialer: &Dialer,
    limits: AgentClientLimits,
    uri: &Uri,
    request: Request<B>,
) -> Result<(Response<Incoming>, ConnectionTask), AgentServerError>
where
    B: Body<Data = Bytes, Error = std::convert::Infallible> + Send + 'static,
{
    let stream = timeout(limits.connect_timeout, dial::open(dialer, uri))
        .await
        .map_err(|_| AgentServerError::TimedOut)??;
    let exchange = async {
        let mut builder = http1::Builder::new();
        builder.max_buf_size(MAX_HEAD_BYTES);
        let handshake = builder.handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = handshake.map_err(|_| AgentServerError::ConnectionLost)?;
        let connection = ConnectionTask::spawn(connection);
        let response = sender.send_request(request).await;
        let response = response.map_err(|_| AgentServerError::ConnectionLost)?;
        Ok((response, connection))
    };
    timeout(limits.head_timeout, exchange)
        .await
        .map_err(|_| AgentServerError::TimedOut)?
}
