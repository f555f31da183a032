//! What a chart shows, in a sentence: its title for those who see it and for those who do not.

/// Returns the sentence about a number by day.
pub(super) fn finding(noun: &str, days: &[&str], values: &[i64]) -> String {
    let total: i64 = values.iter().sum();
    let most = values.iter().zip(days).max_by_key(|(value, _)| **value);
    // Every noun here forms its plural with an s.
    let noun_of_total = match total {
        1 => noun.strip_suffix('s').unwrap_or(noun),
        _ => noun,
    };
    match most {
        Some((most, day)) if total > 0 => format!(
            "{} {noun_of_total} in {} days, most on {day}: {}",
            group_digits(total),
            days.len(),
            group_digits(*most)
        ),
        _ => format!("No {noun} in {} days", days.len()),
    }
}

/// Formats a number with a comma after every three digits.
pub(super) fn group_digits(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = if value < 0 {
        "-".to_owned()
    } else {
        String::new()
    };
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finding_names_the_total_and_the_greatest_day() {
        let days = ["2026-11-29", "2026-11-30"];
        assert_eq!(
            finding("messages", &days, &[1_000, 234_567]),
            "235,567 messages in 2 days, most on 2026-11-30: 234,567"
        );
        assert_eq!(finding("messages", &days, &[0, 0]), "No messages in 2 days");
        assert_eq!(
            finding("messages", &days, &[1, 0]),
            "1 message in 2 days, most on 2026-11-29: 1"
        );
        assert_eq!(group_digits(999), "999");
        assert_eq!(group_digits(-1_000), "-1,000");
    }
}
