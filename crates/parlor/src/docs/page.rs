//! Documentation pages from the Markdown files of the repository's `docs` folder.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// One Markdown page.
pub(super) struct DocPage {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    text: &'static str,
}

macro_rules! pages {
    ($($name:literal $title:literal)*) => {
        /// All pages, in navigation order.
        pub(super) const PAGES: &[DocPage] = &[$(DocPage {
            name: $name,
            title: $title,
            text: include_str!(concat!("../../../../docs/", $name, ".md")),
        }),*];
    };
}

pages! {
    "start" "Five minutes"
    "first-hour" "The first hour"
    "install" "Install"
    "model" "One model"
    "errors" "Errors"
    "limits" "Limits"
    "agents" "Agent servers"
    "assistants" "What needs an assistant"
    "local-models" "Local models"
    "carriers" "Carriers"
    "console" "The console"
    "simulator" "The simulator"
    "webhooks" "Webhooks"
    "mcp" "Tools of models"
    "realtime" "Live"
    "widget" "Chat widget"
    "search" "Search"
    "relation-notes" "Relation: notes"
    "backup" "Backup"
    "configuration" "Configuration"
    "command-line" "Command line"
}

/// Renders a page as HTML. Headings get ids; links between Markdown files become links between pages.
pub(super) fn render(page: &DocPage) -> String {
    let parser = Parser::new_ext(page.text, Options::ENABLE_TABLES);
    let mut events: Vec<Event<'_>> = Vec::new();
    let mut heading: Option<(usize, String)> = None;
    for event in parser {
        match &event {
            Event::Start(Tag::Heading { level, .. }) if *level != HeadingLevel::H1 => {
                heading = Some((events.len(), String::new()));
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, title)) = &mut heading {
                    title.push_str(text);
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some((index, title)) = heading.take()
                    && let Event::Start(Tag::Heading { id, .. }) = &mut events[index]
                {
                    *id = Some(heading_id(&title).into());
                }
            }
            _ => {}
        }
        events.push(match event {
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }) => Event::Start(Tag::Link {
                link_type,
                dest_url: link_target(&dest_url).into(),
                title,
                id,
            }),
            other => other,
        });
    }
    let mut out = String::with_capacity(page.text.len() * 2);
    html::push_html(&mut out, events.into_iter());
    out
}

fn heading_id(title: &str) -> String {
    let lowercase = title.to_lowercase();
    let words = lowercase.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}

/// Maps a link target: `limits.md#bodies` becomes `/docs/limits#bodies`.
fn link_target(url: &str) -> String {
    let (file, anchor) = url
        .split_once('#')
        .map_or((url, None), |(file, anchor)| (file, Some(anchor)));
    let Some(name) = file.strip_suffix(".md") else {
        return url.to_owned();
    };
    match anchor {
        Some(anchor) => format!("/docs/{name}#{anchor}"),
        None => format!("/docs/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_renders_with_heading_ids_and_page_links() {
        assert_eq!(
            link_target("limits.md#request-bodies"),
            "/docs/limits#request-bodies"
        );
        assert_eq!(link_target("/openapi/x.json"), "/openapi/x.json");
        let page = DocPage {
            name: "a",
            title: "A",
            text: "# A\n\n## Request `bodies`, long\n\n[b](b.md)\n",
        };
        let html = render(&page);
        assert!(html.contains("<h2 id=\"request-bodies-long\">"), "{html}");
        assert!(html.contains("href=\"/docs/b\""), "{html}");
    }
}
