//! Records as lines of quoted cells.

use parlor_kit::csv::write_cell;
use parlor_kit::ids::write_prefixed;
use parlor_model::{Id, Timestamp};

use super::{RecordWriter, yaml};

/// A line being written.
pub(crate) struct CsvRowWriter<'p> {
    writer: &'p mut RecordWriter,
    is_first: bool,
}

/// The last metadata and its cell, quotes doubled.
#[derive(Default)]
pub(super) struct YamlCellCache {
    json: String,
    cell: String,
}

impl RecordWriter {
    /// Begins a line; [`CsvRowWriter::finish`] ends it.
    pub(crate) fn begin_row(&mut self) -> CsvRowWriter<'_> {
        CsvRowWriter {
            writer: self,
            is_first: true,
        }
    }
}

impl CsvRowWriter<'_> {
    fn begin_cell(&mut self) {
        self.writer
            .write_raw(if self.is_first { "\"" } else { "\",\"" });
        self.is_first = false;
    }

    /// A text; one that a spreadsheet would take for a formula is guarded.
    pub(crate) fn text(&mut self, value: Option<&str>) -> &mut Self {
        self.begin_cell();
        write_cell(
            &mut self.writer.out,
            value.unwrap_or_default(),
            self.writer.formula_guard,
        );
        self
    }

    /// Yes or no.
    pub(crate) fn flag(&mut self, value: Option<bool>) -> &mut Self {
        self.begin_cell();
        if let Some(value) = value {
            self.writer.write_raw(if value { "true" } else { "false" });
        }
        self
    }

    /// An id of this server's.
    pub(crate) fn id<K>(&mut self, prefix: &str, value: Option<Id<K>>) -> &mut Self {
        self.begin_cell();
        if let Some(value) = value {
            write_prefixed(&mut self.writer.out, prefix, value);
        }
        self
    }

    /// A time.
    pub(crate) fn time(&mut self, value: Option<Timestamp>) -> &mut Self {
        self.begin_cell();
        if let Some(value) = value {
            self.writer.write_time(value);
        }
        self
    }

    /// Stored JSON as YAML.
    pub(crate) fn yaml(&mut self, json: &str) -> &mut Self {
        self.begin_cell();
        if json == "{}" {
            self.writer.write_raw("{}");
            return self;
        }
        let RecordWriter {
            out,
            yaml_cell: last,
            ..
        } = &mut *self.writer;
        if last.json != json {
            last.cell = yaml::from_json(json).replace('"', "\"\"");
            json.clone_into(&mut last.json);
        }
        out.extend_from_slice(last.cell.as_bytes());
        self
    }

    /// Ends the line.
    pub(crate) fn finish(&mut self) {
        self.writer.write_raw("\"\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    fn cell(guard: bool, text: &str) -> String {
        let mut pen = RecordWriter::new(Settings {
            csv_formula_guard: guard,
            ..Settings::default()
        });
        pen.begin_row().text(Some(text)).finish();
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
        let mut pen = RecordWriter::new(Settings::default());
        let metas = [r#"{"a":"\""}"#, r#"{"a":"\""}"#, "{}", r#"{"b":1}"#];
        for meta in metas {
            pen.begin_row().yaml(meta).finish();
        }
        let text = String::from_utf8(pen.out).unwrap();
        assert_eq!(
            text,
            "\"a: \"\"\\\"\"\"\"\"\n\"a: \"\"\\\"\"\"\"\"\n\"{}\"\n\"b: 1\"\n"
        );
    }
}
