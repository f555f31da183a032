//! What an answer rests on. Groups show links and, beside them, more about each; other writers keep both in one list.

use parlor_model::details::Details;
use serde_json::{Map, Value};

/// The links.
pub(super) fn links(details: &Details) -> Option<Vec<String>> {
    let items = details.sources.as_ref()?.as_array()?;
    let links = items.iter().filter_map(|item| match item {
        Value::String(link) => Some(link.clone()),
        Value::Object(source) => source.get("url")?.as_str().map(str::to_owned),
        _ => None,
    });
    Some(links.collect())
}

/// What is known about them: what was said beside them, or else the objects that they are.
pub(super) fn about(details: &Details) -> Option<Vec<Map<String, Value>>> {
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

    fn of(sources: Value, about: Option<Value>) -> Details {
        Details {
            sources: Some(sources),
            source_details: about,
            ..Details::default()
        }
    }

    #[test]
    fn links_and_what_is_known_of_them_come_from_either_form() {
        let plain = of(
            json!(["a", "b"]),
            Some(json!([{ "title": "A", "url": "a" }])),
        );
        assert_eq!(links(&plain).unwrap(), ["a", "b"]);
        assert_eq!(about(&plain).unwrap().len(), 1);
        let whole = of(json!([{ "id": "1", "url": "a" }, { "id": "2" }]), None);
        assert_eq!(links(&whole).unwrap(), ["a"]);
        assert_eq!(about(&whole).unwrap().len(), 2);
        assert_eq!(about(&of(json!(["a"]), None)), None);
        assert_eq!(links(&of(json!("a"), None)), None);
        assert_eq!(links(&Details::default()), None);
    }
}
