//! HTML as text: lines of blocks, quotations marked as in plain mails. Nothing of it is loaded or run.

mod tag;
mod text_writer;

use self::tag::TagReader;
use self::text_writer::TextWriter;

/// Elements whose content is not text.
const HIDDEN: [&str; 7] = [
    "head", "style", "script", "template", "title", "noscript", "svg",
];
/// Elements that begin and end a line.
const BLOCKS: [&str; 21] = [
    "div", "tr", "ul", "ol", "table", "section", "article", "header", "footer", "hr", "dl", "dt",
    "dd", "form", "address", "center", "body", "li", "main", "nav", "fieldset",
];
/// Elements that stand apart.
const PARAGRAPHS: [&str; 7] = ["p", "h1", "h2", "h3", "h4", "h5", "h6"];

/// Converts HTML, however broken.
pub(super) fn to_text(html: &str) -> String {
    let mut writer = TextWriter::default();
    let mut reader = TagReader::default();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        writer.write(&rest[..start]);
        rest = &rest[start..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            let end = comment.find("-->");
            rest = end.map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let Some(tag) = reader.read(rest) else {
            writer.write("<");
            rest = &rest[1..];
            continue;
        };
        rest = &rest[tag.len..];
        let name = tag.name.as_str();
        if HIDDEN.contains(&name) && !tag.is_end {
            rest = tag::skip_to_end(rest, name);
            continue;
        }
        write_tag(&mut writer, name, tag.is_end);
    }
    writer.write(rest);
    writer.finish()
}

fn write_tag(writer: &mut TextWriter, name: &str, is_end: bool) {
    match name {
        "br" => writer.line_break(),
        "blockquote" => writer.quote(is_end),
        "pre" => writer.preformatted(is_end),
        "td" | "th" if is_end => writer.blank(),
        _ if PARAGRAPHS.contains(&name) => writer.paragraph(),
        _ if BLOCKS.contains(&name) => {
            writer.block();
            if name == "li" && !is_end {
                writer.write("- ");
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_lines_and_quotations_are_marked() {
        for (html, text) in [
            ("<div>a</div><div>b<br>c</div>", "a\nb\nc"),
            ("<p>a  b\n c</p>\n<p>d</p>", "a b c\n\nd"),
            (
                "a<blockquote>b<blockquote>c</blockquote></blockquote>d",
                "a\n> b\n> c\nd",
            ),
            ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
            ("<td>a</td><td>b</td>", "a b"),
            ("<pre>a\n  b</pre>", "a\n  b"),
            (
                "a&amp;b &lt;c&gt; &euro;&nbsp;5 &bogus; & &#228;",
                "a&b <c> € 5 &bogus; & ä",
            ),
            ("<style>p{}</style><script>x</script>a<!-- b -->c", "ac"),
            ("<a title='x>y' href=z>a</a>", "a"),
            ("1 < 2 and <b>3</b>", "1 < 2 and 3"),
        ] {
            assert_eq!(to_text(html), text, "{html}");
        }
    }

    #[test]
    fn broken_html_ends() {
        for html in [
            "<",
            "<!--",
            "<script>",
            "<a href=\"",
            "&",
            "a<",
            "</blockquote>&#xFFFFFFFF;",
            "<é>é<",
        ] {
            to_text(html);
        }
        for part in [
            "<a \"",
            "<a ",
            "&",
            "<!-",
            "<blockquote>x",
            "<script",
            "<pre>",
        ] {
            to_text(&part.repeat(50_000));
        }
    }
}
