//! Single messages of a transport without HTTP, such as the lines of a program's standard input.

use std::sync::Arc;

use parlor_engine::Engine;
use parlor_model::Ctx;
use rmcp::model::{
    ClientJsonRpcMessage, ClientRequest, ErrorCode, GetExtensions, InitializeRequestParams,
    ProtocolVersion, RequestId,
};
use rmcp::service::{RoleServer, serve_directly};
use rmcp::transport::OneshotTransport;
use serde_json::{Value, json};

use crate::server::McpServer;

/// Answers a JSON-RPC message with the rights of a context; notifications have no answer.
pub async fn answer_message(engine: Arc<Engine>, ctx: Ctx, message: Value) -> Option<Value> {
    let id = message.get("id").cloned();
    let mut request = match serde_json::from_value(message) {
        Ok(ClientJsonRpcMessage::Request(request)) => request,
        Ok(_) => return None,
        Err(_) => {
            return Some(error_message(
                id.as_ref(),
                ErrorCode::INVALID_REQUEST,
                "not a request of this protocol",
            ));
        }
    };
    let id = request.id.clone();
    request.request.extensions_mut().insert(ctx);
    let client = client_parameters(&request.request);
    let request = ClientJsonRpcMessage::Request(request);
    let (transport, mut answers) = OneshotTransport::<RoleServer>::new(request);
    let service = serve_directly(McpServer::new(engine), transport, Some(client));
    let answer = answers.recv().await;
    // The only request has been answered.
    let _ = service.cancel().await;
    let text = answer.and_then(|answer| serde_json::to_value(answer).ok());
    Some(text.unwrap_or_else(|| {
        let id = match id {
            RequestId::Number(number) => json!(number),
            RequestId::String(text) => json!(text),
        };
        error_message(Some(&id), ErrorCode::INTERNAL_ERROR, "internal error")
    }))
}

/// Returns what the client has said of itself; after the first request, only that it speaks a version with a handshake.
fn client_parameters(request: &ClientRequest) -> InitializeRequestParams {
    match request {
        ClientRequest::InitializeRequest(initialize) => initialize.params.clone(),
        _ => {
            InitializeRequestParams::default().with_protocol_version(ProtocolVersion::V_2025_06_18)
        }
    }
}

fn error_message(id: Option<&Value>, code: ErrorCode, text: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code.0, "message": text } })
}
