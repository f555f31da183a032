//! The pause before another attempt.

use std::time::Duration;

use super::WebhookSettings;

/// Returns the pause after a failed attempt, of which `attempts` were made before, or `None` after the last one. A quarter at
/// most is added by chance, so that not all receivers of a failed host are called at once.
pub(crate) fn retry_delay(
    settings: &WebhookSettings,
    attempts: u32,
    retry_after: Option<Duration>,
    chance: u8,
) -> Option<Duration> {
    let made = attempts.saturating_add(1);
    if made >= settings.max_attempts {
        return None;
    }
    let factor = 2_u32.checked_pow(attempts).unwrap_or(u32::MAX);
    let delay = settings.first_delay.saturating_mul(factor);
    let delay = delay.min(settings.max_delay);
    let delay = delay.max(retry_after.unwrap_or_default());
    Some(delay.saturating_add(delay / 4 * u32::from(chance) / u32::from(u8::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(attempts: u32, retry_after: u64, chance: u8) -> Option<u64> {
        let settings = WebhookSettings {
            max_delay: Duration::from_secs(60),
            ..WebhookSettings::default()
        };
        let asked = Duration::from_secs(retry_after);
        retry_delay(&settings, attempts, Some(asked), chance).map(|delay| delay.as_secs())
    }

    #[test]
    fn delay_doubles_up_to_its_maximum_and_ends() {
        let delays: Vec<_> = (0..5).map(|attempts| seconds(attempts, 0, 0)).collect();
        assert_eq!(delays, [Some(10), Some(20), Some(40), Some(60), None]);
    }

    #[test]
    fn receiver_can_ask_for_more_and_chance_adds_a_quarter() {
        assert_eq!(seconds(0, 100, 0), Some(100));
        assert_eq!(seconds(1, 5, 0), Some(20));
        assert_eq!(seconds(0, 100, u8::MAX), Some(125));
    }
}
