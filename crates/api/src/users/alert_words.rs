//! `GET /users/me/alert_words`, `POST /users/me/alert_words`, `DELETE /users/me/alert_words`

endpoint! {
    /// Returns the words of which one is told when they are written.
    pub struct GetAlertWords: GET "/users/me/alert_words" -> AlertWords {}
}

endpoint! {
    /// Adds words of which one is told when they are written.
    pub struct AddAlertWords: POST "/users/me/alert_words" -> AlertWords {
        required {
            /// The words, of at most 100 code points each.
            alert_words: Vec<String>,
        }
    }
}

endpoint! {
    /// Takes words away of which one is told when they are written.
    pub struct RemoveAlertWords: DELETE "/users/me/alert_words" -> AlertWords {
        required {
            /// The words.
            alert_words: Vec<String>,
        }
    }
}

object! {
    /// Answers [`GetAlertWords`], [`AddAlertWords`] and [`RemoveAlertWords`].
    pub struct AlertWords {
        required {
            /// All the words.
            alert_words: Vec<String>,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn get_alert_words_on_the_wire() {
        assert_wire(&GetAlertWords::new(), "GET /users/me/alert_words", &[]);
    }

    #[test]
    fn add_alert_words_on_the_wire() {
        assert_wire(
            &AddAlertWords::new(["text".to_owned()]),
            "POST /users/me/alert_words",
            &[("alert_words", r#"["text"]"#)],
        );
    }

    #[test]
    fn remove_alert_words_on_the_wire() {
        assert_wire(
            &RemoveAlertWords::new(["text".to_owned()]),
            "DELETE /users/me/alert_words",
            &[("alert_words", r#"["text"]"#)],
        );
    }
}
