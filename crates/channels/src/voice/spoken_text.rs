//! Converts a text, which may be Markdown, to words that a voice can say.

use pulldown_cmark::{Event, Options, Parser, TagEnd};

/// Returns the words of a text without its marks. Links are their texts, images their descriptions, and tags of HTML are left out.
pub(super) fn to_spoken_text(text: &str) -> String {
    let options = Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TABLES;
    let mut spoken = String::with_capacity(text.len());
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Text(words) | Event::Code(words) => spoken.push_str(&words),
            Event::Html(html) | Event::InlineHtml(html) => push_without_tags(&mut spoken, &html),
            Event::SoftBreak | Event::HardBreak | Event::Rule => spoken.push('\n'),
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::TableRow
                | TagEnd::TableHead
                | TagEnd::CodeBlock,
            ) => spoken.push('\n'),
            Event::End(TagEnd::TableCell) => spoken.push_str(", "),
            _ => {}
        }
    }
    spoken.trim().to_owned()
}

fn push_without_tags(spoken: &mut String, html: &str) {
    let mut is_tag = false;
    for character in html.chars() {
        match character {
            '<' => is_tag = true,
            '>' => is_tag = false,
            other if !is_tag => spoken.push(other),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_not_said() {
        for (text, spoken) in [
            ("At **ten**, `room 4`.", "At ten, room 4."),
            ("# Times\n\n- nine\n- ten", "Times\nnine\nten"),
            (
                "[our page](https://h/x) ![a map](https://h/m.png)",
                "our page a map",
            ),
            ("a <b>bold</b> word & more", "a bold word & more"),
            ("1 < 2", "1 < 2"),
            ("<p>Hello\nAda</p>", "Hello\nAda"),
            ("  ", ""),
        ] {
            assert_eq!(to_spoken_text(text), spoken, "{text}");
        }
    }
}
