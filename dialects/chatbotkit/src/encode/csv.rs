//! Records as CSV rows (RFC 4180) of quoted cells.

use parlor_kit::csv::write_cell;
use parlor_kit::ids::write_prefixed;
use parlor_model::{Id, Timestamp};

use super::{RecordWriter, yaml};

/// A row being written.
pub(crate) struct CsvRowWriter<'p> {
    writer: &'p mut RecordWriter,
    is_first: bool,
}

/// The last metadata and its encoded cell.
#[derive(Default)]
pub(super) struct YamlCellCache {
    json: String,
    cell: String,
}

impl RecordWriter {
    /// Begins a row; [`CsvRowWriter::finish`] ends it.
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

    /// Writes a text. By the settings, one that a spreadsheet would evaluate as a formula is escaped.
    pub(crate) fn text(&mut self, value: Option<&str>) -> &mut Self {
        self.begin_cell();
        write_cell(
            &mut self.writer.out,
            value.unwrap_or_default(),
            self.writer.formula_guard,
        );
        self
    }

    /// Writes `true` or `false`.
    pub(crate) fn flag(&mut self, value: Option<bool>) -> &mut Self {
        self.begin_cell();
        if let Some(value) = value {
            self.writer.write_raw(if value { "true" } else { "false" });
        }
        self
    }

    /// Writes an id.
    pub(crate) fn id<K>(&mut self, prefix: &str, value: Option<Id<K>>) -> &mut Self {
        self.begin_cell();
        if let Some(value) = value {
            write_prefixed(&mut self.writer.out, prefix, value);
        }
        self
    }

    /// Writes a time.
    pub(crate) fn time(&mut self, value: Option<Timestamp>) -> &mut Self {
        self.begin_cell();
        if let Some(value) = value {
            self.writer.write_time(value);
        }
        self
    }

    /// Writes stored JSON as YAML.
    pub(crate) fn yaml(&mut self, json: &str) -> &mut Self {
        self.begin_cell();
        if json == "{}" {
            self.writer.write_raw("{}");
            return self;
        }
        let RecordWriter {
            out,
            yaml_cell: cache,
            ..
        } = &mut *self.writer;
        if cache.json != json {
            cache.cell = yaml::from_json(json).replace('"', "\"\"");
            json.clone_into(&mut cache.json);
        }
        out.extend_from_slice(cache.cell.as_bytes());
        self
    }

    /// Ends the row.
    pub(crate) fn finish(&mut self) {
        self.writer.write_raw("\"\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Settings;

    fn cell(guard: bool, text: &str) -> String {
        let mut writer = RecordWriter::new(Settings {
            csv_formula_guard: guard,
            ..Settings::default()
        });
        writer.begin_row().text(Some(text)).finish();
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(writer.out.as_slice());
        let record = reader.records().next().unwrap().unwrap();
        record[0].to_owned()
    }

    #[test]
    fn formula_is_escaped_and_phone_number_is_not() {
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
    fn repeated_metadata_is_encoded_as_the_first() {
        let mut writer = RecordWriter::new(Settings::default());
        let texts = [r#"{"a":"\""}"#, r#"{"a":"\""}"#, "{}", r#"{"b":1}"#];
        for text in texts {
            writer.begin_row().yaml(text).finish();
        }
        let text = String::from_utf8(writer.out).unwrap();
        assert_eq!(
            text,
            "\"a: \"\"\\\"\"\"\"\"\n\"a: \"\"\\\"\"\"\"\"\n\"{}\"\n\"b: 1\"\n"
        );
    }
}
