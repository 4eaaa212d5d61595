//! `GET /calls/bigbluebutton/create`, `POST /calls/zoom/create`

endpoint! {
    /// Makes a video call on BigBlueButton.
    pub struct CreateBigBlueButtonCall: GET "/calls/bigbluebutton/create" -> Call {
        required {
            /// What the call is named.
            meeting_name: String,
        }
        optional {
            /// Whether it begins without pictures; no if not given. Since feature level 337.
            voice_only: bool,
        }
    }
}

endpoint! {
    /// Makes a video call on Zoom, for users who have linked an account there.
    pub struct CreateZoomCall: POST "/calls/zoom/create" -> Call {}
}

object! {
    /// Answers [`CreateBigBlueButtonCall`] and [`CreateZoomCall`].
    pub struct Call {
        required {
            /// The address at which the call is joined.
            url: String,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::assert_wire;

    #[test]
    fn create_big_blue_button_call_on_the_wire() {
        let mut endpoint = CreateBigBlueButtonCall::new("text");
        endpoint.voice_only = Some(true);
        assert_wire(
            &endpoint,
            "GET /calls/bigbluebutton/create",
            &[("meeting_name", "text"), ("voice_only", "true")],
        );
    }

    #[test]
    fn create_zoom_call_on_the_wire() {
        assert_wire(&CreateZoomCall::new(), "POST /calls/zoom/create", &[]);
    }
}
