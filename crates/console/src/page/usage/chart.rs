//! A chart of bars by day, as SVG within the page.

use std::fmt;

use askama::filters::HtmlSafe;
use parlor_model::{Error, Result};
use plotters::prelude::{
    ChartBuilder, Color, IntoDrawingArea, RGBColor, Rectangle, SVGBackend, ShapeStyle, TRANSPARENT,
};

use super::finding::group_digits;

/// Width and height, in pixels; a narrow page shows it smaller.
const SIZE: (u32, u32) = (720, 220);
/// Colour of axes. The style of the page replaces all colours by those of its theme.
const EDGE: RGBColor = RGBColor(0x86, 0x81, 0x79);
/// Share of a day that its bars take.
const BARS_SHARE: f64 = 0.8;

/// Colour of a series; the style of the page finds it by its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SeriesColor {
    First,
    Second,
}

impl SeriesColor {
    const fn rgb(self) -> RGBColor {
        match self {
            Self::First => RGBColor(0x0b, 0x61, 0x57),
            Self::Second => RGBColor(0x9a, 0x4a, 0x00),
        }
    }
}

/// A number by day.
pub(super) struct ChartSeries<'v> {
    pub(super) color: SeriesColor,
    pub(super) values: &'v [i64],
}

impl<'v> ChartSeries<'v> {
    pub(super) const fn new(color: SeriesColor, values: &'v [i64]) -> Self {
        Self { color, values }
    }
}

/// An SVG image. Its texts are days, numbers and the title, which is escaped: it is safe as part of a page.
pub(super) struct Chart(String);

impl fmt::Display for Chart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Chart {}

impl Chart {
    /// Draws a chart. `name` is unique in the page, `title` says what it shows, and each day has its bars beside each other,
    /// in the order of the series.
    ///
    /// # Errors
    /// `Internal` if drawing fails.
    pub(super) fn draw(
        name: &str,
        title: &str,
        days: &[&str],
        series: &[ChartSeries<'_>],
    ) -> Result<Self> {
        let mut image = String::new();
        draw_bars(&mut image, days, series).map_err(Error::internal)?;
        let title = title.replace('&', "&amp;").replace('<', "&lt;");
        let begin = format!("<svg class=\"chart\" role=\"img\" aria-labelledby=\"chart-{name}\" ");
        let titled = format!("><title id=\"chart-{name}\">{title}</title>");
        let image = image.replacen("<svg ", &begin, 1).replacen('>', &titled, 1);
        Ok(Self(image))
    }
}

/// Greatest value that is drawn: the axis is computed with products of its values.
const MAX_DRAWN: i64 = 1 << 40;

fn draw_bars(
    image: &mut String,
    days: &[&str],
    series: &[ChartSeries<'_>],
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let greatest = series.iter().flat_map(|series| series.values).max();
    let top = greatest.copied().unwrap_or(0).clamp(1, MAX_DRAWN);
    let area = SVGBackend::with_string(image, SIZE).into_drawing_area();
    let mut chart = ChartBuilder::on(&area)
        .margin(8)
        .x_label_area_size(24)
        .y_label_area_size(72)
        .build_cartesian_2d(0.0..days.len() as f64, 0..top)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(8)
        .y_labels(5)
        .x_label_formatter(&|position| day_label(days, *position))
        .y_label_formatter(&|value| group_digits(*value))
        .axis_style(EDGE)
        .bold_line_style(EDGE.mix(0.3))
        .light_line_style(TRANSPARENT)
        .label_style(("sans-serif", 13))
        .draw()?;
    let width = BARS_SHARE / series.len().max(1) as f64;
    for (index, series) in series.iter().enumerate() {
        let left = (1.0 - BARS_SHARE) / 2.0 + width * index as f64;
        let style = ShapeStyle::from(series.color.rgb()).filled();
        chart.draw_series(series.values.iter().enumerate().map(|(day, value)| {
            let left = day as f64 + left;
            let value = (*value).min(MAX_DRAWN);
            Rectangle::new([(left, 0), (left + width, value)], style)
        }))?;
    }
    area.present()?;
    Ok(())
}

/// Returns month and day of a position on the axis.
fn day_label(days: &[&str], position: f64) -> String {
    let day = days.get(position.max(0.0) as usize);
    day.and_then(|day| day.get(5..)).unwrap_or("").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chart_has_a_title_a_bar_for_each_value_and_no_style_of_its_own() {
        let days = ["2026-11-29", "2026-11-30"];
        let series = [
            ChartSeries::new(SeriesColor::First, &[3, 0]),
            ChartSeries::new(SeriesColor::Second, &[1, i64::MAX]),
        ];
        let image = Chart::draw("x", "a < b & c", &days, &series)
            .unwrap()
            .to_string();
        assert!(
            image.starts_with("<svg class=\"chart\" role=\"img\" aria-labelledby=\"chart-x\" ")
        );
        assert!(image.contains("<title id=\"chart-x\">a &lt; b &amp; c</title>"));
        for color in ["#0B6157", "#9A4A00"] {
            assert_eq!(
                image.matches(&format!("fill=\"{color}\"")).count(),
                2,
                "{image}"
            );
        }
        assert!(!image.contains("style="), "{image}");
        // No days at all, and nothing but zeros, are charts too.
        for values in [&[][..], &[0]] {
            let series = ChartSeries::new(SeriesColor::First, values);
            Chart::draw("x", "", &days[..values.len()], &[series]).unwrap();
        }
    }
}
