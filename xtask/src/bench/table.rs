//! Result table: one row per measure, with baseline, server, goal and stretch goal.

use std::path::Path;

use anyhow::Result;
use serde::Serialize;

/// Median, minimum and maximum of several runs.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct RunSpread {
    pub(super) median: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl RunSpread {
    /// Computes the spread; `None` without runs.
    pub(super) fn from_runs(runs: &[f64]) -> Option<Self> {
        let mut sorted = runs.to_vec();
        sorted.sort_by(f64::total_cmp);
        Some(RunSpread {
            median: *sorted.get(sorted.len() / 2)?,
            low: *sorted.first()?,
            high: *sorted.last()?,
        })
    }

    fn to_text(self) -> String {
        if self.low == self.high {
            return format_significant(self.median);
        }
        format!(
            "{} ({}–{})",
            format_significant(self.median),
            format_significant(self.low),
            format_significant(self.high)
        )
    }
}

/// Goal of a figure: the required value and an optional stretch value.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) enum Goal {
    AtLeast(f64, Option<f64>),
    AtMost(f64, Option<f64>),
    /// Stretch value only.
    Aim(f64),
}

impl Goal {
    /// Returns the text of the required value and whether it is met.
    fn verdict(self, figure: f64) -> Option<(String, bool)> {
        match self {
            Goal::AtLeast(goal, _) => Some((format!("≥ {goal}"), figure >= goal)),
            Goal::AtMost(goal, _) => Some((format!("≤ {goal}"), figure <= goal)),
            Goal::Aim(_) => None,
        }
    }

    fn aim_verdict(self, figure: f64) -> Option<(f64, bool)> {
        match self {
            Goal::AtLeast(_, stretch) => stretch.map(|s| (s, figure >= s)),
            Goal::AtMost(_, stretch) => stretch.map(|s| (s, figure <= s)),
            Goal::Aim(stretch) => Some((stretch, figure >= stretch)),
        }
    }
}

/// Row of the table.
#[derive(Debug, Clone, Serialize)]
pub(super) struct TableRow {
    /// Id of the goal; empty without one.
    pub(super) id: &'static str,
    pub(super) name: String,
    pub(super) floor: Option<RunSpread>,
    pub(super) ours: Option<RunSpread>,
    /// Value that the goal refers to: a ratio or an amount.
    pub(super) figure: Option<f64>,
    pub(super) goal: Option<Goal>,
}

impl TableRow {
    /// Builds a row of baseline and server; the figure is their ratio.
    pub(super) fn compared(name: impl Into<String>, floor: &[f64], ours: &[f64]) -> Self {
        let (floor, ours) = (RunSpread::from_runs(floor), RunSpread::from_runs(ours));
        TableRow {
            id: "",
            name: name.into(),
            figure: ratio(ours, floor),
            floor,
            ours,
            goal: None,
        }
    }

    /// Builds a row with an amount of the server.
    pub(super) fn amount(name: impl Into<String>, ours: &[f64]) -> Self {
        let ours = RunSpread::from_runs(ours);
        TableRow {
            id: "",
            name: name.into(),
            floor: None,
            ours,
            figure: ours.map(|spread| spread.median),
            goal: None,
        }
    }

    /// Builds a row with the ratio of two amounts of the server.
    pub(super) fn ratio_of(name: impl Into<String>, above: &[f64], below: &[f64]) -> Self {
        TableRow {
            id: "",
            name: name.into(),
            floor: None,
            ours: None,
            figure: ratio(RunSpread::from_runs(above), RunSpread::from_runs(below)),
            goal: None,
        }
    }

    /// Sets the goal.
    pub(super) fn with_goal(mut self, id: &'static str, goal: Goal) -> Self {
        self.id = id;
        self.goal = Some(goal);
        self
    }

    /// Uses the server's amount as the figure instead of the ratio.
    pub(super) fn with_absolute_goal(mut self) -> Self {
        self.figure = self.ours.map(|spread| spread.median);
        self
    }

    fn cells(&self) -> [String; 7] {
        let spread = |spread: &Option<RunSpread>| {
            spread
                .as_ref()
                .map_or(String::new(), |spread| spread.to_text())
        };
        let judged = self.goal.zip(self.figure);
        let verdict = |met: bool| if met { "met" } else { "MISSED" };
        [
            self.id.to_owned(),
            self.name.clone(),
            spread(&self.floor),
            spread(&self.ours),
            self.figure.map_or(String::new(), format_significant),
            judged
                .and_then(|(goal, figure)| goal.verdict(figure))
                .map_or(String::new(), |(goal, met)| {
                    format!("{goal} {}", verdict(met))
                }),
            judged
                .and_then(|(goal, figure)| goal.aim_verdict(figure))
                .map_or(String::new(), |(stretch, met)| {
                    format!("{stretch} {}", if met { "met" } else { "not yet" })
                }),
        ]
    }
}

fn ratio(above: Option<RunSpread>, below: Option<RunSpread>) -> Option<f64> {
    let (above, below) = (above?.median, below?.median);
    (below > 0.0).then(|| above / below)
}

/// Formats a value with three significant digits and the suffixes k and M.
fn format_significant(value: f64) -> String {
    match value.abs() {
        v if v >= 1e6 => format!("{:.2}M", value / 1e6),
        v if v >= 1e4 => format!("{:.1}k", value / 1e3),
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Table of a run.
#[derive(Serialize)]
pub(super) struct ResultTable {
    /// Whether the run was too short to prove goals.
    quick: bool,
    lines: Vec<TableRow>,
}

const HEADERS: [&str; 7] = ["", "measure", "floor", "ours", "figure", "goal", "stretch"];

impl ResultTable {
    /// Creates a table.
    pub(super) fn new(lines: Vec<TableRow>, quick: bool) -> Self {
        ResultTable { quick, lines }
    }

    /// Formats Markdown with aligned columns, which is also readable on a terminal.
    pub(super) fn to_markdown(&self) -> String {
        let rows: Vec<[String; 7]> = self.lines.iter().map(TableRow::cells).collect();
        let mut widths = HEADERS.map(|head| head.chars().count().max(3));
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let line = |cells: &[String; 7]| {
            let padded: Vec<String> = cells
                .iter()
                .zip(widths)
                .map(|(cell, width)| format!("{cell:width$}"))
                .collect();
            format!("| {} |\n", padded.join(" | "))
        };
        let mut text = line(&HEADERS.map(str::to_owned));
        text.push_str(&line(&widths.map(|width| "-".repeat(width))));
        text.extend(rows.iter().map(line));
        let judged: Vec<bool> = self
            .lines
            .iter()
            .filter_map(|line| line.goal?.verdict(line.figure?))
            .map(|(_, met)| met)
            .collect();
        let met = judged.iter().filter(|met| **met).count();
        text.push_str(&format!(
            "\nMedian (lowest–highest); the figure is ours over the floor's, or the amount the goal speaks of.\n\
             {met} of {} goals met{}.\n",
            judged.len(),
            if self.quick { ", in a quick run, which proves nothing" } else { "" },
        ));
        text
    }

    /// Writes `FILE.md` and `FILE.json`.
    pub(super) fn write(&self, out: &Path) -> Result<()> {
        std::fs::write(out.with_extension("md"), self.to_markdown())?;
        let json = serde_json::to_string_pretty(self)?;
        std::fs::write(out.with_extension("json"), json)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_shows_baseline_parlor_ratio_and_goal() {
        let line = TableRow::compared("requests/s", &[100_000.0, 120_000.0, 90_000.0], &[80_000.0])
            .with_goal("P1", Goal::AtLeast(0.7, Some(0.85)));
        let cells = line.cells();
        assert_eq!(cells[2], "100.0k (90.0k–120.0k)");
        assert_eq!(cells[3], "80.0k");
        assert_eq!(cells[4], "0.80");
        assert_eq!(cells[5], "≥ 0.7 met");
        assert_eq!(cells[6], "0.85 not yet");
    }

    #[test]
    fn missed_goal_is_highlighted() {
        let line =
            TableRow::amount("MiB", &[31.0]).with_goal("P21", Goal::AtMost(30.0, Some(15.0)));
        assert_eq!(line.cells()[5], "≤ 30 MISSED");
        let text = ResultTable::new(vec![line], true).to_markdown();
        assert!(text.contains("0 of 1 goals met"));
    }
}
