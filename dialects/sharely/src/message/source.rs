//! What an answer rests on. Groups show links and, beside them, more about each; other writers keep both in one list.

use parlor_model::message_details::MessageDetails;
use serde_json::{Map, Value};

/// The links.
pub(super) fn source_links(details: &MessageDetails) -> Option<Vec<String>> {
    let items = details.sources.as_ref()?.as_array()?;
    let links = items.iter().filter_map(|item| match item {
        Value::String(link) => Some(link.clone()),
        Value::Object(source) => source.get("url")?.as_str().map(str::to_owned),
        _ => None,
    });
    Some(links.collect())
}

/// What is known about them: what was said beside them, or else the objects that they are.
pub(super) fn source_details(details: &MessageDetails) -> Option<Vec<Map<String, Value>>> {
    let objects = |value: &Value| -> Option<Vec<Map<String, Value>>> {
        let items = value.as_array()?.iter();
        let objects = items.filter_map(|item| item.as_object().cloned());
        Some(objects.collect())
    };
    match &details.source_details {
        Some(about) => objects(about),
        None => objects(details.sources.as_ref()?).filter(|objects| !objects.is_empty()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn details_with_sources(sources: Value, about: Option<Value>) -> MessageDetails {
        MessageDetails {
            sources: Some(sources),
            source_details: about,
            ..MessageDetails::default()
        }
    }

    #[test]
    fn links_and_what_is_known_of_them_come_from_either_form() {
        let plain = details_with_sources(
            json!(["a", "b"]),
            Some(json!([{ "title": "A", "url": "a" }])),
        );
        assert_eq!(source_links(&plain).unwrap(), ["a", "b"]);
        assert_eq!(source_details(&plain).unwrap().len(), 1);
        let whole = details_with_sources(json!([{ "id": "1", "url": "a" }, { "id": "2" }]), None);
        assert_eq!(source_links(&whole).unwrap(), ["a"]);
        assert_eq!(source_details(&whole).unwrap().len(), 2);
        assert_eq!(
            source_details(&details_with_sources(json!(["a"]), None)),
            None
        );
        assert_eq!(source_links(&details_with_sources(json!("a"), None)), None);
        assert_eq!(source_links(&MessageDetails::default()), None);
    }
}
