//! The versions of HubSpot's calling extension API that callset speaks.

use std::fmt;
use std::str::FromStr;

/// A version of the API. Versions differ in the path; the settings are the same in all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ApiVersion {
    /// Legacy, but the version that `HubSpot`'s page for bearer tokens documents; unsupported from September 2027.
    #[default]
    V3,
    /// Date-based, the first of its kind.
    V2025_09,
    /// Date-based, from March 2026.
    V2026_03,
    /// Date-based, from September 2026.
    V2026_09,
}

impl ApiVersion {
    /// All versions, oldest first.
    pub const ALL: [ApiVersion; 4] = [ApiVersion::V3, ApiVersion::V2025_09, ApiVersion::V2026_03, ApiVersion::V2026_09];

    /// Does `HubSpot`'s specification of the version list the developer API key alone? That of the others lists OAuth
    /// access tokens alone. What `HubSpot` really takes may differ.
    /// <https://github.com/HubSpot/HubSpot-public-api-spec-collection>, as of August 2026.
    pub fn lists_keys(self) -> bool {
        match self {
            ApiVersion::V3 | ApiVersion::V2026_03 => false,
            ApiVersion::V2025_09 | ApiVersion::V2026_09 => true,
        }
    }

    /// The version as paths and people write it.
    pub fn label(self) -> &'static str {
        match self {
            ApiVersion::V3 => "v3",
            ApiVersion::V2025_09 => "2025-09",
            ApiVersion::V2026_03 => "2026-03",
            ApiVersion::V2026_09 => "2026-09",
        }
    }
}

impl fmt::Display for ApiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// The text names no version that callset supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The API version is v3, 2025-09, 2026-03 or 2026-09")]
pub struct UnknownVersion;

impl FromStr for ApiVersion {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, UnknownVersion> {
        Self::ALL.into_iter().find(|version| version.label() == text).ok_or(UnknownVersion)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_reads_as_it_is_written() {
        for version in ApiVersion::ALL {
            assert_eq!(version.to_string().parse(), Ok(version));
        }
        assert_eq!("V3".parse::<ApiVersion>(), Err(UnknownVersion));
    }
}
