//! The AsyncAPI documents, written by hand: what is said on WebSockets is in no table of routes.

/// The document of a dialect that has sockets.
pub(crate) fn asyncapi_document(dialect: &str) -> Option<&'static str> {
    match dialect {
        "relation" => Some(include_str!("../../../../docs/asyncapi/relation.json")),
        "tenant-chats" => Some(include_str!("../../../../docs/asyncapi/tenant-chats.json")),
        _ => None,
    }
}
