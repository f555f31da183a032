//! Records as lines of quoted cells.

use parlor_kit::csv::write_cell;
use parlor_kit::ids::write_prefixed;
use parlor_model::{Id, Timestamp};

use super::{Pen, yaml};

/// A line being written.
pub(crate) struct Cells<'p> {
    pen: &'p mut Pen,
    is_first: bool,
}

/// The last metadata and its cell, quotes doubled.
#[derive(Default)]
pub(super) struct LastMeta {
    json: String,
    cell: String,
}

impl Pen {
    /// Begins a line; [`Cells::end`] ends it.
    pub(crate) fn cells(&mut self) -> Cells<'_> {
        Cells {
            pen: self,
            is_first: true,
        }
    }
}

impl Cells<'_> {
    fn begin(&mut self) {
        self.pen.raw(if self.is_first { "\"" } else { "\",\"" });
        self.is_first = false;
    }

    /// A text; one that a spreadsheet would take for a formula is guarded.
    pub(crate) fn text(&mut self, value: Option<&str>) -> &mut Self {
        self.begin();
        write_cell(&mut self.pen.out, value.unwrap_or_default(), self.pen.guard);
        self
    }

    /// Yes or no.
    pub(crate) fn flag(&mut self, value: Option<bool>) -> &mut Self {
        self.begin();
        if let Some(value) = value {
            self.pen.raw(if value { "true" } else { "false" });
        }
        self
    }

    /// An id of this server's.
    pub(crate) fn id<K>(&mut self, prefix: &str, value: Option<Id<K>>) -> &mut Self {
        self.begin();
        if let Some(value) = value {
            write_prefixed(&mut self.pen.out, prefix, value);
        }
        self
    }

    /// A time.
    pub(crate) fn time(&mut self, value: Option<Timestamp>) -> &mut Self {
        self.begin();
        if let Some(value) = value {
            self.pen.time(value);
        }
        self
    }

    /// Stored JSON as YAML.
    pub(crate) fn yaml(&mut self, json: &str) -> &mut Self {
        self.begin();
        if json == "{}" {
            self.pen.raw("{}");
            return self;
        }
        let Pen {
            out, yaml: last, ..
        } = &mut *self.pen;
        if last.json != json {
            last.cell = yaml::of_json(json).replace('"', "\"\"");
            json.clone_into(&mut last.json);
        }
        out.extend_from_slice(last.cell.as_bytes());
        self
    }

    /// Ends the line.
    pub(crate) fn end(&mut self) {
        self.pen.raw("\"\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    fn cell(guard: bool, text: &str) -> String {
        let mut pen = Pen::new(Settings {
            csv_formula_guard: guard,
            ..Settings::default()
        });
        pen.cells().text(Some(text)).end();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(pen.out.as_slice());
        let record = reader.records().next().unwrap().unwrap();
        record[0].to_owned()
    }

    #[test]
    fn formulas_are_guarded_and_phone_numbers_are_not() {
        for (text, guarded) in [
            ("=1+1, \"x\"", "'=1+1, \"x\""),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("\n=x", "'\n=x"),
            ("-2+cmd", "'-2+cmd"),
            ("+1 (500) 555-0006", "+1 (500) 555-0006"),
            ("-1.5", "-1.5"),
            ("plain, \"quoted\"\nline", "plain, \"quoted\"\nline"),
            ("", ""),
        ] {
            assert_eq!(cell(true, text), guarded);
            assert_eq!(cell(false, text), text);
        }
    }

    #[test]
    fn a_repeated_meta_is_written_as_the_first_was() {
        let mut pen = Pen::new(Settings::default());
        let metas = [r#"{"a":"\""}"#, r#"{"a":"\""}"#, "{}", r#"{"b":1}"#];
        for meta in metas {
            pen.cells().yaml(meta).end();
        }
        let text = String::from_utf8(pen.out).unwrap();
        assert_eq!(
            text,
            "\"a: \"\"\\\"\"\"\"\"\n\"a: \"\"\\\"\"\"\"\"\n\"{}\"\n\"b: 1\"\n"
        );
    }
}
