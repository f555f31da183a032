use super::*;

#[test]
fn first_text_is_published_at_once_and_the_next_after_the_interval() {
    let timings = TurnTimings {
        delta_interval: Duration::from_secs(3600),
        ..TurnTimings::default()
    };
    let mut upkeep = Upkeep::new(timings);
    assert!(upkeep.note_text());
    assert!(upkeep.publish_at.unwrap() <= Instant::now());
    let published = Instant::now();
    upkeep.publish_at = None;
    upkeep.published_at = Some(published);
    assert!(!upkeep.note_text() && !upkeep.note_text());
    assert_eq!(upkeep.publish_at, Some(published + timings.delta_interval));
}
