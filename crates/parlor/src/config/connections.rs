//! Number of connections to a PostgreSQL server.

use super::ServerConfig;

/// Connections per processor. Most of a connection's time is spent waiting: for the other side, for a lock, for the disk.
const PER_PROCESSOR: usize = 4;
/// Fewest by default. A commit waits for the disk, which is no faster where there are few processors.
const MIN_DEFAULT: usize = 16;
/// Most by default. Two nodes with some further connections each stay below the 100 that PostgreSQL allows by default.
const MAX_DEFAULT: usize = 32;

impl ServerConfig {
    /// Returns the configured number, or the default for the processors that this process may use.
    pub(super) fn max_connections(&self) -> usize {
        self.connections
            .unwrap_or_else(|| default_connections(available_processors()))
    }
}

fn available_processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn default_connections(processors: usize) -> usize {
    processors
        .saturating_mul(PER_PROCESSOR)
        .clamp(MIN_DEFAULT, MAX_DEFAULT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ConfigSources, load};

    #[test]
    fn default_grows_with_the_processors_within_bounds() {
        let defaults = [1, 2, 4, 5, 8, 9, 64, usize::MAX].map(default_connections);
        assert_eq!(defaults, [16, 16, 16, 20, 32, 32, 32, 32]);
    }

    #[test]
    fn configured_number_takes_precedence() {
        let resolve = |variables: &[(&str, &str)]| {
            let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            let sources = ConfigSources {
                variables: variables.iter().map(own).collect(),
                ..ConfigSources::default()
            };
            load(&sources).unwrap().0.max_connections()
        };
        assert_eq!(resolve(&[("PARLOR_CONNECTIONS", "3")]), 3);
        let default = default_connections(available_processors());
        assert_eq!(resolve(&[]), default);
        assert!((MIN_DEFAULT..=MAX_DEFAULT).contains(&default));
    }
}
