//! The last records of a kind.

use std::collections::VecDeque;

/// Records of a kind that are kept; older ones are forgotten.
pub(crate) const MAX_RECORDS: usize = 1_000;

/// A record with an id.
pub(crate) trait Identified {
    /// Returns the id.
    fn id(&self) -> &str;
}

/// The last [`MAX_RECORDS`] records, oldest first.
pub(crate) struct History<R>(VecDeque<R>);

impl<R> Default for History<R> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<R: Identified + Clone> History<R> {
    pub(crate) fn push(&mut self, record: R) {
        if self.0.len() == MAX_RECORDS {
            self.0.pop_front();
        }
        self.0.push_back(record);
    }

    pub(crate) fn find(&self, id: &str) -> Option<&R> {
        self.0.iter().rev().find(|record| record.id() == id)
    }

    /// Changes a record. Returns it as it is then; `None` if it is forgotten.
    pub(crate) fn update(&mut self, id: &str, change: impl FnOnce(&mut R)) -> Option<R> {
        let record = self.0.iter_mut().rev().find(|record| record.id() == id)?;
        change(record);
        Some(record.clone())
    }

    pub(crate) fn to_vec(&self) -> Vec<R> {
        self.0.iter().cloned().collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Identified for String {
        fn id(&self) -> &str {
            self
        }
    }

    #[test]
    fn only_the_last_records_are_kept() {
        let mut history = History::default();
        for index in 0..=MAX_RECORDS {
            history.push(index.to_string());
        }
        assert_eq!(history.len(), MAX_RECORDS);
        assert!(history.find("0").is_none() && history.find("1").is_some());
        assert_eq!(history.to_vec()[0], "1");
    }
}
