//! A day in the table, with the numbers of the charts and of the CSV.

use parlor_engine::statistics::DailyUsage;
use parlor_kit::time;

/// A day in the table.
pub(super) struct DayRow {
    /// The day in UTC: `2026-11-30`.
    pub(super) day: String,
    pub(super) conversations: i64,
    pub(super) messages: i64,
    pub(super) requests: i64,
    pub(super) input_tokens: i64,
    pub(super) output_tokens: i64,
}

impl DayRow {
    pub(super) fn new(usage: &DailyUsage) -> Self {
        let mut day = time::format_iso(usage.start);
        day.truncate(10);
        Self {
            day,
            conversations: usage.conversations,
            messages: usage.messages,
            requests: usage.requests,
            input_tokens: usage.tokens.input_tokens,
            output_tokens: usage.tokens.output_tokens,
        }
    }

    /// Returns the numbers, in the order of the table's columns.
    pub(super) const fn numbers(&self) -> [i64; 5] {
        [
            self.conversations,
            self.messages,
            self.requests,
            self.input_tokens,
            self.output_tokens,
        ]
    }

    /// Returns whether nothing was used on the day.
    pub(super) fn is_empty(&self) -> bool {
        self.numbers() == [0; 5]
    }
}
