//! The two path prefixes under which every endpoint is served.

/// A path prefix of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefix {
    /// `/api/v1`.
    ApiV1,
    /// `/v1`.
    V1,
}

impl Prefix {
    /// Both prefixes, in the order of the OpenAPI document.
    pub(crate) const ALL: [Self; 2] = [Self::ApiV1, Self::V1];

    /// Returns the path of an endpoint under this prefix, from its path under `/api/v1`.
    pub(crate) fn path(self, api_path: &'static str) -> &'static str {
        match self {
            Self::ApiV1 => api_path,
            Self::V1 => api_path.strip_prefix("/api").unwrap_or(api_path),
        }
    }
}

/// Returns the path of an endpoint without its prefix: the name under which requests are counted, so that both prefixes
/// share one limit.
pub(crate) fn endpoint_name(path: &'static str) -> &'static str {
    let path = path.strip_prefix("/api").unwrap_or(path);
    path.strip_prefix("/v1").unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_under_each_prefix_has_one_endpoint_name() {
        let paths = Prefix::ALL.map(|prefix| prefix.path("/api/v1/space/{space}/fetch"));
        assert_eq!(
            paths,
            ["/api/v1/space/{space}/fetch", "/v1/space/{space}/fetch"]
        );
        assert_eq!(paths.map(endpoint_name), ["/space/{space}/fetch"; 2]);
    }
}
