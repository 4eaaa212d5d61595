//! `GET /export/realm`, `POST /export/realm`, `GET /export/realm/consents`, `DELETE /export/realm/{export_id}`

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Empty, ExportId, UserId};

endpoint! {
    /// Returns the exports of the organization's data, as an administrator.
    pub struct GetExports: GET "/export/realm" -> Exports {}
}

endpoint! {
    /// Begins to export the organization's data, as an administrator.
    pub struct StartExport: POST "/export/realm" -> ExportNumber {
        optional {
            /// Which data; public ones if not given. Since feature level 304.
            export_type: ExportType,
        }
    }
}

endpoint! {
    /// Returns who lets private data be exported, as an administrator; since feature level 295.
    pub struct GetExportConsents: GET "/export/realm/consents" -> ExportConsents {}
}

endpoint! {
    /// Throws an export away, as an administrator.
    pub struct DeleteExport: DELETE "/export/realm/{export_id}" -> Empty {
        required {
            /// The export.
            export_id: ExportId,
        }
    }
}

/// Which data are exported. Feature level 449 made texts of the numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Value", try_from = "Value")]
#[non_exhaustive]
pub enum ExportType {
    /// Public ones.
    Public,
    /// Public ones, and private ones of users who let them be exported.
    FullWithConsent,
    /// All, whether or not users let them be exported; since feature level 449.
    FullWithoutConsent,
    /// One that this version does not know.
    Other(Value),
}

impl From<ExportType> for Value {
    fn from(kind: ExportType) -> Self {
        match kind {
            ExportType::Public => 1.into(),
            ExportType::FullWithConsent => 2.into(),
            ExportType::FullWithoutConsent => "full_without_consent".into(),
            ExportType::Other(value) => value,
        }
    }
}

impl From<Value> for ExportType {
    fn from(value: Value) -> Self {
        match (value.as_u64(), value.as_str()) {
            (Some(1), _) | (_, Some("public")) => Self::Public,
            (Some(2), _) | (_, Some("full_with_consent")) => Self::FullWithConsent,
            (_, Some("full_without_consent")) => Self::FullWithoutConsent,
            _ => Self::Other(value),
        }
    }
}

object! {
    /// Answers [`GetExports`].
    pub struct Exports {
        required {
            /// The exports.
            exports: Vec<Export>,
        }
    }
}

object! {
    /// An export of the organization's data.
    pub struct Export {
        required {
            /// Its number.
            id: ExportId,
        }
        default {
            /// Whether it is still being made.
            pending: bool,
        }
        optional {
            /// Who began it.
            acting_user_id: UserId,
            /// When it was begun, in seconds since 1970.
            export_time: f64,
            /// When it was thrown away, in seconds since 1970.
            deleted_timestamp: f64,
            /// When it failed, in seconds since 1970.
            failed_timestamp: f64,
            /// Where it can be had, once it is there.
            export_url: String,
            /// Which data; since feature level 304.
            export_type: ExportType,
        }
    }
}

object! {
    /// Answers [`StartExport`].
    pub struct ExportNumber {
        optional {
            /// The number; since feature level 182.
            id: ExportId,
        }
    }
}

object! {
    /// Answers [`GetExportConsents`].
    pub struct ExportConsents {
        required {
            /// The users.
            export_consents: Vec<ExportConsent>,
        }
    }
}

object! {
    /// Whether a user lets private data be exported.
    pub struct ExportConsent {
        required {
            /// The user.
            user_id: UserId,
            /// Whether so.
            consented: bool,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn get_exports_on_the_wire() {
        assert_wire(&GetExports::new(), "GET /export/realm", &[]);
    }

    #[test]
    fn start_export_on_the_wire() {
        let mut endpoint = StartExport::new();
        endpoint.export_type = Some(ExportType::Public);
        assert_wire(&endpoint, "POST /export/realm", &[("export_type", "1")]);
    }

    #[test]
    fn get_export_consents_on_the_wire() {
        assert_wire(&GetExportConsents::new(), "GET /export/realm/consents", &[]);
    }

    #[test]
    fn delete_export_on_the_wire() {
        assert_wire(
            &DeleteExport::new(ExportId(7)),
            "DELETE /export/realm/7",
            &[],
        );
    }
}
