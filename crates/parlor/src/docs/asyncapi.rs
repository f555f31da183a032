//! AsyncAPI documents. They are written by hand, since route tables do not describe WebSocket frames.

/// Returns the document of a dialect that has WebSockets.
pub(crate) fn asyncapi_document(dialect: &str) -> Option<&'static str> {
    match dialect {
        "relation" => Some(include_str!("../../../../docs/asyncapi/relation.json")),
        "tenant-chats" => Some(include_str!("../../../../docs/asyncapi/tenant-chats.json")),
        _ => None,
    }
}
