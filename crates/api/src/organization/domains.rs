//! `GET /realm/domains`, `POST /realm/domains`, `PATCH /realm/domains/{domain}`, `DELETE /realm/domains/{domain}`

use serde_json::Value;

use crate::Empty;

endpoint! {
    /// Returns the domains whose e-mail addresses may join.
    pub struct GetDomains: GET "/realm/domains" -> Domains {}
}

endpoint! {
    /// Lets e-mail addresses of a domain join.
    pub struct AddDomain: POST "/realm/domains" -> DomainNumber {
        required {
            /// The domain.
            domain: String,
            /// Whether what is below it may join too.
            allow_subdomains: bool,
        }
    }
}

endpoint! {
    /// Changes whether what is below a domain may join.
    pub struct UpdateDomain: PATCH "/realm/domains/{domain}" -> Empty {
        required {
            /// The domain.
            domain: String,
            /// Whether what is below it may join too.
            allow_subdomains: bool,
        }
    }
}

endpoint! {
    /// Lets e-mail addresses of a domain no longer join.
    pub struct RemoveDomain: DELETE "/realm/domains/{domain}" -> Empty {
        required {
            /// The domain.
            domain: String,
        }
    }
}

object! {
    /// Answers [`GetDomains`].
    pub struct Domains {
        required {
            /// The domains.
            domains: Vec<Domain>,
        }
    }
}

object! {
    /// A domain whose e-mail addresses may join.
    pub struct Domain {
        required {
            /// The domain.
            domain: String,
            /// Whether what is below it may join too.
            allow_subdomains: bool,
        }
    }
}

object! {
    /// Answers [`AddDomain`].
    pub struct DomainNumber {
        optional {
            /// The server's number for it, with its domain.
            new_domain: Value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn get_domains_on_the_wire() {
        assert_wire(&GetDomains::new(), "GET /realm/domains", &[]);
    }

    #[test]
    fn add_domain_on_the_wire() {
        assert_wire(
            &AddDomain::new("example.com", true),
            "POST /realm/domains",
            &[("allow_subdomains", "true"), ("domain", "example.com")],
        );
    }

    #[test]
    fn update_domain_on_the_wire() {
        assert_wire(
            &UpdateDomain::new("example.com", true),
            "PATCH /realm/domains/example.com",
            &[("allow_subdomains", "true")],
        );
    }

    #[test]
    fn remove_domain_on_the_wire() {
        assert_wire(
            &RemoveDomain::new("example.com"),
            "DELETE /realm/domains/example.com",
            &[],
        );
    }
}
