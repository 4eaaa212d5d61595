//! The book's settings of bots are settings.

use std::path::Path;

use zulipkit_bots::Settings;

#[test]
fn the_books_settings_are_read_and_are_the_defaults() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/src/bots/running.md");
    let text = fs_err::read_to_string(&page).unwrap();
    let blocks: Vec<&str> = text
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert_eq!(blocks.len(), 2);
    let read = |text: &str| {
        zulipkit_settings::read_text::<Settings>("", Path::new("bots.toml"), text)
            .unwrap()
            .value
    };
    assert_eq!(read(blocks[0]).bot.len(), 3);
    let all = read(blocks[1]);
    let plain = read("[bot.todo]\n");
    assert_eq!(all.runner, plain.runner);
    let (all, plain) = (all.bot["todo"].get_ref(), plain.bot["todo"].get_ref());
    assert_eq!(all.listen, plain.listen);
    assert_eq!(all.handling, plain.handling);
    assert_eq!(all.catch_up, plain.catch_up);
    assert_eq!(all.storage, plain.storage);
}
