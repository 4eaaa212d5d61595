//! Events about what belongs to the whole organization, and about the server.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::UserId;
use crate::organization::{Domain, Emoji, Export, Linkifier, Playground, ProfileField};

object! {
    /// A setting of the organization changed.
    pub struct UpdatedOrganization {
        required {
            /// The setting.
            property: String,
            /// What it is now.
            value: Value,
        }
    }
}

object! {
    /// Several settings of the organization changed.
    pub struct UpdatedOrganizationSettings {
        required {
            /// What they are now, by name.
            data: Map<String, Value>,
        }
    }
}

object! {
    /// The organization was deactivated.
    pub struct DeactivatedOrganization {
        required {
            /// The organization.
            realm_id: u64,
        }
    }
}

object! {
    /// A setting that new users begin with changed; since feature level 95.
    pub struct UpdatedUserDefault {
        required {
            /// The setting.
            property: String,
            /// What it is now.
            value: Value,
        }
    }
}

object! {
    /// The organization's own emoji changed.
    pub struct UpdatedEmoji {
        required {
            /// All of them by number, deactivated ones among them.
            emoji as "realm_emoji": BTreeMap<String, Emoji>,
        }
    }
}

object! {
    /// The patterns that become links changed; since feature level 54.
    pub struct UpdatedLinkifiers {
        required {
            /// All of them, in order.
            linkifiers as "realm_linkifiers": Vec<Linkifier>,
        }
    }
}

object! {
    /// The same as old servers say it.
    pub struct UpdatedFilters {
        required {
            /// Pattern, address and number of each.
            filters as "realm_filters": Vec<Value>,
        }
    }
}

object! {
    /// The places where code can be tried changed; since feature level 49.
    pub struct UpdatedPlaygrounds {
        required {
            /// All of them.
            playgrounds as "realm_playgrounds": Vec<Playground>,
        }
    }
}

object! {
    /// A domain whose e-mail addresses may join was added or changed.
    pub struct DomainChange {
        required {
            /// `add` or `change`.
            op: String,
            /// The domain.
            domain as "realm_domain": Domain,
        }
    }
}

object! {
    /// E-mail addresses of a domain may no longer join.
    pub struct RemovedDomain {
        required {
            /// The domain.
            domain: String,
        }
    }
}

object! {
    /// The exports of the organization's data changed.
    pub struct UpdatedExports {
        required {
            /// All of them.
            exports: Vec<Export>,
        }
    }
}

object! {
    /// A user lets private data be exported, or no longer does; since feature level 312.
    pub struct UpdatedExportConsent {
        required {
            /// The user.
            user_id: UserId,
            /// Whether so.
            consented: bool,
        }
    }
}

object! {
    /// The fields that profiles have changed.
    pub struct UpdatedProfileFields {
        required {
            /// All of them.
            fields: Vec<ProfileField>,
        }
    }
}

object! {
    /// The server was started again, perhaps in another version. The queue goes on.
    pub struct Restart {
        optional {
            /// The server's version.
            zulip_version: String,
            /// What the server can do.
            zulip_feature_level: u32,
            /// When it was started, in seconds since 1970.
            server_generation: i64,
        }
    }
}

object! {
    /// The web app is to load itself again; since feature level 240.
    pub struct WebReload {
        default {
            /// Whether at once.
            immediate: bool,
        }
    }
}

object! {
    /// Nothing happened for almost a minute.
    pub struct Heartbeat {}
}
