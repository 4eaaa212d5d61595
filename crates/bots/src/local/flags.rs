//! Which flags a message has for the bot, as far as they decide whom it addresses.

use crate::Me;
use crate::address::mentions;

/// The wildcards that mention everybody.
const WILDCARDS: [&str; 4] = ["all", "everyone", "channel", "stream"];

/// Returns the flags of a text that is new to the bot.
///
/// The server finds mentions by rendering the text. Here what is code or quoted is left out by its lines, which is the same
/// for the texts that people write.
pub(super) fn of(text: &str, me: &Me) -> Vec<String> {
    let spoken = spoken(text);
    let mut flags = Vec::new();
    if mentions(&spoken).any(|mention| mention.means(me)) {
        flags.push("mentioned".to_owned());
    }
    if mentions(&spoken).any(|mention| mention.id.is_none() && WILDCARDS.contains(&mention.name)) {
        flags.push("stream_wildcard_mentioned".to_owned());
    }
    flags
}

/// Returns a text without its fenced blocks, quoted lines and code.
fn spoken(text: &str) -> String {
    let mut kept = String::new();
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let trimmed = line.trim();
        let mark = &trimmed[..trimmed.len() - trimmed.trim_start_matches(['`', '~']).len()];
        match fence {
            Some(open) if trimmed == open => fence = None,
            Some(_) => {}
            None if mark.len() >= 3 => fence = Some(mark),
            None if trimmed.starts_with('>') => {}
            None => {
                let outside = line.split('`').step_by(2);
                kept.extend(outside.chain(["\n"]));
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use zulipkit_api::UserId;

    use super::*;

    #[test]
    fn mentions_count_only_where_somebody_speaks() {
        let me = Me {
            user_id: UserId(7),
            full_name: "Todo".to_owned(),
            email: "todo-bot@example.com".to_owned(),
        };
        for text in [
            "@**Todo** hi",
            "hey @**todo|7**",
            "```\nx\n```\n@**|7**",
            "`x` @**Todo**",
        ] {
            assert_eq!(of(text, &me), ["mentioned"], "{text}");
        }
        for text in [
            "@_**Todo** hi",
            "> @**Todo**",
            "`@**Todo**`",
            "~~~ quote\n@**Todo**\n~~~",
            "@**Todo|8**",
            "hi",
        ] {
            assert!(of(text, &me).is_empty(), "{text}");
        }
        assert_eq!(of("@**all** hi", &me), ["stream_wildcard_mentioned"]);
    }
}
