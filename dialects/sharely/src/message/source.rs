//! Sources of an answer. Groups have links and a separate list of details; other dialects and threads store one list of
//! objects.

use parlor_model::message_details::MessageDetails;
use serde_json::{Map, Value};

/// Returns the links of the sources.
pub(super) fn source_links(details: &MessageDetails) -> Option<Vec<String>> {
    let items = details.sources.as_ref()?.as_array()?;
    let links = items.iter().filter_map(|item| match item {
        Value::String(link) => Some(link.clone()),
        Value::Object(source) => source.get("url")?.as_str().map(str::to_owned),
        _ => None,
    });
    Some(links.collect())
}

/// Returns the separate details of the sources, otherwise the sources that are objects.
pub(super) fn source_details(details: &MessageDetails) -> Option<Vec<Map<String, Value>>> {
    let objects = |value: &Value| -> Option<Vec<Map<String, Value>>> {
        let items = value.as_array()?.iter();
        let objects = items.filter_map(|item| item.as_object().cloned());
        Some(objects.collect())
    };
    match &details.source_details {
        Some(details) => objects(details),
        None => objects(details.sources.as_ref()?).filter(|objects| !objects.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn details_with_sources(sources: Value, source_details: Option<Value>) -> MessageDetails {
        MessageDetails {
            sources: Some(sources),
            source_details,
            ..MessageDetails::default()
        }
    }

    #[test]
    fn sources_in_either_form_yield_links_and_details() {
        let plain = details_with_sources(
            json!(["a", "b"]),
            Some(json!([{ "title": "A", "url": "a" }])),
        );
        assert_eq!(source_links(&plain).unwrap(), ["a", "b"]);
        assert_eq!(source_details(&plain).unwrap().len(), 1);
        let objects = details_with_sources(json!([{ "id": "1", "url": "a" }, { "id": "2" }]), None);
        assert_eq!(source_links(&objects).unwrap(), ["a"]);
        assert_eq!(source_details(&objects).unwrap().len(), 2);
        assert_eq!(
            source_details(&details_with_sources(json!(["a"]), None)),
            None
        );
        assert_eq!(source_links(&details_with_sources(json!("a"), None)), None);
        assert_eq!(source_links(&MessageDetails::default()), None);
    }
}
