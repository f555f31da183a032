//! A line of counts by day, as SVG. The same numbers stand in a table beside it.

use parlor_model::{Error, Result};
use plotters::prelude::*;

use super::days::DayRow;
use crate::session_cookie::Theme;

const SIZE: (u32, u32) = (720, 240);

/// Colours of the ground, the text and the line.
const fn colours(theme: Theme) -> [RGBColor; 3] {
    match theme {
        Theme::Light => [
            RGBColor(0xff, 0xff, 0xff),
            RGBColor(0x1d, 0x23, 0x27),
            RGBColor(0x0b, 0x61, 0x57),
        ],
        Theme::Dark => [
            RGBColor(0x1b, 0x20, 0x23),
            RGBColor(0xe8, 0xe6, 0xe1),
            RGBColor(0x5c, 0xc8, 0xb8),
        ],
    }
}

/// Draws the counts.
///
/// # Errors
/// `Internal` if drawing fails.
pub(super) fn draw(rows: &[DayRow], theme: Theme) -> Result<String> {
    let mut text = String::new();
    draw_into(&mut text, rows, theme).map_err(Error::internal)?;
    Ok(text)
}

fn draw_into(
    text: &mut String,
    rows: &[DayRow],
    theme: Theme,
) -> Result<(), Box<dyn std::error::Error>> {
    let [ground, ink, line] = colours(theme);
    let area = SVGBackend::with_string(text, SIZE).into_drawing_area();
    area.fill(&ground)?;
    let most = rows.iter().map(|row| row.count).max().unwrap_or(0);
    let last = rows.len().saturating_sub(1).max(1);
    let mut chart = ChartBuilder::on(&area)
        .margin(12)
        .margin_right(28)
        .x_label_area_size(28)
        .y_label_area_size(44)
        .build_cartesian_2d(0..last, 0..most.max(4) + 1)?;
    let style = ("sans-serif", 13).into_font().color(&ink);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .axis_style(ink)
        .bold_line_style(ink.mix(0.2))
        .light_line_style(ink.mix(0.0))
        .label_style(style)
        .x_labels(6)
        .y_labels(5)
        .x_label_formatter(&|index| {
            let row = rows.get(*index);
            row.map_or_else(String::new, |row| row.day[5..].to_owned())
        })
        .draw()?;
    let points: Vec<(usize, i64)> = rows.iter().map(|row| row.count).enumerate().collect();
    chart.draw_series(LineSeries::new(points.clone(), line.stroke_width(2)))?;
    let marks = points
        .into_iter()
        .map(|point| Circle::new(point, 3, line.filled()));
    chart.draw_series(marks)?;
    area.present()?;
    drop(chart);
    drop(area);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chart_has_a_point_for_each_day_and_runs_nothing() {
        let rows: Vec<DayRow> = (1..=7)
            .map(|day| DayRow {
                day: format!("2026-11-0{day}"),
                count: day * 3,
            })
            .collect();
        let text = draw(&rows, Theme::Dark).unwrap();
        assert_eq!(text.matches("<circle").count(), 7, "{text}");
        assert!(
            text.contains("#5CC8B8") && !text.contains("<script"),
            "{text}"
        );
        assert!(draw(&[], Theme::Light).unwrap().starts_with("<svg"));
    }
}
