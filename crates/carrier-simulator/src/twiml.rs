//! Reads TwiML: XML by which the server tells a carrier what to do.

use std::time::Duration;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use thiserror::Error;

/// Elements in elements at most.
const MAX_DEPTH: usize = 8;
/// Elements of a document at most.
const MAX_ELEMENTS: usize = 1_000;
/// Longest pause.
const MAX_SECONDS: u64 = 600;

/// Instruction of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verb {
    /// Says a text.
    Say(String),
    /// Waits.
    Pause(Duration),
    /// Says and pauses, and listens meanwhile and afterwards.
    Gather(Gather),
    /// Goes on with another document; without a URL with the same one.
    Redirect(Option<String>),
    /// Ends the call.
    Hangup,
    /// Does not take the call.
    Reject,
    /// Answers a text message.
    Message(String),
    /// Something that the simulator does not do.
    Unknown(String),
}

/// How to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gather {
    /// Where what was heard is posted; the document's own URL if absent.
    pub(crate) action: Option<String>,
    /// Longest silence.
    pub(crate) timeout: Option<Duration>,
    /// What is said meanwhile.
    pub(crate) prompts: Vec<Verb>,
}

/// A document that is not TwiML.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the answer is not TwiML")]
pub(crate) struct TwimlError;

#[derive(Default)]
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

/// Parses a document.
///
/// # Errors
/// If it is not TwiML, or too large.
pub(crate) fn parse_twiml(xml: &str) -> Result<Vec<Verb>, TwimlError> {
    let root = parse_root(xml)?;
    if root.name != "Response" {
        return Err(TwimlError);
    }
    Ok(root.children.into_iter().map(to_verb).collect())
}

fn to_verb(element: Element) -> Verb {
    let seconds = |name: &str| {
        let value = element.attribute(name)?.parse::<u64>().ok()?;
        Some(Duration::from_secs(value.min(MAX_SECONDS)))
    };
    match element.name.as_str() {
        "Say" => Verb::Say(element.text.trim().to_owned()),
        "Pause" => Verb::Pause(seconds("length").unwrap_or(Duration::from_secs(1))),
        "Redirect" => {
            let url = element.text.trim();
            Verb::Redirect((!url.is_empty()).then(|| url.to_owned()))
        }
        "Hangup" => Verb::Hangup,
        "Reject" => Verb::Reject,
        "Message" => Verb::Message(element.message_text()),
        "Gather" => Verb::Gather(Gather {
            action: element.attribute("action").map(str::to_owned),
            timeout: seconds("timeout"),
            prompts: element.children.into_iter().map(to_verb).collect(),
        }),
        _ => Verb::Unknown(element.name),
    }
}

impl Element {
    fn attribute(&self, name: &str) -> Option<&str> {
        let mut found = self.attributes.iter().filter(|(found, _)| found == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// Returns the text of a message, which may be in an element of its own.
    fn message_text(&self) -> String {
        let body = self.children.iter().find(|child| child.name == "Body");
        body.unwrap_or(self).text.trim().to_owned()
    }
}

fn parse_root(xml: &str) -> Result<Element, TwimlError> {
    let mut reader = Reader::from_str(xml);
    // The lowest element is the document.
    let mut open = vec![Element::default()];
    let mut count = 0;
    loop {
        let event = reader.read_event().map_err(|_| TwimlError)?;
        if matches!(event, Event::Start(_) | Event::Empty(_)) {
            count += 1;
            if count > MAX_ELEMENTS || open.len() > MAX_DEPTH {
                return Err(TwimlError);
            }
        }
        match event {
            Event::Start(start) => open.push(to_element(&start)?),
            Event::Empty(start) => append_child(&mut open, to_element(&start)?)?,
            Event::End(_) => {
                let element = open.pop().ok_or(TwimlError)?;
                append_child(&mut open, element)?;
            }
            Event::Text(text) => {
                let text = text.xml10_content().map_err(|_| TwimlError)?;
                append_text(&mut open, &text)?;
            }
            Event::CData(text) => {
                let text = text.decode().map_err(|_| TwimlError)?;
                append_text(&mut open, &text)?;
            }
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().map_err(|_| TwimlError)?;
                match character {
                    Some(character) => append_text(&mut open, character.encode_utf8(&mut [0; 4]))?,
                    None => {
                        let name = reference.decode().map_err(|_| TwimlError)?;
                        append_text(&mut open, resolve_xml_entity(&name).ok_or(TwimlError)?)?;
                    }
                }
            }
            Event::DocType(_) => return Err(TwimlError),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => break,
        }
    }
    let mut document = open.pop().filter(|_| open.is_empty()).ok_or(TwimlError)?;
    match document.children.len() {
        1 => document.children.pop().ok_or(TwimlError),
        _ => Err(TwimlError),
    }
}

fn to_element(start: &BytesStart<'_>) -> Result<Element, TwimlError> {
    let mut element = Element {
        name: String::from_utf8_lossy(start.name().as_ref()).into_owned(),
        ..Element::default()
    };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| TwimlError)?;
        let value = attribute.normalized_value(XmlVersion::default());
        element.attributes.push((
            String::from_utf8_lossy(attribute.key.as_ref()).into_owned(),
            value.map_err(|_| TwimlError)?.into_owned(),
        ));
    }
    Ok(element)
}

fn append_child(open: &mut [Element], child: Element) -> Result<(), TwimlError> {
    open.last_mut().ok_or(TwimlError)?.children.push(child);
    Ok(())
}

fn append_text(open: &mut [Element], text: &str) -> Result<(), TwimlError> {
    open.last_mut().ok_or(TwimlError)?.text.push_str(text);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(text: &str) -> Verb {
        Verb::Say(text.to_owned())
    }

    #[test]
    fn conversation_is_read_with_its_references() {
        let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>\
            <Gather input=\"speech\" timeout=\"3\" action=\"https://h/t?a=1&amp;b=2\">\
            <Say>One &lt; &#50; &amp; <![CDATA[<x>]]></Say><Pause/></Gather>\
            <Redirect method=\"POST\">https://h/t?a=1&amp;b=3</Redirect><Hangup/><Dial>1</Dial></Response>";
        let gather = Gather {
            action: Some("https://h/t?a=1&b=2".to_owned()),
            timeout: Some(Duration::from_secs(3)),
            prompts: vec![say("One < 2 & <x>"), Verb::Pause(Duration::from_secs(1))],
        };
        assert_eq!(
            parse_twiml(xml).unwrap(),
            [
                Verb::Gather(gather),
                Verb::Redirect(Some("https://h/t?a=1&b=3".to_owned())),
                Verb::Hangup,
                Verb::Unknown("Dial".to_owned()),
            ]
        );
        assert_eq!(parse_twiml("<Response/>").unwrap(), []);
        let message = "<Response><Message><Body>Hi</Body></Message></Response>";
        assert_eq!(
            parse_twiml(message).unwrap(),
            [Verb::Message("Hi".to_owned())]
        );
    }

    #[test]
    fn other_documents_are_refused() {
        let deep = format!("<Response>{}", "<a>".repeat(20));
        let wide = format!("<Response>{}</Response>", "<Say/>".repeat(2_000));
        for xml in [
            "",
            "hello",
            "<html/>",
            "<Response>",
            "<Response></Say></Response>",
            "<Response/><Response/>",
            "<!DOCTYPE x [<!ENTITY a \"b\">]><Response><Say>&a;</Say></Response>",
            "<Response><Say>&unknown;</Say></Response>",
            &deep,
            &wide,
        ] {
            assert_eq!(parse_twiml(xml), Err(TwimlError), "{xml}");
        }
    }
}
