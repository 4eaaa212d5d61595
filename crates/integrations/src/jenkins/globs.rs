use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::de::{Deserialize, Deserializer, Error as _};

/// A list of globs, of which those with `!` in front take out what the others take.
///
/// `*` stays within a part of a path, `**` stands for any number of parts. Upper and lower case are the same.
#[derive(Debug, Clone)]
pub struct Globs {
    taken: GlobSet,
    /// Whether there are globs that take at all; a list of nothing but exceptions takes the rest.
    takes: bool,
    refused: GlobSet,
}

impl Globs {
    /// Compiles a list.
    ///
    /// # Errors
    /// If one of them is no glob.
    pub fn new<S: AsRef<str>>(globs: &[S]) -> Result<Self, globset::Error> {
        let (mut taken, mut refused) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        let mut takes = globs.is_empty();
        for glob in globs {
            let (set, glob) = match glob.as_ref().strip_prefix('!') {
                Some(rest) => (&mut refused, rest),
                None => {
                    takes = true;
                    (&mut taken, glob.as_ref())
                }
            };
            let glob = GlobBuilder::new(glob)
                .literal_separator(true)
                .case_insensitive(true)
                .build()?;
            set.add(glob);
        }
        Ok(Self {
            taken: taken.build()?,
            takes,
            refused: refused.build()?,
        })
    }

    /// Tells whether a text is taken.
    pub fn take(&self, text: &str) -> bool {
        (!self.takes || self.taken.is_match(text)) && !self.refused.is_match(text)
    }
}

impl<'de> Deserialize<'de> for Globs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let globs = Vec::<String>::deserialize(deserializer)?;
        Self::new(&globs).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_win() {
        let jobs = Globs::new(&["Shop/**", "tools", "!**/PR-*"]).unwrap();
        for (job, taken) in [
            ("Shop/api/main", true),
            ("shop/api/main", true),
            ("Shop/api/PR-12", false),
            ("tools", true),
            ("tools/x", false),
            ("Website", false),
        ] {
            assert_eq!(jobs.take(job), taken, "{job}");
        }
        let rest = Globs::new(&["!sandbox/**"]).unwrap();
        assert!(rest.take("Shop/api") && !rest.take("sandbox/x"));
        assert!(!Globs::new::<&str>(&[]).unwrap().take("anything"));
    }
}
